//! The session as a scenario, and the endpoints of a request.

use super::words;

words! {
    ends_early(at) = "More was done than a scenario holds: it ends at {at}, before the first deed that did not fit.";
    one_untold = "1 deed could not be told in the language, so this plays again to another trace.";
    many_untold(count) = "{count} deeds could not be told in the language, so this plays again to another trace.";
    trace(trace, at) = "trace {trace} at {at} s";
    copied = "Copied.";
    not_copied = "The browser forbids it: the text is marked, press Ctrl+C.";
    what_was_done = "What was done, at the virtual times at which it was done.";
    plays_again = "plays it again, to the same trace.";
    makes_a_script = "makes a shell script of it for a real cluster.";
    the_scenario = "The scenario";
    copy = "Copy as scenario";
    download = "Download";
    its_turn = "its turn";
}

/// How much could not be told.
pub fn untold(count: usize) -> String {
    if count == 1 { one_untold().to_owned() } else { many_untold(count) }
}
