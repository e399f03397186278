//! A scenario as a shell script that runs the same commands against a
//! real cluster.
//!
//! * `scan`: a terminal's line cut into words; `line`: a line for a real shell; `allowed`: what a
//!   script may run at all.
//! * `live`: what was typed while a command ran; `steps`: each step of the scenario; `plain`: those that are for a person at the machines.
//! * `prelude`: the functions that the script uses.

mod allowed;
mod line;
mod live;
mod plain;
mod prelude;
mod scan;
mod steps;
#[cfg(test)]
mod tests;

use crate::scenario::Scenario;

/// The script of a scenario; `name` says where it comes from.
pub fn script(scenario: &Scenario, name: &str) -> String {
    let (body, bash) = steps::body(scenario);
    // A name is told in a comment: on one line.
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{}\n{body}", prelude::prelude(scenario, &name, bash, &body))
}
