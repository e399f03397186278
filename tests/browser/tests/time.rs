//! Time: looking back, jumping, acting in the past, and returning to earlier branches.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use thirtyfour::prelude::*;

/// A script that returns the nodes, messages and clock as they are drawn.
const PICTURE: &str = "
    const nodes = [...document.querySelectorAll('.stage-node')].map(node =>
        [node.id, node.dataset.role, node.dataset.process, node.dataset.term, node.dataset.hash].join(' '));
    const dots = [...document.querySelectorAll('#messages .stage-dot')]
        .filter(dot => dot.getAttribute('display') !== 'none')
        .map(dot => [dot.querySelector('use').getAttribute('href'), dot.getAttribute('transform')].join(' ')).sort();
    const arcs = [...document.querySelectorAll('.stage-arc')].map(arc => arc.getAttribute('stroke-dasharray'));
    return [document.querySelector('[data-testid=clock]').textContent, ...nodes, ...dots, ...arcs].join('|');";

/// Presses a key with Shift held down.
async fn press_shifted(page: &Page, key: impl Into<TypingData>) -> Outcome {
    page.browser.action_chain().key_down(Key::Shift).perform().await?;
    page.keys(key).await?;
    page.browser.action_chain().key_up(Key::Shift).perform().await?;
    Ok(())
}

async fn clock(page: &Page) -> Outcome<f64> {
    let text = page.text_of("return document.querySelector('[data-testid=clock]').textContent").await?;
    Ok(text.trim_end_matches(" s").parse()?)
}

/// Opens a paused cluster with a leader and its timeline. Returns the leader, too.
async fn at_rest() -> Outcome<(Page, u64)> {
    let page = Page::led().await?;
    page.set_speed("1x").await?;
    page.part("timeline").await?;
    let leader = page.leader().await?;
    page.press("write-submit").await?;
    page.until("the write is answered", "return document.body.innerText.includes('Revision 2')").await?;
    page.until(
        "it is past one second",
        "return parseFloat(document.querySelector('[data-testid=clock]').textContent) > 1",
    )
    .await?;
    Ok((page, leader))
}

#[tokio::test]
async fn going_back_and_forward_shows_the_same_pictures() -> Outcome {
    let (page, leader) = at_rest().await?;
    page.press("play").await?;
    page.choose(leader).await?;
    let present = page.text_of(PICTURE).await?;
    let mut pictures = Vec::new();
    for _ in 0..12 {
        page.keys(",").await?;
        pictures.push(page.text_of(PICTURE).await?);
    }
    page.part("past-note").await?;
    assert!(pictures.windows(2).all(|pair| pair[0] != pair[1]), "each event changes the picture");
    while let Some(picture) = pictures.pop() {
        assert_eq!(page.text_of(PICTURE).await?, picture);
        page.keys(".").await?;
    }
    page.until("the present is shown", &live_is("following")).await?;
    page.keys(Key::Home + "").await?;
    assert!(clock(&page).await? < 0.001);
    let led = "return document.querySelectorAll('.stage-node[data-role=leader]').length";
    assert_eq!(page.script(led).await?, 0, "there is no leader at the start");
    page.keys(Key::End + "").await?;
    assert_eq!(page.text_of(PICTURE).await?, present);
    page.check_manners().await
}

/// Returns a script that returns whether the live button is in this state.
fn live_is(state: &str) -> String {
    format!("return document.querySelector('[data-testid=live]')?.dataset.state === '{state}'")
}

async fn attribute(page: &Page, id: &str, name: &str) -> Outcome<String> {
    page.text_of(&format!("return document.querySelector('[data-testid={id}]').getAttribute('{name}') ?? ''"))
        .await
}

#[tokio::test]
async fn keys_jump_to_elections_commits_faults_and_writes() -> Outcome {
    let (page, leader) = at_rest().await?;
    page.choose(leader).await?;
    page.keys("k").await?;
    let next = page.leader().await?;
    page.press("play").await?;
    page.choose(next).await?;
    let present = clock(&page).await?;
    // Back from the present: the election, its cause, and the events before.
    press_shifted(&page, "E").await?;
    let elected = clock(&page).await?;
    press_shifted(&page, "X").await?;
    let crashed = clock(&page).await?;
    let process = format!("return document.getElementById('node-{leader}').dataset.process");
    assert_eq!(page.text_of(&process).await?, "Crashed");
    press_shifted(&page, "N").await?;
    let written = clock(&page).await?;
    page.keys("l").await?;
    let committed = clock(&page).await?;
    assert!(
        present > elected && elected > crashed && crashed > committed && committed > written,
        "{present} {elected} {crashed} {committed} {written}"
    );
    page.keys("x").await?;
    assert_eq!(clock(&page).await?, crashed, "the next fault is the same");
    page.keys("v").await?;
    page.until(
        "it says that there is none",
        "return document.body.innerText.includes('After this instant, no violation is recorded.')",
    )
    .await?;
    assert_eq!(clock(&page).await?, crashed);
    page.check_manners().await
}

#[tokio::test]
async fn the_timeline_follows_the_present_until_it_is_moved() -> Outcome {
    let (page, _) = at_rest().await?;
    page.until("it follows", &live_is("following")).await?;
    let line = page.part("timeline").await?;
    // Zooming in shows a shorter time than before, however far a slow machine has come.
    let shown = "const line = document.querySelector('[data-testid=timeline]').dataset; const shown = line.to - line.from;";
    let before = page.script(&format!("{shown} return shown")).await?;
    line.send_keys(Key::Up + "").await?;
    let closer = format!("{shown} return line.mode === 'follow' && shown < 0.95 * {before}");
    page.until("it follows closer", &closer).await?;
    press_shifted(&page, Key::Left + "").await?;
    page.until("it is free", &live_is("free")).await?;
    let (from, to) =
        (attribute(&page, "timeline", "data-from").await?, attribute(&page, "timeline", "data-to").await?);
    let before = clock(&page).await?;
    page.until(
        "time passes",
        &format!(
            "return parseFloat(document.querySelector('[data-testid=clock]').textContent) > {}",
            before + 0.6
        ),
    )
    .await?;
    assert_eq!(
        (attribute(&page, "timeline", "data-from").await?, attribute(&page, "timeline", "data-to").await?),
        (from, to.clone())
    );
    page.press("live").await?;
    page.until("it follows again", &live_is("following")).await?;
    page.until(
        "it went on",
        &format!("return document.querySelector('[data-testid=timeline]').dataset.to > {to}"),
    )
    .await?;
    // The edge of the overview's frame is dragged to the left end.
    page.press("zoom-whole").await?;
    page.script(
        "const line = document.querySelector('[data-testid=overview]'), box = line.getBoundingClientRect();
         const at = (name, x, buttons) => line.dispatchEvent(new PointerEvent(name, { bubbles: true, buttons, clientX: box.left + x, clientY: box.top + 8 }));
         at('pointerdown', box.width - 10, 1); at('pointermove', box.width / 2, 1); at('pointerup', box.width / 2, 0);",
    )
    .await?;
    page.until("it shows the first half", "const line = document.querySelector('[data-testid=timeline]').dataset; return line.mode === 'free' && +line.from === 0").await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_instant_under_the_pointer_is_shown() -> Outcome {
    let (page, _) = at_rest().await?;
    page.press("play").await?;
    let line = page.part("timeline").await?;
    page.browser.action_chain().move_to_element_center(&line).perform().await?;
    page.until(
        "it is named",
        "return / s$/.test(document.querySelector('[data-testid=pointed]')?.textContent ?? '')",
    )
    .await?;
    let pointed = page.text_of("return document.querySelector('[data-testid=pointed]').textContent").await?;
    line.click().await?;
    assert_eq!(
        page.text_of("return document.querySelector('[data-testid=clock]').textContent").await?,
        pointed
    );
    page.until("that is the past", &live_is("past")).await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_speed_ranges_from_a_thousandth_to_a_hundred_times_real_time() -> Outcome {
    let page = Page::led().await?;
    let said = "return document.querySelector('[data-testid=speed]').getAttribute('aria-valuetext')";
    page.set_speed("1/300").await?;
    assert_eq!(page.text_of(said).await?, "1/300: 300 times slower than real time");
    page.keys("+").await?;
    assert!(page.text_of(said).await?.starts_with("1/200:"));
    let slider = page.part("speed").await?;
    slider.send_keys(Key::End + "").await?;
    assert_eq!(page.text_of(said).await?, "100x: 100 times faster than real time");
    slider.send_keys(Key::Home + "").await?;
    assert!(page.text_of(said).await?.starts_with("1/1000:"));
    slider.send_keys(Key::Right + "").await?;
    assert!(page.text_of(said).await?.starts_with("1/800:"));
    let wrong = "const speed = document.querySelector('[data-testid=speed-value]'); speed.value = 'fast';
         speed.dispatchEvent(new Event('change', { bubbles: true })); return speed.value";
    assert_eq!(page.text_of(wrong).await?, "1/800", "the present speed is shown again");
    page.until(
        "it says what is accepted",
        "return document.body.innerText.includes('Accepted: 1/1000 to 100x')",
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn an_action_in_the_past_begins_a_branch_that_can_be_left() -> Outcome {
    let (page, leader) = at_rest().await?;
    page.choose(leader).await?;
    page.keys("k").await?;
    let next = page.leader().await?;
    assert_ne!(next, leader);
    page.press("play").await?;
    page.choose(next).await?;
    let first = page.text_of(PICTURE).await?;
    page.part("timeline").await?.send_keys(Key::PageUp + "").await?;
    page.script("const kinds = document.querySelector('[data-testid=jump-kind]'); kinds.value = [...kinds.options].find(kind => kind.text === 'fault').value; kinds.dispatchEvent(new Event('change', { bubbles: true }));").await?;
    page.keys(Key::End + "").await?;
    page.press("jump-back").await?;
    let crashed = format!("return document.getElementById('node-{leader}').dataset.process");
    assert_eq!(page.text_of(&crashed).await?, "Crashed");
    page.press("previous-event").await?;
    assert_eq!(page.text_of(&crashed).await?, "Running");
    let begins = clock(&page).await?;
    page.choose(next).await?;
    page.keys("i").await?;
    let count = |count: &str| {
        format!("return document.querySelector('[data-testid=branches]').textContent.trim() === '{count}'")
    };
    page.until("there are two", &count("2 branches")).await?;
    page.until("it is live", &live_is("following")).await?;
    page.until(
        "the branch goes on",
        &format!(
            "return parseFloat(document.querySelector('[data-testid=clock]').textContent) > {}",
            begins + 0.1
        ),
    )
    .await?;
    assert_eq!(page.text_of(&crashed).await?, "Running", "it was not crashed in this branch");
    page.press("play").await?;
    page.press("branches").await?;
    let name = |number: u32| {
        format!("return document.querySelector('[data-testid=go-branch-{number}]').textContent")
    };
    assert_eq!(page.text_of(&name(2)).await?, format!("branch at {begins:.3} s: isolate node{next}"));
    page.press("rename-branch-2").await?;
    let field = page.part("branch-name").await?;
    field.send_keys(Key::Control + "a").await?;
    field.send_keys("cut off" + Key::Enter).await?;
    page.until(
        "it has its name",
        &format!("{} === 'cut off'", name(2).replace(").textContent", ")?.textContent")),
    )
    .await?;
    page.press("go-branch-1").await?;
    page.until(
        "the first branch is back",
        &format!("return ({}) === 'Crashed'", crashed.trim_start_matches("return ")),
    )
    .await?;
    page.until("it is live", &live_is("following")).await?;
    assert_eq!(page.text_of(PICTURE).await?, first);
    // The branch is entered once more, and left by undoing it.
    page.press("go-branch-2").await?;
    page.until(
        "the branch is back",
        &format!("return ({}) === 'Running'", crashed.trim_start_matches("return ")),
    )
    .await?;
    page.until("it is live", &live_is("following")).await?;
    page.press("undo-branch").await?;
    page.until("the past of the first branch is shown", &live_is("past")).await?;
    assert_eq!(clock(&page).await?, begins);
    assert_eq!(page.text_of(&name(2)).await?, "cut off");
    page.keys(Key::End + "").await?;
    assert_eq!(page.text_of(PICTURE).await?, first);
    page.check_manners().await
}

#[tokio::test]
async fn reduced_motion_shows_steps() -> Outcome {
    let page = Page::led().await?;
    let media = serde_json::json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
    page.browser.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
    page.set_speed("1/20").await?;
    let changes = page
        .browser
        .execute_async(
            "const done = arguments[0], clock = document.querySelector('[data-testid=clock]');
             let last = '', changes = 0;
             const look = () => { if (clock.textContent !== last) changes += 1; last = clock.textContent; };
             const timer = setInterval(look, 5);
             setTimeout(() => { clearInterval(timer); done(changes); }, 2000);",
            vec![],
        )
        .await?;
    let changes = changes.json().as_u64().unwrap_or_default();
    assert!((3..=7).contains(&changes), "{changes} pictures in two seconds");
    page.check_manners().await
}
