//! Safeguards removed on purpose: explained before, marked after, and the violation is found and shown.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

/// Moves the focus by Tab to a control of the dialog, and presses it.
async fn press_by_keyboard(page: &Page, id: &str) -> Outcome {
    const TABS_MAX: usize = 80;
    let reached = format!("return document.activeElement?.dataset.testid === {}", json!(id));
    for _ in 0..TABS_MAX {
        if page.script(&reached).await? == json!(true) {
            return page.keys(Key::Enter + "").await;
        }
        page.keys(Key::Tab + "").await?;
    }
    Err(format!("{id} is not reached by Tab").into())
}

async fn says(page: &Page, id: &str, text: &str) -> Outcome {
    let script = format!(
        "return document.querySelector('[data-testid={id}]')?.innerText.includes({}) === true",
        json!(text)
    );
    page.until(&format!("{id} says {text:?}"), &script).await
}

async fn closed(page: &Page) -> Outcome {
    page.keys(Key::Escape + "").await?;
    page.until("the dialog is closed", "return document.querySelector('dialog[open]') === null").await
}

async fn open(page: &Page) -> Outcome {
    // The dialog loads with the panels.
    page.part("node-card").await?;
    page.keys("b").await?;
    page.until(
        "each safeguard is told of with what it may break",
        "return document.querySelectorAll('dialog[open] .broken-card').length === 8",
    )
    .await
}

#[tokio::test]
async fn a_safeguard_is_removed_by_keyboard_and_the_run_is_marked() -> Outcome {
    let page = Page::led().await?;
    page.press("play").await?;
    page.until("nothing is altered", "return document.querySelector('[data-testid=altered]') === null")
        .await?;
    page.choose(2).await?;
    open(&page).await?;
    press_by_keyboard(&page, "break-fsync").await?;
    says(&page, "break-said", "fsync lies").await?;
    closed(&page).await?;
    says(&page, "altered", "Altered: fsync lies on node2").await?;

    // The run, its text and its picture are marked as well.
    page.press("export").await?;
    says(&page, "run-altered", "fsync lies on node2").await?;
    page.until(
        "the text has the word",
        "return document.querySelector('[data-testid=export-text]').value.includes('break     fsync node2')",
    )
    .await?;
    closed(&page).await?;

    // The safeguard is restored; the mark stays.
    open(&page).await?;
    press_by_keyboard(&page, "mend-fsync").await?;
    says(&page, "break-said", "Given back").await?;
    closed(&page).await?;
    says(&page, "altered", "fsync lies on node2 (given back since)").await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_dialog_says_what_cannot_be_done() -> Outcome {
    let page = Page::led().await?;
    page.choose(3).await?;
    open(&page).await?;
    page.press("break-restore").await?;
    says(&page, "break-said", "no backup of node3").await?;
    page.press("break-backup").await?;
    says(&page, "break-said", "The disk of node3 is backed up").await?;
    page.press("break-restore").await?;
    says(&page, "break-said", "an old backup was restored").await?;
    closed(&page).await?;
    says(&page, "altered", "an old backup was restored on node3").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_run_with_a_lost_safeguard_fails_and_its_twin_does_not() -> Outcome {
    let page = Page::led().await?;
    open(&page).await?;
    page.press("watch-force-new-cluster").await?;
    says(&page, "altered", "a new cluster was forced on node1, node3").await?;
    page.until(
        "the violation is told in words",
        "return document.querySelector('[data-testid=events]').textContent.includes('applied different entries at index')",
    )
    .await?;
    open(&page).await?;
    page.press("intact-force-new-cluster").await?;
    page.until("the twin is not altered", "return document.querySelector('[data-testid=altered]') === null")
        .await?;
    page.check_manners().await
}
