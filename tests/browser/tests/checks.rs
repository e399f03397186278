//! The checks: the verdict on a run, the history of requests, and the way back to an instant.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

/// Opens a cluster with a leader and a write to `/a`, and shows its checks.
async fn checked() -> Outcome<Page> {
    let page = Page::led().await?;
    page.part("timeline").await?;
    let field = page.part("write-key").await?;
    field.clear().await?;
    field.send_keys("/a").await?;
    page.press("write-submit").await?;
    page.until("the write is answered", "return document.body.innerText.includes('Revision 2')").await?;
    page.press("detail-checks").await?;
    page.part("checks").await?;
    Ok(page)
}

#[tokio::test]
async fn the_verdict_counts_the_answers_and_every_property_was_checked() -> Outcome {
    let page = checked().await?;
    page.until(
        "the answer is judged",
        "return document.querySelector('[data-testid=checks-verdict]').textContent
            .includes('Clients could have used one single copy. Answers judged: 1.')",
    )
    .await?;
    page.until(
        "six properties hold, and each was compared with something",
        "const rows = [...document.querySelectorAll('[data-testid=checks-properties] tbody tr')];
         return rows.length === 6 && rows.every(row => row.querySelector('.checks-state').textContent === 'holds' &&
             /[1-9]/.test(row.querySelector('.checks-count').textContent))",
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_lane_describes_its_request_and_leads_to_its_instant() -> Outcome {
    let page = checked().await?;
    page.until(
        "the write has its lane, and a tick",
        "const lane = document.querySelector('[data-testid=checks-lane]');
         return lane && lane.querySelector('.checks-point') && lane.dataset.end === 'answered' &&
             /Request 1, write \\/a.*answered at revision 2; may have taken effect at/.test(lane.ariaLabel)",
    )
    .await?;
    // By keyboard, without a mouse.
    page.script("document.querySelector('[data-testid=checks-lane]').focus()").await?;
    page.keys(Key::Enter + "").await?;
    page.until(
        "the instant of the answer is looked at, and the request is selected",
        "return document.querySelector('[data-testid=checks-lane][aria-current=true]') !== null &&
             document.querySelector('.checks-looked') !== null",
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_key_can_be_chosen_and_faults_are_shown_behind_the_lanes() -> Outcome {
    let page = checked().await?;
    let leader = page.leader().await?;
    page.press("detail-events").await?;
    page.keys("k").await?;
    page.press("write-submit").await?;
    page.press("detail-checks").await?;
    page.until(
        "two writes have lanes, and the crash is marked",
        "return document.querySelectorAll('[data-testid=checks-lane]').length >= 2 &&
             document.querySelector('.checks-lanes .checks-fault') &&
             document.querySelector('[data-testid=checks-faults]').textContent.includes('crashes')",
    )
    .await?;
    assert!(leader > 0);
    let keys = page.script("return [...document.querySelectorAll('[data-testid=checks-key] option')].map(o => o.textContent)").await?;
    assert!(keys.as_array().unwrap().contains(&json!("/a")), "{keys}");
    page.check_manners().await
}
