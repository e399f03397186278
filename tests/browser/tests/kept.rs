//! Deeds are kept: branches over a reload, and the text of a run beside the stage.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::Key;

const BRANCHES: &str =
    "return [...document.querySelectorAll('[data-testid^=go-branch-]')].map(name => name.textContent)";

async fn count(page: &Page, count: &str) -> Outcome {
    let script =
        format!("return document.querySelector('[data-testid=branches]')?.textContent.trim() === '{count}'");
    page.until(&format!("there are {count}"), &script).await
}

/// Opens a page and crashes its first leader. Returns the leader, too.
async fn killed() -> Outcome<(Page, u64)> {
    let page = Page::led().await?;
    page.part("timeline").await?;
    let leader = page.leader().await?;
    page.choose(leader).await?;
    page.press("crash").await?;
    page.leader().await?;
    Ok((page, leader))
}

#[tokio::test]
async fn branches_are_kept_over_a_reload_and_can_be_continued() -> Outcome {
    let (page, leader) = killed().await?;
    page.press("play").await?;
    // Isolating another node in its past makes another branch.
    page.keys(",").await?;
    page.choose(leader % 5 + 1).await?;
    page.keys("i").await?;
    count(&page, "2 branches").await?;
    page.press("play").await?;
    page.press("branches").await?;
    let before = page.script(BRANCHES).await?;
    page.press("rename-branch-1").await?;
    let field = page.part("branch-name").await?;
    field.send_keys(Key::Control + "a").await?;
    field.send_keys(format!("The crash{}", Key::Enter + "")).await?;
    page.browser.refresh().await?;
    count(&page, "2 branches").await?;
    page.press("branches").await?;
    let after = page.script(BRANCHES).await?;
    assert_eq!((&after[0], &after[1]), (&json!("The crash"), &before[1]));
    page.until(
        "the second is lived in",
        "return document.querySelector('[data-testid=branch-2]').classList.contains('time-here')",
    )
    .await?;
    // The first branch is replayed to its end: the leader is down.
    page.press("go-branch-1").await?;
    page.until(
        "the first is lived in",
        "return document.querySelector('[data-testid=branch-1]').classList.contains('time-here')",
    )
    .await?;
    page.choose(leader).await?;
    page.until(
        "it is crashed there",
        "return document.querySelector('[data-testid=node-sentence]').textContent.includes('crashed')",
    )
    .await?;
    count(&page, "2 branches").await?;
    // The second branch can be entered in the same way.
    page.press("go-branch-2").await?;
    page.until(
        "the second is back",
        "return document.querySelector('[data-testid=branch-2]').classList.contains('time-here')",
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_run_without_a_scenario_is_edited_beside_the_stage_and_run_to_the_cursor() -> Outcome {
    let (page, _) = killed().await?;
    page.press("export").await?;
    page.press("run-beside").await?;
    page.part("editor-text").await?;
    let text = "return document.querySelector('[data-testid=editor-text]').value";
    page.until("the run's text is there", &format!("{text}.includes('kill')")).await?;
    let hidden = "return ['lesson-text', 'workshop', 'lesson-lead'].every(id => !document.querySelector(`[data-testid=${id}]`).checkVisibility())";
    assert_eq!(page.script(hidden).await?, json!(true), "nothing is played yet");
    let line = page
        .script(
            "const field = document.querySelector('[data-testid=editor-text]');
             const lines = field.value.split('\\n');
             const line = lines.findIndex(line => line.includes('kill'));
             field.value = lines.slice(0, line + 1).concat('say It lies there.', '').join('\\n');
             field.dispatchEvent(new Event('input', { bubbles: true }));
             field.selectionStart = field.selectionEnd = lines.slice(0, line).join('\\n').length + 1;
             return line + 1",
        )
        .await?;
    page.press("run-to-cursor").await?;
    page.until(
        "the line of the cursor is the current one",
        &format!("return document.querySelector('[data-testid=editor-gutter]').dataset.here === '{line}'"),
    )
    .await?;
    // The typed text is unchanged, and the rest can be played from here.
    assert!(page.script(text).await?.as_str().unwrap().ends_with("say It lies there.\n"));
    page.press("lesson-lead").await?;
    page.until("it is told", "return document.querySelector('[data-testid=lesson-status]').innerText.length > 0 && document.querySelector('[data-testid=lesson-rows]').textContent.includes('It lies there.')").await?;
    page.check_manners().await
}
