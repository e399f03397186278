//! A dial: a number in a field, with a slider beside it.

use leptos::prelude::*;

use crate::kit::Term;
use crate::text::dials as words;

/// The positions of a slider, in the unit of its dial. Values between them are typed.
pub type Stops = &'static [u64];

/// Times in milliseconds, from 0 to the longest that is accepted.
pub const TIMES: Stops = &[
    0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000,
    5_000, 7_000, 10_000,
];
/// Election timeouts, in milliseconds.
pub const TIMEOUTS: Stops = &[
    10, 20, 30, 50, 70, 100, 150, 200, 300, 400, 500, 700, 1_000, 1_500, 2_000, 2_500, 3_000, 5_000, 7_000,
    10_000, 20_000, 30_000, 60_000,
];
/// Shares of all messages, in percent.
pub const SHARES: Stops = &[0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100];
/// Sizes of a cluster, in nodes.
pub const SIZES: Stops = &[1, 2, 3, 4, 5, 6, 7, 8, 9];
/// Numbers of entries.
pub const COUNTS: Stops = &[0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// The description of a dial.
#[derive(Clone, Copy)]
pub struct DialKind {
    /// The id on the page.
    pub id: &'static str,
    /// The name.
    pub name: &'static str,
    /// The glossary entry.
    pub term: Option<&'static str>,
    /// The unit, if it has one.
    pub unit: &'static str,
    /// The positions of the slider; if empty, there is no slider.
    pub stops: Stops,
}

/// A number that is typed or set with a slider.
#[component]
pub fn Dial(
    kind: DialKind,
    /// What was typed. It stays as it is, even if it is not a number.
    text: RwSignal<String>,
    /// Whether this dial is the cause of an error in the settings.
    wrong: Signal<bool>,
) -> impl IntoView {
    let DialKind { id, name, term, unit, stops } = kind;
    let at = move || text.with(|text| nearest(stops, whole_part(text)));
    let spoken = move || text.with(|text| format!("{} {unit}", text.trim()));
    let label = format!("{name} {unit}");
    view! {
        <div class="settings-dial">
            <span class="settings-name">
                {match term {
                    Some(id) => view! { <Term id=id>{name}</Term> }.into_any(),
                    None => view! { {name} }.into_any(),
                }}
            </span>
            <span class="settings-value">
                <input class="input" id=id data-testid=id type="text" inputmode="decimal" autocomplete="off" aria-label=label.clone()
                    aria-invalid=move || wrong.get().to_string() aria-describedby="settings-verdict"
                    prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event)) />
                <span class="settings-unit">{unit}</span>
            </span>
            {(!stops.is_empty()).then(|| view! {
                <input class="settings-slider" data-testid=format!("{id}-slider") type="range" min="0"
                    max=(stops.len() - 1).to_string() step="1"
                    aria-label=label aria-valuetext=spoken prop:value=move || at().to_string()
                    on:input=move |event| {
                        let chosen = event_target_value(&event).parse().ok().and_then(|at: usize| stops.get(at));
                        if let Some(value) = chosen {
                            text.set(value.to_string());
                        }
                    } />
            })}
        </div>
    }
}

fn whole_part(text: &str) -> u64 {
    text.trim().split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or(0)
}

/// Returns the index of the stop nearest to a value.
fn nearest(stops: Stops, value: u64) -> usize {
    let distances = stops.iter().enumerate().map(|(at, stop)| (stop.abs_diff(value), at));
    distances.min().map_or(0, |(_, at)| at)
}

/// Reads a whole number as typed.
///
/// # Errors
/// Returns a message that names `typed` and the accepted form if it is not a whole number.
pub fn whole(name: &'static str, typed: &str) -> Result<u64, String> {
    typed.trim().parse().map_err(|_| words::whole(name, typed.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slider_stands_at_the_stop_next_to_what_was_typed() {
        assert_eq!(TIMES[nearest(TIMES, 52)], 50);
        assert_eq!(SIZES[nearest(SIZES, 0)], 1);
        assert_eq!(SIZES[nearest(SIZES, 90)], 9);
    }
}
