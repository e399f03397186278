//! The benchmark of frames: what the built page's scripts take, in a real browser, as a table.
//!
//! `cargo xtask bench --only frames` runs it. What is measured is the script time between two frames
//! (`probe.js`), frames that came late, seeks, and the memory of the engine over a long session.

mod scenes;
mod table;

use std::process::ExitCode;
use std::time::Duration;

use browser_tests::{Outcome, Page};

use scenes::{long_session, playing, scrub};
use table::{Busy, Frames, Row};

const PROBE: &str = include_str!("probe.js");

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match measure().await {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Outcome<String> {
    let mut rows = Vec::new();
    rows.push(playing("default view, idle, 1/20", 5, None).await?);
    rows.push(playing("default view, 10 writes/s, 1/20", 5, Some(10)).await?);
    rows.push(playing("9 nodes, 1,000 writes/s, 1/20", 9, Some(1_000)).await?);
    rows.push(scrub().await?);
    let (first, last, session) = long_session().await?;
    rows.extend([first, last]);
    Ok(format!("{}\n{session}", table::table(&rows)))
}

/// A page whose frames are noted.
async fn probed() -> Outcome<Page> {
    let page = Page::open_probed(PROBE).await?;
    page.part("timeline").await?;
    Ok(page)
}

/// Lets the page run for a while, and returns its frames meanwhile.
async fn watch(page: &Page, time: Duration) -> Outcome<Frames> {
    page.script("window.raftPlaygroundProbe.frames.length = 0").await?;
    let before = Busy::of(page).await?;
    tokio::time::sleep(time).await;
    let busy = Busy::of(page).await?.since(&before);
    Frames::read(&page.script("return window.raftPlaygroundProbe.frames").await?, busy)
}

impl Busy {
    /// What the browser counted since the page began. It counts the processor's time, which other programs on
    /// the machine do not lengthen as they do the time on a clock.
    async fn of(page: &Page) -> Outcome<Busy> {
        let cdp = page.browser.cdp();
        cdp.send_raw("Performance.enable", serde_json::json!({ "timeDomain": "threadTicks" })).await?;
        let answer = cdp.send_raw("Performance.getMetrics", serde_json::json!({})).await?;
        let metrics = answer["metrics"].as_array().ok_or("the browser told no metrics")?;
        let seconds = |name: &str| {
            let metric = metrics.iter().find(|metric| metric["name"] == name);
            metric
                .and_then(|metric| metric["value"].as_f64())
                .ok_or(format!("the browser did not tell {name}"))
        };
        Ok(Busy { script: seconds("ScriptDuration")?, all: seconds("TaskDuration")? })
    }
}

/// A row for the table.
fn row(scene: &str, frames: Frames) -> Row {
    let row = Row { scene: scene.to_owned(), frames };
    println!("{}", row.line());
    row
}
