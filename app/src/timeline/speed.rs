//! The speed: a slider on a scale of powers of ten, and a field for an exact value.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::state::use_page;
use crate::text::time as words;
use crate::time::{REAL_TIME, SPEED_MAX, SPEED_MIN};

/// The steps of the slider in a power of ten, in hundredths: each about a quarter more than the one before.
/// Below real time they apply to the divisor, so that each has a short name.
const STEPS: [u64; 10] = [100, 125, 150, 200, 250, 300, 400, 500, 600, 800];
/// The number of powers of ten from the slowest speed to the fastest.
const DECADES: u64 = 5;
/// The last position of the slider.
const LAST: u64 = DECADES * STEPS.len() as u64;

/// Returns the speed at a position of the slider.
fn speed_at(place: u64) -> u64 {
    let place = place.min(LAST);
    let real = STEPS.len() as u64 * 3;
    if place >= real {
        let (decade, step) = ((place - real) / 10, (place - real) % 10);
        REAL_TIME / 100 * STEPS[step as usize] * 10u64.pow(decade as u32)
    } else {
        let (decade, step) = ((real - place) / 10, (real - place) % 10);
        REAL_TIME * 100 / (STEPS[step as usize] * 10u64.pow(decade as u32))
    }
}

/// Returns the position of the slider nearest to a speed.
fn place_of(speed: u64) -> u64 {
    let far = |place: &u64| {
        let there = speed_at(*place);
        // The factor between the two, in thousandths.
        there.max(speed) * 1_000 / there.min(speed).max(1)
    };
    (0..=LAST).min_by_key(far).unwrap_or(0)
}

/// Reads a speed as typed: `1/20`, `0.05`, `20x`, `2.5`.
fn parse(typed: &str) -> Option<u64> {
    let text = typed.trim().trim_end_matches(['x', 'X', '×']).trim_end();
    let speed = match text.split_once('/') {
        Some((above, below)) => millionths(above)?.checked_mul(REAL_TIME)?.checked_div(millionths(below)?)?,
        None => millionths(text)?,
    };
    (SPEED_MIN..=SPEED_MAX).contains(&speed).then_some(speed)
}

/// Reads a decimal number. Returns it in millionths.
fn millionths(text: &str) -> Option<u64> {
    const DIGITS: usize = 6;
    let (whole, part) = text.trim().split_once(['.', ',']).unwrap_or((text.trim(), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > DIGITS || whole.is_empty() && part.is_empty() {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: u64 = format!("{part:0<DIGITS$}").parse().ok()?;
    whole.checked_mul(REAL_TIME)?.checked_add(part)
}

/// The control of the speed.
#[component]
pub fn Speed() -> impl IntoView {
    let page = use_page();
    let playback = page.playback;
    let slide = move |event| {
        if let Ok(place) = event_target_value(&event).parse() {
            playback.set_speed(speed_at(place));
        }
    };
    let type_in = move |event: web_sys::Event| {
        let typed = event_target_value(&event);
        match parse(&typed) {
            Some(speed) => playback.set_speed(speed),
            None => {
                page.session.tell(words::wrong_speed(&typed), true);
                // The field shows the current speed again.
                if let Some(field) =
                    event.target().and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok())
                {
                    field.set_value(&words::speed_name(playback.speed.get_untracked()));
                }
            }
        }
    };
    let bounds =
        [("0", "1/1000"), ("10", "1/100"), ("20", "1/10"), ("30", "1x"), ("40", "10x"), ("50", "100x")];
    view! {
        <span class="time-speed" role="group" aria-label=words::speed() title=words::speed_hint()>
            <input type="range" data-testid="speed" min="0" max=LAST.to_string() step="1" list="speeds" aria-label=words::speed()
                aria-valuetext=move || words::speed_in_words(playback.speed.get())
                prop:value=move || place_of(playback.speed.get()).to_string() on:input=slide />
            <datalist id="speeds">
                {bounds.map(|(place, name)| view! { <option value=place label=name></option> }).collect_view()}
            </datalist>
            <input type="text" class="input" data-testid="speed-value" autocomplete="off" spellcheck="false" aria-label=words::speed_value()
                prop:value=move || words::speed_name(playback.speed.get()) on:change=type_in />
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_of_the_slider_is_found_again() {
        for place in 0..=LAST {
            assert_eq!(place_of(speed_at(place)), place);
        }
        assert_eq!((speed_at(0), speed_at(LAST)), (SPEED_MIN, SPEED_MAX));
        assert_eq!(words::speed_name(speed_at(17)), "1/20");
        assert_eq!(words::speed_name(speed_at(30)), "1x");
        assert_eq!(words::speed_name(speed_at(31)), "1.25x");
    }

    #[test]
    fn a_name_is_understood_as_its_speed() {
        for typed in ["1/20", "0.05", " 1 / 20x", "0,05", ".05"] {
            assert_eq!(parse(typed), Some(50_000), "{typed}");
        }
        assert_eq!(parse("1/300"), Some(3_333));
        assert_eq!(words::speed_name(3_333), "1/300");
        for wrong in ["", "x", "1/0", "0", "101", "1/1001", "fast", "1/2/3", "-1", "."] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
