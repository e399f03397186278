//! A session of the page is exported as a scenario, which the command plays to the same trace.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

/// Types a line into the terminal at this index, after scrolling it into view.
async fn run(page: &Page, at: u64, line: &str) -> Outcome {
    page.press(&format!("terminal-tab-{at}")).await?;
    let shown = format!("return !document.querySelector('[data-testid=terminal-{at}]').hidden");
    page.until("the terminal is in view", &shown).await?;
    page.part(&format!("prompt-{at}")).await?.send_keys(format!("{line}{}", Key::Enter + "")).await?;
    Ok(())
}

async fn shows(page: &Page, at: u64, text: &str) -> Outcome {
    let script = format!(
        "return document.querySelector('[data-testid=screen-{at}]').innerText.includes({})",
        json!(text)
    );
    page.until(&format!("terminal {at} shows {text:?}"), &script).await
}

async fn fill(page: &Page, id: &str, text: &str) -> Outcome {
    let field = page.part(id).await?;
    field.clear().await?;
    field.send_keys(text).await?;
    Ok(())
}

/// Writes by the panel, uses watches, input and interrupts in terminals, crashes and restarts the leader.
async fn play(page: &Page) -> Outcome {
    let leader = page.leader().await?;
    let [watcher, writer] = [leader % 5 + 1, (leader + 1) % 5 + 1];
    fill(page, "write-key", "/panel key").await?;
    fill(page, "write-value", "it's $5").await?;
    page.press("write-submit").await?;
    page.press("detail-terminal").await?;
    run(page, watcher, "etcdctl watch --prefix /").await?;
    // All of it is typed ahead: the next command takes the lines that the transaction does not.
    run(page, writer, "etcdctl txn -i").await?;
    for line in
        ["value(\"/panel key\") = \"it's $5\"", "", "put /txn \"two words \"", "", "", "etcdctl put /b 1"]
    {
        run(page, writer, line).await?;
    }
    shows(page, watcher, "two words").await?;
    shows(page, writer, "SUCCESS").await?;
    page.choose(leader).await?;
    page.press("crash").await?;
    run(page, writer, "etcdctl put \"/in\" <<END").await?;
    run(page, writer, "a value\nEND").await?;
    page.leader().await?;
    // Single events, with deeds in between.
    page.press("play").await?;
    for _ in 0..9 {
        page.press("step").await?;
    }
    page.press("tab-read").await?;
    page.press("scope-all").await?;
    page.press("read-submit").await?;
    page.press("step").await?;
    page.press("restart").await?;
    page.press("play").await?;
    shows(page, watcher, "a value").await?;
    page.press(&format!("interrupt-{watcher}")).await?;
    page.press("tab-stress").await?;
    page.press("stress-submit").await?;
    run(page, writer, "etcdctl get --prefix /stress --limit=1 --keys-only").await?;
    shows(page, writer, "/stress/").await
}

/// Runs the command and returns its output, if it succeeds.
fn command(words: &[&str]) -> Outcome<String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--locked", "--profile", "checked", "-p", "raft-core"]);
    let output = command.args(["--bin", "raft-playground", "--"]).args(words).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(text) } else { Err(format!("{words:?}: {text}{error}").into()) }
}

#[tokio::test]
async fn a_session_is_exported_as_a_scenario_with_the_same_trace() -> Outcome {
    let page = Page::led().await?;
    play(&page).await?;
    page.press("export").await?;
    page.until(
        "the scenario is shown",
        "return document.querySelector('[data-testid=export-text]')?.value.includes('trace ')",
    )
    .await?;
    let text = page.text_of("return document.querySelector('[data-testid=export-text]').value").await?;
    let trace = page.part("export-trace").await?.text().await?;
    let hash = trace.split(' ').nth(1).unwrap_or_default().to_owned();
    // The download link has the same text and a name of its own.
    let link = "const link = document.querySelector('[data-testid=export-download]');
        return link.download + '\\n' + decodeURIComponent(link.href.split(',').slice(1).join(','))";
    let link = page.text_of(link).await?;
    let (name, linked) = link.split_once('\n').unwrap();
    assert!(name.starts_with("session-seed") && name.ends_with(".scenario"), "{name}");
    assert_eq!(linked, text);
    page.press("export-copy").await?;
    page.until(
        "it is copied, or marked to be",
        "return /Copied|marked/.test(document.querySelector('dialog[open]').innerText)",
    )
    .await?;

    for part in ["etcdctl txn -i <", "kill ", "restart ", "interrupt ", "stress ", "--from-key"] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, &text)?;
    let file = file.to_str().unwrap();
    let told = command(&["run", file])?;
    assert!(told.contains("0 violations"), "{told}");
    let traced = command(&["trace", file])?;
    assert!(traced.contains(&format!("hash={hash}")), "{trace}, but {traced} plays\n{text}");
    let script = command(&["shell", file])?;
    assert!(script.contains("put \"/panel key\" \"it's \\$5\"") || script.contains("/panel key"), "{script}");
    page.check_manners().await
}

#[tokio::test]
async fn a_session_with_a_branch_has_the_same_trace_as_well() -> Outcome {
    let page = Page::led().await?;
    page.part("timeline").await?;
    page.press("detail-terminal").await?;
    run(&page, 1, "etcdctl watch --prefix /").await?;
    run(&page, 2, "etcdctl put /a 1").await?;
    shows(&page, 1, "/a").await?;
    page.press("play").await?;
    page.choose(3).await?;
    for _ in 0..6 {
        page.browser.action_chain().send_keys(",").perform().await?;
    }
    page.press("crash").await?;
    page.until(
        "the present is another one",
        "return document.querySelector('#node-3').dataset.process.toLowerCase() === 'crashed'",
    )
    .await?;
    run(&page, 2, "etcdctl put /b 2").await?;
    shows(&page, 2, "/b 2\nOK").await?;
    page.press("export").await?;
    page.until(
        "the scenario is shown",
        "return document.querySelector('[data-testid=export-text]')?.value.includes('trace ')",
    )
    .await?;
    let text = page.text_of("return document.querySelector('[data-testid=export-text]').value").await?;
    let trace = page.part("export-trace").await?.text().await?;
    let hash = trace.split(' ').nth(1).unwrap_or_default().to_owned();
    assert!(text.contains("close     terminals") && text.contains("kill      node3"), "{text}");
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("past.scenario");
    fs::write(&file, &text)?;
    let traced = command(&["trace", file.to_str().unwrap()])?;
    assert!(traced.contains(&format!("hash={hash}")), "{trace}, but {traced} plays\n{text}");
    page.check_manners().await
}
