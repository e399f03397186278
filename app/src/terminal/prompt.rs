//! The prompt of a terminal: editing is the browser's own; history and completion are added.

use leptos::html;
use leptos::prelude::*;
use raft_core::cluster::Cluster;
use raft_core::etcdctl::{Completion, Known, complete};
use raft_core::units::NodeId;
use web_sys::HtmlTextAreaElement;

use super::doing::Doing;
use super::{Bench, Insertion};
use crate::browser::{copy_marked, later};
use crate::text::terminal as labels;

/// What the keys of a prompt act on.
#[derive(Clone, Copy)]
struct PromptLine {
    bench: Bench,
    at: usize,
    node: NodeId,
    field: NodeRef<html::Textarea>,
    choices: RwSignal<Completion>,
    /// Whether the next Tab leaves the prompt.
    leaves: RwSignal<bool>,
    /// The text of a history search.
    search: RwSignal<Option<String>>,
    said: RwSignal<String>,
}

/// The prompt of a terminal.
#[component]
pub fn Prompt(at: usize, node: NodeId, doing: RwSignal<Doing>, said: RwSignal<String>) -> impl IntoView {
    let bench = expect_context::<Bench>();
    let line = PromptLine {
        bench,
        at,
        node,
        field: NodeRef::new(),
        choices: RwSignal::default(),
        leaves: RwSignal::new(false),
        search: RwSignal::default(),
        said,
    };
    // An example was pressed.
    Effect::new(move |_| {
        let Some(Insertion { text, runs, .. }) = bench.insertion.get().filter(|wanted| wanted.terminal == at)
        else {
            return;
        };
        bench.insertion.set(None);
        if runs {
            line.run(&text);
        } else {
            line.put(&text);
        }
        later(0, move || crate::browser::focus(&format!("prompt-{at}")));
    });
    let busy = Memo::new(move |_| doing.with(|doing| doing.running.as_ref().map(|front| front.reads)));
    let prompt = move || match busy.get() {
        Some(_) => "… ".to_owned(),
        None if doing.with(|doing| doing.open) => "> ".to_owned(),
        None => format!("node{node}@cluster$ "),
    };
    let hint = move || match (busy.get(), line.search.get()) {
        (_, Some(wanted)) => labels::searching(wanted),
        (Some(true), _) => labels::for_the_command().to_owned(),
        (Some(false), _) => labels::waits_until_ended().to_owned(),
        (None, _) if line.leaves.get() => labels::tab_leaves().to_owned(),
        (None, _) => labels::hint().to_owned(),
    };
    view! {
        <form class="terminal-row" on:submit=move |event| {
            event.prevent_default();
            line.submit();
        }>
            <label for=format!("prompt-{at}") class="terminal-prompt">{prompt}</label>
            <textarea id=format!("prompt-{at}") class="terminal-field" data-testid=format!("prompt-{}", at + 1) node_ref=line.field rows="1"
                autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go" aria-label=labels::command_line(node)
                aria-describedby=format!("hint-{at}")
                on:focus=move |_| if bench.current() != at { bench.show(at) }
                on:input=move |_| line.edited()
                on:keydown=move |event| line.key(&event)></textarea>
            <span class="terminal-touch">
                <button type="button" class="tool" aria-label=labels::complete() on:click=move |_| line.complete()>{labels::tab()}</button>
                <button type="button" class="tool" aria-label=labels::earlier_line() on:click=move |_| line.walk(true)>"↑"</button>
                <button type="button" class="tool" aria-label=labels::later_line() on:click=move |_| line.walk(false)>"↓"</button>
                <button type="submit" class="tool">{labels::run()}</button>
            </span>
        </form>
        {move || line.choices.with(|found| (!found.choices.is_empty()).then(|| choices(line, found)))}
        <p class="terminal-hint" id=format!("hint-{at}")>{hint}</p>
    }
}

fn choices(line: PromptLine, found: &Completion) -> impl IntoView + use<> {
    let from = found.from;
    let more = found.more;
    let buttons = found.choices.clone().into_iter().map(|choice| {
        let insert = choice.insert;
        view! {
            <button type="button" class="terminal-choice" title=choice.about.clone() on:click=move |_| line.choose(from, &insert)>
                {choice.text}
            </button>
        }
    });
    view! {
        <div class="terminal-choices" role="group" aria-label=labels::may_stand_here() data-testid=format!("choices-{}", line.at + 1)>
            {buttons.collect_view()}
            {more.then(labels::and_more)}
        </div>
    }
}

impl PromptLine {
    fn with(&self, act: impl FnOnce(&HtmlTextAreaElement)) {
        if let Some(field) = self.field.get_untracked() {
            act(&field);
        }
    }

    fn text(&self) -> String {
        self.field.get_untracked().map(|field| field.value()).unwrap_or_default()
    }

    /// Returns the position of the caret, in bytes.
    fn caret(&self) -> usize {
        let text = self.text();
        let units = self.field.get_untracked().and_then(|field| field.selection_end().ok().flatten());
        let mut left = units.map_or(usize::MAX, |units| units as usize);
        text.char_indices()
            .find(|(_, c)| {
                let here = left == 0;
                left = left.saturating_sub(c.len_utf16());
                here
            })
            .map_or(text.len(), |(at, _)| at)
    }

    fn put(&self, text: &str) {
        self.put_at(text, text.len());
    }

    /// Sets the text, and the position of the caret in bytes.
    fn put_at(&self, text: &str, caret: usize) {
        let units = text.get(..caret).unwrap_or(text).encode_utf16().count() as u32;
        self.with(|field| {
            field.set_value(text);
            // It fails only for fields without a caret.
            let _set = field.set_selection_range(units, units);
        });
        self.grow();
    }

    /// Sets the number of rows to that of the lines.
    fn grow(&self) {
        const ROWS_MAX: usize = 8;
        let rows = self.text().split('\n').count().min(ROWS_MAX);
        self.with(|field| field.set_rows(rows as u32));
    }

    fn edited(&self) {
        self.grow();
        self.calm();
        self.bench.terminals(|terminals| terminals.shell_mut(self.at).map(|shell| shell.history.leave()));
    }

    /// Clears the choices, the search and the mark that Tab leaves the prompt.
    fn calm(&self) {
        if self.choices.with_untracked(|found| !found.choices.is_empty()) {
            self.choices.set(Completion::default());
        }
        if self.search.with_untracked(Option::is_some) {
            self.search.set(None);
        }
        if self.leaves.get_untracked() {
            self.leaves.set(false);
        }
    }

    fn submit(&self) {
        let text = self.text();
        self.put("");
        self.run(&text);
    }

    fn run(&self, text: &str) {
        self.calm();
        self.bench.act(|terminals, cluster| terminals.enter(cluster, self.at, text));
    }

    fn key(&self, event: &web_sys::KeyboardEvent) {
        if event.is_composing() || event.alt_key() || event.meta_key() {
            return;
        }
        let key = event.key();
        let taken = if event.ctrl_key() { self.control(&key) } else { self.plain(&key, event.shift_key()) };
        if taken {
            event.prevent_default();
        }
        // The prompt handles Esc itself: it does not leave the field.
        if key == "Escape" {
            event.stop_propagation();
        }
    }

    /// Handles a key without Ctrl. Returns true when it was meant for the terminal.
    fn plain(&self, key: &str, shift: bool) -> bool {
        match key {
            "Enter" if !shift => self.submit(),
            "Tab" if !shift && !self.leaves.get_untracked() && !self.text().is_empty() => self.complete(),
            "Escape" => {
                let draft = self.bench.terminals(|terminals| terminals.shell_mut(self.at)?.history.leave());
                if self.search.with_untracked(Option::is_some)
                    && let Some(draft) = draft
                {
                    self.put(&draft);
                }
                self.calm();
                self.leaves.set(true);
            }
            "ArrowUp" if !self.text()[..self.caret()].contains('\n') => self.walk(true),
            "ArrowDown" if !self.text()[self.caret()..].contains('\n') => self.walk(false),
            _ => return false,
        }
        true
    }

    /// Handles a key with Ctrl. Returns true when it was meant for the terminal.
    fn control(&self, key: &str) -> bool {
        let (text, caret) = (self.text(), self.caret());
        match key {
            "c" => {
                let marked = self.field.get_untracked().is_some_and(|field| {
                    let ends = (field.selection_start().ok().flatten(), field.selection_end().ok().flatten());
                    ends.0 != ends.1
                });
                let selection = window().get_selection().ok().flatten();
                if marked || selection.is_some_and(|selection| !selection.is_collapsed()) {
                    return false;
                }
                self.put("");
                self.calm();
                self.bench.act(|terminals, cluster| terminals.interrupt(cluster, self.at, &text));
            }
            "d" if text.is_empty() => {
                self.bench.act(|terminals, cluster| terminals.end_input(cluster, self.at))
            }
            "l" => {
                self.bench.terminals(|terminals| terminals.clear(self.at));
                self.bench.page.session.pump();
            }
            "r" => {
                let found = self.bench.terminals(|terminals| {
                    let history = &mut terminals.shell_mut(self.at)?.history;
                    let found = history.search(&text);
                    Some((found, history.wanted().map(str::to_owned)))
                });
                let (found, wanted) = found.unwrap_or_default();
                match found {
                    Some(found) => self.put(&found),
                    None => self.said.set(labels::no_earlier_line().to_owned()),
                }
                self.search.set(wanted);
            }
            "u" => self.put_at(&text[caret..], 0),
            "k" => self.put(&text[..caret]),
            "a" => self.put_at(&text, 0),
            "e" => self.put(&text),
            _ => return false,
        }
        true
    }

    fn walk(&self, older: bool) {
        let text = self.text();
        let found = self.bench.terminals(|terminals| {
            let history = &mut terminals.shell_mut(self.at)?.history;
            if older { history.older(&text) } else { history.newer() }
        });
        self.calm();
        if let Some(found) = found {
            self.put(&found);
        }
    }

    fn complete(&self) {
        let (text, caret) = (self.text(), self.caret());
        let files = self.bench.terminals(|terminals| terminals.files(self.at));
        let found = self
            .bench
            .page
            .session
            .look(|cluster| complete(&text[..caret], &Around { cluster, node: self.node, files }));
        if let Some(insert) = &found.insert {
            self.choose(found.from, insert);
        }
        let count = found.choices.len();
        self.said.set(match (count, &found.insert) {
            (0, Some(insert)) => insert.clone(),
            (0, None) => labels::nothing_completes().to_owned(),
            _ => labels::ways(count),
        });
        self.choices.set(found);
    }

    /// Replaces the word before the caret by a choice.
    fn choose(&self, from: usize, insert: &str) {
        let (text, caret) = (self.text(), self.caret());
        let (Some(before), Some(after)) = (text.get(..from), text.get(caret.max(from)..)) else { return };
        self.put_at(&format!("{before}{insert}{after}"), before.len() + insert.len());
        self.choices.set(Completion::default());
        self.with(|field| {
            let _focused = field.focus();
        });
    }
}

/// The sources of completion: the terminal's own node, and the files of its machine.
struct Around<'a> {
    cluster: &'a Cluster,
    node: NodeId,
    files: Vec<String>,
}

impl Known for Around<'_> {
    fn keys(&self, prefix: &[u8], limit: usize) -> Vec<Vec<u8>> {
        self.cluster.keys_of(self.node, prefix, limit)
    }

    fn leases(&self) -> Vec<String> {
        const LEASES: usize = 40;
        self.cluster.lease_ids(LEASES).into_iter().map(|id| format!("{id:x}")).collect()
    }

    fn files(&self) -> Vec<String> {
        self.files.clone()
    }

    fn members(&self) -> Vec<(String, String)> {
        let places = self.cluster.directory().places;
        places.into_iter().map(|place| (place.client_address, format!("{:x}", place.member_id))).collect()
    }
}

/// Copies the output of a terminal; where the browser forbids it, the text stays marked for the person to
/// copy.
pub fn copy(log: NodeRef<html::Div>, said: RwSignal<String>) {
    let selection = window().get_selection().ok().flatten();
    let (Some(selection), Some(log)) = (selection, log.get_untracked()) else { return };
    // It fails only for elements of another document.
    let _marked = selection.select_all_children(&log);
    if copy_marked() {
        // It fails only where nothing is marked.
        let _unmarked = selection.remove_all_ranges();
        said.set(labels::copied().to_owned());
    } else {
        said.set(labels::no_clipboard().to_owned());
    }
}
