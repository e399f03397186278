//! The inspector: everything known about one node, message, request or link, as of the last event.
//!
//! A `sheet` is built from the view. It is shown, copied as text and copied as JSON from the same data, and
//! its elements are kept while its shape stays the same.

mod choice;
mod controls;
mod message;
mod node;
mod request;
mod sheet;

use leptos::prelude::*;

use crate::browser::copy_text;
use crate::kit::Term;
use crate::state::{Selection, use_page};
use crate::text::inspector as words;
use choice::Choice;
use controls::{Controls, MessageControls};
use message::Followed;
use sheet::{Sheet, Value};

/// The shape of a sheet: everything except its values. While it stays the same, the elements are kept, and
/// with them any text that is marked.
type Shape = Option<(Selection, Vec<(&'static str, Vec<&'static str>, usize)>)>;

/// The panel of the inspector.
#[component]
pub fn Inspector() -> impl IntoView {
    let page = use_page();
    let session = page.session;
    // Without a selection, the chosen node is inspected.
    let subject = Memo::new(move |_| match page.selection.get() {
        Selection::None => Selection::Node(session.selected.get()),
        selection => selection,
    });
    let followed = Memo::new(move |before: Option<&Option<Followed>>| {
        let Selection::Message(id) = subject.get() else { return None };
        let before = before.and_then(Option::as_ref);
        session.view.with(|view| Followed::look(session, view, id, before))
    });
    let sheet = Memo::new(move |_| {
        session.view.with(|view| match subject.get() {
            Selection::None => None,
            Selection::Node(id) => node::sheet(view, id),
            Selection::Link { a, b } => Some(request::link(view, a, b)),
            Selection::Message(_) => followed.with(|followed| followed.as_ref().map(|f| f.sheet(view))),
            Selection::Request(id) => request::sheet(view, id),
        })
    });
    let shape = Memo::new(move |_| -> Shape {
        sheet.with(|sheet| {
            let groups = sheet.as_ref()?.groups.iter().map(|group| {
                let rows = group.rows.iter().map(|row| row.name).collect();
                (group.key, rows, group.table.as_ref().map_or(0, |table| table.rows.len()))
            });
            Some((subject.get(), groups.collect()))
        })
    });
    let missing = move || match subject.get() {
        Selection::Message(_) => words::message_gone(),
        Selection::Request(_) => words::request_gone(),
        _ => words::nothing(),
    };
    view! {
        <section class="inspector" aria-label=words::name()>
            <Choice subject=subject />
            <div class="inspector-sheet" tabindex="0" role="region" aria-label=words::name() data-testid="sheet">
                {move || {
                    // Read, not only tracked: a memo that nobody reads is not computed.
                    shape.with(|_| ());
                    sheet.with_untracked(|known| match known {
                        Some(known) => view! { <Told known=known.clone() sheet=sheet /> }.into_any(),
                        None => view! { <p class="quiet">{missing()}</p> }.into_any(),
                    })
                }}
                {move || match subject.get() {
                    Selection::Node(id) => view! { <Controls id=id /> }.into_any(),
                    Selection::Message(id) => view! { <MessageControls id=id /> }.into_any(),
                    _ => ().into_any(),
                }}
            </div>
        </section>
    }
}

#[component]
fn Told(known: Sheet, sheet: Memo<Option<Sheet>>) -> impl IntoView {
    let title = move || sheet.with(|sheet| sheet.as_ref().map(|sheet| sheet.title.clone()));
    let class = |group: &sheet::Group| {
        if group.table.is_some() { "inspector-group inspector-broad" } else { "inspector-group" }
    };
    view! {
        <div class="inspector-head">
            <h3 data-testid="sheet-title">{title}</h3>
            <Copy sheet=sheet />
        </div>
        <div class="inspector-groups">
            {known.groups.into_iter().enumerate().map(|(at, group)| view! {
                <section class=class(&group) data-group=group.key>
                    <h4>{group.name}</h4>
                    <dl>
                        {group.rows.into_iter().enumerate().map(|(row, told)| view! {
                            <dt>{named(told.name, told.term)}</dt>
                            <dd data-key=told.key>
                                {shown(told.value, move |sheet| Some(sheet.groups.get(at)?.rows.get(row)?.value.clone()), sheet)}
                            </dd>
                        }).collect_view()}
                    </dl>
                    {group.table.map(|table| view! { <Cells at=at table=table sheet=sheet /> })}
                </section>
            }).collect_view()}
        </div>
        <p class="faint">{words::as_of()}</p>
    }
}

#[component]
fn Cells(at: usize, table: sheet::Table, sheet: Memo<Option<Sheet>>) -> impl IntoView {
    let cell = move |row: usize, column: usize| {
        move |sheet: &Sheet| Some(sheet.groups.get(at)?.table.as_ref()?.rows.get(row)?.get(column)?.clone())
    };
    view! {
        <div class="inspector-table">
            <table>
                <thead>
                    <tr>
                        {table.columns.into_iter().map(|(_, name, term)| view! {
                            <th scope="col">{named(name, term)}</th>
                        }).collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {table.rows.into_iter().enumerate().map(|(row, cells)| view! {
                        <tr>{cells.into_iter().enumerate().map(|(column, value)| view! {
                            <td>{shown(value, cell(row, column), sheet)}</td>
                        }).collect_view()}</tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

/// A name, linked to the glossary if it has an entry.
fn named(name: &'static str, term: Option<&'static str>) -> AnyView {
    match term {
        Some(id) => view! { <Term id=id>{name}</Term> }.into_any(),
        None => view! { {name} }.into_any(),
    }
}

/// A value that follows the sheet.
fn shown(
    value: Value,
    find: impl Fn(&Sheet) -> Option<Value> + Send + Sync + 'static,
    sheet: Memo<Option<Sheet>>,
) -> AnyView {
    let now = move || {
        let value = sheet.with(|sheet| sheet.as_ref().and_then(&find));
        value.map(|value| value.shown()).unwrap_or_default()
    };
    match value {
        Value::Rule { term, .. } => view! { <Term id=term>{now}</Term> }.into_any(),
        _ => view! { {now} }.into_any(),
    }
}

#[component]
fn Copy(sheet: Memo<Option<Sheet>>) -> impl IntoView {
    let said = RwSignal::new("");
    let copy = move |tell: fn(&Sheet) -> String| {
        let text = sheet.with_untracked(|sheet| sheet.as_ref().map(tell)).unwrap_or_default();
        said.set(if copy_text(&text) { words::copied() } else { words::not_copied() });
    };
    view! {
        <span class="row">
            <button type="button" class="tool" data-testid="copy-text" on:click=move |_| copy(Sheet::text)>{words::copy_text()}</button>
            <button type="button" class="tool" data-testid="copy-json" on:click=move |_| copy(Sheet::json)>{words::copy_json()}</button>
            <span class="quiet" role="status">{move || said.get()}</span>
        </span>
    }
}
