//! The signature moment (write, crash, partition, read, heal) by keyboard alone.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

/// Defines `hashes`: the hash shown beside each node; a node that is down shows none.
const HASHES: &str =
    "const hashes = [...document.querySelectorAll('.stage-node')].map(node => node.dataset.hash);";

/// The maximum number of Tabs to a control.
const TABS_MAX: usize = 150;

/// Moves the focus to a control by Tab.
async fn tab_to(page: &Page, id: &str) -> Outcome {
    go_to(page, id, false).await
}

/// Moves the focus to a control by Tab, or by Shift and Tab if `back`.
async fn go_to(page: &Page, id: &str, back: bool) -> Outcome {
    let reached = format!("return document.activeElement?.dataset.testid === {}", json!(id));
    for _ in 0..TABS_MAX {
        if page.script(&reached).await? == json!(true) {
            return Ok(());
        }
        let chain = page.browser.action_chain();
        let chain = if back { chain.key_down(Key::Shift) } else { chain };
        let chain = chain.send_keys(Key::Tab + "");
        let chain = if back { chain.key_up(Key::Shift) } else { chain };
        chain.perform().await?;
    }
    Err(format!("{id} is not reached by Tab").into())
}

async fn press_by_key(page: &Page, id: &str, key: Key) -> Outcome {
    tab_to(page, id).await?;
    page.keys(key + "").await
}

async fn has_focus(page: &Page, id: &str) -> Outcome {
    page.until(
        &format!("{id} has the keyboard"),
        &format!("return document.activeElement.id === {}", json!(id)),
    )
    .await
}

/// Chooses exactly these endpoints, starting from the focused field.
async fn endpoints(page: &Page, wanted: &[u64]) -> Outcome {
    // They are before the field, so the last one comes first.
    for id in (1..=5).rev() {
        let checked = format!("return document.querySelector('[data-testid=endpoint-{id}]').checked");
        if page.script(&checked).await? != json!(wanted.contains(&id)) {
            go_to(page, &format!("endpoint-{id}"), true).await?;
            page.keys(Key::Space + "").await?;
        }
    }
    Ok(())
}

/// Writes a value to the proposed key through these endpoints.
async fn write(page: &Page, value: &str, to: &[u64]) -> Outcome {
    page.keys("w").await?;
    has_focus(page, "write-key").await?;
    endpoints(page, to).await?;
    page.keys(Key::Escape + "").await?;
    page.keys("w").await?;
    has_focus(page, "write-key").await?;
    page.keys(Key::Tab + "").await?;
    has_focus(page, "write-value").await?;
    page.browser.action_chain().key_down(Key::Control).send_keys("a").key_up(Key::Control).perform().await?;
    page.keys(format!("{value}{}", Key::Enter.value())).await?;
    result_is(page, &format!("/my_key = {value}")).await
}

/// Reads the key from one node, serializable, so from the node's own store.
async fn read_at(page: &Page, node: u64, value: &str) -> Outcome {
    page.keys("g").await?;
    has_focus(page, "read-key").await?;
    let chosen = "return document.querySelector('[data-testid=serializable]').checked";
    if page.script(chosen).await? != json!(true) {
        // The radio buttons are one stop of Tab; arrows move between them.
        tab_to(page, "linearizable").await?;
        page.keys(Key::Down + "").await?;
        assert_eq!(page.script(chosen).await?, json!(true));
    }
    endpoints(page, &[node]).await?;
    page.keys(Key::Escape + "").await?;
    page.keys("g").await?;
    has_focus(page, "read-key").await?;
    page.keys(Key::Enter + "").await?;
    result_is(page, &format!("/my_key = {value}")).await
}

async fn result_is(page: &Page, text: &str) -> Outcome {
    let script = format!(
        "const card = document.querySelector('[data-testid=result] [data-state]');
         return card?.dataset.state === 'ok' && card.innerText.includes({})",
        json!(text)
    );
    page.until(&format!("the result says {text:?}"), &script).await?;
    page.keys(Key::Escape + "").await
}

/// Waits for a leader with a quorum other than this node.
async fn other_leader(page: &Page, old: u64) -> Outcome<u64> {
    let led = format!(
        "const leaders = [...document.querySelectorAll('.stage-node[data-role=leader]')];
         return leaders.length === 1 && leaders[0].id !== 'node-{old}'"
    );
    page.until("another node leads", &led).await?;
    page.leader().await
}

#[tokio::test]
async fn the_whole_signature_moment_by_keyboard_alone() -> Outcome {
    let page = Page::open().await?;
    page.part("speed-value").await?;
    page.part("write-submit").await?;
    let speed = "return document.querySelector('[data-testid=speed-value]').value === '1x'";
    while page.script(speed).await? != json!(true) {
        page.keys("+").await?;
    }
    let first = page.leader().await?;
    let empty = page.share_new_hash(5, "").await?;
    write(&page, "one", &[1, 2, 3, 4, 5]).await?;
    let one = page.share_new_hash(5, &empty).await?;

    page.keys(first.to_string()).await?;
    has_focus(&page, &format!("node-{first}")).await?;
    page.keys("k").await?;
    page.status_says("4 of 5 up").await?;
    let second = other_leader(&page, first).await?;
    write(&page, "two", &[1, 2, 3, 4, 5]).await?;
    let two = page.share_new_hash(4, &one).await?;

    page.keys(first.to_string()).await?;
    page.keys("r").await?;
    page.status_says("5 of 5 up").await?;
    let caught_up = format!("{HASHES} return hashes.every(hash => hash === {})", json!(two));
    page.until("the restarted node has the same hash", &caught_up).await?;

    page.keys("p").await?;
    press_by_key(&page, "preset-alone", Key::Enter).await?;
    press_by_key(&page, "partition-apply", Key::Enter).await?;
    page.until("the ring is cut", "return document.querySelectorAll('.stage-split-edge').length === 2")
        .await?;
    let third = other_leader(&page, second).await?;
    write(&page, "three", &[third]).await?;
    // Both sides answer: the majority with the new value, the isolated node with its old one.
    read_at(&page, third, "three").await?;
    read_at(&page, second, "two").await?;

    page.keys("h").await?;
    page.share_new_hash(5, &two).await?;
    read_at(&page, second, "three").await?;
    page.check_manners().await
}
