//! The benchmark of loading: bytes received, time to the first picture of the ring and time until the cluster
//! runs, for each way to open the page, on connections and processors of several speeds, as a table.
//!
//! `cargo xtask bench --only load` runs it on a copy of the built page with a compressed copy beside each
//! file. The browser throttles the connection and the processor; its cache is off.

use std::process::ExitCode;

use browser_tests::{Outcome, Page};
use serde_json::json;

const PROBE: &str = include_str!("probe.js");
/// The number of visits per row, whose median counts.
const VISITS: usize = 3;

/// A connection.
struct Network {
    bits_per_second: u64,
    /// The time until an answer begins.
    latency_ms: u64,
}

/// A connection and a processor.
struct Machine {
    name: &'static str,
    /// The throttled connection; `None` for the machine's own.
    network: Option<Network>,
    /// The factor by which the processor is slowed down.
    slower: u64,
}

const MACHINES: [Machine; 4] = [
    Machine { name: "no throttle", network: None, slower: 1 },
    Machine { name: "processor 4 times slower", network: None, slower: 4 },
    Machine {
        name: "9 Mbit/s, 60 ms, processor 4 times slower",
        network: Some(Network { bits_per_second: 9_000_000, latency_ms: 60 }),
        slower: 4,
    },
    Machine {
        name: "1.6 Mbit/s, 150 ms, processor 4 times slower",
        network: Some(Network { bits_per_second: 1_600_000, latency_ms: 150 }),
        slower: 4,
    },
];
/// The ways to open the page: the label of a row, the path, and the body of a host page.
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

/// The measurements of a visit.
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
        "| door, machine | bytes received | ms to the ring | ms until it runs |\n|---|---:|---:|---:|\n",
    );
    for (door, path, around) in DOORS {
        for machine in &MACHINES {
            let mut visits = Vec::new();
            for _ in 0..VISITS {
                visits.push(visit(path, around, machine).await?);
            }
            let median = |of: fn(&Visit) -> f64| {
                let mut all: Vec<f64> = visits.iter().map(of).collect();
                all.sort_by(f64::total_cmp);
                all[VISITS / 2]
            };
            let (bytes, ring, live) =
                (median(|visit| visit.bytes), median(|visit| visit.ring_ms), median(|visit| visit.live_ms));
            let row = format!("| {door}, {} | {bytes:.0} | {ring:.0} | {live:.0} |\n", machine.name);
            print!("{row}");
            text.push_str(&row);
        }
    }
    Ok(text)
}

/// Opens the page in one way, without a cache.
async fn visit(path: &str, around: Option<&str>, machine: &Machine) -> Outcome<Visit> {
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
    if let Some(Network { bits_per_second, latency_ms }) = machine.network {
        let throughput = bits_per_second / 8;
        let conditions = json!({
            "offline": false,
            "latency": latency_ms,
            "downloadThroughput": throughput,
            "uploadThroughput": throughput,
        });
        cdp.send_raw("Network.emulateNetworkConditions", conditions).await?;
    }
    cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": machine.slower })).await?;
    page.browser.goto(format!("{}{path}", page.site.url())).await?;
    page.until("it is live", "return (window.raftPlaygroundArrived?.live ?? 0) > 0").await?;
    let arrived = page.script("return window.raftPlaygroundArrived").await?;
    let number = |name: &str| arrived[name].as_f64().ok_or(format!("the probe has no {name}: {arrived}"));
    let visit = Visit { bytes: number("bytes")?, ring_ms: number("ring")?, live_ms: number("live")? };
    if visit.bytes > 0.0 { Ok(visit) } else { Err(format!("no byte was received: {arrived}").into()) }
}
