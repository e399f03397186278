//! Lessons: each is played to its end by keyboard, left and continued, and presented in the workshop.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::Key;

/// Returns the ids of the lessons, in order.
fn ids() -> Vec<String> {
    let index = include_str!("../../../app/lessons/index.txt");
    let lines = index.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

/// The time between polls of a lesson.
const PAUSE: Duration = Duration::from_millis(50);
const LEAD: &str = "return document.querySelector('[data-testid=lesson-lead]')?.dataset.lead ?? ''";

/// Begins a lesson from the list, by keyboard.
async fn begin(page: &Page, id: &str) -> Outcome {
    let focus = |id: &str| format!("document.querySelector('[data-testid=\"{id}\"]').focus()");
    page.part("lessons").await?;
    page.script(&focus("lessons")).await?;
    page.keys(Key::Enter + "").await?;
    page.part(&format!("lesson-{id}")).await?;
    page.script(&focus(&format!("lesson-{id}"))).await?;
    page.keys(Key::Enter + "").await?;
    let there = format!("return document.querySelector('[data-testid=lesson]')?.dataset.lesson === '{id}'");
    page.until(&format!("{id} is on the stage"), &there).await
}

/// Sets a high speed, whatever the lesson sets.
async fn hurry(page: &Page) -> Outcome {
    page.script(
        "const speed = document.querySelector('[data-testid=speed-value]');
         speed.value = '20x';
         speed.dispatchEvent(new Event('change', { bubbles: true }));",
    )
    .await?;
    Ok(())
}

/// Continues by Page Down until the lead button has one of these purposes. Returns the purpose.
async fn walk(page: &Page, id: &str, until: &[&str]) -> Outcome<String> {
    for _ in 0..600 {
        let lead = page.text_of(LEAD).await?;
        if until.contains(&lead.as_str()) {
            return Ok(lead);
        }
        match lead.as_str() {
            // The run may reach a question between a poll and a key, which would then answer it.
            "skip-ahead" if until.contains(&"answer") => tokio::time::sleep(PAUSE).await,
            "answer" | "go-on" | "skip" | "play" | "skip-ahead" => page.keys(Key::PageDown + "").await?,
            "again" | "return" => {
                let told =
                    page.text_of("return document.querySelector('[data-testid=lesson]').innerText").await?;
                return Err(format!("{id} went wrong: {told}").into());
            }
            _ => tokio::time::sleep(PAUSE).await,
        }
        hurry(page).await?;
    }
    let told = page.text_of("return document.querySelector('[data-testid=lesson]').innerText").await?;
    Err(format!("{id} did not come to {until:?}: {told}").into())
}

#[tokio::test]
async fn every_lesson_can_be_played_to_its_end_by_keyboard() -> Outcome {
    let ids = ids();
    assert!(ids.len() >= 20, "{} lessons", ids.len());
    let page = Page::led().await?;
    for id in &ids {
        begin(&page, id).await?;
        walk(&page, id, &["next"]).await?;
        let saw = "return document.querySelector('[data-testid=lesson] [data-testid=saw]') !== null";
        assert_eq!(page.script(saw).await?, json!(true), "{id} ends without what was seen");
    }
    // The list shows the finished lessons.
    page.press("lessons").await?;
    let done =
        format!("return document.querySelectorAll('.lesson-row[data-done=true]').length === {}", ids.len());
    page.until("all lessons are done in the list", &done).await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_question_responds_to_each_choice_and_a_lesson_waits_while_the_viewer_acts() -> Outcome {
    let page = Page::led().await?;
    begin(&page, "two-leaders").await?;
    hurry(&page).await?;
    walk(&page, "two-leaders", &["answer"]).await?;
    let clock = "return document.querySelector('[data-testid=clock]').textContent";
    let before = page.text_of(clock).await?;
    page.script("document.querySelector('[data-testid=choice][data-right=false]').click()").await?;
    page.until(
        "a wrong answer has its own reply",
        "return document.querySelector('[data-testid=reply]')?.innerText.startsWith('✗')",
    )
    .await?;
    page.script("document.querySelector('[data-testid=choice][data-right=true]').click()").await?;
    page.until(
        "so has the right one",
        "return document.querySelector('[data-testid=reply]')?.innerText.startsWith('✓')",
    )
    .await?;
    assert_eq!(page.text_of(clock).await?, before, "the clock stood still");
    // An action of the viewer leaves the lesson, which waits.
    page.press("heal").await?;
    page.until(
        "the lesson was left",
        "return document.querySelector('[data-testid=lesson-lead]').dataset.lead === 'return'",
    )
    .await?;
    page.press("lesson-lead").await?;
    page.until(
        "it stands at the question again",
        "return document.querySelector('[data-testid=lesson-lead]').dataset.lead === 'answer'",
    )
    .await?;
    assert_eq!(page.text_of(clock).await?, before, "at the same instant");
    let cut = "return document.querySelector('[data-testid=lesson-step]').innerText";
    assert!(page.text_of(cut).await?.starts_with("step "));
    page.check_manners().await
}

#[tokio::test]
async fn a_lesson_is_presented_in_the_workshop_by_keyboard_alone() -> Outcome {
    let page = Page::led().await?;
    begin(&page, "two-leaders").await?;
    hurry(&page).await?;
    page.keys("m").await?;
    page.part("stops").await?;
    walk(&page, "two-leaders", &["answer"]).await?;
    let here = "return [...document.querySelectorAll('[data-testid=stop]')].findIndex(stop => stop.dataset.here === 'true')";
    page.until("the first stop is shown", &format!("{here} === 0")).await?;
    let clock = page.text_of("return document.querySelector('[data-testid=clock]').textContent").await?;
    page.keys(Key::PageDown + "").await?;
    hurry(&page).await?;
    walk(&page, "two-leaders", &["answer"]).await?;
    page.until("the second stop is shown", &format!("{here} === 1")).await?;
    page.keys(Key::PageUp + "").await?;
    let first =
        format!("return document.querySelector('[data-testid=clock]').textContent === {}", json!(clock));
    page.until("Page Up leads back to the first", &first).await?;
    page.keys(Key::PageDown + "").await?;
    page.until("and Page Down on again", &format!("{here} === 1")).await?;
    page.keys("b").await?;
    page.part("blank").await?;
    page.keys("b").await?;
    page.keys("q").await?;
    page.until(
        "the address is a code",
        "return (document.querySelector('[data-testid=code] path')?.getAttribute('d') ?? '').length > 1000",
    )
    .await?;
    page.keys(Key::Escape + "").await?;
    speak_from_the_notes(&page).await?;
    page.keys(Key::Escape + "").await?;
    page.until("the workshop is left", "return !document.documentElement.hasAttribute('data-workshop')")
        .await?;
    page.check_manners().await
}

/// Checks the speaker's window: it shows the right answer, and its keys control the presentation.
async fn speak_from_the_notes(page: &Page) -> Outcome {
    let room = page.browser.window().await?;
    page.press("workshop-notes").await?;
    let windows = page.browser.windows().await?;
    let notes = windows.into_iter().find(|window| *window != room).unwrap();
    page.browser.switch_to_window(notes).await?;
    let knows = "return document.getElementById('notes')?.textContent.includes('✓') && document.getElementById('number').textContent === '2 / 2'";
    page.until("the notes tell the right answer", knows).await?;
    page.keys(Key::PageUp + "").await?;
    page.until("Page Up leads back", "return document.getElementById('number').textContent === '1 / 2'")
        .await?;
    page.browser.switch_to_window(room).await?;
    let first = "return document.querySelector('[data-testid=stop]').dataset.here === 'true'";
    page.until("and the room sees the first stop", first).await
}

#[tokio::test]
async fn the_text_is_shown_edited_and_run_to_the_cursor() -> Outcome {
    let page = Page::led().await?;
    begin(&page, "two-leaders").await?;
    page.press("lesson-text").await?;
    page.part("editor-text").await?;
    let put_cursor = "const field = document.querySelector('[data-testid=editor-text]');
         const line = field.value.split('\\n').findIndex(line => line.includes('etcdctl put /a right'));
         field.selectionStart = field.selectionEnd = field.value.split('\\n').slice(0, line).join('\\n').length + 1;
         return line + 1;";
    let line = page.script(put_cursor).await?;
    page.press("run-to-cursor").await?;
    let marked =
        format!("return document.querySelector('[data-testid=editor-gutter]').dataset.here === '{line}'");
    page.until("the line of the cursor is the current one", &marked).await?;
    let there =
        "return document.querySelector('[data-testid=lesson-status]').innerText.includes('put /a right')";
    page.until("the run stands there, and waits for the answer", there).await?;
    page.script(
        "const field = document.querySelector('[data-testid=editor-text]');
         field.value = field.value.replace('partition', 'partitoin');
         field.dispatchEvent(new Event('input', { bubbles: true }));",
    )
    .await?;
    page.until(
        "the error stands in place, with what was probably meant",
        "return /^Line \\d+, column 1: .*partitoin.*partition/.test(document.querySelector('[data-testid=editor-error]')?.innerText ?? '')",
    )
    .await?;
    assert_eq!(
        page.script("return document.querySelector('[data-testid=run-to-cursor]').disabled").await?,
        json!(true)
    );
    page.check_manners().await
}

#[tokio::test]
async fn an_address_opens_a_lesson() -> Outcome {
    let page = Page::open().await?;
    let url = format!("{}?lesson#lesson=first-write", page.site.url());
    page.browser.goto(url).await?;
    page.until(
        "the lesson is there",
        "return document.querySelector('[data-testid=lesson]')?.dataset.lesson === 'first-write'",
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_lesson_goes_to_its_end_by_go_on_and_answers_and_nothing_else_speaks_at_a_question() -> Outcome {
    let page = Page::led().await?;
    begin(&page, "kill-the-leader").await?;
    hurry(&page).await?;
    let silent = "return ['.narration', '.stage-caption', '.welcome', '.status-after', '[data-testid=hint]']\
        .flatMap(one => [...document.querySelectorAll(one)]).filter(one => one.checkVisibility({visibilityProperty: true})).length === 0 \
        && !document.body.innerText.includes('Try next')";
    for number in 1..=2 {
        walk(&page, "kill-the-leader", &["answer"]).await?;
        page.until("nothing else speaks", silent).await?;
        page.script("document.activeElement?.blur()").await?;
        page.keys("1").await?;
        let replied = format!("return document.querySelectorAll('[data-testid=reply]').length === {number}");
        page.until("the digit answers", &replied).await?;
        page.press("lesson-lead").await?;
        page.until("it goes on", "return !document.documentElement.hasAttribute('data-asking')").await?;
    }
    walk(&page, "kill-the-leader", &["next"]).await?;
    page.check_manners().await
}
