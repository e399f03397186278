//! The page embedded in other pages: by iframe, as an element, as a single file; sandboxed or not, light and
//! dark.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::host::{heard, host, iframe, ready};
use browser_tests::{Outcome, Page};
use serde_json::{Value, json};

#[tokio::test]
async fn an_embed_shows_what_the_address_asks_for() -> Outcome {
    const PAPER: &str = "return getComputedStyle(document.body).backgroundColor";
    let page = Page::open_any(900, 700).await?;
    let shown = |css: &str| format!("return document.querySelector('{css}')?.checkVisibility() === true");
    for (theme, paper) in [("dark", "rgb(20, 23, 26)"), ("light", "rgb(255, 255, 255)")] {
        let address =
            format!("?embed&start=now&theme={theme}&panels=narration,details&controls=full&readonly");
        page.browser.goto(format!("{}{address}", page.site.url())).await?;
        page.part("embed-open").await?;
        page.until("the details are there", &shown(".details")).await?;
        page.until("the speed is there", &shown(".time-speed")).await?;
        assert_eq!(page.script(PAPER).await?, json!(paper), "{theme}");
        for hidden in [".page-head", ".status", ".time-track", ".requests", ".status-end", "#detail-terminal"]
        {
            assert_eq!(page.script(&shown(hidden)).await?, json!(false), "{hidden}");
        }
    }
    page.keys("k").await?;
    page.until("it says that one can only watch", "return document.body.innerText.includes('only watch')")
        .await?;
    page.check_manners().await
}

#[tokio::test]
async fn an_embed_begins_at_an_instant_and_names_errors() -> Outcome {
    let page =
        host(&iframe("./?embed&start=now&paused&at=1.5s&speed=quick&theme=pink&height=9999", "")).await?;
    ready(&page).await?;
    page.until(
        "it stands at the instant",
        "return heard('state').some(state => !state.playing && state.at === 1.5)",
    )
    .await?;
    let problems = heard(&page, "ready").await?[0]["problems"].clone();
    let problems: Vec<&str> = problems.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(problems.iter().any(|problem| problem.starts_with("theme=pink")), "{problems:?}");
    assert!(problems.iter().any(|problem| problem.starts_with("speed=quick")), "{problems:?}");
    assert_eq!(
        heard(&page, "height").await?[0]["height"],
        json!(2000),
        "a height beyond its bounds is the bound"
    );
    page.check_manners().await
}

#[tokio::test]
async fn the_host_page_sends_and_receives_messages() -> Outcome {
    let page = host(&iframe("./?embed&start=now&paused", "")).await?;
    ready(&page).await?;
    assert!(heard(&page, "height").await?[0]["height"].as_f64().unwrap() >= 240.0);
    page.script("send({type: 'seek', at: 2, id: 'a'})").await?;
    page.until("it is there", "return heard('state').some(state => state.at === 2 && !state.playing)")
        .await?;
    page.script("send({type: 'play', id: 7})").await?;
    page.until("it plays", "return heard('state').some(state => state.at > 2 && state.playing)").await?;
    page.script("send({type: 'pause'})").await?;
    page.until("it stands", "return heard('state').at(-1).playing === false").await?;
    let done = heard(&page, "done").await?;
    let marks: Vec<&Value> = done.iter().map(|message| &message["id"]).collect();
    assert_eq!(marks, [&json!("a"), &json!(7), &Value::Null]);
    page.script("send({type: 'theme', theme: 'dark'})").await?;
    page.until(
        "it is dark",
        "return getComputedStyle(frame().document.body).backgroundColor === 'rgb(20, 23, 26)'",
    )
    .await?;
    assert_eq!(
        page.script("return location.pathname + location.search + location.hash").await?,
        json!("/some/path/host.html")
    );
    page.check_manners().await
}

#[tokio::test]
async fn wrong_messages_are_refused_with_a_reason_or_ignored() -> Outcome {
    let page = host(&iframe("./?embed&start=now", "")).await?;
    ready(&page).await?;
    page.script(
        "frame().postMessage('play', '*'); frame().postMessage({type: 'play'}, '*');
         frame().postMessage({raftPlayground: 2, type: 'play', id: 1}, '*');
         send({type: 'constructor', id: 2}); send({type: 'seek', at: 'soon', id: 3}); send({type: 'seek', at: -1, id: 4});
         send({type: 'theme', theme: '<b>', id: 5}); send({type: 'run', id: 6});",
    )
    .await?;
    page.until("they are refused", "return heard('refused').length === 6").await?;
    assert_eq!(heard(&page, "done").await?.len(), 0);
    let reasons = heard(&page, "refused").await?;
    for (reason, named) in
        reasons.iter().zip(["must be 1", "type must", "number", "number", "one of", "scenario"])
    {
        assert!(reason["reason"].as_str().unwrap().contains(named), "{reason}");
    }
    // A message of another frame than the host is ignored.
    page.script("const other = document.createElement('iframe'); document.body.append(other);
        other.contentWindow.eval(\"parent.frames[0].postMessage({raftPlayground: 1, type: 'pause', id: 9}, '*')\");
        send({type: 'play', id: 10})").await?;
    page.until("the host is heard", "return heard('done').length === 1").await?;
    assert_eq!(heard(&page, "done").await?[0]["id"], json!(10));
    page.check_manners().await
}

#[tokio::test]
async fn an_embed_that_names_its_host_ignores_others() -> Outcome {
    let page = host(&iframe("./?embed&start=now&host=https://docs.example", "")).await?;
    page.until("it is live", "return frame().document.body.dataset.ready === 'true' && frame().document.querySelector('.embed-foot') !== null").await?;
    page.script("send({type: 'pause', id: 1}); return new Promise(done => setTimeout(done, 500))").await?;
    assert_eq!(page.script("return told.length").await?, json!(0));
    Ok(())
}

#[tokio::test]
async fn a_sandboxed_embed_runs_and_shows_its_address_as_text() -> Outcome {
    for door in ["./", "embed/raft-playground.html"] {
        let page =
            host(&iframe(&format!("{door}?embed&start=now&theme=dark"), "sandbox=allow-scripts")).await?;
        ready(&page).await?;
        assert_eq!(heard(&page, "ready").await?[0]["origin"], json!("null"));
        page.script("send({type: 'pause', id: 1})").await?;
        page.until("it obeys", "return heard('done').length === 1").await?;
        page.browser.enter_frame(0).await?;
        assert_eq!(
            page.script("return getComputedStyle(document.body).backgroundColor").await?,
            json!("rgb(20, 23, 26)")
        );
        page.press("embed-open").await?;
        page.part("embed-address").await?;
        let address =
            page.script("return document.querySelector('[data-testid=embed-address]').value").await?;
        let address = address.as_str().unwrap().to_owned();
        assert!(address.starts_with(&page.site.url()) && !address.contains("embed&"), "{address}");
        page.browser.enter_default_frame().await?;
        page.until("the host is told", "return heard('open').length === 1").await?;
        assert_eq!(heard(&page, "open").await?[0]["url"], json!(address));
    }
    Ok(())
}

#[tokio::test]
async fn the_engine_is_not_loaded_before_a_click() -> Outcome {
    const HEAVY: &str = "return frame().performance.getEntriesByType('resource').filter(entry => /wasm|playground-app/.test(entry.name)).length";
    let page = host(&iframe("./?embed&start=click&poster=Five+nodes", "")).await?;
    page.until(
        "there is a poster",
        "return frame().document?.querySelector('[data-testid=poster-play]') != null",
    )
    .await?;
    page.script("return new Promise(done => setTimeout(done, 500))").await?;
    assert_eq!(page.script(HEAVY).await?, json!(0));
    assert!(
        page.script("return frame().document.body.innerText").await?.as_str().unwrap().contains("Five nodes")
    );
    page.browser.enter_frame(0).await?;
    page.press("poster-play").await?;
    page.until("the page is live", "return document.body.dataset.ready === 'true'").await?;
    page.browser.enter_default_frame().await?;
    ready(&page).await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_clock_stops_while_the_embed_is_out_of_sight() -> Outcome {
    let page =
        host(&format!("{}<div style='height:4000px'></div>", iframe("./?embed&start=now&speed=1", "")))
            .await?;
    ready(&page).await?;
    page.until("it plays", "return heard('state').at(-1)?.playing === true").await?;
    page.script("scrollTo(0, 3000)").await?;
    page.until("it stands", "return heard('state').at(-1).playing === false").await?;
    let clock = "return frame().document.querySelector('[data-testid=clock]').textContent";
    let before = page.script(clock).await?;
    page.script("return new Promise(done => setTimeout(done, 700))").await?;
    assert_eq!(page.script(clock).await?, before);
    page.script("scrollTo(0, 0)").await?;
    page.until("it goes on", "return heard('state').at(-1).playing === true").await?;
    page.check_manners().await
}

/// The script of the element.
const ELEMENT: &str = "<script type=module src='element/element.js'></script>";
const FRAMES: &str = "return [...document.querySelectorAll('raft-playground')].map(element => element.shadowRoot.querySelector('iframe') !== null)";

#[tokio::test]
async fn several_elements_on_a_page_start_when_they_come_into_sight() -> Outcome {
    let page = host(&format!(
        "{ELEMENT}<raft-playground id=a theme=dark></raft-playground><raft-playground id=b start=click poster='Press it'></raft-playground>
         <div style='height:3000px'></div><raft-playground id=c></raft-playground>"
    ))
    .await?;
    page.script("window.seen = []; for (const e of document.querySelectorAll('raft-playground')) for (const type of ['ready', 'state'])
        e.addEventListener('playground-' + type, event => seen.push([e.id, type, event.detail]))").await?;
    page.until("the first is ready", "return seen.some(([id, type]) => id === 'a' && type === 'ready')")
        .await?;
    assert_eq!(page.script(FRAMES).await?, json!([true, false, false]));
    page.script("document.getElementById('b').shadowRoot.querySelector('button').click()").await?;
    page.until(
        "the second plays",
        "return seen.some(([id, type, state]) => id === 'b' && type === 'state' && state.playing)",
    )
    .await?;
    page.script("document.getElementById('b').pause()").await?;
    page.until(
        "it alone stands",
        "const last = id => seen.filter(([who, type]) => who === id && type === 'state').at(-1)[2].playing;
        return last('b') === false && last('a') === true",
    )
    .await?;
    page.script("document.getElementById('c').scrollIntoView()").await?;
    page.until("the third is ready", "return seen.some(([id, type]) => id === 'c' && type === 'ready')")
        .await?;
    page.check_manners().await
}

#[tokio::test]
async fn an_element_that_is_removed_and_added_again_leaves_nothing_behind() -> Outcome {
    let page = host(&format!("{ELEMENT}<main><raft-playground start=now></raft-playground></main>")).await?;
    let ready = "return (window.live ??= [false], document.querySelector('raft-playground').shadowRoot.querySelector('iframe')?.contentDocument?.body?.dataset.ready === 'true')";
    page.until("it is live", ready).await?;
    let documents = async || -> Outcome<u64> {
        let tools = page.browser.cdp();
        tools.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
        Ok(tools.send_raw("Memory.getDOMCounters", json!({})).await?["documents"].as_u64().unwrap())
    };
    let before = documents().await?;
    for _ in 0..3 {
        page.script("window.element = document.querySelector('raft-playground'); element.remove()").await?;
        assert_eq!(page.script("return element.shadowRoot.childElementCount").await?, json!(0));
        page.script("document.querySelector('main').append(element); delete window.element").await?;
        page.until("it is live again", ready).await?;
    }
    let frames =
        "return document.querySelector('raft-playground').shadowRoot.querySelectorAll('iframe').length";
    assert_eq!(page.script(frames).await?, json!(1));
    let after = documents().await?;
    assert!(after <= before + 1, "{after} documents after, {before} before");
    // The browser logs the requests that a removed frame aborts.
    let lines = page.console().await?;
    let broken_off =
        |line: &String| line.contains("Fetch API cannot load") && line.contains("/snippets/lazy-");
    assert!(lines.iter().all(broken_off), "{lines:?}");
    page.check_manners().await
}

/// Returns the address of the single file on disk.
fn on_disk(query: &str) -> String {
    let dist = std::env::var("RAFT_PLAYGROUND_DIST").expect("the tests are told where the page is");
    format!("file://{dist}/embed/raft-playground.html{query}")
}

#[tokio::test]
async fn the_single_file_works_from_a_disk() -> Outcome {
    let page = Page::open_any(1280, 800).await?;
    page.browser.goto(on_disk("?embed&theme=dark&language=de&panels=all&controls=full")).await?;
    page.until("it is live", "return document.body.dataset.ready === 'true'").await?;
    let opens = page.part("embed-open").await?.text().await?;
    assert_eq!(opens, "Im Playground öffnen", "it contains another language");
    page.browser.goto(on_disk("")).await?;
    page.until("it is live", "return document.body.dataset.ready === 'true'").await?;
    // It contains the lazy parts.
    for part in ["detail-log", "detail-keys", "detail-terminal"] {
        page.press(part).await?;
        page.until(
            "the part is there",
            &format!(
                "return document.getElementById('{part}-panel').children.length > 0
            && document.querySelector('#{part}-panel [data-testid^=lazy-]') === null"
            ),
        )
        .await?;
    }
    page.press("help").await?;
    page.until("the keys are shown", "return document.querySelector('dialog[open] kbd') !== null").await?;
    assert_eq!(page.console().await?, Vec::<String>::new());
    Ok(())
}

/// A short scenario, percent-encoded: a leader, a write, a crash.
const SHORT: &str = "title%20Short%0Aseed%204%0Await%20leader%0Aleader%24%20etcdctl%20put%20%2Fa%201%0A%3E%20OK%0Asay%20It%20is%20written.%0Akill%20leader%0Await%20leader%0A";

#[tokio::test]
async fn a_scenario_in_the_address_is_played_and_reported() -> Outcome {
    let page = host(&iframe(&format!("./?embed&start=now&speed=10&text={SHORT}"), "")).await?;
    ready(&page).await?;
    page.until("it is done", "return heard('lesson-done').length === 1").await?;
    assert_eq!(heard(&page, "lesson-done").await?[0]["passed"], json!(true));
    assert!(!heard(&page, "step").await?.is_empty());
    // Another scenario replaces it.
    page.script("send({type: 'run', id: 1, text: 'seed 9\\nwait leader\\nexpect not leader\\n'})").await?;
    page.until("it is done", "return heard('lesson-done').length === 2").await?;
    assert_eq!(
        heard(&page, "lesson-done").await?[1]["passed"],
        json!(false),
        "its expectation does not hold"
    );
    page.script("send({type: 'run', id: 2, text: 'kill nobody'})").await?;
    page.until("it is refused", "return heard('refused').length === 1").await?;
    assert!(heard(&page, "refused").await?[0]["reason"].as_str().unwrap().contains("line 1"));
    page.check_manners().await
}

#[tokio::test]
async fn a_lesson_is_named_by_its_id() -> Outcome {
    let page = host(&iframe("./?embed&start=now&scenario=kill-the-leader&readonly", "")).await?;
    ready(&page).await?;
    page.until(
        "the lesson is there",
        "return frame().document.querySelector('[data-lesson=kill-the-leader]')?.checkVisibility() === true",
    )
    .await?;
    page.check_manners().await?;
    page.browser.goto(format!("{}?embed&start=now&scenario=no-such-lesson", page.site.url())).await?;
    page.until("it says so", "return document.body.innerText.includes('none of this name')").await
}

#[tokio::test]
async fn a_run_can_be_saved_as_one_file() -> Outcome {
    let page = Page::open().await?;
    page.script(
        "const make = URL.createObjectURL; URL.createObjectURL = blob => (window.kept = blob, make(blob))",
    )
    .await?;
    page.press("export").await?;
    page.press("one-file").await?;
    page.until("it is made", "return window.kept !== undefined").await?;
    let file = page.script("return window.kept.text()").await?;
    let kept = std::env::temp_dir().join(format!("playground-{}.html", std::process::id()));
    std::fs::write(&kept, file.as_str().unwrap())?;
    page.browser.goto(format!("file://{}", kept.display())).await?;
    page.part("lesson").await?;
    page.part("timeline").await?;
    assert_eq!(page.console().await?, Vec::<String>::new());
    Ok(std::fs::remove_file(kept)?)
}
