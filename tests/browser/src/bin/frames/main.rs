//! The benchmark of frames: the script time of the built page in a real browser, as a table.
//!
//! `cargo xtask bench --only frames` runs it. It measures the script time between two frames (`probe.js`),
//! dropped frames, seeks, and the engine's memory over a long session.

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

/// Opens a page whose frames are recorded.
async fn probed() -> Outcome<Page> {
    let page = Page::open_probed(PROBE).await?;
    page.part("timeline").await?;
    Ok(page)
}

/// Returns the frames of the page during a period of real time.
async fn watch(page: &Page, time: Duration) -> Outcome<Frames> {
    page.script("window.raftPlaygroundProbe.frames.length = 0").await?;
    let before = Busy::of(page).await?;
    tokio::time::sleep(time).await;
    let busy = Busy::of(page).await?.since(&before);
    Frames::read(&page.script("return window.raftPlaygroundProbe.frames").await?, busy)
}

impl Busy {
    /// Returns the CPU time of the page's thread since the page began, which other programs on the machine
    /// affect less than real time.
    async fn of(page: &Page) -> Outcome<Busy> {
        let cdp = page.browser.cdp();
        cdp.send_raw("Performance.enable", serde_json::json!({ "timeDomain": "threadTicks" })).await?;
        let answer = cdp.send_raw("Performance.getMetrics", serde_json::json!({})).await?;
        let metrics = answer["metrics"].as_array().ok_or("the browser returned no metrics")?;
        let seconds = |name: &str| {
            let metric = metrics.iter().find(|metric| metric["name"] == name);
            metric
                .and_then(|metric| metric["value"].as_f64())
                .ok_or(format!("the browser returned no {name}"))
        };
        Ok(Busy { script: seconds("ScriptDuration")?, all: seconds("TaskDuration")? })
    }
}

/// Prints a row of the table and returns it.
fn row(scene: &str, frames: Frames) -> Row {
    let row = Row { scene: scene.to_owned(), frames };
    println!("{}", row.line());
    row
}
