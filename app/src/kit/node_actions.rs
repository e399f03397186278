//! The buttons of what can be done to a node.

use leptos::prelude::*;
use raft_core::model::{Action, Process};
use raft_core::units::NodeId;

use crate::state::Page;
use crate::text::{self, node as words};

/// What can be done to a node.
#[component]
pub fn Actions(page: Page, id: NodeId, process: Process) -> impl IntoView {
    let up = process.is_up();
    let paused = process == Process::Paused;
    // A disabled button keeps its label and says why.
    let waits = process == Process::Announced;
    let is_down = (!up).then_some(if waits { words::never_started() } else { words::is_down() });
    let actions: [(&str, &str, &str, Action, Option<&str>); 9] = [
        ("crash", words::crash(), "K", Action::Crash(id), is_down),
        (
            "stop",
            words::stop(),
            "S",
            Action::Stop(id),
            is_down.or(paused.then_some(words::paused_cannot_stop())),
        ),
        ("restart", if waits { words::start() } else { words::restart() }, "R", Action::Restart(id), None),
        ("pause", words::pause(), "U", Action::Pause(id), is_down.or(paused.then_some(words::is_paused()))),
        ("resume", words::resume(), "U", Action::Resume(id), (!paused).then_some(words::is_not_paused())),
        ("isolate", words::isolate(), "I", Action::Isolate(id), None),
        ("campaign", words::campaign(), "C", Action::Campaign(id), is_down),
        ("transfer", words::transfer(), "T", Action::Transfer(id), is_down),
        ("wipe", words::wipe(), "", Action::Wipe(id), waits.then_some(words::never_started())),
    ];
    view! {
        <div class="row actions" role="group" aria-label=words::actions(id)>
            {actions.into_iter().map(|(name, label, key, action, why_not)| {
                let title = why_not.map_or(if key.is_empty() { label.to_owned() } else { words::with_key(label, key) }, |why| words::why_not(label, why));
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
