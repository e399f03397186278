//! Compares the picture of the ring, in every state of a node, a link or a message, with the one kept in
//! `tests/browser/snapshots`.
//!
//! - Each picture is the same in every run: the run comes from a seed, the clock stands still, and the state
//!   is reached event by event.
//! - Text is left out, since fonts differ between machines; other tests read it as text.
//! - After an intended change, write the pictures anew with `RAFT_PLAYGROUND_SNAPSHOTS=write cargo xtask test
//!   --only browser`, and look at them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::PathBuf;

use browser_tests::picture::Picture;
use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

/// The maximum size of all kept pictures together, in bytes.
const BYTES_MAX: u64 = 150_000;
/// The maximum number of events until a state must be reached.
const EVENTS_MAX: usize = 400;

/// A style that shows the ring alone at a fixed size, without text.
const BARE: &str = "
    const bare = new CSSStyleSheet();
    bare.replaceSync(`.stage-view { position: fixed; inset: 0 auto auto 0; z-index: 99; width: 800px; height: 480px;
        max-width: none; max-height: none; margin: 0; background: var(--paper) }
        .stage-view text { visibility: hidden }`);
    document.adoptedStyleSheets = [bare];";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("snapshots")
}

/// Opens a cluster with this seed, paused at its first instant.
async fn cluster(seed: u64, pre_vote: bool) -> Outcome<Page> {
    let page = Page::open_any(1280, 900).await?;
    page.until("the page is live", "return document.body.dataset.ready === 'true'").await?;
    page.part("timeline").await?;
    page.part("node-card").await?;
    page.press("play").await?;
    page.until(
        "the clock stands",
        "return document.querySelector('[data-testid=play]').ariaLabel === 'Play'",
    )
    .await?;
    page.press("new-cluster").await?;
    let field = page.part("seed").await?;
    field.clear().await?;
    field.send_keys(seed.to_string()).await?;
    if pre_vote {
        page.press("prevote").await?;
    }
    page.press("create").await?;
    let begun = format!(
        "return document.querySelector('[data-testid=seed-shown]').innerText === 'seed {seed}'
             && document.querySelector('dialog[open]') === null
             && parseFloat(document.querySelector('[data-testid=clock]').innerText) === 0"
    );
    page.until("the cluster stands at its beginning", &begun).await?;
    page.script("document.activeElement.blur()").await?;
    Ok(page)
}

/// Steps event by event until a script returns true.
async fn until_event(page: &Page, what: &str, script: &str) -> Outcome {
    for _ in 0..EVENTS_MAX {
        if page.script(script).await? == json!(true) {
            return Ok(());
        }
        page.keys(".").await?;
    }
    Err(format!("not within {EVENTS_MAX} events: {what}").into())
}

async fn until_role(page: &Page, role: &str) -> Outcome {
    let script = format!("return document.querySelector('.stage-node[data-role={role:?}]') !== null");
    until_event(page, &format!("a node is {role}"), &script).await
}

/// Steps until there is one leader and every node has applied an entry. Returns the leader.
async fn until_led(page: &Page) -> Outcome<u64> {
    let led = "const nodes = [...document.querySelectorAll('.stage-node')];
         return document.querySelectorAll('.stage-node[data-role=leader]').length === 1
             && nodes.every(node => node.querySelector('.stage-cell.stage-applied'))";
    until_event(page, "everyone follows", led).await?;
    page.leader().await
}

/// Compares the ring with the kept picture of this name, or writes the picture.
async fn check(page: &Page, name: &str) -> Outcome {
    // Transitions must have ended, and the pointer and the focus must be elsewhere.
    page.script("document.activeElement.blur(); return new Promise(done => setTimeout(done, 900))").await?;
    page.script(BARE).await?;
    let png = page.browser.find(By::Css(".stage-view")).await?.screenshot_as_png().await?;
    page.script("document.adoptedStyleSheets = []").await?;
    let now = Picture::read(&png)?.shrunk();
    let path = folder().join(format!("{name}.png"));
    if std::env::var("RAFT_PLAYGROUND_SNAPSHOTS").is_ok_and(|wish| wish == "write") {
        return Ok(std::fs::write(path, now.write()?)?);
    }
    let kept = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let distance = Picture::read(&kept)?.distance(&now)?;
    if distance.is_apart() {
        let seen = std::env::temp_dir().join(format!("raft-playground-{name}.png"));
        std::fs::write(&seen, now.write()?)?;
        return Err(format!(
            "{name} looks different from {}: {distance:?}. What was seen is in {}; \
             if it is meant, make the pictures anew with RAFT_PLAYGROUND_SNAPSHOTS=write",
            path.display(),
            seen.display()
        )
        .into());
    }
    Ok(())
}

/// Checks both themes: `NAME` in the light one, `NAME-dark` in the dark one.
async fn check_in_both_themes(page: &Page, name: &str) -> Outcome {
    for (scheme, suffix) in [("light", ""), ("dark", "-dark")] {
        let wish = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        page.browser.cdp().send_raw("Emulation.setEmulatedMedia", wish).await?;
        check(page, &format!("{name}{suffix}")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_election_and_a_leader() -> Outcome {
    let page = cluster(42, false).await?;
    check(&page, "starting").await?;
    until_role(&page, "candidate").await?;
    // Some votes are in flight, and some are counted.
    until_event(
        &page,
        "a vote is given",
        "return document.querySelectorAll('.stage-ballot.stage-yes').length === 2",
    )
    .await?;
    check(&page, "candidate").await?;
    until_led(&page).await?;
    check_in_both_themes(&page, "leader").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_pre_candidate() -> Outcome {
    let page = cluster(42, true).await?;
    // The node that initializes the cluster campaigns at once; followers ask for pre-votes first.
    let leader = until_led(&page).await?;
    page.choose(leader).await?;
    page.press("crash").await?;
    until_role(&page, "asks if it could win").await?;
    check(&page, "pre-candidate").await?;
    page.check_manners().await
}

#[tokio::test]
async fn nodes_that_are_crashed_stopped_paused_and_wiped() -> Outcome {
    let page = cluster(42, false).await?;
    let leader = until_led(&page).await?;
    let others: Vec<u64> = (1..=5).filter(|id| *id != leader).collect();
    for (node, button) in others.iter().zip(["crash", "stop", "pause", "wipe"]) {
        page.choose(*node).await?;
        page.press(button).await?;
    }
    page.choose(leader).await?;
    for _ in 0..10 {
        page.keys(".").await?;
    }
    check_in_both_themes(&page, "down").await?;
    page.check_manners().await
}

async fn divide(page: &Page, preset: &str) -> Outcome {
    page.press("partition-open").await?;
    page.press(preset).await?;
    page.press("partition-apply").await?;
    page.until(
        "the wall stands",
        "return document.querySelector('dialog[open]') === null
             && document.querySelectorAll('.stage-split-edge').length === 2",
    )
    .await
}

#[tokio::test]
async fn a_wall_with_a_stale_leader_behind_it() -> Outcome {
    let page = cluster(42, false).await?;
    let leader = until_led(&page).await?;
    divide(&page, "preset-majority").await?;
    check(&page, "wall").await?;
    divide(&page, "preset-minority").await?;
    let stale = format!("return document.getElementById('node-{leader}').dataset.role === 'thinks it leads'");
    until_event(&page, "the old leader is stale", &stale).await?;
    check_in_both_themes(&page, "stale-leader").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_message_that_is_lost_on_a_cut_link() -> Outcome {
    let page = cluster(42, false).await?;
    let leader = until_led(&page).await?;
    let follower = leader % 5 + 1;
    page.choose(follower).await?;
    page.press("isolate").await?;
    until_event(&page, "a message breaks", "return document.querySelector('#breaks > *') !== null").await?;
    check(&page, "lost").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_learner_that_catches_up() -> Outcome {
    let page = cluster(42, false).await?;
    // Members can be added only after all have been connected for five seconds: too many events to step
    // through by key.
    page.until(
        "six seconds are over",
        "for (let n = 0; n < 40; n++) {
             if (parseFloat(document.querySelector('[data-testid=clock]').innerText) >= 6) return true;
             document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '.', bubbles: true }));
         }
         return false",
    )
    .await?;
    page.press("detail-terminal").await?;
    page.until("there is a prompt", "return document.getElementById('prompt-0') !== null").await?;
    let prompt = page.browser.find(By::Id("prompt-0")).await?;
    prompt.send_keys("etcdctl member add node6 --learner --peer-urls=http://node6:2380" + Key::Enter).await?;
    // With the details closed, the stage has room for the logs.
    page.press("detail-terminal").await?;
    page.script("document.activeElement.blur()").await?;
    until_event(&page, "node6 is announced", "return document.getElementById('node-6') !== null").await?;
    check(&page, "announced").await?;
    page.choose(6).await?;
    page.press("restart").await?;
    until_event(
        &page,
        "it learns",
        "return document.querySelector('#node-6 .stage-cell.stage-applied') !== null",
    )
    .await?;
    check(&page, "learner").await?;
    page.check_manners().await
}

#[test]
fn the_kept_pictures_are_small() {
    let sizes = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    let bytes: u64 = sizes.sum();
    assert!((1..=BYTES_MAX).contains(&bytes), "{bytes} bytes of at most {BYTES_MAX}");
}
