//! The numbers of a run and their meaning.

use leptos::prelude::*;
use raft_core::chaos::{End, Goal, Level, Score};

use super::run::{ChaosState, Ending};
use crate::text::{self, chaos as words};

/// Returns the name of a level.
pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::Calm => words::calm(),
        Level::Rough => words::rough(),
        Level::Hostile => words::hostile(),
    }
}

/// Returns a goal in words.
pub fn goal_text(goal: Goal) -> String {
    words::goal(goal.writes, text::seconds(goal.unavailable))
}

/// Returns a number of a score together with its goal, in words.
type Read = fn(&Score, Goal) -> String;

/// The numbers, each beside its goal.
#[component]
pub fn Numbers(state: Memo<Option<ChaosState>>) -> impl IntoView {
    let number = move |read: Read| {
        move || {
            state.with(|state| {
                let goal = |state: &ChaosState| state.plan.level.goal(state.plan.length);
                state.as_ref().map(|state| read(&state.score, goal(state)))
            })
        }
    };
    let rows: [(&str, &str, Read); 6] = [
        ("writes", words::writes(), |score, goal| words::of(score.writes, goal.writes)),
        ("served", words::served(), |score, _| score.served.to_string()),
        ("unserved", words::unserved(), |score, _| words::refused_and_unknown(score.refused, score.unknown)),
        ("unavailable", words::unavailable(), |score, goal| {
            let at_most = words::at_most(text::seconds(score.unavailable), text::seconds(goal.unavailable));
            words::longest(at_most, text::seconds(score.longest))
        }),
        ("faults", words::faults(), |score, _| score.faults.to_string()),
        ("violations", words::violations(), |score, _| match score.violations {
            0 => words::none().to_owned(),
            count => count.to_string(),
        }),
    ];
    view! {
        <dl class="chaos-score" data-testid="chaos-score">
            {rows.map(|(id, name, read)| view! {
                <dt>{name}</dt>
                <dd data-testid=format!("chaos-{id}")>{number(read)}</dd>
            })}
        </dl>
    }
}

/// Returns the end of a run in words.
pub fn ending(state: &ChaosState, end: Ending) -> String {
    let score = &state.score;
    let goal = state.plan.level.goal(state.plan.length);
    let (writes, lack) = (score.writes, text::seconds(score.unavailable));
    match end {
        Ending::Left => words::left(text::seconds(state.so_far), writes, lack),
        Ending::Ended(End::Stopped) => words::stopped(text::seconds(state.so_far), writes, lack),
        _ if score.violations > 0 => words::violated(score.violations),
        Ending::Ended(End::Stuck) => words::stuck().to_owned(),
        Ending::Ended(End::Recovered(after)) if goal.is_met(score) => {
            words::met(writes, lack, text::seconds(after))
        }
        Ending::Ended(End::Recovered(after)) => words::missed(writes, lack, text::seconds(after)),
    }
}
