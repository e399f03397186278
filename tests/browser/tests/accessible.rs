//! Checks every panel, in both themes, against the rules of WCAG 2.2 AA by axe-core.
//!
//! `AXE` names the script of axe-core; `cargo xtask test` sets it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

const TABS: [&str; 7] = ["log", "spacetime", "events", "keys", "charts", "terminal", "inspect"];
const DIALOGS: [&str; 4] = ["new-cluster", "help", "partition-open", "export"];

/// A script that returns the findings of axe, one line each: the rule, the problem, and the first element.
const FINDINGS: &str = "return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then(found =>
    found.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.length} times, first ${nodes[0].html.slice(0, 200)}`))";

/// The time in which an opened panel loads and its transitions end.
const AT_REST: &str = "return new Promise(done => setTimeout(done, 400)).then(() =>
    document.querySelector('[data-testid=lazy-on-its-way]') === null)";

async fn judge(page: &Page, what: &str, findings: &mut Vec<String>) -> Outcome {
    page.until(&format!("{what} is there"), AT_REST).await?;
    let found = page.script(FINDINGS).await?;
    let lines = found.as_array().expect("axe answers with a list");
    findings.extend(lines.iter().map(|line| format!("{what}: {}", line.as_str().unwrap_or("?"))));
    Ok(())
}

/// Loads axe-core into the page.
async fn bring_axe(page: &Page) -> Outcome {
    let script = std::fs::read_to_string(std::env::var("AXE").expect("AXE names the script of axe-core"))?;
    page.browser.execute(format!("{script}; window.axe = axe;"), Vec::new()).await?;
    assert_eq!(page.script("return typeof axe.run").await?, Value::from("function"));
    Ok(())
}

async fn wish_for(page: &Page, theme: &str) -> Outcome {
    let wish = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
    page.browser.cdp().send_raw("Emulation.setEmulatedMedia", wish).await?;
    Ok(())
}

async fn axe_finds_nothing_in(theme: &str) -> Outcome {
    let page = Page::open().await?;
    wish_for(&page, theme).await?;
    page.press("write-submit").await?;
    page.until("the write is answered", "return document.body.innerText.includes('Revision 2')").await?;
    page.press("play").await?;
    bring_axe(&page).await?;
    let mut findings = Vec::new();
    for tab in TABS {
        page.press(&format!("detail-{tab}")).await?;
        judge(&page, &format!("{theme}, {tab}"), &mut findings).await?;
    }
    for dialog in DIALOGS {
        page.press(dialog).await?;
        judge(&page, &format!("{theme}, {dialog}"), &mut findings).await?;
        page.browser.active_element().await?.send_keys(Key::Escape + "").await?;
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    Ok(())
}

#[tokio::test]
async fn every_panel_is_accessible_in_the_light_theme() -> Outcome {
    axe_finds_nothing_in("light").await
}

#[tokio::test]
async fn every_panel_is_accessible_in_the_dark_theme() -> Outcome {
    axe_finds_nothing_in("dark").await
}

/// Checks a lesson: its question, its text, and its presentation in the workshop.
async fn axe_finds_nothing_in_lessons(theme: &str) -> Outcome {
    let page = Page::open().await?;
    wish_for(&page, theme).await?;
    bring_axe(&page).await?;
    let mut findings = Vec::new();
    page.press("lessons").await?;
    page.part("lesson-kill-the-leader").await?;
    judge(&page, &format!("{theme}, list of lessons"), &mut findings).await?;
    page.press("lesson-kill-the-leader").await?;
    page.part("lesson-lead").await?;
    judge(&page, &format!("{theme}, lesson"), &mut findings).await?;
    page.press("lesson-text").await?;
    page.part("editor-text").await?;
    judge(&page, &format!("{theme}, editor"), &mut findings).await?;
    page.press("workshop").await?;
    page.part("workshop-leave").await?;
    judge(&page, &format!("{theme}, workshop"), &mut findings).await?;
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    Ok(())
}

#[tokio::test]
async fn lessons_editor_and_workshop_are_accessible_in_the_light_theme() -> Outcome {
    axe_finds_nothing_in_lessons("light").await
}

#[tokio::test]
async fn lessons_editor_and_workshop_are_accessible_in_the_dark_theme() -> Outcome {
    axe_finds_nothing_in_lessons("dark").await
}

#[tokio::test]
async fn the_poster_and_the_foot_of_an_embed_are_accessible_in_both_themes() -> Outcome {
    let page = Page::open_any(800, 600).await?;
    let mut findings = Vec::new();
    for theme in ["light", "dark"] {
        let query = format!("?embed&start=click&poster=Five+nodes&theme={theme}");
        page.browser.goto(format!("{}{query}", page.site.url())).await?;
        page.part("poster-play").await?;
        bring_axe(&page).await?;
        judge(&page, &format!("{theme}, poster"), &mut findings).await?;
        page.press("poster-play").await?;
        page.part("embed-open").await?;
        judge(&page, &format!("{theme}, embed"), &mut findings).await?;
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    Ok(())
}
