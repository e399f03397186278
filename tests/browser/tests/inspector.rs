//! The inspector: all of a node, a message and a request, and a copy of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;

/// The value beside a name in the sheet.
fn value(group: &str, key: &str) -> String {
    format!("document.querySelector('[data-testid=sheet] [data-group={group}] [data-key={key}]')?.innerText")
}

async fn title_is(page: &Page, title: &str) -> Outcome {
    let script =
        format!("return document.querySelector('[data-testid=sheet-title]')?.innerText === {}", json!(title));
    page.until(&format!("{title} is inspected"), &script).await
}

#[tokio::test]
async fn a_node_is_told_as_its_card_tells_it() -> Outcome {
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
    // A leader tells how far the four others are; a follower has nobody to tell of.
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
async fn a_message_tells_what_it_will_do_and_what_it_did() -> Outcome {
    let page = Page::led().await?;
    page.part("node-card").await?;
    page.press("detail-inspect").await?;
    page.part("inspect-message").await?;
    // The clock stands still: what is chosen is still on its way then.
    page.press("play").await?;
    let choose = "const select = document.getElementById('inspect-message');
         select.dispatchEvent(new Event('focus'));
         return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
             const heartbeat = [...select.options].find(option => option.text.startsWith('A heartbeat,'));
             if (heartbeat) {
                 select.value = heartbeat.value;
                 select.dispatchEvent(new Event('change', { bubbles: true }));
             }
             done(heartbeat !== undefined);
         })));";
    for _ in 0..40 {
        if page.script(choose).await? == json!(true) {
            break;
        }
        page.press("step").await?;
    }
    let told = format!("return {}?.length > 20", value("explained", "does"));
    page.until("its consequence is told", &told).await?;
    assert!(page.text_of(&format!("return {}", value("fields", "from"))).await?.starts_with("node"));
    let rule = page.text_of(&format!("return {}", value("explained", "rule"))).await?;
    assert!(rule.contains("§5"), "{rule}");
    // Once it arrived, what it did is told instead.
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
async fn a_message_can_be_dropped_by_hand() -> Outcome {
    let page = Page::led().await?;
    page.part("node-card").await?;
    page.press("detail-inspect").await?;
    page.part("inspect-message").await?;
    page.press("play").await?;
    // The clock stands still: what is on its way stays there until it is pressed.
    let choose = "const select = document.getElementById('inspect-message');
         select.dispatchEvent(new Event('focus'));
         return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
             const first = select.options[1];
             if (first) {
                 select.value = first.value;
                 select.dispatchEvent(new Event('change', { bubbles: true }));
             }
             done(first !== undefined);
         })));";
    for _ in 0..40 {
        if page.script(choose).await? == json!(true) {
            break;
        }
        page.press("step").await?;
    }
    page.press("message-drop").await?;
    page.until(
        "it is told that it was dropped",
        &format!("return {} === 'it was dropped by hand'", value("way", "lost_why")),
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_request_is_told_from_its_beginning_to_its_end_and_copied() -> Outcome {
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
    // What is copied is what the clipboard's event carries.
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
