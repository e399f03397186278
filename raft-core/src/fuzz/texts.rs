//! The targets that read: scenarios and links.

use crate::link::fuzz as links;
use crate::scenario::{Player, parse};
use crate::units::SECOND;

/// How far a scenario is played.
const PLAYED: u64 = 2 * SECOND;
/// Messages, timers and steps that it is played at most: some texts ask for very much.
const TURNS_MAX: u32 = 800;

pub(super) fn scenario(bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let scenario = match parse(&text) {
        Ok(scenario) => scenario,
        Err(error) if error.to_string().trim().is_empty() => {
            return Err("it is refused without a word".to_owned());
        }
        Err(_) => return Ok(()),
    };
    let printed = scenario.to_string();
    match parse(&printed) {
        Ok(again) if again == scenario => {}
        Ok(again) => {
            return Err(format!("it reads as another scenario once it is printed:\n{printed}\n{again}"));
        }
        Err(error) => return Err(format!("what is printed of it does not parse: {error}\n{printed}")),
    }
    // What a scenario asks of its settings may still be out of bounds.
    let Ok(mut player) = Player::new(scenario) else { return Ok(()) };
    player.advance_at_most(PLAYED, TURNS_MAX);
    match player.cluster().stuck() {
        Some(why) => Err(format!("its run stands still for good: {why}")),
        None => Ok(()),
    }
}

pub(super) fn link(bytes: &[u8]) -> Result<(), String> {
    links::judge(&links::link_of(bytes)).map(|_| ())
}
