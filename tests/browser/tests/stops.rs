//! The engine stops for good: during a run, while it starts, in a lazy part, in an embed; by a panic, a stack
//! overflow or full memory. In every case the page says so and offers a way to continue.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::{Value, json};

/// Defines the engine's exports, from its script, which is already loaded.
const ENGINE: &str = "const tag = document.querySelector('meta[name=engine-script]');
    const { initSync } = await import(new URL(tag.content, document.baseURI));
    const { memory, __wasm_split_shared0: stack } = initSync(undefined, undefined);";
/// Leaves the engine no stack, so that it traps at its next call that needs some, without a panic.
const FILL_STACK: &str = "stack.value = 8;";
/// Takes all memory that the engine may have, so that it traps when it needs more.
const FILL_MEMORY: &str = "try { for (;;) memory.grow(64); } catch { return memory.buffer.byteLength; }";

async fn to_the_engine(page: &Page, deed: &str) -> Outcome<Value> {
    page.script(&format!("return (async () => {{ {ENGINE} {deed} }})();")).await
}

async fn crash(page: &Page) -> Outcome<String> {
    page.part("crash").await?;
    page.until("all is offered", "return document.getElementById('crash-report') !== null").await?;
    Ok(page.part("crash").await?.text().await?)
}

async fn value(page: &Page, id: &str) -> Outcome<String> {
    page.text_of(&format!("return document.getElementById('{id}').value")).await
}

async fn link(page: &Page) -> Outcome<String> {
    page.text_of("return document.querySelector('[data-testid=crash-link]').href").await
}

/// Opens a page, crashes a node, and then stops the engine.
async fn stopped_after_a_deed() -> Outcome<(Page, u64)> {
    let page = Page::led().await?;
    page.part("timeline").await?;
    let leader = page.leader().await?;
    page.choose(leader).await?;
    page.press("crash").await?;
    page.until(
        "it is told outside of the engine",
        "return (document.documentElement.dataset.run ?? '').includes('kill')",
    )
    .await?;
    to_the_engine(&page, FILL_STACK).await?;
    Ok((page, leader))
}

#[tokio::test]
async fn a_stack_overflow_leaves_the_link_the_transcript_and_a_new_cluster() -> Outcome {
    let (page, leader) = stopped_after_a_deed().await?;
    let said = crash(&page).await?;
    assert!(said.contains("The cluster has stopped") && said.contains("Open the run again"), "{said}");
    let transcript = value(&page, "crash-transcript").await?;
    let words: Vec<&str> = transcript.split_whitespace().collect();
    assert!(words.join(" ").contains(&format!("kill node{leader}")), "{transcript}");
    let happened = transcript.split("# What happened last").nth(1).unwrap();
    assert!(happened.contains(&format!("node{leader} ")), "what happened is told: {transcript}");
    let report = value(&page, "crash-report").await?;
    assert!(report.contains("phase: running") && report.contains("last input: "), "{report}");
    // The link opens the run on a live page, with that node down.
    let link = link(&page).await?;
    assert!(link.contains("#v0:"), "{link}");
    page.browser.goto("about:blank").await?;
    page.browser.goto(&link).await?;
    page.until("the page lives", "return document.body.dataset.ready === 'true'").await?;
    let down = format!("return document.querySelector('#node-{leader}')?.dataset.process === 'Crashed'");
    page.until("the run is opened again", &down).await
}

#[tokio::test]
async fn a_run_that_stopped_the_engine_is_not_played_again_by_itself() -> Outcome {
    let (page, _) = stopped_after_a_deed().await?;
    crash(&page).await?;
    // The reloaded page does not return to the saved run.
    page.browser.refresh().await?;
    page.until("a fresh page is live", "return document.body.dataset.ready === 'true'").await?;
    page.part("timeline").await?;
    assert_eq!(page.script("return document.querySelector('[data-process=Crashed]')").await?, json!(null));
    // A run in the address is named, and opened only on request.
    page.browser.goto("about:blank").await?;
    page.browser
        .goto(&format!("{}#v0:open%20at%203s%0Aseed%205%0A%402s%20kill%20node3%0A", page.site.url()))
        .await?;
    page.until("the link is open", "return document.querySelector('#node-3')?.dataset.process === 'Crashed'")
        .await?;
    to_the_engine(&page, FILL_STACK).await?;
    crash(&page).await?;
    page.browser.refresh().await?;
    page.part("crash-again").await?;
    let said = page.part("crash").await?.text().await?;
    assert!(said.contains("This run stopped the engine before"), "{said}");
    assert_eq!(page.script("return document.body.dataset.ready ?? null").await?, json!(null));
    page.press("crash-again").await?;
    page.until("it is open again", "return document.querySelector('#node-3')?.dataset.process === 'Crashed'")
        .await
}

#[tokio::test]
async fn full_memory_ends_in_the_same_page() -> Outcome {
    let page = Page::led().await?;
    page.part("timeline").await?;
    let taken = to_the_engine(&page, FILL_MEMORY).await?;
    assert!(taken.as_f64().unwrap() > 1e8, "{taken}");
    page.set_speed("100x").await?;
    let said = crash(&page).await?;
    assert!(said.contains("The cluster has stopped"), "{said}");
    // Without deeds, the seed is the run.
    assert!(value(&page, "crash-transcript").await?.contains("\nseed "), "{said}");
    page.press("crash-fresh").await?;
    page.until("a fresh page is live", "return document.body.dataset.ready === 'true'").await
}

#[tokio::test]
async fn an_engine_that_stops_while_it_starts_is_reported() -> Outcome {
    let probe = "const compile = WebAssembly.instantiateStreaming;
        WebAssembly.instantiateStreaming = async (...all) => {
            const made = await compile(...all);
            made.instance.exports.__wasm_split_shared0.value = 8;
            return made;
        };";
    let page = Page::open_prepared(|_| (), probe).await?;
    let said = crash(&page).await?;
    assert!(said.contains("The engine could not start"), "{said}");
    let report = value(&page, "crash-report").await?;
    assert!(report.contains("phase: starting"), "{report}");
    Ok(())
}

#[tokio::test]
async fn a_lazy_part_that_stops_the_engine_does_so_with_the_same_page() -> Outcome {
    let page = Page::led().await?;
    page.part("timeline").await?;
    // The next lazy part has no stack when it is loaded.
    to_the_engine(
        &page,
        "const make = WebAssembly.instantiate;
         WebAssembly.instantiate = async (...all) => {
             const made = await make(...all);
             stack.value = 8;
             return made;
         };",
    )
    .await?;
    page.press("help").await?;
    let said = crash(&page).await?;
    assert!(said.contains("The cluster has stopped"), "{said}");
    assert!(value(&page, "crash-report").await?.contains("last input: "));
    Ok(())
}

#[tokio::test]
async fn an_embed_that_stops_offers_the_run_as_a_page_of_its_own() -> Outcome {
    let page = Page::open_prepared(|_| (), "").await?;
    page.browser.goto("about:blank").await?;
    let query = "?embed&start=now&text=seed%205%0Await%20leader%0Akill%20node3%0A";
    page.browser.goto(&format!("{}{query}", page.site.url())).await?;
    page.until("it is played", "return document.querySelector('#node-3')?.dataset.process === 'Crashed'")
        .await?;
    to_the_engine(&page, FILL_STACK).await?;
    let said = crash(&page).await?;
    assert!(said.contains("The cluster has stopped"), "{said}");
    let link = link(&page).await?;
    assert!(link.contains("#v0:") && link.contains("kill") && !link.contains("embed"), "{link}");
    page.press("crash-fresh").await?;
    page.until("a fresh embed is live", "return document.body.dataset.ready === 'true'").await?;
    assert_eq!(page.script("return new URLSearchParams(location.search).has('text')").await?, json!(false));
    assert_eq!(page.script("return new URLSearchParams(location.search).has('embed')").await?, json!(true));
    Ok(())
}

/// Returns the message of the page if a byte of a file is changed.
async fn told_of_another_byte(ending: &str) -> Outcome<String> {
    let ending = ending.to_owned();
    let page = Page::open_prepared(move |site| site.spoil(Some(&ending)), "").await?;
    let said = crash(&page).await?;
    assert!(said.contains("The engine could not start"), "{said}");
    // Once the file is restored, the page is live.
    page.site.spoil(None);
    page.press("crash-fresh").await?;
    page.until("a fresh page is live", "return document.body.dataset.ready === 'true'").await?;
    Ok(said)
}

#[tokio::test]
async fn an_engine_with_a_changed_byte_is_not_run() -> Outcome {
    let said = told_of_another_byte("_bg.wasm").await?;
    assert!(said.contains("_bg.wasm is not the file that this page was built with"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_script_with_a_changed_byte_is_not_run() -> Outcome {
    let page = Page::open_prepared(|_| (), "").await?;
    let script = page.text_of("return document.querySelector('meta[name=engine-script]').content").await?;
    drop(page);
    let said = told_of_another_byte(script.trim_start_matches("./")).await?;
    assert!(said.contains("is not the file that this page was built with"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_lazy_part_with_a_changed_byte_is_not_run() -> Outcome {
    let page = Page::led().await?;
    page.part("timeline").await?;
    page.site.spoil(Some("split_dialogs.wasm"));
    page.press("help").await?;
    let said = page.part("lazy-failed").await?.text().await?;
    assert!(said.contains("could not be loaded"), "{said}");
    page.site.spoil(None);
    page.press("lazy-again").await?;
    page.until("the keys are shown", "return document.querySelector('dialog[open] kbd') !== null").await
}
