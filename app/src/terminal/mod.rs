//! The terminals: `etcdctl` on every node, in the page.
//!
//! This room is a lazy part of the page: other rooms use only [`TerminalPanel`]. [`terminals`] holds the
//! terminals and the running commands, and is a driver of the session; [`screen`] is the output of a
//! terminal; [`pane`] is one terminal on the page, [`prompt`] its input line; [`words`] has the sentences and
//! the examples.

mod doing;
mod help;
mod pane;
mod prompt;
mod screen;
mod shell;
mod terminals;
mod words;

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use raft_core::cluster::Cluster;
use raft_core::units::NodeId;

use crate::browser::{focus, later, media_signal};
use crate::session::DriverKind;
use crate::state::{Page, use_page};
use crate::text::terminal as labels;
use help::Help;
use pane::Pane;
use terminals::{TerminalDriver, Terminals};

/// A text to insert into a terminal.
#[derive(Clone)]
struct Insertion {
    /// The index of the terminal.
    terminal: usize,
    text: String,
    /// Whether the text is run, or only inserted.
    runs: bool,
}

/// The state that the parts of this room share.
#[derive(Clone, Copy)]
struct Bench {
    page: Page,
    terminals: StoredValue<Rc<RefCell<Terminals>>, LocalStorage>,
    /// The terminals by index: node and name.
    open: RwSignal<Vec<(NodeId, String)>>,
    /// The indexes of terminals, the most recently used first.
    recent: RwSignal<Vec<usize>>,
    /// The number of terminals shown side by side.
    columns: Memo<usize>,
    insertion: RwSignal<Option<Insertion>>,
    help: RwSignal<bool>,
}

impl Bench {
    /// Reads the terminals, or changes what they keep for the page.
    fn terminals<T>(&self, look: impl FnOnce(&mut Terminals) -> T) -> T {
        self.terminals.with_value(|terminals| look(&mut terminals.borrow_mut()))
    }

    /// Lets the terminals act on the cluster now, and shows the request that they made.
    fn act(&self, act: impl FnOnce(&mut Terminals, &mut Cluster)) {
        let terminals = self.terminals.get_value();
        self.page.session.take_over();
        self.page.session.drive(|cluster| act(&mut terminals.borrow_mut(), cluster));
    }

    /// Opens another terminal on a node, and shows it.
    fn open(&self, node: NodeId) -> usize {
        let (at, name) = self.terminals(|terminals| {
            let at = terminals.open(node);
            (at, terminals.shell(at).map(|shell| shell.name.clone()).unwrap_or_default())
        });
        self.open.update(|open| open.push((node, name)));
        at
    }

    /// Brings a terminal into view.
    fn show(&self, at: usize) {
        self.recent.update(|recent| {
            recent.retain(|known| *known != at);
            recent.insert(0, at);
        });
    }

    fn is_shown(&self, at: usize) -> bool {
        let columns = self.columns.get();
        self.recent.with(|recent| recent.iter().take(columns).any(|known| *known == at))
    }

    /// Returns the index of the most recently used terminal.
    fn current(&self) -> usize {
        self.recent.with_untracked(|recent| recent.first().copied().unwrap_or(0))
    }
}

/// The panel of all terminals.
#[component]
pub fn TerminalPanel() -> impl IntoView {
    let page = use_page();
    let terminals = Rc::new(RefCell::new(Terminals::new(page.session.journal())));
    page.session.accompany(DriverKind::Terminals, TerminalDriver(terminals.clone()));
    let (two, three) = (media_signal("(min-width: 1240px)"), media_signal("(min-width: 1800px)"));
    let bench = Bench {
        page,
        terminals: StoredValue::new_local(terminals),
        open: RwSignal::default(),
        recent: RwSignal::new(vec![0, 1, 2]),
        columns: Memo::new(move |_| 1 + usize::from(two.get()) + usize::from(three.get())),
        insertion: RwSignal::new(None),
        help: RwSignal::new(false),
    };
    provide_context(bench);
    let members =
        Memo::new(move |_| page.session.view.with(|view| view.nodes.last().map_or(0, |node| node.id)));
    Effect::new(move |_| {
        let known = bench.open.with_untracked(|open| open.iter().map(|(node, _)| *node).max().unwrap_or(0));
        (known + 1..=members.get()).for_each(|node| {
            bench.open(node);
        });
    });
    // Requests of commands are followed like those of the panels.
    Effect::new(move |_| {
        page.session.clock.track();
        if let Some(request) = bench.terminals(Terminals::take_newest)
            && page.session.shown_request.get_untracked() != Some(request)
        {
            page.session.shown_request.set(Some(request));
        }
    });
    // If a key opened the panel and nothing else has the focus, the prompt takes it.
    later(0, || {
        if document().active_element().is_none_or(|element| element.tag_name() == "BODY") {
            focus("prompt-0");
        }
    });
    view! {
        <div class="terminal-all" data-testid="terminals">
            <Tabs members=members />
            <div class="terminal-bench">
                {move || bench.help.get().then(|| view! { <Help /> })}
                <div class="terminal-panes">
                    <For each=move || bench.open.get().into_iter().enumerate() key=|(at, _)| *at let((at, (node, name)))>
                        <Pane at=at node=node name=name members=members />
                    </For>
                </div>
            </div>
        </div>
    }
}

/// The tabs that choose which terminals are shown.
#[component]
fn Tabs(members: Memo<NodeId>) -> impl IntoView {
    let bench = expect_context::<Bench>();
    let go = move |at: usize| {
        bench.show(at);
        later(0, move || focus(&format!("prompt-{at}")));
    };
    let one_more = move |_| {
        let node = bench.open.with_untracked(|open| open.get(bench.current()).map_or(1, |(node, _)| *node));
        go(bench.open(node));
    };
    view! {
        <div class="terminal-tabs" role="group" aria-label=labels::in_view()>
            <For each=move || bench.open.get().into_iter().enumerate() key=|(at, _)| *at let((at, (node, name)))>
                <button type="button" class="pill" data-testid=format!("terminal-tab-{}", at + 1)
                    hidden=move || { members.get() < node }
                    aria-pressed=move || bench.is_shown(at).to_string()
                    on:click=move |_| go(at)>
                    {name}
                </button>
            </For>
            <button type="button" class="pill" data-testid="terminal-more" title=labels::one_more()
                aria-label=labels::one_more() on:click=one_more>"+"</button>
            <span class="spacer"></span>
            <button type="button" class="pill" data-testid="terminal-help" aria-expanded=move || bench.help.get().to_string()
                on:click=move |_| bench.help.update(|shown| *shown = !*shown)>
                {labels::what_can_i_type()}
            </button>
        </div>
    }
}
