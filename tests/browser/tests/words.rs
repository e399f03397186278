//! Texts of the page: the glossary, the help, the welcome, the settings, the narration.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

async fn says(page: &Page, id: &str, text: &str) -> Outcome {
    let script = format!(
        "return document.querySelector('[data-testid={id}]')?.innerText.includes({}) ?? false",
        json!(text)
    );
    page.until(&format!("{id} says {text:?}"), &script).await
}

#[tokio::test]
async fn a_term_of_the_status_line_leads_to_its_glossary_entry_by_keyboard() -> Outcome {
    let page = Page::led().await?;
    // The dialog loads with the panels.
    page.part("node-card").await?;
    page.script("document.querySelector('[data-testid=status] [data-term-id=quorum]').focus()").await?;
    page.browser.active_element().await?.send_keys(Key::Enter + "").await?;
    says(&page, "glossary-name", "quorum, majority").await?;
    says(&page, "glossary-text", "More than half of all members").await?;
    says(&page, "glossary-shown", "Raft paper, §5.2").await?;
    page.until(
        "the entry has the keyboard",
        "return document.activeElement.dataset.testid === 'glossary-name'",
    )
    .await?;

    page.script("document.getElementById('glossary-search').focus()").await?;
    let field = page.browser.active_element().await?;
    field.send_keys("pre-v").await?;
    page.until(
        "one of the entries found is pre-vote",
        "return document.querySelector('.glossary-list button').innerText === 'pre-vote'",
    )
    .await?;
    field.send_keys(Key::Enter + "").await?;
    says(&page, "glossary-name", "pre-vote").await?;
    page.script("document.getElementById('glossary-search').focus()").await?;
    page.browser.active_element().await?.send_keys("zzz").await?;
    says(&page, "glossary-count", "No entry has \"pre-vzzz\" in it").await?;

    // The first Esc empties Chromium's search field; the next one closes the glossary.
    let open = "return document.querySelector('dialog.glossary[open]') !== null";
    for _ in 0..2 {
        if page.script(open).await? == json!(true) {
            page.browser.active_element().await?.send_keys(Key::Escape + "").await?;
        }
    }
    page.until("the glossary is closed", "return document.querySelector('dialog[open]') === null").await?;
    page.until("the keyboard is where it was", "return document.activeElement.dataset.termId === 'quorum'")
        .await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_glossary_opens_above_the_help_and_leaves_it_open() -> Outcome {
    let page = Page::led().await?;
    page.part("node-card").await?;
    page.press("help").await?;
    page.press("help-signs").await?;
    let pictures = "document.querySelectorAll('#help-signs-panel .help-sample')";
    page.until("the signs are drawn", &format!("return {pictures}.length > 20")).await?;
    let drawn = format!(
        "return [...{pictures}].every(svg => {{
           const use = svg.querySelector('use');
           return use ? document.querySelector(use.getAttribute('href')) !== null : svg.querySelector('.stage-disc, rect') !== null;
         }})"
    );
    assert_eq!(page.script(&drawn).await?, json!(true), "every sign is one of the stage's");
    page.press("help-real").await?;
    says(&page, "real", "Nothing leaves your browser").await?;
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock"))?;
    let version = lock.split_once("name = \"openraft\"\nversion = \"").unwrap().1.split_once('"').unwrap().0;
    says(&page, "real", &format!("openraft {version}")).await?;

    let absent = "return document.querySelector('[data-testid=licences]') === null";
    assert_eq!(page.script(absent).await?, json!(true), "licences come when they are looked at");
    page.press("help-licences").await?;
    says(&page, "licences", &format!("- openraft {version}: MIT OR Apache-2.0; in command and page; text "))
        .await?;
    says(&page, "licences", "Permission is hereby granted, free of charge").await?;
    page.press("help-real").await?;

    page.press("help-glossary").await?;
    says(&page, "glossary-count", "terms").await?;
    let listed = page.script("return document.querySelectorAll('.glossary-list button').length").await?;
    assert!(listed.as_u64().unwrap() >= 40, "{listed} terms");
    page.browser.active_element().await?.send_keys(Key::Escape + "").await?;
    page.until(
        "the help alone is open",
        "return document.querySelectorAll('dialog[open]').length === 1 && document.getElementById('help-real-panel').offsetParent !== null",
    )
    .await?;
    page.browser.active_element().await?.send_keys(Key::Escape + "").await?;
    page.until("nothing is open", "return document.querySelector('dialog[open]') === null").await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_welcome_offers_three_steps_marks_them_and_does_not_return() -> Outcome {
    let page = Page::led().await?;
    let done = |step: &str| {
        format!("return document.querySelector('[data-testid={step}]').closest('li').dataset.done === 'true'")
    };
    page.press("welcome-write").await?;
    page.until("the write is done", &done("welcome-write")).await?;
    assert_eq!(page.script(&done("welcome-crash")).await?, json!(false));
    let old = page.leader().await?;
    page.press("welcome-crash").await?;
    page.until("the crash is done", &done("welcome-crash")).await?;
    page.until(
        "another node leads",
        &format!("return document.querySelector('.stage-node[data-role=leader]:not(#node-{old})') !== null"),
    )
    .await?;
    // The third step counts in whatever way it is done.
    page.press("partition-open").await?;
    page.press("preset-alone").await?;
    page.press("partition-apply").await?;
    says(&page, "welcome-over", "That was all three").await?;
    page.browser.refresh().await?;
    page.until("the page is live", "return document.body.dataset.ready === 'true'").await?;
    page.part("node-card").await?;
    assert_eq!(page.script("return document.querySelector('[data-testid=welcome]')").await?, json!(null));
    page.check_manners().await
}

#[tokio::test]
async fn escape_closes_the_welcome_for_good() -> Outcome {
    let page = Page::led().await?;
    page.part("welcome").await?;
    page.browser.find(By::Tag("body")).await?.send_keys(Key::Escape + "").await?;
    page.until("the welcome is gone", "return document.querySelector('[data-testid=welcome]') === null")
        .await?;
    page.browser.refresh().await?;
    page.part("node-card").await?;
    assert_eq!(page.script("return document.querySelector('[data-testid=welcome]')").await?, json!(null));
    page.check_manners().await
}

#[tokio::test]
async fn the_settings_keep_what_was_typed_and_predict_their_effect() -> Outcome {
    let page = Page::led().await?;
    page.press("new-cluster").await?;
    says(&page, "stability", "in time for openraft").await?;
    let levels = "return document.querySelectorAll('[data-testid=stability] [data-level=cannot]').length";
    assert_eq!(page.script(levels).await?, json!(0));

    let field = page.part("loss").await?;
    field.clear().await?;
    field.send_keys("a lot").await?;
    says(&page, "settings-verdict", "Loss: found \"a lot\"; accepted: a percentage").await?;
    page.press("create").await?;
    let state = "const field = document.getElementById('loss');
         return JSON.stringify([field.value, field.getAttribute('aria-invalid'), field.closest('dialog').open]);";
    assert_eq!(page.text_of(state).await?, "[\"a lot\",\"true\",true]");
    field.clear().await?;
    field.send_keys("0.5").await?;
    says(&page, "stability", "in time for openraft").await?;

    // The slider, moved by keyboard, changes the field.
    let slider = page.part("latency-max-slider").await?;
    for _ in 0..5 {
        slider.send_keys(Key::Right + "").await?;
    }
    page.until(
        "the field follows its slider",
        "return Number(document.getElementById('latency-max').value) >= 70",
    )
    .await?;
    page.until(
        "a risk is told of",
        "return document.querySelectorAll('[data-testid=stability] [data-level=risky]').length > 0",
    )
    .await?;
    page.script("document.querySelector('[data-testid=timing-etcd]').scrollIntoView({ block: 'center' })")
        .await?;
    page.press("timing-etcd").await?;
    page.until("the preset is in the fields", "return document.getElementById('heartbeat').value === '100'")
        .await?;
    assert_eq!(page.text_of("return document.getElementById('loss').value").await?, "0.5");

    // Settings that can change during a run are applied to the present cluster.
    page.press("apply-running").await?;
    says(&page, "running-said", "Applied to every link").await?;
    page.press("align-timers").await?;
    says(&page, "running-said", "votes may split").await?;
    page.browser.active_element().await?.send_keys(Key::Escape + "").await?;
    page.until("the settings are closed", "return document.querySelector('dialog[open]') === null").await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_narration_names_the_rule_and_offers_the_next_step() -> Outcome {
    let page = Page::led().await?;
    page.press("welcome-close").await?;
    says(&page, "hint", "Write a key").await?;
    page.press("hint-do").await?;
    page.until(
        "the hint goes on to the next thing",
        "return document.querySelector('[data-testid=hint-do]')?.dataset.hint === 'crash-the-leader'",
    )
    .await?;
    let old = page.leader().await?;
    page.press("hint-do").await?;
    page.until(
        "the other leader is told of, with a rule that leads to the glossary",
        "const line = document.querySelector('[data-testid=narration]');
         return line.innerText.includes('§') && line.querySelector('[data-term-id]') !== null",
    )
    .await?;
    page.until(
        "a screen reader is told of a turn",
        "return document.querySelector('[data-testid=announced]').innerText.length > 10",
    )
    .await?;
    says(&page, "hint", &format!("node{old}")).await?;
    page.script("document.querySelector('[data-testid=narration] [data-term-id]').click()").await?;
    page.until(
        "its rule is explained",
        "return document.querySelector('[data-testid=glossary-name]') !== null",
    )
    .await?;
    page.check_manners().await
}
