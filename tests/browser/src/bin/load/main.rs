//! The benchmark of arrival: bytes by door, time to the first picture of the ring and time until the cluster lives,
//! on lines and processors of several speeds, as a table.
//!
//! `cargo xtask bench --only load` runs it on a copy of the built page whose files lie compressed beside themselves.
//! The browser's own throttles make the lines and the processors; nothing is in its cache.

use std::process::ExitCode;

use browser_tests::{Outcome, Page};
use serde_json::json;

const PROBE: &str = include_str!("probe.js");
/// Visits a row; the median counts.
const VISITS: usize = 3;
/// A line and a processor.
struct Line {
    name: &'static str,
    /// Bits a second, and the milliseconds until an answer begins; none for what the machine has.
    network: Option<(u64, u64)>,
    /// So many times slower than the machine's is the processor.
    slower: u64,
}

const LINES: [Line; 4] = [
    Line { name: "no throttle", network: None, slower: 1 },
    Line { name: "processor 4 times slower", network: None, slower: 4 },
    Line { name: "9 Mbit/s, 60 ms, processor 4 times slower", network: Some((9_000_000, 60)), slower: 4 },
    Line { name: "1.6 Mbit/s, 150 ms, processor 4 times slower", network: Some((1_600_000, 150)), slower: 4 },
];
/// The doors: what a row says, where it leads, and the page around it.
const DOORS: [(&str, &str, Option<&str>); 4] = [
    ("the page", "", None),
    (
        "an iframe",
        "host-iframe.html",
        Some("<iframe src='./?embed&start=now' width=760 height=520></iframe>"),
    ),
    (
        "the element",
        "host-element.html",
        Some(
            "<script type=module src='element/element.js'></script>\
             <raft-playground start=now style='width:760px;height:520px'></raft-playground>",
        ),
    ),
    ("the single file", "embed/raft-playground.html", None),
];

/// What a visit took.
struct Visit {
    bytes: f64,
    ring_ms: f64,
    live_ms: f64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match measure().await {
        Ok(text) => {
            println!("\n{text}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Outcome<String> {
    let mut text = String::from(
        "| door, line | bytes received | ms to the ring | ms until it lives |\n|---|---:|---:|---:|\n",
    );
    for (door, path, around) in DOORS {
        for line in &LINES {
            let mut visits = Vec::new();
            for _ in 0..VISITS {
                visits.push(visit(path, around, line).await?);
            }
            let median = |of: fn(&Visit) -> f64| {
                let mut all: Vec<f64> = visits.iter().map(of).collect();
                all.sort_by(f64::total_cmp);
                all[VISITS / 2]
            };
            let (bytes, ring, live) =
                (median(|visit| visit.bytes), median(|visit| visit.ring_ms), median(|visit| visit.live_ms));
            let row = format!("| {door}, {} | {bytes:.0} | {ring:.0} | {live:.0} |\n", line.name);
            print!("{row}");
            text.push_str(&row);
        }
    }
    Ok(text)
}

/// Opens a door with nothing in the cache.
async fn visit(path: &str, around: Option<&str>, line: &Line) -> Outcome<Visit> {
    let page = Page::blank(1280, 800).await?;
    if let Some(body) = around {
        page.site.put(
            path,
            &format!("<!doctype html><meta charset=utf-8><link rel=icon href=data:,><body>{body}"),
        );
    }
    let cdp = page.browser.cdp();
    cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": PROBE })).await?;
    cdp.send_raw("Network.enable", json!({})).await?;
    cdp.send_raw("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await?;
    if let Some((bits, latency)) = line.network {
        let throughput = bits / 8;
        let conditions = json!({
            "offline": false,
            "latency": latency,
            "downloadThroughput": throughput,
            "uploadThroughput": throughput,
        });
        cdp.send_raw("Network.emulateNetworkConditions", conditions).await?;
    }
    cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": line.slower })).await?;
    page.browser.goto(format!("{}{path}", page.site.url())).await?;
    page.until("it lives", "return (window.raftPlaygroundArrived?.live ?? 0) > 0").await?;
    let arrived = page.script("return window.raftPlaygroundArrived").await?;
    let number = |name: &str| arrived[name].as_f64().ok_or(format!("the probe told no {name}: {arrived}"));
    let visit = Visit { bytes: number("bytes")?, ring_ms: number("ring")?, live_ms: number("live")? };
    if visit.bytes > 0.0 { Ok(visit) } else { Err(format!("no byte was received: {arrived}").into()) }
}
