//! Chaos: started by keyboard, watched, stopped, and shared like any run.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use thirtyfour::prelude::*;

/// Returns the first number in a part of the score.
async fn number(page: &Page, id: &str) -> Outcome<u64> {
    let text = page.part(id).await?.text().await?;
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    Ok(digits.parse()?)
}

/// Starts calm chaos on the present cluster by keyboard, and waits until some writes were served.
async fn begin(page: &Page) -> Outcome {
    page.keys("q").await?;
    page.until("the level has the keyboard", "return document.activeElement?.id === 'chaos-calm'").await?;
    let goal = page.part("chaos-goal").await?.text().await?;
    assert!(goal.starts_with("Goal: serve 240 writes"), "{goal}");
    page.keys(Key::Enter + "").await?;
    page.until("it runs", "return document.querySelector('[data-testid=chaos]').dataset.runs === 'true'")
        .await?;
    page.until("stopping has the keyboard", "return document.activeElement?.id === 'chaos-stop'").await?;
    let served = "return parseInt(document.querySelector('[data-testid=chaos-writes]').innerText) > 10";
    page.until("writes are served", served).await
}

/// Stops it by the focused button. Returns the result shown.
async fn stop(page: &Page) -> Outcome<String> {
    page.keys(Key::Enter + "").await?;
    page.until(
        "it has stopped",
        "return document.querySelector('[data-testid=chaos]').dataset.runs === 'false'",
    )
    .await?;
    page.until("what comes next has the keyboard", "return document.activeElement?.id === 'chaos-again'")
        .await?;
    page.part("chaos-result").await?.text().await.map_err(Into::into)
}

async fn told(page: &Page) -> Outcome<String> {
    page.until(
        "the run is told",
        "return /^[a-zA-Z]+ [0-9a-f]{16} /.test(document.querySelector('[data-testid=export-trace]')?.innerText ?? '')",
    )
    .await?;
    page.part("export-trace").await?.text().await.map_err(Into::into)
}

#[tokio::test]
async fn chaos_runs_by_keyboard_is_stopped_and_opens_from_its_link_with_the_same_trace() -> Outcome {
    let page = Page::led().await?;
    page.set_speed("2x").await?;
    begin(&page).await?;
    // The viewer can still act.
    page.choose(2).await?;
    page.keys("k").await?;
    let down = "return document.querySelector('#node-2').dataset.process === 'Crashed'";
    page.until("node2 has crashed", down).await?;
    assert_eq!(page.part("chaos").await?.attr("data-runs").await?.as_deref(), Some("true"));
    page.script("document.getElementById('chaos-stop').focus()").await?;
    let result = stop(&page).await?;
    assert!(result.starts_with("Stopped after") && result.contains("go on by hand"), "{result}");
    assert!(number(&page, "chaos-served").await? > 10);
    assert_eq!(page.part("chaos-violations").await?.text().await?, "none");
    page.press("play").await?;
    page.press("chaos-link").await?;
    let here = told(&page).await?;
    let link = page.text_of("return document.querySelector('[data-testid=link-text]').value").await?;
    let tab = page.browser.new_tab().await?;
    page.browser.switch_to_window(tab).await?;
    page.browser.goto(&link).await?;
    let opened = "return document.querySelector('[data-testid=share-banner]')?.innerText.includes('Opened from a link') === true";
    page.until("the link is opened", opened).await?;
    // The banner about the link may cover the button.
    page.press("share-away").await?;
    page.press("export").await?;
    assert_eq!(told(&page).await?, here);
    page.check_manners().await
}

#[tokio::test]
async fn the_same_seed_starts_again_on_a_new_cluster_and_a_wrong_seed_is_named() -> Outcome {
    let page = Page::led().await?;
    page.set_speed("2x").await?;
    begin(&page).await?;
    stop(&page).await?;
    page.press("chaos-again").await?;
    page.until(
        "it runs anew",
        "return document.querySelector('[data-testid=chaos]').dataset.runs === 'true'",
    )
    .await?;
    page.press("chaos-stop").await?;
    page.until(
        "it has stopped",
        "return document.querySelector('[data-testid=chaos]').dataset.runs === 'false'",
    )
    .await?;
    let seed = page.part("chaos-seed").await?;
    assert_eq!(seed.prop("value").await?.as_deref(), Some("1"));
    seed.clear().await?;
    seed.send_keys("one").await?;
    page.until(
        "it is said",
        "return document.getElementById('chaos-problem').innerText.includes('whole number')",
    )
    .await?;
    let start = page.part("chaos-start").await?;
    assert!(!start.is_enabled().await?, "nothing can begin with that seed");
    page.press("chaos-close").await?;
    page.until("it is closed", "return document.querySelector('[data-testid=chaos]') === null").await?;
    page.check_manners().await
}
