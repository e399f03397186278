//! The list of lessons, by track.

use leptos::prelude::*;

use super::begin;
use super::store::{Lesson, Shelf, done, shelf};
use crate::state::{Dialog, use_page};
use crate::text::{self, lessons as words};

/// The list of lessons.
#[component]
pub fn List() -> impl IntoView {
    let page = use_page();
    let shelf = shelf();
    view! {
        <p class="quiet">{words::intro()} {(text::tag() != "en").then(|| format!(" {}", words::in_english()))}</p>
        {move || match shelf.get() {
            Shelf::OnItsWay => view! { <p class="quiet" role="status">{words::loading()}</p> }.into_any(),
            Shelf::Missing => view! { <p class="notice" role="alert">{words::not_there()}</p> }.into_any(),
            Shelf::Here(lessons) => {
                // Each time the list opens, it reads anew which lessons are done.
                let done = if page.dialog.get() == Some(Dialog::Lessons) { done() } else { Vec::new() };
                view! {
                    <p class="quiet">{words::done_of(done.len().min(lessons.len()), lessons.len())}</p>
                    {tracks(&lessons, &done)}
                }.into_any()
            }
        }}
    }
}

fn tracks(lessons: &[Lesson], done: &[String]) -> Vec<AnyView> {
    let tracks = lessons.chunk_by(|a, b| a.track == b.track);
    tracks
        .map(|track| {
            let name = track.first().map(|lesson| lesson.track.clone()).unwrap_or_default();
            let rows = track.iter().map(|lesson| row(lesson, lessons, done.contains(&lesson.id)));
            view! {
                <section class="lesson-track">
                    <h3 lang="en">{name}</h3>
                    <ul>{rows.collect_view()}</ul>
                </section>
            }
            .into_any()
        })
        .collect()
}

fn row(lesson: &Lesson, all: &[Lesson], is_done: bool) -> AnyView {
    let page = use_page();
    let about = &lesson.scenario.about;
    let title = lesson.title();
    let needs =
        about.needs.as_ref().and_then(|id| all.iter().find(|lesson| lesson.id == *id)).map(Lesson::title);
    let goal = about.goal.clone();
    let lesson = lesson.clone();
    let id = format!("lesson-{}", lesson.id);
    let name = format!("{}: {title}", if is_done { words::again() } else { words::start() });
    view! {
        <li class="lesson-row" data-done=is_done.to_string()>
            <div lang="en">
                <b>{title}</b>
                {is_done.then(|| view! { <span class="lesson-done" lang="">" ✓ " {words::done()}</span> })}
                {needs.map(|needs| view! { <span class="faint">" · " {words::after(needs)}</span> })}
                <p class="quiet">{goal}</p>
            </div>
            <button type="button" class="btn" data-testid=id aria-label=name on:click=move |_| begin(page, &lesson, 0)>
                {if is_done { words::again() } else { words::start() }}
            </button>
        </li>
    }
    .into_any()
}
