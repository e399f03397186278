//! The common code of the four fuzz targets, which differ only in their names.

/// Judges an input by a target of raft-core. Panics if the property of the target is broken, so that
/// libFuzzer reports it.
pub fn judge(target: &str, input: &[u8]) {
    let judged = raft_core::fuzz::target(target).map(|target| (target.judge)(input));
    match judged {
        Some(Ok(())) => {}
        Some(Err(why)) => panic!("{target}: {why}"),
        None => panic!("raft-core has no fuzz target {target}"),
    }
}
