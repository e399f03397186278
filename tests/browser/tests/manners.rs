//! The page as a whole: start, panic, missing engine, sizes of panels, content security policy.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

/// The content security policy of the page.
const POLICY: [&str; 9] = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
];

#[tokio::test]
async fn the_page_starts_from_any_path_without_a_warning() -> Outcome {
    let page = Page::open().await?;
    assert_eq!(page.script("return document.getElementById('first-paint')").await?, json!(null));
    let policy = page
        .script("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
        .await?;
    let policy = policy.as_str().unwrap();
    assert_eq!(policy.split("; ").collect::<Vec<_>>(), POLICY);
    page.check_manners().await
}

#[tokio::test]
async fn a_panic_offers_a_new_cluster() -> Outcome {
    let page = Page::open().await?;
    page.script("location.hash = '#something'; window.raftPlaygroundCrashed('planted: disk of node2')")
        .await?;
    let crash = page.part("crash").await?.text().await?;
    assert!(crash.contains("The cluster has stopped"), "{crash}");
    assert!(crash.contains("planted: disk of node2"), "{crash}");
    let report = page.script("return document.getElementById('crash-report').value").await?;
    assert!(report.as_str().unwrap().contains("phase: running"), "{report}");
    page.press("crash-fresh").await?;
    page.until("a fresh page is live", "return document.body.dataset.ready === 'true'").await?;
    assert_eq!(page.script("return location.hash").await?, json!(""));
    page.check_manners().await
}

#[tokio::test]
async fn a_missing_engine_is_reported() -> Outcome {
    let page = Page::open().await?;
    // The boot script runs once more, with an engine that does not exist.
    page.script(
        "document.querySelector('meta[name=engine-script]').setAttribute('content', 'no-engine.js');
         delete document.body.dataset.ready;
         const script = document.createElement('script');
         script.src = document.querySelector('script[src*=boot]').src + '?again';
         document.head.append(script);",
    )
    .await?;
    page.until("the page says so", "return document.body.innerText.includes('The engine could not start')")
        .await?;
    let crash = page.part("crash").await?.text().await?;
    assert!(crash.contains("no-engine.js"), "{crash}");
    Ok(())
}

#[tokio::test]
async fn panels_are_resized_and_keep_their_size() -> Outcome {
    const WIDTH: &str = "return document.querySelector('.side').getBoundingClientRect().width";
    const HEIGHT: &str = "return document.querySelector('.details').getBoundingClientRect().height";
    let page = Page::open_any(1280, 1100).await?;
    let side = page.part("splitter-side").await?;
    let before = page.script(WIDTH).await?.as_f64().unwrap();
    side.send_keys(Key::Left + Key::Left).await?;
    let wider = page.script(WIDTH).await?.as_f64().unwrap();
    assert!((wider - before - 48.0).abs() < 2.0, "two steps of 24 pixels: {before} to {wider}");
    side.send_keys(Key::Enter + "").await?;
    assert!(page.script(WIDTH).await?.as_f64().unwrap() < 20.0, "it is put away");
    side.send_keys(Key::Enter + "").await?;
    assert_eq!(page.script(WIDTH).await?.as_f64().unwrap(), wider, "it is back at the size that it had");
    // The details are closed at first: only their tabs are there. A press on a tab opens them, another closes them.
    let edge = page.part("splitter-details").await?;
    assert!(page.script(HEIGHT).await?.as_f64().unwrap() < 50.0, "the ring has their room");
    page.press("detail-log").await?;
    let half = "const { height } = document.querySelector('.details').getBoundingClientRect();
        return Math.abs(height - innerHeight * 0.45) < 1";
    page.until("they take 45 % of the window", half).await?;
    page.press("detail-log").await?;
    page.until("they are closed again", &format!("{HEIGHT} < 50")).await?;
    page.press("detail-events").await?;
    // The size is dragged by pointer and kept for the next visit.
    let low = page.script(HEIGHT).await?.as_f64().unwrap();
    page.browser
        .action_chain()
        .click_and_hold_element(&edge)
        .move_by_offset(0, -60)
        .release()
        .perform()
        .await?;
    let higher = page.script(HEIGHT).await?.as_f64().unwrap();
    assert!((higher - low - 60.0).abs() < 8.0, "60 pixels more: {low} to {higher}");
    page.browser.refresh().await?;
    page.part("splitter-details").await?;
    page.press("detail-events").await?;
    page.until("it has that height again", &format!("{HEIGHT} === {higher}")).await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_single_file_allows_its_own_scripts_and_styles_by_their_hashes_alone() -> Outcome {
    let page = Page::open_any(1000, 700).await?;
    page.browser.goto(&format!("{}embed/raft-playground.html", page.site.url())).await?;
    page.until("it is live", "return document.body.dataset.ready === 'true'").await?;
    let policy = page
        .text_of("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
        .await?;
    for directive in policy.split("; ") {
        let (name, sources) = directive.split_once(' ').unwrap();
        let accepted = |source: &str| source.starts_with("'sha256-") || source == "'none'";
        let fits = match name {
            "script-src" => {
                sources.split(' ').all(|source| accepted(source) || source == "'wasm-unsafe-eval'")
            }
            "img-src" => sources == "data:",
            _ => sources.split(' ').all(accepted),
        };
        assert!(fits, "{directive}");
    }
    for name in
        ["default-src", "script-src", "style-src", "object-src", "frame-src", "base-uri", "form-action"]
    {
        assert!(policy.contains(&format!("{name} ")), "{policy}");
    }
    Ok(())
}
