//! The welcome: what to try first.

use super::words;

words! {
    title = "Three things to try";
    intro = "Five nodes of a real Raft cluster live in this page. They elect a leader, and keep one log.";
    write = "Write a key";
    write_what = "A majority stores it, and five hashes change together.";
    crash = "Crash the leader";
    crash_what = "The others notice, and elect another one.";
    cut = "Cut the network in two";
    cut_what = "The leader lands on the small side, and can commit nothing there.";
    done = "done";
    dismiss = "Close the welcome";
    no_leader = "Nobody leads just now; wait for the election.";
    over = "That was all three. Heal and restart what is broken; the nodes catch up by themselves. Press ? for the keys.";
}
