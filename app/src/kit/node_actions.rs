//! The buttons that act on a node.

use leptos::prelude::*;
use raft_core::model::{Action, Process};
use raft_core::units::NodeId;

use crate::state::Page;
use crate::text::{self, node as words};

/// A button that acts on a node.
struct Button {
    /// The name for tests.
    name: &'static str,
    label: &'static str,
    /// The key that does the same; empty if there is none.
    key: &'static str,
    action: Action,
    /// The reason why the button is disabled, if it is.
    why_not: Option<&'static str>,
}

/// Returns the buttons for a node in this state.
fn buttons(id: NodeId, process: Process) -> [Button; 9] {
    let up = process.is_up();
    let paused = process == Process::Paused;
    // A disabled button keeps its label and gives the reason.
    let waits = process == Process::Announced;
    let is_down = (!up).then_some(if waits { words::never_started() } else { words::is_down() });
    let button = |name, label, key, action, why_not| Button { name, label, key, action, why_not };
    [
        button("crash", words::crash(), "K", Action::Crash(id), is_down),
        button(
            "stop",
            words::stop(),
            "S",
            Action::Stop(id),
            is_down.or(paused.then_some(words::paused_cannot_stop())),
        ),
        button(
            "restart",
            if waits { words::start() } else { words::restart() },
            "R",
            Action::Restart(id),
            None,
        ),
        button(
            "pause",
            words::pause(),
            "U",
            Action::Pause(id),
            is_down.or(paused.then_some(words::is_paused())),
        ),
        button(
            "resume",
            words::resume(),
            "U",
            Action::Resume(id),
            (!paused).then_some(words::is_not_paused()),
        ),
        button("isolate", words::isolate(), "I", Action::Isolate(id), None),
        button("campaign", words::campaign(), "C", Action::Campaign(id), is_down),
        button("transfer", words::transfer(), "T", Action::Transfer(id), is_down),
        button("wipe", words::wipe(), "", Action::Wipe(id), waits.then_some(words::never_started())),
    ]
}

/// The buttons that act on a node.
#[component]
pub fn Actions(page: Page, id: NodeId, process: Process) -> impl IntoView {
    view! {
        <div class="row actions" role="group" aria-label=words::actions(id)>
            {buttons(id, process).into_iter().map(|Button { name, label, key, action, why_not }| {
                let title = match why_not {
                    Some(why) => words::why_not(label, why),
                    None if key.is_empty() => label.to_owned(),
                    None => words::with_key(label, key),
                };
                view! {
                    <button class="btn" data-testid=name title=title.clone() aria-disabled=why_not.is_some().to_string()
                        aria-label=title
                        on:click=move |_| {
                            match why_not {
                                Some(why) => page.session.tell(text::sentence(&words::refused(id, why)), false),
                                None => {
                                    page.session.act(action.clone());
                                }
                            }
                        }>
                        {label}
                    </button>
                }
            }).collect_view()}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names of the actions that a node in this state refuses.
    fn refused(process: Process) -> Vec<&'static str> {
        buttons(2, process)
            .into_iter()
            .filter(|button| button.why_not.is_some())
            .map(|button| button.name)
            .collect()
    }

    #[test]
    fn everything_but_resuming_can_be_done_to_a_node_that_runs() {
        assert_eq!(refused(Process::Running), ["resume"]);
    }

    #[test]
    fn a_paused_node_must_be_resumed_before_it_stops_in_order() {
        assert_eq!(refused(Process::Paused), ["stop", "pause"]);
        let stop = buttons(2, Process::Paused).into_iter().find(|button| button.name == "stop");
        assert_eq!(stop.and_then(|button| button.why_not), Some(words::paused_cannot_stop()));
    }

    #[test]
    fn a_node_that_is_down_can_be_restarted_isolated_and_wiped() {
        let down = ["crash", "stop", "pause", "resume", "campaign", "transfer"];
        assert_eq!(refused(Process::Crashed), down);
        assert_eq!(refused(Process::Stopped), down);
    }

    #[test]
    fn a_member_that_was_never_started_is_started_and_has_no_disk_to_wipe() {
        assert_eq!(
            refused(Process::Announced),
            ["crash", "stop", "pause", "resume", "campaign", "transfer", "wipe"]
        );
        let label = |process| buttons(2, process)[2].label;
        assert_eq!((label(Process::Announced), label(Process::Crashed)), (words::start(), words::restart()));
    }

    #[test]
    fn each_deed_is_done_to_the_node_whose_buttons_they_are() {
        let actions = buttons(4, Process::Running).map(|button| button.action);
        assert_eq!(actions[0], Action::Crash(4));
        assert_eq!(actions[7], Action::Transfer(4));
    }
}
