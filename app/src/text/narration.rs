//! The texts around the narration: raft-core says what just happened and what to try next.

use super::words;

words! {
    name = "What just happened";
    quiet = "What happens is told here, with the rule behind it.";
    try_next = "Try next";
    write = "Write a key";
    crash(node) = "Crash node{node}";
    start(node) = "Start node{node}";
    resume(node) = "Resume node{node}";
    heal = "Heal the network";
    cut = "Cut the network in two";
    look = "Look at this instant";
}
