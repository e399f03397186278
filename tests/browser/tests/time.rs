//! Time: looking back, jumping, acting in the past, and the way back to what was left.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use thirtyfour::prelude::*;

/// Nodes, messages and clock as they are drawn.
const PICTURE: &str = "
    const nodes = [...document.querySelectorAll('.node')].map(node =>
        [node.id, node.dataset.role, node.dataset.process, node.dataset.term, node.dataset.hash].join(' '));
    const dots = [...document.querySelectorAll('#messages .dot')]
        .filter(dot => dot.getAttribute('display') !== 'none')
        .map(dot => [dot.querySelector('use').getAttribute('href'), dot.getAttribute('transform')].join(' ')).sort();
    const arcs = [...document.querySelectorAll('.arc')].map(arc => arc.getAttribute('stroke-dasharray'));
    return [document.querySelector('[data-testid=clock]').textContent, ...nodes, ...dots, ...arcs].join('|');";

async fn press(page: &Page, key: impl Into<TypingData>) -> Outcome {
    page.browser.action_chain().send_keys(key).perform().await?;
    // The picture is drawn with the next frame.
    page.browser
        .execute_async(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));",
            vec![],
        )
        .await?;
    Ok(())
}

async fn clock(page: &Page) -> Outcome<f64> {
    let text = page.text_of("return document.querySelector('[data-testid=clock]').textContent").await?;
    Ok(text.trim_end_matches(" s").parse()?)
}

/// A cluster that is led, with its timeline, at rest.
async fn at_rest() -> Outcome<(Page, u64)> {
    let page = Page::led().await?;
    page.set_speed("1x").await?;
    page.part("timeline").await?;
    let leader = page.leader().await?;
    page.part("write-submit").await?.click().await?;
    page.until("the write is answered", "return document.body.innerText.includes('Revision 2')").await?;
    page.until(
        "it is past one second",
        "return parseFloat(document.querySelector('[data-testid=clock]').textContent) > 1",
    )
    .await?;
    Ok((page, leader))
}

#[tokio::test]
async fn back_and_forward_leads_to_the_same_picture() -> Outcome {
    let (page, leader) = at_rest().await?;
    page.part("play").await?.click().await?;
    page.choose(leader).await?;
    let present = page.text_of(PICTURE).await?;
    let mut pictures = Vec::new();
    for _ in 0..12 {
        press(&page, ",").await?;
        pictures.push(page.text_of(PICTURE).await?);
    }
    page.part("past-note").await?;
    assert!(pictures.windows(2).all(|pair| pair[0] != pair[1]), "each event changes the picture");
    while let Some(picture) = pictures.pop() {
        assert_eq!(page.text_of(PICTURE).await?, picture);
        press(&page, ".").await?;
    }
    page.part("live").await?;
    press(&page, Key::Home + "").await?;
    assert!(clock(&page).await? < 0.001);
    let led = "return document.querySelectorAll('.node[data-role=leader]').length";
    assert_eq!(page.script(led).await?, 0, "nobody led at the start");
    press(&page, Key::End + "").await?;
    assert_eq!(page.text_of(PICTURE).await?, present);
    page.check_manners().await
}

#[tokio::test]
async fn who_acts_in_the_past_begins_a_branch_and_can_return() -> Outcome {
    let (page, leader) = at_rest().await?;
    page.choose(leader).await?;
    press(&page, "k").await?;
    let next = page.leader().await?;
    assert_ne!(next, leader);
    page.part("play").await?.click().await?;
    page.choose(next).await?;
    let first = page.text_of(PICTURE).await?;
    page.part("timeline").await?.send_keys(Key::PageUp + "").await?;
    page.script("const kinds = document.querySelector('[data-testid=jump-kind]'); kinds.value = [...kinds.options].find(kind => kind.text === 'fault').value; kinds.dispatchEvent(new Event('change', { bubbles: true }));").await?;
    press(&page, Key::End + "").await?;
    page.part("jump-back").await?.click().await?;
    let crashed = format!("return document.getElementById('node-{leader}').dataset.process");
    assert_eq!(page.text_of(&crashed).await?, "Crashed");
    page.part("previous-event").await?.click().await?;
    assert_eq!(page.text_of(&crashed).await?, "Running");
    let begins = clock(&page).await?;
    page.choose(next).await?;
    press(&page, "i").await?;
    page.part("branches").await?;
    page.part("live").await?;
    let here =
        page.text_of("return document.querySelector('[data-testid=branches] option').textContent").await?;
    assert!(here.starts_with("In branch 2, from 1 at"), "{here}");
    page.until(
        "the branch goes on",
        &format!(
            "return parseFloat(document.querySelector('[data-testid=clock]').textContent) > {}",
            begins + 0.1
        ),
    )
    .await?;
    assert_eq!(page.text_of(&crashed).await?, "Running", "in this branch nobody crashed it");
    page.part("play").await?.click().await?;
    page.script("const all = document.querySelector('[data-testid=branches]'); all.value = '1'; all.dispatchEvent(new Event('change', { bubbles: true }));").await?;
    page.until(
        "the first branch is back",
        &format!("return ({}) === 'Crashed'", crashed.trim_start_matches("return ")),
    )
    .await?;
    page.until("it is live", "return !!document.querySelector('[data-testid=live]')").await?;
    page.choose(next).await?;
    assert_eq!(page.text_of(PICTURE).await?, first);
    page.check_manners().await
}
