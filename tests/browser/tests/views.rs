//! The views of a run: logs, events, space-time diagram, charts; and whether they agree with each other.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

async fn fill(page: &Page, id: &str, text: &str) -> Outcome {
    let field = page.part(id).await?;
    field.clear().await?;
    field.send_keys(text).await?;
    Ok(())
}

async fn write(page: &Page, key: &str) -> Outcome {
    fill(page, "write-key", key).await?;
    page.press("write-submit").await?;
    Ok(())
}

/// Opens a cluster with a leader and a write to `/a`. Returns the leader, too.
async fn written() -> Outcome<(Page, u64)> {
    let page = Page::led().await?;
    page.part("timeline").await?;
    let leader = page.leader().await?;
    write(&page, "/a").await?;
    page.until("the write is answered", "return document.body.innerText.includes('Revision 2')").await?;
    Ok((page, leader))
}

/// Opens a tab of the details and waits for its content.
async fn open(page: &Page, tab: &str, content: &str) -> Outcome {
    page.press(tab).await?;
    page.part(content).await?;
    Ok(())
}

/// Returns a property of all elements that a selector finds.
async fn all(page: &Page, selector: &str, what: &str) -> Outcome<Vec<String>> {
    let script = format!(
        "return [...document.querySelectorAll({})].map(element => String(element.{what}))",
        json!(selector)
    );
    let found = page.script(&script).await?;
    Ok(found.as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Returns the part `index 2, term 1` of each label.
fn places(told: &[String]) -> Vec<String> {
    let entries = told.iter().filter_map(|told| told.split_once(':').map(|(place, _)| place.to_owned()));
    entries.filter(|place| place.contains("term")).collect()
}

/// Closes the details at the tab of the logs: then the stage has room to draw them.
async fn logs_on_stage(page: &Page) -> Outcome {
    page.press("detail-log").await?;
    page.until("the logs are drawn", "return document.querySelector('.stage-cell') !== null").await
}

#[tokio::test]
async fn the_ledger_shows_the_same_logs_as_the_stage() -> Outcome {
    let (page, leader) = written().await?;
    open(&page, "detail-log", "ledger").await?;
    page.until(
        "every node applied the write",
        "return [...document.querySelectorAll('.ledger-row')].length === 5 &&
            [...document.querySelectorAll('.ledger-row')].every(row => [...row.querySelectorAll('.ledger-cell.ledger-applied')]
                .some(cell => cell.textContent.endsWith('put /a')))",
    )
    .await?;
    page.press("play").await?;
    logs_on_stage(&page).await?;
    page.script("return new Promise(done => setTimeout(done, 400))").await?;
    for node in 1..=5 {
        let row = format!("[data-testid=ledger-row-{node}] .ledger-cell");
        let cells = all(&page, &row, "ariaLabel").await?;
        let drawn = format!("#node-{node} .stage-cell[data-index]");
        let (indexes, terms) =
            (all(&page, &drawn, "dataset.index").await?, all(&page, &drawn, "textContent").await?);
        let entries = indexes.iter().zip(&terms);
        let strip: Vec<_> = entries.map(|(index, term)| format!("index {index}, term {term}")).collect();
        assert!(places(&cells).ends_with(&strip) && strip.len() >= 3, "node{node}: {cells:?}, {strip:?}");
        let put = cells.iter().find(|cell| cell.contains("put /a")).unwrap();
        assert!(put.ends_with("put /a; applied; on disk"), "{put}");
        let last = strip.last().unwrap().split([' ', ',']).nth(1).unwrap().to_owned();
        let mut facts = vec![last; 4];
        if node == leader {
            facts[3] = "leads".to_owned();
        }
        let told = all(&page, &format!("[data-testid=ledger-facts-{node}] td"), "textContent").await?;
        assert_eq!(told, facts, "node{node}");
    }
    page.check_manners().await
}

#[tokio::test]
async fn an_entry_that_only_an_isolated_leader_has_is_marked() -> Outcome {
    let (page, old) = written().await?;
    // Only the isolated leader appends this write, while its lease is valid.
    page.press("play").await?;
    page.choose(old).await?;
    open(&page, "detail-log", "ledger").await?;
    page.press("isolate").await?;
    let only = format!(
        "for (const box of document.querySelectorAll('[data-testid^=endpoint-]')) {{
            if (box.checked !== (box.dataset.testid === 'endpoint-{old}')) box.click();
        }}"
    );
    page.script(&only).await?;
    write(&page, "/lonely").await?;
    page.set_speed("5x").await?;
    page.press("play").await?;
    let replaced = format!(
        "return [...document.querySelectorAll('[data-testid=ledger-row-{old}] .ledger-cell.ledger-replaced')]
            .some(cell => cell.textContent.endsWith('put /lonely'))"
    );
    page.until("the entry is marked, since another leads by now", &replaced).await?;
    page.part(&format!("ledger-odd-{old}")).await?;
    assert_eq!(
        all(&page, ".ledger-row.ledger-disagrees", "dataset.testid").await?,
        [format!("ledger-row-{old}")]
    );

    // The focus on the entry or on its node, and the pointer on the node's strip, show what replaces it.
    page.press("play").await?;
    let says = "const tip = document.querySelector('[data-testid=tip]').innerText.replaceAll('\\n', ' ');
        return /term \\d+: put .lonely; .*will be replaced by node\\d's entry of term \\d+: /.test(tip)";
    let odd = format!("[data-testid=ledger-row-{old}] .ledger-cell.ledger-replaced");
    for (place, reach) in [("entry", odd), ("node", format!("#node-{old}"))] {
        page.script(&format!("document.querySelector({}).focus()", json!(reach))).await?;
        page.until(&format!("the keyboard at the {place} is told"), says).await?;
        page.script("document.activeElement.blur()").await?;
        page.until("nothing is told", "return !document.querySelector('.stage-tip')").await?;
        if place == "entry" {
            logs_on_stage(&page).await?;
        }
    }
    let notch = page.browser.find(By::Css(format!("#node-{old} .stage-cell:has(.stage-notch)"))).await?;
    page.browser.action_chain().move_to_element_center(&notch).perform().await?;
    page.until("the pointer on the strip is told", says).await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_long_log_is_scrolled_by_pointer_keys_and_number() -> Outcome {
    let (page, _) = written().await?;
    open(&page, "detail-log", "ledger").await?;
    page.press("tab-stress").await?;
    fill(&page, "stress-rate", "400").await?;
    fill(&page, "stress-seconds", "3").await?;
    page.set_speed("5x").await?;
    page.press("stress-submit").await?;
    let end = "parseInt(document.querySelector('[data-testid=ledger-shown]').textContent.split(' of ')[1])";
    page.until("the log is long", &format!("return {end} > 900")).await?;
    let follows = "return document.querySelector('[data-testid=ledger-strip]').scrollLeft > 60000";
    page.until("the end is followed", follows).await?;
    page.press("play").await?;
    let go = page.part("ledger-go").await?;
    go.send_keys("500" + Key::Enter).await?;
    let first =
        "document.querySelector('[data-testid=ledger-shown]').textContent.startsWith('Entries 500 to')";
    page.until("entry 500 is the first", &format!("return {first}")).await?;
    assert_eq!(
        page.script("return document.querySelector('[data-testid=ledger-follow]').checked").await?,
        false
    );
    let cells = all(&page, "[data-testid=ledger-row-1] .ledger-cell", "ariaLabel").await?;
    assert!(cells.len() < 40, "only the window is there: {} cells", cells.len());
    assert!(cells.iter().any(|cell| cell.starts_with("index 500")), "{cells:?}");
    let strip = page.part("ledger-strip").await?;
    strip.send_keys(Key::Right + "").await?;
    page.until("an arrow moves by one", &format!("return {}", first.replace("500 to", "501 to"))).await?;
    strip.send_keys(Key::Home + "").await?;
    page.until("Home is the beginning", &format!("return {}", first.replace("500 to", "0 to"))).await?;
    strip.send_keys(Key::End + "").await?;
    page.until("End is followed again", follows).await?;
    page.check_manners().await
}

#[tokio::test]
async fn events_are_searched_and_saved_as_they_are_listed() -> Outcome {
    let (page, leader) = written().await?;
    page.choose(leader).await?;
    page.press("crash").await?;
    page.leader().await?;
    page.press("play").await?;
    page.press("detail-events").await?;
    let lines = "[data-testid=events] li";
    page.until("there are events", &format!("return document.querySelectorAll('{lines}').length > 10"))
        .await?;
    let before = all(&page, lines, "innerText").await?.len();
    fill(&page, "events-search", "CRASHES").await?;
    let one = format!("return document.querySelectorAll('{lines}').length === 1");
    page.until("one line is left", &one).await?;
    let told = all(&page, "[data-testid=events] li span:last-child", "textContent").await?;
    assert!(told[0].starts_with(&format!("node{leader} crashes")), "{told:?}");
    page.press("events-take").await?;
    let text = page.text_of("return document.querySelector('[data-testid=events-text]').value").await?;
    assert_eq!(text.lines().count(), 1);
    assert!(text.contains("\twarning\t") && text.contains(&told[0]), "{text}");
    let href = "return decodeURIComponent(document.querySelector('[data-testid=events-save-lines]').href.split(',').slice(1).join(','))";
    let saved: Value = serde_json::from_str(page.text_of(href).await?.trim())?;
    assert_eq!((&saved["level"], &saved["node"]), (&json!("warning"), &json!(leader)));
    page.script("const level = document.querySelector('[data-testid=events-level]'); level.value = '4'; level.dispatchEvent(new Event('change'));").await?;
    page.until("nothing is violated", &format!("return document.querySelectorAll('{lines}').length === 0"))
        .await?;
    let empty = page.part("events-told").await?.text().await?;
    assert!(empty.starts_with("No event matches"), "{empty}");
    page.script("const level = document.querySelector('[data-testid=events-level]'); level.value = '0'; level.dispatchEvent(new Event('change'));").await?;
    page.script("const search = document.querySelector('[data-testid=events-search]'); search.value = ''; search.dispatchEvent(new Event('input', { bubbles: true }));").await?;
    page.until("all are back", &format!("return document.querySelectorAll('{lines}').length === {before}"))
        .await?;
    // The list is one stop of Tab; arrows move in it, and Enter leads to the instant of an event.
    page.script("document.querySelector('[data-testid=events]').focus()").await?;
    for key in [Key::Down, Key::Down, Key::Down, Key::Up] {
        page.keys(key + "").await?;
    }
    let second = "document.querySelectorAll('[data-testid=events] li')[1].querySelector('button')";
    assert_eq!(page.script(&format!("return document.activeElement === {second}")).await?, json!(true));
    let at = page.text_of(&format!("return {second}.innerText")).await?;
    page.keys(Key::Enter + "").await?;
    let there = format!("return document.querySelector('[data-testid=clock]').innerText === {}", json!(at));
    page.until("its instant is looked at", &there).await?;
    page.check_manners().await
}

/// Returns a script that sends a pointer event at a part of an element's width, in per mille.
fn hand(id: &str, kind: &str, permille: u32) -> String {
    format!(
        "const place = document.querySelector('[data-testid={id}]').getBoundingClientRect();
         document.querySelector('[data-testid={id}]').dispatchEvent(new PointerEvent('{kind}', {{
             bubbles: true, pointerId: 1, clientX: place.left + place.width * {permille} / 1000, clientY: place.top + 4 }}));"
    )
}

#[tokio::test]
async fn the_space_time_diagram_shares_the_pointer_and_the_selection() -> Outcome {
    let (page, _) = written().await?;
    open(&page, "detail-spacetime", "spacetime-scene").await?;
    page.press("play").await?;
    let lines = "return +document.querySelector('[data-testid=spacetime-ways]').dataset.lines > 20";
    page.until("messages are drawn", lines).await?;
    page.script(&hand("spacetime-scene", "pointermove", 500)).await?;
    page.part("pointed").await?;
    page.script(&hand("spacetime-scene", "pointerleave", 500)).await?;
    page.script("document.querySelector('[data-testid=spacetime-scene]').dispatchEvent(new PointerEvent('pointerout', { bubbles: true, relatedTarget: document.body }))").await?;
    page.until("nobody points", "return !document.querySelector('[data-testid=pointed]')").await?;
    page.press("spacetime-follow").await?;
    let scene = page.part("spacetime-scene").await?;
    scene.send_keys(Key::Home + "").await?;
    page.until(
        "the beginning is shown",
        "return document.querySelector('[data-testid=spacetime-shown]').textContent.startsWith('0.000 s')",
    )
    .await?;
    page.script(&hand("timeline", "pointermove", 10)).await?;
    page.part("spacetime-pointer").await?;
    scene.send_keys(Key::Down + "").await?;
    page.part("spacetime-chosen").await?;
    let told =
        page.text_of("return document.querySelector('[data-testid=spacetime-told]').textContent").await?;
    assert!(told.contains("sent at") && told.contains("from node"), "{told}");
    page.press("spacetime-list").await?;
    page.until(
        "the message is chosen in the list",
        "return document.querySelectorAll('[data-testid=spacetime-messages] tr.spacetime-chosen').length === 1",
    )
    .await?;
    page.script(
        "document.querySelector('[data-testid=spacetime-messages] tbody tr:last-child button').click()",
    )
    .await?;
    page.until(
        "choosing in the list chooses in the picture",
        &format!(
            "return document.querySelector('[data-testid=spacetime-told]').textContent !== {}",
            json!(told)
        ),
    )
    .await?;
    page.script(&hand("spacetime-scene", "pointerdown", 900)).await?;
    page.script(&hand("spacetime-scene", "pointerup", 900)).await?;
    page.part("past-note").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_request_is_a_lane_with_the_point_at_which_it_took_effect() -> Outcome {
    let (page, leader) = written().await?;
    page.press("play").await?;
    open(&page, "detail-spacetime", "spacetime-scene").await?;
    for _ in 0..6 {
        page.press("spacetime-out").await?;
    }
    let drawn = |id: &str| {
        format!("return document.querySelector('[data-testid={id}]').getAttribute('d').length > 5")
    };
    page.until("the request is drawn", &drawn("spacetime-requests")).await?;
    page.until("its point is drawn", &drawn("spacetime-points")).await?;
    page.choose(leader).await?;
    page.press("crash").await?;
    page.press("play").await?;
    page.until("the crash is drawn", &drawn("spacetime-crashed")).await?;
    page.until("its messages are lost", &drawn("spacetime-lost")).await?;
    page.check_manners().await
}

#[tokio::test]
async fn charts_describe_their_data_and_update_only_while_shown() -> Outcome {
    let (page, _) = written().await?;
    open(&page, "detail-charts", "charts").await?;
    let told = |id: &str, text: &str| {
        format!(
            "return document.querySelector('[data-testid=chart-{id}-told]').textContent.includes({})",
            json!(text)
        )
    };
    page.until("the latency is told", &told("latency", "half within")).await?;
    page.until("the term is told", &told("term", "highest term of any node is ")).await?;
    page.until("the sizes are told", &told("size", "node5: ")).await?;
    page.until("the messages are told", &told("messages", "heartbeats")).await?;
    let curves = all(&page, ".chart .chart-curve.chart-c0[d^='M']", "getAttribute('d')").await?;
    assert!(curves.iter().filter(|path| path.len() > 12).count() >= 4, "{curves:?}");
    page.press("chart-messages-numbers").await?;
    page.until(
        "the numbers are there",
        "return document.querySelectorAll('.chart-table tbody tr').length > 3",
    )
    .await?;
    page.script("const shown = document.querySelector('[data-testid=charts-window]'); shown.value = 'last'; shown.dispatchEvent(new Event('change'));").await?;
    page.until("the last seconds are told", &told("term", "highest term")).await?;
    page.press("detail-keys").await?;
    let still = page.text_of("return document.querySelector('[data-testid=charts]').innerHTML").await?;
    page.script("return new Promise(done => setTimeout(done, 700))").await?;
    assert_eq!(page.text_of("return document.querySelector('[data-testid=charts]').innerHTML").await?, still);
    page.check_manners().await
}

#[tokio::test]
async fn every_view_fits_a_narrow_page() -> Outcome {
    let (page, _) = written().await?;
    // A window cannot be this narrow; the screen of a phone is.
    page.browser
        .cdp()
        .send_raw(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": 360, "height": 780, "deviceScaleFactor": 2, "mobile": false }),
        )
        .await?;
    page.until("the page is narrow", "return innerWidth === 360").await?;
    for (tab, content) in [
        ("detail-log", "ledger"),
        ("detail-spacetime", "spacetime-scene"),
        ("detail-events", "events-search"),
        ("detail-charts", "chart-size"),
    ] {
        open(&page, tab, content).await?;
        page.script("return new Promise(done => setTimeout(done, 300))").await?;
        let over =
            "const view = document.querySelector('.details'); return view.scrollWidth - view.clientWidth";
        assert_eq!(page.script(over).await?, 0, "{content} is wider than the page");
    }
    page.check_manners().await
}
