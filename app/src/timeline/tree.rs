//! The branches as a tree: from which and when each began; changing to another one; their names.

use leptos::prelude::*;
use raft_core::tape::TAPE_BYTES_MAX;
use raft_core::units::Nanos;

use super::use_line;
use crate::browser::{focus, later};
use crate::session::{Label, Memory};
use crate::text::{self, time as words};

/// The greatest number of indented levels; deeper branches are not indented further.
const DEPTH_MAX: usize = 5;
const NAME_FIELD: &str = "branch-name";

/// A line of the tree.
#[derive(Clone, PartialEq)]
struct BranchRow {
    label: Label,
    until: Nanos,
    depth: usize,
    here: bool,
}

/// Sorts branches into a tree: each below the one from which it began.
fn tree(mut branches: Vec<BranchRow>) -> Vec<BranchRow> {
    #[allow(
        clippy::disallowed_methods,
        reason = "in the panels' file, which is loaded after the first view"
    )]
    branches.sort_by_key(|line| line.label.number);
    let mut sorted: Vec<BranchRow> = Vec::new();
    // A parent has a lower number, so it is placed before its children.
    for mut line in branches {
        let parent = line.label.from.map(|(parent, _)| parent);
        let above = sorted.iter().position(|known| Some(known.label.number) == parent);
        let place = match above {
            Some(above) => {
                line.depth = sorted[above].depth + 1;
                let below = sorted[above + 1..].iter().position(|known| known.depth <= sorted[above].depth);
                below.map_or(sorted.len(), |below| above + 1 + below)
            }
            None => sorted.len(),
        };
        sorted.insert(place, line);
    }
    sorted
}

/// The button with the number of branches, and the tree that it opens.
#[component]
pub fn Branches() -> impl IntoView {
    let line = use_line();
    let session = line.session;
    let open = RwSignal::new(false);
    let lines = Memo::new(move |_| {
        line.recorder.with_value(|recorder| {
            let left = recorder.left().into_iter().map(|branch| BranchRow {
                label: branch.label,
                until: branch.until,
                depth: 0,
                here: false,
            });
            let here = BranchRow { label: recorder.here(), until: 0, depth: 0, here: true };
            tree(left.chain([here]).collect())
        })
    });
    let close = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            open.set(false);
            focus("branches");
        }
    };
    let undoable =
        move || lines.with(|lines| lines.iter().find(|line| line.here && line.label.from.is_some()).cloned());
    view! {
        <span class="time-branches" on:keydown=close>
            <button type="button" class="btn plain" id="branches" data-testid="branches" aria-controls="branch-tree"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)>
                <svg class="ico" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
                    <path d="M5 4.500v7M5 11c0-3 6-1.5 6-5" />
                    <circle cx="5" cy="3" r="1.6" />
                    <circle cx="5" cy="13" r="1.6" />
                    <circle cx="11" cy="4.5" r="1.6" />
                </svg>
                {move || words::branch_count(lines.with(Vec::len))}
            </button>
            <div class="time-branch-tree" id="branch-tree" data-testid="branch-tree" role="group"
                aria-label=words::branches() hidden=move || !open.get()>
                <ul>
                    {move || lines.get().into_iter().map(|line| view! { <Entry line=line /> }).collect_view()}
                </ul>
                {move || lines.with(|lines| (lines.len() == 1).then(|| view! { <p class="faint">{words::no_other_branch()}</p> }))}
                {move || undoable().map(|here| view! {
                    <button type="button" class="btn" data-testid="undo-branch" aria-keyshortcuts="Z"
                        on:click=move |_| line.recorder.with_value(Memory::undo)>{words::undo(&here.label.name)}</button>
                })}
                {move || open.get().then(|| {
                    // The text changes constantly; updating it once a second is enough.
                    line.whole.track();
                    let held = line.recorder.with_value(|recorder| recorder.tape(|tape| (tape.bytes(), tape.begins_at())));
                    held.map(|(bytes, from)| {
                        let tenths = (bytes * 10) >> 20;
                        let megabytes = format!("{}.{}", tenths / 10, tenths % 10);
                        let text = words::recorded(&megabytes, TAPE_BYTES_MAX >> 20, text::seconds(from));
                        view! { <p class="faint" data-testid="recorded" data-bytes=bytes.to_string()>{text}</p> }
                    })
                })}
                <p class="faint" hidden=move || session.past.at.with(Option::is_none)>{text::in_the_past()}</p>
            </div>
        </span>
    }
}

/// A branch: the button that opens it, and its name.
#[component]
fn Entry(
    /// The branch.
    line: BranchRow,
) -> impl IntoView {
    let recorder = use_line().recorder;
    let whole = use_line().whole;
    let renaming = RwSignal::new(false);
    let Label { number, name, from } = line.label;
    let rename = move |text: String| {
        renaming.set(false);
        recorder.with_value(|recorder| recorder.rename(number, &text));
        later(0, move || focus(&format!("rename-{number}")));
    };
    let begins = text::seconds(from.map_or(0, |(_, at)| at));
    let span = move || {
        let until = if line.here { whole.with(|whole| whole.live) } else { line.until };
        words::from_until(&begins, text::seconds(until))
    };
    let is_here = line.here;
    let shown = name.clone();
    view! {
        <li class=format!("time-depth-{}", line.depth.min(DEPTH_MAX)) class:time-here=is_here data-testid=format!("branch-{number}")>
            {move || if renaming.get() {
                later(0, || focus(NAME_FIELD));
                view! {
                    <input type="text" class="input" id=NAME_FIELD data-testid=NAME_FIELD autocomplete="off"
                        aria-label=words::branch_name() maxlength="80" value=name.clone()
                        on:change=move |event| rename(event_target_value(&event))
                        on:keydown=move |event| {
                            match event.key().as_str() {
                                "Enter" => rename(event_target_value(&event)),
                                "Escape" => renaming.set(false),
                                _ => return,
                            }
                            // The key must not press the button that takes the focus next.
                            event.prevent_default();
                            event.stop_propagation();
                        } />
                }.into_any()
            } else {
                view! {
                    <button type="button" class="time-branch-name" data-testid=format!("go-branch-{number}")
                        aria-current=is_here.then_some("true")
                        prop:disabled=is_here
                        on:click=move |_| recorder.with_value(|recorder| recorder.return_to(number))>
                        {shown.clone()}
                    </button>
                    <button type="button" class="btn plain time-rename" id=format!("rename-{number}")
                        data-testid=format!("rename-branch-{number}") aria-label=words::rename(&shown)
                        title=words::rename(&shown)
                        on:click=move |_| renaming.set(true)>
                        <svg class="ico" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
                            <path d="M2 12l.8-3L9.5 2.200l2.3 2.300L5 11.200z" />
                        </svg>
                    </button>
                }.into_any()
            }}
            <span class="faint">{span}{is_here.then(|| view! { " · " <b>{words::is_here()}</b> })}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_stands_below_the_one_it_began_from() {
        let line = |number, from: Option<u32>| BranchRow {
            label: Label { number, name: number.to_string(), from: from.map(|from| (from, 0)) },
            until: 0,
            depth: 0,
            here: false,
        };
        let lines =
            tree(vec![line(3, Some(1)), line(1, None), line(4, Some(2)), line(2, Some(1)), line(6, Some(5))]);
        let shown: Vec<(u32, usize)> = lines.iter().map(|line| (line.label.number, line.depth)).collect();
        assert_eq!(shown, [(1, 0), (2, 1), (4, 2), (3, 1), (6, 0)], "the parent of 6 is not kept");
    }
}
