//! The keyboard: the keys and their actions, as the help shows them.

use super::{Word, words};

words! {
    space = "Space";
    play = "play or pause";
    commas = ", and .";
    steps = "one event back, one on";
    brackets = "[ and ]";
    marks = "last or next election or fault";
    next = "next election, commit (of a log entry), fault; with Shift the one before";
    next_of_clients = "next write, violation; with Shift the one before";
    home = "Home, End";
    ends = "the start, the live end";
    undo = "undo a branch: back to where it began";
    signs = "- and +";
    speed = "slower, faster";
    digits = "1 to 9";
    choose = "choose a node";
    faults = "crash, stop, restart the chosen node";
    pause = "pause or resume it";
    isolate = "isolate it";
    campaign = "let it campaign, hand it the leadership";
    partition = "partition, heal";
    broken = "take a safeguard away, to see it break";
    shift_digits = "Shift and 1 to 9";
    gather = "gather nodes to cut off from the rest";
    filter = "which messages are shown";
    client = "write, read (get), delete";
    terminal = "terminal";
    chaos = "chaos: throw faults and clients at the cluster";
    help = "this help";
    escape = "close, or leave a field";
}

/// Returns the keys and their actions.
pub fn all() -> [(&'static str, Word); 22] {
    [
        (space(), play),
        (commas(), steps),
        (brackets(), marks),
        ("E, L, X", next),
        ("N, V", next_of_clients),
        (home(), ends),
        ("Z", undo),
        (signs(), speed),
        (digits(), choose),
        ("K, S, R", faults),
        ("U", pause),
        ("I", isolate),
        ("C, T", campaign),
        ("P, H", partition),
        ("B", broken),
        (shift_digits(), gather),
        ("O", filter),
        ("W, G, D", client),
        ("`", terminal),
        ("Q", chaos),
        ("?", help),
        ("Esc", escape),
    ]
}
