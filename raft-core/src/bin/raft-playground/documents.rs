//! The commands `picture`, `animation` and `embed`.

use raft_core::headless::animation::{SLOWDOWN, Stretch, recorded};
use raft_core::headless::picture::svg;
use raft_core::headless::snippet::{Door, instant, snippet};
use raft_core::units::{MILLISECOND, Nanos, SECOND};

use crate::{HELD, Options, Wrong, read};

/// The default address of the playground's folder, relative to the document.
const SOURCE: &str = "playground";

/// `picture FILE [--at 2.3s]`
pub fn picture(options: &mut Options) -> Result<u8, Wrong> {
    let at = time(options, "--at")?;
    let scenario = read(&options.one_file()?)?;
    options.end()?;
    print!("{}", svg(&instant(&scenario, at)?));
    Ok(HELD)
}

/// `embed FILE [--at 2.3s] [--door element|iframe] [--source FOLDER]`
pub fn embed(options: &mut Options) -> Result<u8, Wrong> {
    let at = time(options, "--at")?;
    let door = match options.take("--door").as_deref() {
        None | Some("element") => Door::Element,
        Some("iframe") => Door::Iframe,
        Some(other) => return Err(Wrong(format!("--door {other}; accepted: element, iframe"))),
    };
    let source = options.take("--source").unwrap_or_else(|| SOURCE.to_owned());
    let scenario = read(&options.one_file()?)?;
    options.end()?;
    print!("{}", snippet(&scenario, door, &source, at)?);
    Ok(HELD)
}

/// `animation FILE --from 2s --to 6s [--slower 20] [-o OUT]`
pub fn animation(options: &mut Options) -> Result<u8, Wrong> {
    let need = |time: Option<Nanos>| {
        time.ok_or_else(|| Wrong("--from and --to are needed, such as --from 2s --to 6s".to_owned()))
    };
    let from = need(time(options, "--from")?)?;
    let to = need(time(options, "--to")?)?;
    let slowdown = options.number("--slower")?.unwrap_or(SLOWDOWN);
    let out = options.take("-o");
    let scenario = read(&options.one_file()?)?;
    options.end()?;
    let seed = scenario.settings.seed;
    let svg = recorded(&scenario, Stretch { from, to, still: from, seed, slowdown })?;
    match out {
        Some(out) => std::fs::write(&out, svg).map_err(|error| format!("{out}: {error}"))?,
        None => print!("{svg}"),
    }
    Ok(HELD)
}

fn time(options: &mut Options, name: &str) -> Result<Option<Nanos>, Wrong> {
    let Some(text) = options.take(name) else { return Ok(None) };
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, MILLISECOND),
        None => (text.strip_suffix('s').unwrap_or(&text), SECOND),
    };
    decimal(number, unit)
        .map(Some)
        .ok_or_else(|| Wrong(format!("{name} {text}; accepted: an instant, such as 2.3s or 500ms")))
}

/// Returns a decimal number, with at most nine digits on either side of the point, times a unit.
fn decimal(text: &str, unit: u64) -> Option<u64> {
    const DIGITS_MAX: usize = 9;
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let number = |digits: &str| {
        let fits =
            (1..=DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| digits.parse::<u64>().ok()).flatten()
    };
    let places = 10_u64.pow(u32::try_from(part.len()).ok()?.min(9));
    number(whole)?.checked_mul(unit)?.checked_add(number(part)?.checked_mul(unit)? / places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(decimal("2.3", SECOND), Some(2_300_000_000));
        assert_eq!(decimal("500", MILLISECOND), Some(500_000_000));
        for wrong in ["", ".5", "1.", "-1", "1e3", "1.0000000001", "a"] {
            assert_eq!(decimal(wrong, SECOND), None, "{wrong}");
        }
    }
}
