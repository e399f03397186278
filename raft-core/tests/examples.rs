//! The examples run, and tell their stories. Each is a module here, and a program by `cargo run --example`.

#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "its main is for `cargo run --example`")]
#[path = "../examples/custom_scenario.rs"]
mod custom_scenario;
#[allow(dead_code, reason = "its main is for `cargo run --example`")]
#[path = "../examples/first_write.rs"]
mod first_write;
#[allow(dead_code, reason = "its main is for `cargo run --example`")]
#[path = "../examples/own_check.rs"]
mod own_check;
#[allow(dead_code, reason = "its main is for `cargo run --example`")]
#[path = "../examples/partition.rs"]
mod partition;

/// Whether a text has these lines, in this order.
fn has(text: &str, lines: &[&str]) {
    let mut rest = text.lines();
    for line in lines {
        assert!(rest.any(|told| told == *line), "{line:?} is not told, or not there:\n{text}");
    }
}

#[test]
fn a_write_by_a_follower_reaches_all_stores() {
    has(
        &first_write::tell().unwrap(),
        &[
            "node2 leads in term 1",
            " 1000 ms  request 1: node1 passes it on to node2",
            " 1008 ms  request 1: node2 appends it as entry 2 of term 1",
            "The client was told after 40 ms. The stores:",
            "node1: revision 2, hash bf31b28d",
            "node5: revision 2, hash bf31b28d",
        ],
    );
}

#[test]
fn the_majority_replaces_what_the_minority_took() {
    has(
        &partition::tell().unwrap(),
        &[
            "cut off are node5 and node1",
            "  node5 Leader in term 1, log ends with \"put /side\" of term 1",
            "healed",
            "  node5 Follower in term 2, log ends with \"put /side\" of term 2",
            "the write in the majority, after 20 ms: written at revision 2",
            "0 violations",
        ],
    );
}

#[test]
fn a_check_of_one_s_own_holds_and_finds_disks_that_lie() {
    has(
        &own_check::tell().unwrap(),
        &[
            "disks that sync: held, over 100 answers",
            "disks that lie: at 1033 ms, entry 2 was acknowledged and on 0 disks; 100 answers were looked at",
        ],
    );
}

#[test]
fn a_slip_is_told_and_the_scenario_passes() {
    let text = custom_scenario::tell().unwrap();
    assert!(
        text.starts_with("With a slip: line 14, column 1: found \"restrat\" (did you mean \"restart\"?)"),
        "{text}"
    );
    has(
        &text,
        &[
            "   0.082 s      node2 crashes",
            "   0.588 s      node3 leads term 2: a majority voted for it",
            "   0.836 s  holds: no violation",
            "passed: 220 events, trace hash 52954aed8961987b",
        ],
    );
}
