//! Interaction with the ring: selecting messages and links, drawing walls, choosing what is shown.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// Defines `dots`: the messages drawn now.
const DOTS: &str = "const dots = [...document.querySelectorAll('#messages .stage-dot:not([display])')];";

/// Opens a paused cluster with a leader, with the parts that load after the first view.
async fn still() -> Outcome<Page> {
    let page = Page::led().await?;
    page.part("filter-all").await?;
    page.press("play").await?;
    page.until(
        "the clock stands",
        "return document.querySelector('[data-testid=play]').ariaLabel === 'Play'",
    )
    .await?;
    Ok(page)
}

/// Returns the centre of the first element that a selector finds, in pixels.
async fn place_of(page: &Page, selector: &str) -> Outcome<(i64, i64)> {
    let script = format!(
        "const place = document.querySelector({}).getBoundingClientRect();
         return [place.left + place.width / 2, place.top + place.height / 2].map(Math.round)",
        json!(selector)
    );
    let place = page.script(&script).await?;
    let number = |at: usize| place[at].as_i64().ok_or_else(|| format!("{selector} gave {place}"));
    Ok((number(0)?, number(1)?))
}

async fn disc(page: &Page, node: u64) -> Outcome<(i64, i64)> {
    place_of(page, &format!("#node-{node} .stage-disc")).await
}

/// Presses the pointer, moves it through these points, and keeps it pressed.
async fn draw(page: &Page, points: &[(i64, i64)]) -> Outcome {
    let mut chain = page.browser.action_chain().move_to(points[0].0, points[0].1).click_and_hold();
    for (x, y) in &points[1..] {
        chain = chain.move_to(*x, *y);
    }
    Ok(chain.perform().await?)
}

async fn release(page: &Page) -> Outcome {
    Ok(page.browser.action_chain().release().perform().await?)
}

async fn sizes_are(page: &Page, sizes: &[&str]) -> Outcome {
    let script = format!(
        "const sizes = [...document.querySelectorAll('.stage-group-size')].map(size => size.textContent).sort();
         return JSON.stringify(sizes) === {}",
        json!(json!(sizes).to_string())
    );
    page.until(&format!("the sizes of the groups are {sizes:?}"), &script).await
}

async fn is_shown(page: &Page, part: &str, text: &str) -> Outcome {
    let script = format!(
        "return document.querySelector('[data-testid={part}]')?.textContent.includes({}) === true",
        json!(text)
    );
    page.until(&format!("{part} says {text:?}"), &script).await
}

#[tokio::test]
async fn a_wall_drawn_across_the_ring_partitions_the_nodes() -> Outcome {
    let page = still().await?;
    let (top, low, left) = (disc(&page, 1).await?, disc(&page, 4).await?, disc(&page, 5).await?);
    // From between node1 and node5 down past node4.
    let x = (top.0 + left.0) / 2;
    let wall = [(x, top.1), (x + 4, left.1), ((low.0 + 2 * top.0) / 3, low.1)];
    draw(&page, &wall).await?;
    is_shown(&page, "wall-size", "2 | 3").await?;
    page.keys(Key::Escape + "").await?;
    release(&page).await?;
    sizes_are(&page, &[]).await?;

    draw(&page, &wall).await?;
    is_shown(&page, "wall-size", "2 | 3").await?;
    release(&page).await?;
    sizes_are(&page, &["2", "3"]).await?;
    page.keys("h").await?;
    sizes_are(&page, &[]).await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_lasso_selects_the_nodes_inside_it() -> Outcome {
    let page = still().await?;
    let (top, right, low) = (disc(&page, 1).await?, disc(&page, 2).await?, disc(&page, 3).await?);
    let (left, far) = (top.0 + 45, right.0 + 50);
    let start = (left, right.1 - 5);
    draw(&page, &[start, (far, right.1 - 30), (far, low.1 + 30), (left, low.1 + 30), (left, right.1 + 10)])
        .await?;
    is_shown(&page, "wall-size", "2 | 3").await?;
    let gathered = page.script("return document.querySelectorAll('.stage-gathered').length").await?;
    assert_eq!(gathered, json!(2));
    release(&page).await?;
    sizes_are(&page, &["2", "3"]).await?;
    page.check_manners().await
}

#[tokio::test]
async fn nodes_are_selected_and_partitioned_by_keyboard() -> Outcome {
    let page = still().await?;
    // The focus must be on a node: a button would handle Enter itself.
    page.choose(5).await?;
    for digit in ["1", "2", "3", "3"] {
        let chain = page.browser.action_chain().key_down(Key::Shift).send_keys(digit).key_up(Key::Shift);
        chain.perform().await?;
    }
    is_shown(&page, "gathered", "node2").await?;
    let said = page.part("gathered").await?.text().await?;
    assert!(!said.contains("node3"), "{said}");
    page.keys(Key::Enter + "").await?;
    page.until("two groups", "return document.querySelectorAll('.stage-group-size').length === 2").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_link_is_cut_one_way_and_both_by_clicking_it() -> Outcome {
    let page = still().await?;
    let leader = page.leader().await?;
    // Between two followers that are neighbours, no message is in flight that could be hit instead.
    let (one, other) = (leader % 5 + 1, (leader + 1) % 5 + 1);
    let (a, b) = (one.min(other), one.max(other));
    let (from, to) = (disc(&page, a).await?, disc(&page, b).await?);
    let (x, y) = ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
    page.browser.action_chain().move_to(x, y).click().perform().await?;
    is_shown(&page, "link-bar", &format!("node{a} – node{b}")).await?;
    page.press(&format!("cut-{a}-{b}")).await?;
    is_shown(&page, "link-state", &format!("node{a} to node{b}: cut")).await?;
    page.until("one cut is marked", "return document.querySelectorAll('.stage-cutmark').length === 1")
        .await?;
    page.press(&format!("cut-{b}-{a}")).await?;
    is_shown(&page, "link-state", "both directions: cut").await?;
    page.press(&format!("heal-{a}-{b}")).await?;
    is_shown(&page, "link-state", &format!("node{b} to node{a}: cut")).await?;
    page.until("one cut is left", "return document.querySelectorAll('.stage-cutmark').length === 1").await?;
    page.press("cut-both").await?;
    is_shown(&page, "link-state", "both directions: cut").await?;
    page.press("heal-both").await?;
    is_shown(&page, "link-state", "passes").await?;

    page.press("dials").await?;
    for (field, value) in [("dial-min", "20"), ("dial-max", "30"), ("dial-loss", "2.5")] {
        let field = page.part(field).await?;
        field.clear().await?;
        field.send_keys(value).await?;
    }
    page.press("dial-set").await?;
    is_shown(&page, "link-state", "both directions: 20 to 30 ms, 2.5 % lost").await?;
    page.keys(Key::Tab + "").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_dropped_append_is_sent_again() -> Outcome {
    let page = still().await?;
    page.press("tab-write").await?;
    page.press("write-submit").await?;
    let append = format!(
        "{DOTS} const found = dots.find(dot => dot.dataset.kind === 'append' && dot.dataset.reply === 'request');
         if (!found) document.querySelector('[data-testid=step]').click();
         return found !== undefined;"
    );
    page.until("an append is in flight", &append).await?;
    let chosen = page
        .script(&format!(
            "{DOTS} const dot = dots.find(dot => dot.dataset.kind === 'append' && dot.dataset.reply === 'request');
             return [dot.dataset.message, dot.ariaLabel]"
        ))
        .await?;
    let (id, label) = (chosen[0].as_str().unwrap(), chosen[1].as_str().unwrap());
    let (x, y) = place_of(&page, &format!("#message-{id} use")).await?;
    page.browser.action_chain().move_to(x, y).click().perform().await?;
    page.until(
        "the message is picked",
        &format!("return document.querySelector('[data-testid=message-bar]')?.dataset.message === '{id}'"),
    )
    .await?;
    is_shown(&page, "message-bar", label).await?;
    page.script(&format!(
        "window.again = false;
         new MutationObserver(() => {{ {DOTS}
             window.again ||= dots.some(dot => Number(dot.dataset.message) > {id} && dot.ariaLabel === {});
         }}).observe(document.querySelector('#messages'), {{ attributes: true, subtree: true }});",
        json!(label)
    ))
    .await?;
    page.press("drop").await?;
    is_shown(&page, "message-fate", "no longer in flight").await?;
    page.set_speed("1/20").await?;
    page.press("play").await?;
    page.until("the same entries are on their way to the same node again", "return window.again").await?;
    page.set_speed("1x").await?;
    page.until(
        "all nodes share one hash",
        "const hashes = [...document.querySelectorAll('.stage-node')].map(node => node.dataset.hash);
         return document.querySelector('[data-testid=result] [data-state=ok]') !== null && new Set(hashes).size === 1",
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn messages_are_selected_by_keyboard_and_filtered() -> Outcome {
    let page = still().await?;
    let flying = format!(
        "{DOTS} if (dots.length < 3) document.querySelector('[data-testid=step]').click(); return dots.length >= 3;"
    );
    page.until("messages are in flight", &flying).await?;
    page.script("document.querySelector('#messages').focus()").await?;
    page.keys(Key::Right + "").await?;
    page.keys(Key::Right + "").await?;
    page.keys(Key::Enter + "").await?;
    let second = page
        .script(&format!(
            "{DOTS} return dots.map(dot => Number(dot.dataset.message)).sort((a, b) => a - b)[1]"
        ))
        .await?;
    let picked = page.part("message-bar").await?.attr("data-message").await?.unwrap();
    assert_eq!(picked, second.to_string());

    let leader = page.leader().await?;
    let other = leader % 5 + 1;
    page.choose(other).await?;
    page.press("filter-selected").await?;
    let only = format!(
        "{DOTS} return dots.every(dot => dot.ariaLabel.split(', ').pop().split(' to ').includes('node{other}'))"
    );
    page.until("only the chosen node's messages are drawn", &only).await?;
    page.keys("o").await?;
    page.until(
        "V goes on to all",
        &format!("{DOTS} return document.querySelector('[data-testid=filter-all]').ariaPressed === 'true' && dots.length >= 3"),
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_ring_is_also_shown_as_a_table() -> Outcome {
    let page = still().await?;
    let leader = page.leader().await?;
    page.press("as-table").await?;
    page.part("ring-table").await?;
    let rows = page
        .script(
            "return [...document.querySelectorAll('[data-testid=ring-table] tbody tr')]
                 .map(row => [...row.children].map(cell => cell.textContent))",
        )
        .await?;
    let rows: Vec<Value> = rows.as_array().unwrap().clone();
    assert_eq!(rows.len(), 5);
    let led: Vec<&Value> = rows.iter().filter(|row| row[1] == "leader").collect();
    assert_eq!(led.len(), 1);
    assert_eq!(led[0][0], json!(format!("node{leader}")));
    page.check_manners().await
}

/// The sizes of windows, each with the least diameter of the ring of five nodes there, in CSS pixels.
const WINDOWS: [(u32, u32, f64); 5] =
    [(1920, 1080, 600.0), (1440, 900, 490.0), (1280, 720, 300.0), (1024, 768, 240.0), (768, 1024, 240.0)];

/// Returns what is wrong with the look of the stage, in words: an empty list if nothing is.
const FAULTS: &str = "
    const box = element => element.getBoundingClientRect(), faults = [];
    const ring = box(document.querySelector('.stage-ring')), stage = box(document.querySelector('.stage-room'));
    if (Math.abs(ring.width - ring.height) > 1) faults.push(`the ring is ${ring.width} by ${ring.height}`);
    if (ring.width < arguments_least) faults.push(`the ring has ${ring.width}`);
    const texts = [...document.querySelectorAll('.stage-view text')].filter(text => text.textContent.trim());
    for (const text of texts) {
        const size = parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a;
        if (size < 10.99) faults.push(`${text.textContent} has ${size} px`);
    }
    const labels = [...document.querySelectorAll('.stage-beside text')].map(box);
    labels.forEach((one, at) => {
        if (one.left < stage.left - 1 || one.right > stage.right + 1 || one.top < stage.top - 1 || one.bottom > stage.bottom + 1) faults.push(`label ${at} leaves the stage`);
        labels.slice(at + 1).forEach((other, more) => {
            if (Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4) faults.push(`labels ${at} and ${at + 1 + more} meet`);
        });
    });
    const discs = [...document.querySelectorAll('.stage-track')].map(box).map(disc => [disc.left + disc.width / 2, disc.top + disc.height / 2, disc.width / 2]);
    for (const wire of document.querySelectorAll('#wires path[d]:not([display])')) {
        for (const end of [0, wire.getTotalLength()]) {
            const point = wire.getPointAtLength(end).matrixTransform(wire.getScreenCTM());
            const rim = Math.min(...discs.map(([x, y, r]) => Math.abs(Math.hypot(point.x - x, point.y - y) - r)));
            if (rim > 30) faults.push(`a wire ends ${rim} from the rim of the next node`);
        }
    }
    return faults.join('; ')";

#[tokio::test]
async fn the_ring_is_a_circle_with_readable_texts_in_every_window() -> Outcome {
    let page = still().await?;
    for (width, height, least) in WINDOWS {
        page.browser
            .cdp()
            .send_raw(
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
            )
            .await?;
        page.until("the window has its size", &format!("return innerWidth === {width}")).await?;
        page.press("step").await?;
        page.script("return new Promise(done => setTimeout(done, 200))").await?;
        let faults = page.text_of(&FAULTS.replace("arguments_least", &least.to_string())).await?;
        assert_eq!(faults, "", "{width}x{height}");
    }
    page.check_manners().await
}
