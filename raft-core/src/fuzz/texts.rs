//! The targets `scenario` and `link`.

use crate::link::fuzz as links;
use crate::scenario::{Player, parse};
use crate::units::SECOND;

/// The virtual time up to which a scenario is played.
const PLAYED: u64 = 2 * SECOND;
/// The maximum number of messages, timers and steps played: some texts demand very much work.
const TURNS_MAX: u32 = 800;

pub(super) fn scenario(bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let scenario = match parse(&text) {
        Ok(scenario) => scenario,
        Err(error) if error.to_string().trim().is_empty() => {
            return Err("it is refused without a reason".to_owned());
        }
        Err(_) => return Ok(()),
    };
    let printed = scenario.to_string();
    match parse(&printed) {
        Ok(again) if again == scenario => {}
        Ok(again) => {
            return Err(format!("its printed text parses as another scenario:\n{printed}\n{again}"));
        }
        Err(error) => return Err(format!("its printed text does not parse: {error}\n{printed}")),
    }
    // The settings of a parsed scenario may still be refused.
    let Ok(mut player) = Player::new(scenario) else { return Ok(()) };
    player.advance_at_most(PLAYED, TURNS_MAX);
    match player.cluster().stuck() {
        Some(why) => Err(format!("its run is stuck: {why}")),
        None => Ok(()),
    }
}

pub(super) fn link(bytes: &[u8]) -> Result<(), String> {
    links::judge(&links::link_of(bytes)).map(|_| ())
}
