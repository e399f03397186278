//! What the four targets share: they differ in their names.

/// Judges an input by a target of raft-core. A broken promise ends the process, as a panic does: so libFuzzer
/// sees it.
pub fn judge(target: &str, input: &[u8]) {
    let judged = raft_core::fuzz::target(target).map(|target| (target.judge)(input));
    match judged {
        Some(Ok(())) => {}
        Some(Err(why)) => panic!("{target}: {why}"),
        None => panic!("raft-core has no fuzz target {target}"),
    }
}
