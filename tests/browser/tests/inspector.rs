//! The inspector: details of a node, a message and a request, and copies of them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

/// Returns a script expression for the value of a key in a group.
fn value(group: &str, key: &str) -> String {
    format!("document.querySelector('[data-testid=sheet] [data-group={group}] [data-key={key}]')?.innerText")
}

async fn title_is(page: &Page, title: &str) -> Outcome {
    let script =
        format!("return document.querySelector('[data-testid=sheet-title]')?.innerText === {}", json!(title));
    page.until(&format!("{title} is inspected"), &script).await
}

/// Steps until a message in flight has a name with this beginning, and selects it.
async fn inspect_message(page: &Page, name: &str) -> Outcome {
    let choose = format!(
        "return (async () => {{
         const select = document.getElementById('inspect-message');
         // The list may be 50 ms old: a listed message must not have arrived meanwhile.
         await new Promise(done => setTimeout(done, 150));
         select.dispatchEvent(new Event('focus'));
         return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {{
             const found = [...select.options].slice(1).find(option => option.text.startsWith({}));
             if (found) {{
                 select.value = found.value;
                 select.dispatchEvent(new Event('change', {{ bubbles: true }}));
             }}
             done(found !== undefined);
         }})));
         }})();",
        json!(name)
    );
    for _ in 0..40 {
        if page.script(&choose).await? == json!(true) {
            return Ok(());
        }
        page.press("step").await?;
    }
    Err(format!("no message was on its way that begins with {name:?}").into())
}

#[tokio::test]
async fn the_inspector_agrees_with_the_card_of_a_node() -> Outcome {
    let page = Page::led().await?;
    let leader = page.leader().await?;
    page.choose(leader).await?;
    page.press("welcome-write").await?;
    page.until(
        "the write is answered",
        "return document.querySelector('[data-testid=result] [data-state]')?.dataset.state === 'ok'",
    )
    .await?;
    page.press("play").await?;
    page.press("inspect-node").await?;
    title_is(&page, &format!("node{leader}")).await?;
    let same = format!(
        "const card = name => [...document.querySelectorAll('[data-testid=node-card] dt')]
             .find(term => term.innerText === name).nextElementSibling.innerText;
         const node = document.getElementById('node-{leader}');
         return JSON.stringify([
             {} === card('KV hash') && {} === node.dataset.hash,
             {} === card('Committed'), {} === card('Applied'), {} === card('Last index'), {} === card('On disk'),
             {} === node.dataset.term, {} === node.dataset.role,
         ]);",
        value("store", "hash"),
        value("store", "hash"),
        value("log", "commit_index"),
        value("log", "applied_index"),
        value("log", "last_index"),
        value("log", "durable_index"),
        value("role", "term"),
        value("role", "role"),
    );
    assert_eq!(page.text_of(&same).await?, "[true,true,true,true,true,true,true]");
    // A leader shows the progress of the four others; a follower shows none.
    let followers = "return document.querySelectorAll('[data-group=replication] tbody tr').length";
    assert_eq!(page.script(followers).await?, json!(4));
    let other = if leader == 1 { 2 } else { 1 };
    page.press(&format!("inspect-{other}")).await?;
    title_is(&page, &format!("node{other}")).await?;
    assert_eq!(page.script(followers).await?, json!(0));
    page.press("inspect-timer").await?;
    page.until("its timer is off", &format!("return {} === 'no'", value("timers", "elections"))).await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_message_shows_its_expected_and_its_actual_effect() -> Outcome {
    let page = Page::led().await?;
    page.part("node-card").await?;
    page.press("detail-inspect").await?;
    page.part("inspect-message").await?;
    // The clock is paused, so the selected message stays in flight.
    page.press("play").await?;
    inspect_message(&page, "A heartbeat,").await?;
    let told = format!("return {}?.length > 20", value("explained", "does"));
    page.until("its consequence is told", &told).await?;
    assert!(page.text_of(&format!("return {}", value("fields", "from"))).await?.starts_with("node"));
    let rule = page.text_of(&format!("return {}", value("explained", "rule"))).await?;
    assert!(rule.contains("§5"), "{rule}");
    // After its arrival, the actual effect is shown instead.
    page.press("play").await?;
    let did = "return [...document.querySelectorAll('[data-group=explained] dt')].some(term => term.innerText === 'What it did')";
    page.until("what it did is told", did).await?;
    page.until(
        "the answer is known",
        &format!("return {}?.includes('set its election timer anew')", value("explained", "does")),
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_message_that_arrived_long_ago_is_looked_up_in_the_recording() -> Outcome {
    let page = Page::led().await?;
    page.press("detail-spacetime").await?;
    page.press("spacetime-list").await?;
    page.until(
        "heartbeats have arrived",
        "return document.querySelectorAll('[data-testid=spacetime-messages] tbody tr').length > 8",
    )
    .await?;
    page.press("play").await?;
    // This message had arrived before it was selected, so the page never saw it in flight.
    let choose = "const rows = [...document.querySelectorAll('[data-testid=spacetime-messages] tbody tr')];
         const row = rows.findLast(row => row.innerText.includes('heartbeat') && /arrive/.test(row.innerText)
             && !row.innerText.includes('nswer'));
         row?.querySelector('button').click();
         return row?.innerText ?? 'none of ' + rows.map(row => row.innerText).join(';')";
    let row = page.text_of(choose).await?;
    page.press("detail-inspect").await?;
    let told = [
        value("fields", "from"),
        value("fields", "term"),
        value("way", "sent_at"),
        value("way", "arrives_at"),
        value("explained", "does"),
    ];
    page.until(&format!("it is told whole: {row}"), &format!("return {}?.length > 20", told[4])).await?;
    let whole = format!("return JSON.stringify([{}])", told.join(", "));
    let read = page.text_of(&whole).await?;
    assert!(!read.contains("null"), "{read}");
    let did = "return [...document.querySelectorAll('[data-group=explained] dt')].some(term => term.innerText === 'What it did')";
    assert_eq!(page.script(did).await?, json!(true), "{row}");
    // It stays readable at an instant before it was sent.
    page.script("document.activeElement.blur()").await?;
    page.keys(Key::Home + "").await?;
    page.part("past-note").await?;
    assert_eq!(page.text_of(&whole).await?, read);
    page.check_manners().await
}

#[tokio::test]
async fn a_message_can_be_dropped_by_hand() -> Outcome {
    let page = Page::led().await?;
    page.part("node-card").await?;
    page.press("detail-inspect").await?;
    page.part("inspect-message").await?;
    page.press("play").await?;
    inspect_message(&page, "").await?;
    page.press("message-drop").await?;
    page.until(
        "it is told that it was dropped",
        &format!("return {} === 'it was dropped by hand'", value("way", "lost_why")),
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_request_is_described_from_start_to_end_and_copied() -> Outcome {
    let page = Page::led().await?;
    page.press("welcome-write").await?;
    page.until(
        "the write is answered",
        "return document.querySelector('[data-testid=result] [data-state]')?.dataset.state === 'ok'",
    )
    .await?;
    let steps = page.script("return document.querySelectorAll('[data-testid=life] li').length").await?;
    page.press("inspect-this-request").await?;
    page.until(
        "all steps are told",
        &format!("return document.querySelectorAll('[data-group=life] tbody tr').length >= {steps}"),
    )
    .await?;
    let outcome = page.text_of(&format!("return {}", value("request", "outcome"))).await?;
    assert_ne!(outcome, "not ended yet");
    // The clipboard event carries the copied text.
    page.script(
        "window.copied = [];
         document.addEventListener('copy', () => window.copied.push(document.activeElement.value));",
    )
    .await?;
    page.press("copy-text").await?;
    page.press("copy-json").await?;
    page.until("both were copied", "return window.copied.length === 2").await?;
    let text = page.text_of("return window.copied[0]").await?;
    assert!(text.contains("Outcome: ") && text.contains("Endpoints, in order: node1, node2"), "{text}");
    let json = page.text_of("return JSON.stringify(JSON.parse(window.copied[1]))").await?;
    let json: serde_json::Value = serde_json::from_str(&json)?;
    assert_eq!(json["request"]["outcome"], json!(outcome));
    assert!(json["life"]["steps"].as_array().unwrap().len() as u64 >= steps.as_u64().unwrap());
    assert!(json["request"]["started"].as_u64().unwrap() > 0, "times are nanoseconds");
    page.check_manners().await
}
