//! Actions of a person on the page: write, read, crash, partition, pause; by mouse and by keyboard.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

/// Defines `hashes`: the hash shown beside each node; a node that is down shows none.
const HASHES: &str =
    "const hashes = [...document.querySelectorAll('.stage-node')].map(node => node.dataset.hash);";

async fn type_into(page: &Page, field: &str, text: &str) -> Outcome {
    let field = page.part(field).await?;
    field.clear().await?;
    field.send_keys(text).await?;
    Ok(())
}

async fn write(page: &Page, key: &str, value: &str) -> Outcome {
    page.press("tab-write").await?;
    type_into(page, "write-key", key).await?;
    type_into(page, "write-value", value).await?;
    page.press("write-submit").await?;
    Ok(())
}

async fn result_is(page: &Page, state: &str, text: &str) -> Outcome {
    let script = format!(
        "const card = document.querySelector('[data-testid=result] [data-state]');
         return card?.dataset.state === {} && card.innerText.includes({});",
        json!(state),
        json!(text)
    );
    page.until(&format!("the result is {state} and says {text:?}"), &script).await
}

#[tokio::test]
async fn the_signature_moment() -> Outcome {
    let page = Page::led().await?;
    let empty = page.share_new_hash(5, "").await?;
    write(&page, "/my_key", "one").await?;
    result_is(&page, "ok", "/my_key = one").await?;
    let one = page.share_new_hash(5, &empty).await?;

    let old = page.leader().await?;
    page.choose(old).await?;
    page.press("crash").await?;
    page.status_says("4 of 5 up").await?;
    let new = page.leader().await?;
    assert_ne!(new, old, "another node leads");
    write(&page, "/my_key", "two").await?;
    result_is(&page, "ok", "/my_key = two").await?;
    let two = page.share_new_hash(4, &one).await?;

    page.choose(old).await?;
    page.press("restart").await?;
    page.status_says("5 of 5 up").await?;
    page.until(
        "five nodes share one hash",
        &format!("{HASHES} return hashes.every(hash => hash === {})", json!(two)),
    )
    .await?;

    page.press("tab-read").await?;
    type_into(&page, "read-key", "/my_key").await?;
    page.press("read-submit").await?;
    result_is(&page, "ok", "/my_key = two").await?;
    page.press("tab-delete").await?;
    page.press("delete-submit").await?;
    result_is(&page, "ok", "1 key deleted").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_lost_quorum_is_explained_and_a_write_times_out() -> Outcome {
    let page = Page::led().await?;
    for node in [1, 2, 3] {
        page.choose(node).await?;
        page.press("crash").await?;
    }
    page.status_says("2 of 5 up").await?;
    page.status_says("quorum 3 is out of reach; restart 1 node").await?;
    write(&page, "/a", "1").await?;
    page.set_speed("5x").await?;
    page.until(
        "the write has ended without success",
        "const state = document.querySelector('[data-testid=result] [data-state]')?.dataset.state;
         return state === 'failed' || state === 'unknown';",
    )
    .await?;
    let said = page.part("result").await?.text().await?;
    assert!(said.contains("certainly not done") || said.contains("may have been done"), "{said}");
    page.choose(1).await?;
    page.press("restart").await?;
    page.status_says("writes succeed; one more loss stops them").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_partition_leaves_a_stale_leader_until_it_is_healed() -> Outcome {
    let page = Page::led().await?;
    let old = page.leader().await?;
    page.press("partition-open").await?;
    page.press("preset-alone").await?;
    let meaning = page.part("partition-meaning").await?.text().await?;
    assert!(meaning.contains("can elect a leader and commit"), "{meaning}");
    page.press("partition-apply").await?;
    let stale = format!("return document.getElementById('node-{old}').dataset.role === 'thinks it leads'");
    page.until("the old leader thinks it leads", &stale).await?;
    let new = page.leader().await?;
    assert_ne!(new, old);
    let caption = page.part("caption").await?.text().await?;
    assert!(caption.contains("Two nodes think they lead"), "{caption}");
    page.until("the ring is cut", "return document.querySelectorAll('.stage-split-edge').length === 2")
        .await?;
    page.press("heal").await?;
    let follows = format!("return document.getElementById('node-{old}').dataset.role === 'follower'");
    page.until("the old leader follows", &follows).await?;
    assert_eq!(page.script("return document.querySelectorAll('.stage-split-edge').length").await?, json!(0));
    page.check_manners().await
}

#[tokio::test]
async fn the_clock_can_be_paused_and_stepped_event_by_event() -> Outcome {
    let page = Page::led().await?;
    page.press("play").await?;
    let clock = "return document.querySelector('[data-testid=clock]').innerText";
    let stopped = page.script(clock).await?;
    page.script(TWO_FRAMES).await?;
    assert_eq!(page.script(clock).await?, stopped, "a stopped clock stands still");
    let mut moved = false;
    for _ in 0..20 {
        page.press("step").await?;
        moved |= page.script(clock).await? != stopped;
    }
    assert!(moved, "single steps move the clock");
    page.press("play").await?;
    let goes_on = format!("{clock} !== {}", page.script(clock).await?);
    page.until("the clock runs again", &goes_on).await?;
    page.check_manners().await
}

#[tokio::test]
async fn everything_can_be_done_by_keyboard() -> Outcome {
    let page = Page::led().await?;
    let body = page.browser.find(By::Tag("body")).await?;
    body.send_keys("w").await?;
    page.until("the key field has the keyboard", "return document.activeElement.id === 'write-key'").await?;
    let field = page.browser.active_element().await?;
    field.send_keys(Key::Enter + "").await?;
    result_is(&page, "ok", "/my_key = my value").await?;
    page.browser.active_element().await?.send_keys(Key::Escape + "").await?;

    let leader = page.leader().await?;
    page.browser.active_element().await?.send_keys(leader.to_string()).await?;
    let focused = format!("return document.activeElement.id === 'node-{leader}'");
    page.until("the chosen node has the keyboard", &focused).await?;
    page.browser.active_element().await?.send_keys("k").await?;
    page.status_says("4 of 5 up").await?;
    page.browser.active_element().await?.send_keys("r").await?;
    page.status_says("5 of 5 up").await?;
    page.browser.active_element().await?.send_keys("u").await?;
    page.status_says("1 paused").await?;
    page.browser.active_element().await?.send_keys("u").await?;
    page.browser.active_element().await?.send_keys("i").await?;
    page.until("its links are cut", "return document.querySelectorAll('.stage-cutmark').length > 0").await?;
    page.browser.active_element().await?.send_keys("h").await?;
    page.until("they are whole again", "return document.querySelectorAll('.stage-cutmark').length === 0")
        .await?;
    page.browser.active_element().await?.send_keys("p").await?;
    page.until("the partition dialog is open", "return document.querySelector('dialog[open]') !== null")
        .await?;
    page.browser.active_element().await?.send_keys(Key::Escape + "").await?;
    page.until("it is closed", "return document.querySelector('dialog[open]') === null").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_new_cluster_is_made_from_a_seed_and_wrong_seeds_are_refused() -> Outcome {
    let page = Page::led().await?;
    page.press("new-cluster").await?;
    type_into(&page, "seed", "x").await?;
    let verdict = "return document.querySelector('[data-testid=settings-verdict]').innerText";
    page.until("the wrong seed is named", &format!("{verdict}.includes('whole number')")).await?;
    page.press("create").await?;
    assert_eq!(page.script("return document.querySelector('dialog[open]') !== null").await?, json!(true));
    type_into(&page, "seed", "4711").await?;
    type_into(&page, "latency-min", "30").await?;
    type_into(&page, "latency-max", "40").await?;
    page.until("the slow latency is warned of", &format!("{verdict}.includes('nothing will commit')"))
        .await?;
    page.press("create").await?;
    page.until(
        "the seed is shown",
        "return document.querySelector('[data-testid=seed-shown]').innerText === 'seed 4711'",
    )
    .await?;
    page.status_says("nothing commits").await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_page_stays_responsive_at_a_hundred_times_real_time() -> Outcome {
    let page = Page::led().await?;
    page.press("tab-stress").await?;
    page.press("stress-submit").await?;
    page.set_speed("100x").await?;
    page.until("a second of the stress is over", &format!("{CLOCK} return seconds > 2")).await?;
    // The loop keeps to its time budget, so that frames and clicks are handled in between.
    page.press("play").await?;
    let clock = format!("{CLOCK} return seconds");
    let stopped = page.script(&clock).await?;
    page.script(TWO_FRAMES).await?;
    assert_eq!(page.script(&clock).await?, stopped, "the click stopped the clock");
    page.check_manners().await
}

/// Defines `seconds`: the cluster's clock.
const CLOCK: &str = "const seconds = parseFloat(document.querySelector('[data-testid=clock]').innerText);";

/// Waits until the page has drawn twice.
const TWO_FRAMES: &str = "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 200))))";
