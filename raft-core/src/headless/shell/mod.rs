//! Exports a scenario as a shell script that runs the same commands against a real cluster.
//!
//! | Module | Content |
//! |---|---|
//! | `scan` | splits a terminal's line into words |
//! | `line` | translates a line for a real shell |
//! | `allowed` | the commands that a script may run |
//! | `live` | input typed while a command ran |
//! | `steps` | translates each step |
//! | `plain` | instructions for a person at the machines |
//! | `prelude` | the functions that the script uses |

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

/// Returns the script of a scenario; `name` is the name of its file, for a comment.
pub fn script(scenario: &Scenario, name: &str) -> String {
    let (body, bash) = steps::body(scenario);
    // The name is part of a comment, so it must be on one line.
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{}\n{body}", prelude::prelude(scenario, &name, bash, &body))
}
