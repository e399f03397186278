//! The functions behind the `raft-playground` command, which give the same results natively and in wasm.
//!
//! | Module | Content |
//! |---|---|
//! | `transcript`, `markdown`, `mark` | a run as text, Markdown or JSON lines, with the mark of lost safeguards |
//! | `picture`, `animation` | an instant as SVG, a stretch as an SVG that moves; words go through the caller, who may translate them |
//! | `snippet` | HTML for documents |
//! | `shell` | a scenario as a script for a real cluster |
//! | `chaos` | a seed on a cluster of its own, its recovery, and the fewest deeds that still fail |
//! | `bench`, `bench_kv`, `day` | the benchmark's workloads |

pub mod animation;
mod bench;
mod bench_kv;
pub mod chaos;
pub mod day;
mod mark;
mod markdown;
pub mod picture;
pub mod shell;
pub mod snippet;
mod transcript;

pub use bench::Bench;
pub use bench_kv::KvLoad;
pub use mark::{json_mark, markdown_mark, text_mark};
pub use markdown::{markdown_head, markdown_head_in, markdown_line, markdown_line_in};
pub use transcript::{json_line, text_line, text_line_in};

use crate::chaos::Level;
use crate::scenario::{Player, parse};

/// Plays a scenario. Returns one line: its name, the number of events and the trace hash.
///
/// # Errors
/// The text does not parse, or its settings are invalid. The message names the position, what was found and
/// what is accepted.
pub fn trace_text(name: &str, text: &str) -> Result<String, String> {
    let scenario = parse(text).map_err(|error| format!("{name}: {error}"))?;
    let mut player = Player::new(scenario).map_err(|error| format!("{name}: {error}"))?;
    player.finish();
    let cluster = player.cluster();
    Ok(format!("{name} events={} hash={:016x}", cluster.event_count(), cluster.trace_hash()))
}

/// Plays a chaos seed at its level (see [`Level::of_seed`]). Returns one line: the seed, the number of events
/// and the trace hash.
///
/// # Errors
/// The settings drawn from the seed are invalid.
pub fn chaos_trace_text(seed: u64, seconds: u64) -> Result<String, String> {
    let run = chaos::run(seed, Level::of_seed(seed), seconds)?;
    Ok(format!("chaos/{seed} events={} hash={:016x}", run.events, run.hash))
}
