//! Lazy parts: loaded on demand only, from any path, and again after a failure.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::Value;
use thirtyfour::prelude::*;

/// A script that returns the lazy files that the page requested.
const REQUESTED: &str = "return performance.getEntriesByType('resource').map(entry => entry.name)
    .filter(name => name.includes('/snippets/lazy-') && name.endsWith('.wasm'))";

/// The time in which the page may load further parts once it is live.
const A_WHILE: &str = "return new Promise(done => setTimeout(done, 1000))";

async fn requested(page: &Page) -> Outcome<Vec<String>> {
    let names = page.script(REQUESTED).await?;
    Ok(names.as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

#[tokio::test]
async fn a_part_is_loaded_when_it_is_opened_and_not_before() -> Outcome {
    let page = Page::open().await?;
    // The panels and the timeline load by themselves after the first view.
    page.part("timeline").await?;
    page.part("write-submit").await?;
    page.script(A_WHILE).await?;
    let by_itself = requested(&page).await?;
    let comes = |file: &String| file.contains("/split_panels") || file.contains("/chunk_");
    assert!(by_itself.iter().all(comes), "nothing else lazy is asked for yet: {by_itself:?}");
    page.press("help").await?;
    page.until("the keys are shown", "return document.querySelector('dialog[open] kbd') !== null").await?;
    let files = requested(&page).await?;
    assert!(files.iter().any(|file| file.contains("/split_dialogs")), "{files:?}");
    assert!(files.iter().all(|file| file.starts_with(&page.site.url())), "below the page's path: {files:?}");
    page.browser.active_element().await?.send_keys(Key::Escape + "").await?;
    page.press("new-cluster").await?;
    page.part("create").await?;
    assert_eq!(requested(&page).await?, files, "a loaded part is not requested again");
    page.check_manners().await
}

#[tokio::test]
async fn a_part_that_did_not_arrive_is_named_and_tried_again() -> Outcome {
    let page = Page::open().await?;
    page.part("timeline").await?;
    page.site.withhold_lazy(true);
    page.press("help").await?;
    let said = page.part("lazy-failed").await?.text().await?;
    assert!(said.contains("could not be loaded") && said.contains("The cluster keeps running"), "{said}");
    page.press("lazy-again").await?;
    page.part("lazy-failed").await?;
    page.site.withhold_lazy(false);
    // A press tries again, and so does opening the part again.
    page.browser.active_element().await?.send_keys(Key::Escape + "").await?;
    page.press("help").await?;
    page.until("the keys are shown", "return document.querySelector('dialog[open] kbd') !== null").await?;
    assert_eq!(page.script("return document.body.dataset.ready").await?, "true");
    let console = page.console().await?;
    assert!(console.iter().all(|line| line.contains("snippets/lazy-")), "{console:?}");
    Ok(())
}
