//! One terminal on the page: its screen, its activity and its prompt.

use leptos::html;
use leptos::prelude::*;
use raft_core::units::NodeId;

use super::Bench;
use super::doing::{Doing, Front};
use super::prompt::Prompt;
use super::screen::{Drawn, LineKind};
use super::terminals::Terminals;
use super::words;
use crate::browser::{later, wall_ms};
use crate::text::{self, terminal as labels};

/// A terminal.
#[component]
pub fn Pane(at: usize, node: NodeId, name: String, members: Memo<NodeId>) -> impl IntoView {
    let bench = expect_context::<Bench>();
    let session = bench.page.session;
    let doing = RwSignal::new(Doing::default());
    let said = RwSignal::new(String::new());
    let log = NodeRef::<html::Div>::new();
    let drawn = StoredValue::new(Drawn::default());
    let end = End::of(log);
    let to_end = move || end.show();
    let teller = StoredValue::new(Teller::default());
    let pace = Pace::new();
    Effect::new(move |_| {
        session.clock.track();
        let Some(list) = log.get() else { return };
        if pace.is_too_soon() {
            return;
        }
        let Some(news) = bench.terminals(|terminals| terminals.news(at)) else { return };
        pace.drawn();
        bench.terminals(|terminals| {
            let Some(shell) = terminals.shell_mut(at) else { return };
            drawn.update_value(|drawn| shell.screen.draw(&list, drawn));
        });
        if doing.with_untracked(|before| *before != news) {
            doing.set(news);
        }
        to_end();
        tell(bench, at, teller, said);
    });
    let shown = Memo::new(move |_| bench.is_shown(at) && node <= members.get());
    // The height of the screen depends on the other parts.
    Effect::new(move |_| {
        shown.get();
        bench.help.track();
        doing.track();
        later(0, to_end);
    });
    let facts = Memo::new(move |_| {
        let now = session.clock.get();
        session.view.with(|view| {
            let node = view.nodes.iter().find(|known| known.id == node)?;
            let about = words::about_node(view, node, now);
            Some(Facts { role: text::role(node), up: node.process.is_up(), about })
        })
    });
    let label = name.clone();
    view! {
        <section class="terminal" hidden=move || !shown.get() aria-label=format!("Terminal on {name}")
            data-testid=format!("terminal-{}", at + 1)>
            <Head at=at name=label facts=facts log=log said=said />
            <div class="terminal-screen" node_ref=log role="log" on:scroll=move |_| end.scrolled() aria-live="off"
                tabindex="0" aria-label=format!("Output of {name}") data-testid=format!("screen-{}", at + 1)></div>
            {move || (doing.with(|doing| doing.dropped) > 0).then(|| view! {
                <p class="faint">{format!("{} older lines are gone.", doing.with(|doing| doing.dropped))}</p>
            })}
            {move || facts.with(|facts| facts.as_ref().and_then(|facts| facts.about.clone())).map(|about| view! {
                <p class="terminal-about" data-testid=format!("about-{}", at + 1)>{about}</p>
            })}
            <Running at=at doing=doing />
            <Prompt at=at node=node doing=doing said=said />
            <p class="unseen" role="status" aria-live="polite">{move || said.get()}</p>
        </section>
    }
}

/// The rate at which a screen is drawn: laying out a flood of lines in every frame would take the time that
/// the cluster needs.
#[derive(Clone, Copy)]
struct Pace {
    last_ms: StoredValue<f64>,
    waits: StoredValue<bool>,
    again: RwSignal<()>,
}

impl Pace {
    const PAUSE_MS: f64 = 80.0;

    fn new() -> Pace {
        Pace { last_ms: StoredValue::new(0.0), waits: StoredValue::new(false), again: RwSignal::new(()) }
    }

    /// Whether the screen was drawn just now; if so, the caller is notified when to ask again.
    fn is_too_soon(&self) -> bool {
        self.again.track();
        let left = Self::PAUSE_MS - (wall_ms() - self.last_ms.get_value());
        if left > 0.0 && !self.waits.get_value() {
            self.waits.set_value(true);
            let Pace { waits, again, .. } = *self;
            later(left as u32 + 1, move || {
                // The terminal may be gone by now.
                if waits.try_set_value(false).is_none() {
                    again.set(());
                }
            });
        }
        left > 0.0
    }

    fn drawn(&self) {
        self.last_ms.set_value(wall_ms());
    }
}

/// The end of the output, which is kept in view until the person scrolls up.
#[derive(Clone, Copy)]
struct End {
    list: NodeRef<html::Div>,
    follows: StoredValue<bool>,
    /// The scroll position when the end was last shown.
    top: StoredValue<i32>,
}

impl End {
    fn of(list: NodeRef<html::Div>) -> End {
        End { list, follows: StoredValue::new(true), top: StoredValue::new(0) }
    }

    fn show(self) {
        if self.follows.get_value()
            && let Some(list) = self.list.get_untracked()
        {
            list.set_scroll_top(list.scroll_height());
            self.top.set_value(list.scroll_top());
        }
    }

    /// Only scrolling up leaves the end: the position also changes with the height of the list.
    fn scrolled(self) {
        if let Some(list) = self.list.get_untracked() {
            let stays = self.follows.get_value() && list.scroll_top() >= self.top.get_value();
            self.follows.set_value(stays || is_at_end(&list));
        }
    }
}

/// Whether the end of a list is in view, or nearly.
fn is_at_end(list: &web_sys::Element) -> bool {
    const NEAR: i32 = 24;
    list.scroll_top() + list.client_height() + NEAR >= list.scroll_height()
}

/// What a terminal shows of its node.
#[derive(Clone, PartialEq)]
struct Facts {
    role: &'static str,
    up: bool,
    about: Option<String>,
}

/// The name of a terminal, and the actions on its text.
#[component]
fn Head(
    at: usize,
    name: String,
    facts: Memo<Option<Facts>>,
    log: NodeRef<html::Div>,
    said: RwSignal<String>,
) -> impl IntoView {
    let bench = expect_context::<Bench>();
    view! {
        <header class="terminal-head">
            <b>{name}</b>
            <span class="role-word" class:c-down=move || facts.with(|facts| facts.as_ref().is_some_and(|facts| !facts.up))>
                {move || facts.with(|facts| facts.as_ref().map(|facts| facts.role))}
            </span>
            <span class="spacer"></span>
            <button type="button" class="tool" on:click=move |_| super::prompt::copy(log, said)>{labels::copy()}</button>
            <button type="button" class="tool" title=labels::clear_key() on:click=move |_| {
                bench.terminals(|terminals| terminals.clear(at));
                bench.page.session.pump();
            }>{labels::clear()}</button>
        </header>
    }
}

/// The running command: how long it has waited, and the actions on it.
#[component]
fn Running(at: usize, doing: RwSignal<Doing>) -> impl IntoView {
    let bench = expect_context::<Bench>();
    let front = Memo::new(move |_| doing.with(|doing| doing.running.clone()));
    let aside = Memo::new(move |_| doing.with(|doing| doing.aside.clone()));
    let ahead = Memo::new(move |_| doing.with(|doing| doing.ahead));
    view! {
        {move || front.get().map(|front| view! { <FrontRow at=at front=front /> })}
        {move || (ahead.get() > 0).then(|| view! { <p class="faint">{labels::ahead(ahead.get())}</p> })}
        <For each=move || aside.get() key=|(number, _)| *number let((number, line))>
            <p class="terminal-running">
                <span class="terminal-aside">{format!("[{number}]")}</span>
                <code>{line}</code>
                <button type="button" class="tool"
                    on:click=move |_| bench.act(|terminals, cluster| terminals.stop_aside(cluster, at, number))>
                    {labels::end_it()}
                </button>
            </p>
        </For>
    }
}

#[component]
fn FrontRow(at: usize, front: Front) -> impl IntoView {
    /// The wait after which the page offers to run fast, in virtual nanoseconds.
    const LONG: u64 = 100_000_000;
    let bench = expect_context::<Bench>();
    let (session, playback) = (bench.page.session, bench.page.playback);
    let since = front.since;
    let passed = move || session.clock.get().saturating_sub(since);
    let long = Memo::new(move |_| passed() > LONG);
    let act = move |act: fn(&mut Terminals, &mut raft_core::cluster::Cluster, usize)| {
        bench.act(|terminals, cluster| act(terminals, cluster, at));
        crate::browser::focus(&format!("prompt-{at}"));
    };
    let hurry = front.request.filter(|_| !front.endless && !front.reads);
    view! {
        <p class="terminal-running" data-testid=format!("running-{}", at + 1)>
            <span class="terminal-beat" aria-hidden="true"></span>
            <span>{move || words::waiting(passed(), front.reads)}</span>
            {move || (!playback.playing.get()).then(|| view! {
                <span class="terminal-still">{labels::time_stands()}</span>
                <button type="button" class="tool" on:click=move |_| playback.playing.set(true)>{labels::play()}</button>
            })}
            <button type="button" class="tool" title=labels::interrupt_key() data-testid=format!("interrupt-{}", at + 1)
                on:click=move |_| act(|terminals, cluster, at| terminals.interrupt(cluster, at, ""))>{labels::interrupt()}</button>
            <button type="button" class="tool" title=labels::put_aside_means() data-testid=format!("aside-{}", at + 1)
                on:click=move |_| act(|terminals, cluster, at| terminals.put_aside(cluster, at))>{labels::put_aside()}</button>
            {front.reads.then(|| view! {
                <button type="button" class="tool" title=labels::end_of_input_key()
                    on:click=move |_| act(|terminals, cluster, at| terminals.end_input(cluster, at))>
                    {labels::end_of_input()}
                </button>
            })}
            {move || hurry.filter(|_| long.get() && playback.hurry.get().is_none()).map(|request| view! {
                <button type="button" class="tool" on:click=move |_| {
                    playback.hurry.set(Some(request));
                    playback.playing.set(true);
                }>{labels::run_fast()}</button>
            })}
        </p>
    }
}

/// What was announced to screen readers, so that a flood of lines becomes one sentence.
#[derive(Clone, Copy, Default)]
struct Teller {
    next: u64,
    last_ms: f64,
    waits: bool,
}

/// Announces the new lines, at a limited rate.
fn tell(bench: Bench, at: usize, teller: StoredValue<Teller>, said: RwSignal<String>) {
    const PAUSE_MS: f64 = 1_500.0;
    const LINES: usize = 4;
    let Teller { next, last_ms, waits } = teller.get_value();
    let lines: Vec<String> = bench.terminals(|terminals| {
        let Some(shell) = terminals.shell(at) else { return Vec::new() };
        let told =
            shell.screen.since(next).filter(|line| !matches!(line.kind, LineKind::Typed | LineKind::Input));
        told.map(|line| line.text()).collect()
    });
    if lines.is_empty() || waits {
        return;
    }
    let left = PAUSE_MS - (wall_ms() - last_ms);
    if left > 0.0 && last_ms > 0.0 {
        teller.update_value(|teller| teller.waits = true);
        later(left as u32 + 1, move || {
            // The page may have changed by now.
            if teller.try_update_value(|teller| teller.waits = false).is_some() {
                tell(bench, at, teller, said);
            }
        });
        return;
    }
    let next = bench.terminals(|terminals| terminals.shell(at).map_or(0, |shell| shell.screen.next()));
    teller.set_value(Teller { next, last_ms: wall_ms(), waits: false });
    said.set(match lines.len() {
        0..=LINES => lines.join("\n"),
        many => labels::many_lines(many, lines.last().cloned().unwrap_or_default()),
    });
}
