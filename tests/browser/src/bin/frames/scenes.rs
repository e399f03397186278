//! The measured scenes.

use std::time::{Duration, Instant};

use browser_tests::{Outcome, Page};
use serde_json::Value;

use crate::table::{Busy, Frames, Row};
use crate::{probed, row, watch};

/// How long a scene is measured, in real time.
const WATCHED: Duration = Duration::from_secs(10);
/// The time before the measurement, in which the browser compiles hot code.
const WARM_UP: Duration = Duration::from_secs(4);
/// The maximum real time of the long session.
const PATIENCE: Duration = Duration::from_secs(120);
const HOUR_S: f64 = 3_600.0;
const CLOCK: &str = "return parseFloat(document.querySelector('[data-testid=clock]').textContent)";

/// Measures playback of a cluster from its first leader on, with or without writes per second.
pub async fn playing(scene: &str, nodes: u32, writes: Option<u32>) -> Outcome<Row> {
    let page = probed().await?;
    if nodes != 5 {
        page.press("new-cluster").await?;
        fill(&page, "nodes", &nodes.to_string()).await?;
        page.press("create").await?;
    }
    page.set_speed("1x").await?;
    page.leader().await?;
    if let Some(rate) = writes {
        page.press("tab-stress").await?;
        fill(&page, "stress-rate", &rate.to_string()).await?;
        fill(&page, "stress-seconds", "20").await?;
        page.press("stress-submit").await?;
    }
    page.set_speed("1/20").await?;
    tokio::time::sleep(WARM_UP).await;
    let frames = watch(&page, WATCHED).await?;
    Ok(row(scene, frames))
}

async fn fill(page: &Page, id: &str, value: &str) -> Outcome {
    page.part(id).await?;
    let script = format!(
        "const field = document.querySelector('[data-testid={id}]');
         field.value = '{value}';
         field.dispatchEvent(new Event('input', {{ bubbles: true }}));"
    );
    page.script(&script).await?;
    Ok(())
}

/// Measures 200 seeks all over a recording of 120 virtual seconds: the script time from the press to the
/// picture.
pub async fn scrub() -> Outcome<Row> {
    let page = probed().await?;
    page.set_speed("20x").await?;
    page.until("two minutes are recorded", &format!("{{ {CLOCK} >= 120 }}")).await?;
    page.press("play").await?;
    let before = Busy::of(&page).await?;
    page.script(
        "const probe = window.raftPlaygroundProbe, seeks = window.raftPlaygroundSeeks = [];
             const line = document.querySelector('[data-testid=overview], [data-testid=timeline]');
             const box = line.getBoundingClientRect();
             const at = n => box.left + box.width * (0.02 + 0.9 * ((n * 0.6180339887) % 1));
             const press = (name, n) => line.dispatchEvent(new PointerEvent(name, { bubbles: true, button: 0,
                 buttons: name === 'pointerup' ? 0 : 1, clientX: at(n), clientY: box.top + box.height / 2 }));
             const seek = n => {
               if (n === 200) return;
               probe.frames.length = 0;
               probe.measured(() => { press('pointerdown', n); press('pointerup', n); });
               setTimeout(() => {
                 seeks.push([probe.frames[0][0], probe.frames[0][1]]);
                 seek(n + 1);
               }, 50);
             };
             seek(0);",
    )
    .await?;
    page.until("all seeks are done", "return window.raftPlaygroundSeeks.length === 200").await?;
    let seeks = page.script("return window.raftPlaygroundSeeks").await?;
    let busy = Busy::of(&page).await?.since(&before);
    let frames = Frames::read(&seeks, busy)?;
    Ok(row("seek in 120 s of recording", frames.each_by_itself()))
}

/// Measures a session at 100x, of one virtual hour or as far as it gets in two minutes: frames of its first
/// and last seconds, and a sentence about its memory.
pub async fn long_session() -> Outcome<(Row, Row, String)> {
    const MEGABYTE: f64 = 1_048_576.0;
    let page = probed().await?;
    page.set_speed("100x").await?;
    tokio::time::sleep(WARM_UP).await;
    let first = row("100x, first 5 s", watch(&page, WATCHED / 2).await?);
    let (early, begun) = (memory(&page).await?, Instant::now());
    let mut reached = seconds(&page).await?;
    while reached < HOUR_S && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(200)).await;
        reached = seconds(&page).await?;
    }
    let last = row("100x, last 5 s", watch(&page, WATCHED / 2).await?);
    let (late, end) = (memory(&page).await?, seconds(&page).await?);
    let session = format!(
        "After {end:.0} virtual seconds the engine's memory is {:.1} MB; after the first seconds it was {:.1} MB.",
        late / MEGABYTE,
        early / MEGABYTE
    );
    Ok((first, last, session))
}

async fn seconds(page: &Page) -> Outcome<f64> {
    number(&page.script(CLOCK).await?)
}

/// Returns the size of the engine's memory, in bytes.
async fn memory(page: &Page) -> Outcome<f64> {
    number(&page.script("return window.raftPlaygroundProbe.memory.buffer.byteLength").await?)
}

fn number(value: &Value) -> Outcome<f64> {
    value.as_f64().ok_or_else(|| format!("{value} is not a number").into())
}
