//! A scenario of one's own: the language of tests, lessons and links, from a text to a transcript.
//!
//! `cargo run -p raft-core --example custom_scenario`

use std::error::Error;

use raft_core::headless::text_line;
use raft_core::scenario::{Player, parse};

/// Settings stand first, then steps. What follows `>` is what the command must print.
const SCENARIO: &str = r#"
title     A counter outlives its leader
seed      5
nodes     3

wait      leader
leader$   etcdctl put /count 1
          > OK
name      old = leader
kill      old
wait      leader within 3s
leader$   etcdctl put /count 2
          > OK
restart   old
wait      same hash on all
expect    /count = "2" on old
expect    linearizable
expect    no violation
"#;

fn main() -> Result<(), Box<dyn Error>> {
    tell().map(|text| print!("{text}"))
}

/// What is said of a wrong text, and the transcript of the right one.
pub fn tell() -> Result<String, Box<dyn Error>> {
    // A wrong text is refused with its place, what was found and what is accepted.
    let wrong = SCENARIO.replace("restart", "restrat");
    let mut text = match parse(&wrong) {
        Ok(_) => return Err("a word that is none was taken".into()),
        Err(error) => format!("With a slip: {error}\n\n"),
    };

    let scenario = parse(SCENARIO)?;
    let mut player = Player::new(scenario)?;
    player.finish();
    for told in player.take_told() {
        if let Some(line) = text_line(&told) {
            text += &line;
            text.push('\n');
        }
    }

    // The hash is over all events: on any machine, this text gives this run.
    let verdict = if player.failed() { "failed" } else { "passed" };
    let cluster = player.cluster();
    text +=
        &format!("\n{verdict}: {} events, trace hash {:016x}\n", cluster.event_count(), cluster.trace_hash());
    Ok(text)
}
