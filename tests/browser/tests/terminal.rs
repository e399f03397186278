//! The terminals and the table of key-value stores.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

/// Opens a page with a leader, at real-time speed, with its terminals open.
async fn terminals() -> Outcome<Page> {
    let page = Page::led().await?;
    page.press("detail-terminal").await?;
    page.part("prompt-1").await?;
    Ok(page)
}

/// Types keys into the terminal on a node, after scrolling it into view.
async fn keys(page: &Page, node: u64, keys: impl Into<TypingData>) -> Outcome {
    page.press(&format!("terminal-tab-{node}")).await?;
    let shown = format!("return !document.querySelector('[data-testid=terminal-{node}]').hidden");
    page.until("the terminal is in view", &shown).await?;
    page.part(&format!("prompt-{node}")).await?.send_keys(keys).await?;
    Ok(())
}

/// Runs a line in the terminal on a node.
async fn run(page: &Page, node: u64, line: &str) -> Outcome {
    keys(page, node, format!("{line}{}", Key::Enter + "")).await
}

/// Waits until the terminal on a node shows this text at the end of a line.
async fn shows(page: &Page, node: u64, text: &str) -> Outcome {
    let script = format!(
        "const lines = [...document.querySelectorAll('[data-testid=screen-{node}] > div')].map(line => line.textContent);
         return (lines.join('\\n') + '\\n').includes({} + '\\n');",
        json!(text)
    );
    page.until(&format!("node{node}'s terminal shows {text:?}"), &script).await
}

async fn prompt_is(page: &Page, node: u64, text: &str) -> Outcome {
    let script =
        format!("return document.querySelector('[data-testid=prompt-{node}]').value === {}", json!(text));
    page.until(&format!("the prompt of node{node} holds {text:?}"), &script).await
}

async fn act(page: &Page, node: u64, action: &str) -> Outcome {
    page.choose(node).await?;
    page.press(action).await?;
    Ok(())
}

/// Returns the other nodes, in ring order after this one.
fn others(node: u64) -> [u64; 4] {
    [1, 2, 3, 4].map(|step| (node - 1 + step) % 5 + 1)
}

#[tokio::test]
async fn the_usual_tutorial_commands_run_as_typed() -> Outcome {
    let page = terminals().await?;
    run(&page, 1, "etcdctl set /my_key \"my value\"").await?;
    shows(&page, 1, "node1@cluster$ etcdctl set /my_key \"my value\"\nmy value").await?;
    run(&page, 2, "etcdctl get /my_key").await?;
    shows(&page, 2, "my value").await?;
    // The panels show its requests.
    page.part("life").await?;
    page.until(
        "the panel shows the whole life",
        "const life = document.querySelector('[data-testid=life]').innerText;
         return life.includes('node2 takes it.') && life.includes('Answered.')",
    )
    .await?;

    run(&page, 1, "echo \"from a file\" > note; etcdctl put /note < note && cat note").await?;
    shows(&page, 1, "OK\nfrom a file").await?;
    // A quote that spans lines, and a here-document.
    run(&page, 1, "etcdctl put /two \"one").await?;
    run(&page, 1, "two\"").await?;
    shows(&page, 1, "> two\"\nOK").await?;
    run(&page, 1, "etcdctl txn -i").await?;
    for line in ["value(\"/my_key\") = \"my value\"", "", "put /my_key was", "", "get /my_key", ""] {
        run(&page, 1, line).await?;
    }
    shows(&page, 1, "SUCCESS\n\nOK").await?;
    run(&page, 1, "etcdctl put").await?;
    shows(&page, 1, "exit code 128").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_watch_continues_while_the_leader_crashes() -> Outcome {
    let page = terminals().await?;
    let old = page.leader().await?;
    let [watcher, writer, ..] = others(old);
    run(&page, watcher, "etcdctl watch --prefix /").await?;
    page.part(&format!("running-{watcher}")).await?;
    run(&page, writer, "etcdctl put /a before").await?;
    shows(&page, watcher, "PUT\n/a\nbefore").await?;
    act(&page, old, "crash").await?;
    let new_leader = format!(
        "const led = document.querySelectorAll('.stage-node[data-role=leader]'); return led.length === 1 && led[0].id !== 'node-{old}'"
    );
    page.until("another node leads", &new_leader).await?;
    run(&page, writer, "etcdctl put /a after").await?;
    shows(&page, watcher, "PUT\n/a\nafter").await?;
    // In the background it runs beside other commands.
    page.part(&format!("aside-{watcher}")).await?;
    page.until(
        "it is put aside",
        &format!(
            "document.querySelector('[data-testid=aside-{watcher}]')?.click();
             return document.querySelector('.terminal-aside') !== null"
        ),
    )
    .await?;
    run(&page, watcher, "etcdctl put /b beside").await?;
    shows(&page, watcher, "[1] beside").await?;
    // In the terminal of a node that is down, the error names the node.
    run(&page, old, "etcdctl get /a").await?;
    let about = page.part(&format!("about-{old}")).await?.text().await?;
    assert!(about.contains("connection refused"), "{about}");
    page.set_speed("20x").await?;
    shows(&page, old, "Error: context deadline exceeded").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_lock_passes_from_one_holder_to_the_next() -> Outcome {
    let page = terminals().await?;
    run(&page, 1, "etcdctl lock turn").await?;
    let held = |node: u64| {
        format!("return document.querySelector('[data-testid=screen-{node}]').textContent.includes('turn/')")
    };
    page.until("the first holds the lock", &held(1)).await?;
    run(&page, 2, "etcdctl lock turn").await?;
    page.part("running-2").await?;
    page.script("return new Promise(done => setTimeout(done, 500))").await?;
    assert_eq!(page.script(&held(2)).await?, false, "the second waits");
    keys(&page, 1, Key::Control + "c").await?;
    page.until("the second holds the lock", &held(2)).await?;
    page.press("interrupt-2").await?;
    page.until("nothing runs", "return document.querySelector('.terminal-running') === null").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_member_is_added_started_and_removed() -> Outcome {
    let page = terminals().await?;
    // Like etcd, a server refuses unless it was connected to all members for five seconds.
    page.set_speed("20x").await?;
    let later = "return parseFloat(document.querySelector('[data-testid=clock]').textContent) > 12";
    page.until("the members know each other for a while", later).await?;
    page.set_speed("1x").await?;
    run(&page, 1, "etcdctl member add node6 --peer-urls=http://node6:2380").await?;
    shows(&page, 1, "ETCD_INITIAL_CLUSTER_STATE=\"existing\"").await?;
    let stands = |what: &str| {
        format!("return document.querySelector('#node-6[data-role]')?.dataset.role === '{what}'")
    };
    page.until("a place in the ring waits for it", &stands("added, not started")).await?;
    act(&page, 6, "restart").await?;
    page.until("it follows", &stands("follower")).await?;
    let status = page.part("status").await?.text().await?;
    assert!(status.contains("6 of 6 up") && status.contains("quorum 4"), "{status}");

    // The first answer begins with its id.
    let first = "return document.querySelector('[data-testid=screen-1]').textContent.match(/Member +([0-9a-f]+) added/)[1]";
    let remove = format!("etcdctl member remove {}", page.text_of(first).await?);
    run(&page, 2, &remove).await?;
    page.until("its place is empty", "return document.querySelector('#node-6') === null").await?;
    run(&page, 1, "etcdctl member list").await?;
    page.until(
        "five are listed",
        "return document.querySelector('[data-testid=screen-1]').textContent.match(/, started, /g)?.length === 5",
    )
    .await?;
    let at_end = "const list = document.querySelector('[data-testid=screen-1]');
        return list.scrollTop + list.clientHeight + 30 >= list.scrollHeight";
    page.until("the end of what was printed is in view", at_end).await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_line_is_completed_and_recalled_by_keyboard() -> Outcome {
    let page = terminals().await?;
    let tab = Key::Tab + "";
    keys(&page, 1, format!("etcdc{tab}pu{tab}/fruit plum")).await?;
    prompt_is(&page, 1, "etcdctl put /fruit plum").await?;
    keys(&page, 1, Key::Enter + "").await?;
    shows(&page, 1, "OK").await?;
    keys(&page, 1, format!("etcdctl get /f{tab}--print-v{tab}{}", Key::Enter + "")).await?;
    shows(&page, 1, "node1@cluster$ etcdctl get /fruit --print-value-only \nplum").await?;
    keys(&page, 1, format!("etcdctl le{tab}{tab}")).await?;
    let choices = page.part("choices-1").await?.text().await?;
    assert!(choices.contains("keep-alive"), "{choices}");
    // Esc followed by Tab leaves the prompt.
    keys(&page, 1, format!("{}{tab}", Key::Escape + "")).await?;
    page.until("the prompt is left", "return document.activeElement.dataset.testid !== 'prompt-1'").await?;
    keys(&page, 1, Key::Control + "c").await?;
    shows(&page, 1, "node1@cluster$ etcdctl lease ^C").await?;

    page.browser.refresh().await?;
    page.until("the page is live", "return document.body.dataset.ready === 'true'").await?;
    page.until(
        "the terminals are open, as they were",
        "return document.querySelector('[data-testid=prompt-1]')?.checkVisibility() === true",
    )
    .await?;
    keys(&page, 1, Key::Up + "").await?;
    prompt_is(&page, 1, "etcdctl get /fruit --print-value-only ").await?;
    keys(&page, 1, Key::Up + "").await?;
    prompt_is(&page, 1, "etcdctl put /fruit plum").await?;
    keys(&page, 1, format!("{}{}draft", Key::Down + "", Key::Down + "")).await?;
    prompt_is(&page, 1, "draft").await?;
    keys(&page, 1, Key::Control + "u").await?;
    prompt_is(&page, 1, "").await?;
    keys(&page, 1, "put").await?;
    keys(&page, 1, Key::Control + "r").await?;
    prompt_is(&page, 1, "etcdctl put /fruit plum").await?;
    page.check_manners().await
}

#[tokio::test]
async fn markup_that_is_typed_or_stored_is_shown_as_text() -> Outcome {
    let page = terminals().await?;
    let markup = "<img src=x onerror=document.title=1><b>bold</b>";
    run(&page, 1, &format!("etcdctl put '/<i>k' '{markup}'")).await?;
    run(&page, 1, "etcdctl put /bin $'\\x01\\x1b[31m\\xff'").await?;
    run(&page, 1, "etcdctl get --prefix /").await?;
    shows(&page, 1, &format!("/<i>k\n{markup}")).await?;
    shows(&page, 1, "/bin\n\\x01\\x1b[31m\\xff").await?;
    page.press("detail-keys").await?;
    page.part("stores-table").await?;
    let row = page
        .script("return document.querySelector('tr[data-key=\"/<i>k\"] .stores-value').textContent")
        .await?;
    assert_eq!(row, markup);
    let inside = "return document.querySelectorAll('.terminal-screen img, .terminal-screen b, .stores img, .stores b, .stores i').length";
    assert_eq!(page.script(inside).await?, 0);
    page.check_manners().await
}

/// Waits until the row of a key shows these states of the nodes.
async fn held_is(page: &Page, key: &str, held: [&str; 5]) -> Outcome {
    let script = format!(
        "const cells = [...document.querySelectorAll('tr[data-key=\"{key}\"] [data-held]')].map(cell => cell.dataset.held);
         return JSON.stringify(cells) === JSON.stringify({});",
        json!(held)
    );
    page.until(&format!("{key} is held as {held:?}"), &script).await
}

#[tokio::test]
async fn stores_that_differ_are_marked_until_they_agree() -> Outcome {
    let page = terminals().await?;
    let leads = page.leader().await?;
    let [lags, down, writer, ..] = others(leads);
    run(&page, writer, "etcdctl put /city Porto").await?;
    shows(&page, writer, "OK").await?;
    page.press("detail-keys").await?;
    held_is(&page, "/city", ["same"; 5]).await?;

    act(&page, lags, "isolate").await?;
    act(&page, down, "crash").await?;
    page.press("detail-terminal").await?;
    run(&page, writer, "etcdctl put /city Lisbon; etcdctl put /new here").await?;
    shows(&page, writer, "OK\nOK").await?;
    page.press("detail-keys").await?;
    let but = |lag: &'static str| {
        let mut held = ["same"; 5];
        held[lags as usize - 1] = lag;
        held[down as usize - 1] = "down";
        held
    };
    held_is(&page, "/city", but("other")).await?;
    held_is(&page, "/new", but("missing")).await?;
    let row = page.script("return document.querySelector('tr[data-key=\"/city\"]').innerText").await?;
    assert!(row.as_str().unwrap().contains("≠ Porto"), "{row}");
    page.script("document.querySelector('tr[data-key=\"/city\"] .stores-key').click()").await?;
    let history = page.part("stores-history").await?.text().await?;
    assert!(history.contains("Lisbon") && history.contains(&format!("not on node{lags}")), "{history}");

    page.press("heal").await?;
    act(&page, down, "restart").await?;
    held_is(&page, "/city", ["same"; 5]).await?;
    held_is(&page, "/new", ["same"; 5]).await?;
    page.press("stores-differing").await?;
    let none = page.part("stores-empty").await?.text().await?;
    assert!(none.contains("Nothing differs"), "{none}");
    page.check_manners().await
}
