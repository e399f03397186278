//! Sharing a run: as a link, over a reload, as a file and as a text; and the errors of wrong ones.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;
use thirtyfour::prelude::*;

/// Opens the dialog and waits until it describes the run. Returns the trace hash and the instant.
async fn told(page: &Page) -> Outcome<String> {
    page.press("export").await?;
    page.until(
        "the run is told",
        "return /^[a-zA-Z]+ [0-9a-f]{16} /.test(document.querySelector('[data-testid=export-trace]')?.innerText ?? '')",
    )
    .await?;
    let line = page.part("export-trace").await?.text().await?;
    let words: Vec<&str> = line.split(' ').collect();
    Ok(format!("{} {}", words[1], words[3]))
}

async fn close(page: &Page) -> Outcome {
    page.keys(Key::Escape).await?;
    page.until("the dialog is closed", "return document.querySelector('dialog[open]') === null").await
}

/// Opens a paused run with a write, a crash and a new leader.
async fn run() -> Outcome<Page> {
    let page = Page::led().await?;
    page.part("timeline").await?;
    let leader = page.leader().await?;
    page.press("write-submit").await?;
    page.until(
        "the write is done",
        "return document.querySelector('[data-testid=status]').innerText.includes('5 of 5 up')",
    )
    .await?;
    page.choose(leader).await?;
    page.press("crash").await?;
    page.leader().await?;
    page.press("play").await?;
    Ok(page)
}

async fn says(page: &Page, text: &str) -> Outcome {
    let script = format!(
        "return document.querySelector('[data-testid=share-banner]')?.innerText.includes({}) === true",
        json!(text)
    );
    page.until(&format!("the banner says {text:?}"), &script).await
}

/// Sets the text of the dialog's field, as if it were pasted.
async fn write(page: &Page, text: &str) -> Outcome {
    let script = format!(
        "const field = document.querySelector('[data-testid=export-text]');
         field.value = {};
         field.dispatchEvent(new Event('input', {{ bubbles: true }}))",
        json!(text)
    );
    page.script(&script).await?;
    Ok(())
}

#[tokio::test]
async fn a_run_opens_from_its_link_in_another_tab_with_the_same_trace_at_the_same_instant() -> Outcome {
    let page = run().await?;
    let here = told(&page).await?;
    let link = page.text_of("return document.querySelector('[data-testid=link-text]').value").await?;
    assert!(link.contains("#v1:"), "{link}");
    let length = page.part("link-length").await?.text().await?;
    assert!(length.contains(&format!("{} letters: short enough", link.len())), "{length}");
    let tab = page.browser.new_tab().await?;
    page.browser.switch_to_window(tab).await?;
    page.browser.goto(&link).await?;
    says(&page, "Opened from a link").await?;
    assert_eq!(told(&page).await?, here);
    close(&page).await?;
    // The opened run is a branch, so it can be undone.
    page.keys(",").await?;
    page.choose(2).await?;
    page.keys("i").await?;
    page.until(
        "a branch begins",
        "return document.querySelector('[data-testid=branches]').innerText.startsWith('3')",
    )
    .await?;
    page.keys("z").await?;
    page.until(
        "it is undone",
        "return document.querySelector('[data-testid=branch-2]').classList.contains('time-here')",
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_broken_link_names_the_error_and_offers_a_new_cluster() -> Outcome {
    let page = Page::open().await?;
    let go = |hash: &str| format!("location.hash = {}", json!(hash));
    for (hash, reason) in [
        ("v1:t1~nseed_42~nkill_leader~nk3ot2l", "its end is missing"),
        ("v9:abc", "version v9"),
        ("v0:kil%20leader", "Line 1, column 1"),
        ("<img src=x onerror=document.title='hurt'>", "it begins with"),
        ("v0:%3Cimg%20src=x%20onerror=document.title='hurt'%3E", "Line 1, column 1: \"<\""),
    ] {
        page.script(&go(hash)).await?;
        says(&page, reason).await?;
    }
    let hurt = "return document.title.includes('hurt') || document.querySelector('img') !== null";
    assert_eq!(page.script(hurt).await?, false);
    // If the link has a text, it can be shown.
    page.press("share-see").await?;
    page.until(
        "the text is shown",
        "return document.querySelector('[data-testid=export-text]')?.value.includes('<img src=x')",
    )
    .await?;
    let wrong = page.part("run-wrong").await?.text().await?;
    assert!(wrong.contains("Line 1, column 1"), "{wrong}");
    close(&page).await?;
    page.press("share-afresh").await?;
    page.until("the link is gone", "return location.hash === ''").await?;
    page.until("nothing is said", "return document.querySelector('[data-testid=share-banner]') === null")
        .await?;
    page.leader().await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_reloaded_page_returns_to_its_run() -> Outcome {
    let page = run().await?;
    let here = told(&page).await?;
    close(&page).await?;
    page.browser.refresh().await?;
    says(&page, "The run from before").await?;
    assert_eq!(told(&page).await?, here);
    close(&page).await?;
    // A change of language reloads the page.
    page.press("language").await?;
    says(&page, "Der Lauf von vor dem Neuladen").await?;
    assert_eq!(told(&page).await?, here);
    close(&page).await?;
    page.press("share-afresh").await?;
    page.until("a new run began", "return document.querySelector('[data-testid=share-banner]') === null")
        .await?;
    page.check_manners().await
}

#[tokio::test]
async fn without_storage_a_reload_shows_no_error() -> Outcome {
    let page = Page::open_probed(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError') } })",
    )
    .await?;
    page.leader().await?;
    page.part("write-submit").await?;
    page.press("write-submit").await?;
    told(&page).await?;
    page.browser.refresh().await?;
    page.leader().await?;
    page.part("write-submit").await?;
    assert_eq!(
        page.script("return document.querySelector('[data-testid=share-banner]')").await?,
        json!(null)
    );
    page.check_manners().await
}

#[tokio::test]
async fn a_text_is_edited_checked_named_and_played() -> Outcome {
    let page = Page::led().await?;
    told(&page).await?;
    write(&page, "seed 7\nnodes 3\n\nwait leader\nkil leader\n").await?;
    let wrong = page.part("run-wrong").await?.text().await?;
    assert!(wrong.contains("Line 5, column 1"), "{wrong}");
    assert!(!page.part("run-play").await?.is_enabled().await?);
    page.press("run-go").await?;
    let marked = "const field = document.activeElement;
        return field.value.slice(field.selectionStart, field.selectionEnd)";
    assert_eq!(page.text_of(marked).await?, "kil leader");
    page.keys("kill leader").await?;
    page.until("it is a scenario", "return document.querySelector('[data-testid=run-wrong]') === null")
        .await?;
    let name = page.part("run-name").await?;
    name.send_keys("Three <b>nodes</b>").await?;
    name.send_keys(Key::Tab + "").await?;
    let text = "return document.querySelector('[data-testid=export-text]').value";
    assert!(page.text_of(text).await?.starts_with("title     Three <b>nodes</b>\nseed      7\n"));
    page.press("run-play").await?;
    page.until("three nodes are there", "return document.querySelectorAll('.stage-node').length === 3")
        .await?;
    page.until(
        "the step was carried out",
        "return /2 of 3 up/.test(document.querySelector('[data-testid=status]').innerText)",
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_link_that_is_too_long_offers_the_file() -> Outcome {
    let page = Page::led().await?;
    told(&page).await?;
    let says: String = (0..400u64)
        .map(|line| format!("say {:x}{:x}\n", line.wrapping_mul(0x9e37_79b9_7f4a_7c15), line.pow(5)))
        .collect();
    write(&page, &says).await?;
    page.until(
        "it is too long",
        "return /too long for a message in Discord/.test(document.querySelector('[data-testid=link-length]')?.innerText ?? '')",
    )
    .await?;
    let file = "const link = document.querySelector('[data-testid=link-instead]');
        return link.download + ' ' + link.href.slice(0, 15)";
    let file = page.text_of(file).await?;
    assert!(file.ends_with(".scenario data:text/plain"), "{file}");
    write(&page, &format!("{}\n@2h say late", says)).await?;
    write(&page, "@7200s kill node1").await?;
    page.until(
        "there is no link",
        "return /reaches 7200 s/.test(document.querySelector('[data-testid=link-none]')?.innerText ?? '')",
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_file_is_dropped_and_a_text_is_pasted() -> Outcome {
    let page = Page::led().await?;
    let hostile = "seed 5\n\nsay <img src=x onerror=\"document.title='hurt'\"> <script>document.title='hurt'</script>\n";
    let with_file = format!(
        "const data = new DataTransfer();
         data.items.add(new File([{}], 'a.scenario', {{ type: 'text/plain' }}));
         const event = name => new DragEvent(name, {{ dataTransfer: data, bubbles: true, cancelable: true }});
         document.body.dispatchEvent(event",
        json!(hostile)
    );
    page.part("write-submit").await?;
    page.script(&format!("{with_file}('dragover'))")).await?;
    page.until(
        "the page shows where it may fall",
        "return !document.querySelector('[data-testid=share-drop]').hidden",
    )
    .await?;
    page.script(&format!("{with_file}('drop'))")).await?;
    let shows = |text: &str| {
        format!(
            "return document.querySelector('dialog[open] [data-testid=export-text]')?.value.includes({}) === true",
            json!(text)
        )
    };
    page.until("the file is shown", &shows("onerror=")).await?;
    page.press("run-play").await?;
    page.until(
        "it plays",
        "return document.querySelector('[data-testid=seed-shown]').innerText.includes('seed 5')",
    )
    .await?;
    let hurt = "return document.title.includes('hurt') || document.querySelector('img') !== null";
    assert_eq!(page.script(hurt).await?, false);
    let paste = |text: &str| {
        format!(
            "const data = new DataTransfer();
             data.setData('text/plain', {});
             document.body.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true }}))",
            json!(text)
        )
    };
    page.script(&paste("kill leader\nwait leader\n")).await?;
    page.until("the paste is shown", &shows("kill leader")).await?;
    close(&page).await?;
    page.script(&paste("just some words")).await?;
    page.script(&paste("https://example.org/#v0:pause%20node2")).await?;
    page.until("the link's text is shown", &shows("node2")).await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_run_recorded_by_another_build_is_reported_as_different() -> Outcome {
    let page = Page::open().await?;
    page.set_speed("20x").await?;
    page.script("location.hash = 'v0:seed%2042%0Await%20leader%0Atrace%200000000000000001'").await?;
    says(&page, "Opened from a link").await?;
    // The link does not set whether the clock runs.
    page.press("play").await?;
    says(&page, "this run differs from the one that was recorded").await?;
    says(&page, "and was 0000000000000001").await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_page_reloaded_at_a_stop_of_a_scenario_stays_at_that_stop() -> Outcome {
    let page = Page::open().await?;
    page.set_speed("20x").await?;
    let text = "seed 42\n\nwait leader\nstop here Look at the leader.\nkill leader\n";
    let encoded = text.replace(' ', "%20").replace('\n', "%0A");
    page.script(&format!("location.hash = 'v0:{encoded}'")).await?;
    says(&page, "Opened from a link").await?;
    page.press("play").await?;
    page.leader().await?;
    let still = "const shown = () => document.querySelector('[data-testid=clock]').innerText;
        const before = shown();
        return new Promise(done => setTimeout(() => done(shown() === before), 300))";
    page.until("the clock stands", still).await?;
    let here = told(&page).await?;
    let text = "return document.querySelector('[data-testid=export-text]').value";
    assert!(
        page.text_of(text).await?.contains("stop here Look at the leader."),
        "the text is the one that came"
    );
    close(&page).await?;
    page.browser.refresh().await?;
    says(&page, "The run from before").await?;
    assert_eq!(told(&page).await?, here);
    close(&page).await?;
    let up = "return document.querySelector('[data-testid=status]').innerText.includes('5 of 5 up')";
    page.until("nobody was killed yet", up).await?;
    page.check_manners().await
}

/// Presses a button and waits for the file that it makes. Returns its name and its text, or the address of a
/// PNG.
async fn made(page: &Page, id: &str) -> Outcome<(String, String)> {
    page.script(
        "window.kept = undefined;
         const make = window.make ??= URL.createObjectURL;
         let blob;
         URL.createObjectURL = given => (blob = given, make(given));
         HTMLAnchorElement.prototype.click = function () {
             if (this.href.startsWith('blob:')) blob.text().then(text => window.kept = [this.download, text]);
             else window.kept = [this.download, this.href];
         }",
    )
    .await?;
    page.press(id).await?;
    page.until(&format!("{id} is made"), "return window.kept !== undefined").await?;
    let kept = page.script("return window.kept").await?;
    Ok((kept[0].as_str().unwrap().to_owned(), kept[1].as_str().unwrap().to_owned()))
}

/// Returns the number of elements that a selector finds in an SVG document.
async fn parts(page: &Page, svg: &str, what: &str) -> Outcome<u64> {
    let script = format!(
        "const svg = new DOMParser().parseFromString({}, 'image/svg+xml');
         if (svg.querySelector('parsererror') || svg.documentElement.localName !== 'svg') return -1;
         return svg.querySelectorAll({}).length",
        json!(svg),
        json!(what)
    );
    Ok(page.script(&script).await?.as_u64().expect("it is no SVG"))
}

#[tokio::test]
async fn a_picture_a_diagram_a_transcript_and_a_trace_are_saved() -> Outcome {
    let page = run().await?;
    told(&page).await?;
    let seed = page
        .text_of(
            "return /^seed +([0-9]+)/m.exec(document.querySelector('[data-testid=export-text]').value)[1]",
        )
        .await?;
    let named = |name: &str, what: &str, ending: &str| {
        assert!(name.starts_with(&format!("{what}-seed{seed}-")) && name.ends_with(ending), "{name}");
    };

    let (name, svg) = made(&page, "export-svg").await?;
    named(&name, "ring", "s.svg");
    assert_eq!(parts(&page, &svg, "tspan").await?, 5, "{svg}");
    assert!(svg.contains("crashed"), "{svg}");

    let (name, png) = made(&page, "export-png").await?;
    named(&name, "ring", "s.png");
    // The eight bytes that every PNG begins with, and the first of its header.
    assert!(png.starts_with("data:image/png;base64,iVBORw0KGgo"), "{}", &png[..60.min(png.len())]);
    let size = format!(
        "const picture = new Image(); picture.src = {};
         return picture.decode().then(() => [picture.naturalWidth, picture.naturalHeight])",
        json!(png)
    );
    assert_eq!(page.script(&size).await?, json!([1600, 880]));

    let (name, text) = made(&page, "export-transcript").await?;
    named(&name, "transcript", "s.txt");
    assert!(text.contains("a majority voted for it") && text.contains("* "), "{text}");
    let (name, text) = made(&page, "export-markdown").await?;
    named(&name, "transcript", "s.md");
    assert!(text.starts_with("# ") && text.contains("a majority voted for it"), "{text}");

    let (name, script) = made(&page, "export-shell").await?;
    assert_eq!(name, format!("real-cluster-seed{seed}.sh"));
    assert!(
        script.starts_with("#!/") && script.contains("# Now ") && script.contains("ENDPOINTS"),
        "{script}"
    );

    let (name, lines) = made(&page, "export-lines").await?;
    named(&name, "trace", "s.jsonl");
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(lines.len() > 20, "{}", lines.len());
    assert!(lines.iter().all(|line| line["at_ns"].is_u64() && line["text"].is_string()));
    let last = lines.last().unwrap();
    // The saved trace is that of the run on the page.
    assert_eq!(last["kind"], "trace", "{last}");
    let [recorded, found] = ["recorded ", "found "].map(|word| {
        let text = last["text"].as_str().unwrap();
        text[text.find(word).unwrap() + word.len()..][..16].to_owned()
    });
    assert_eq!(recorded, found);

    page.press("export-spacetime").await?;
    let said = page.part("export-said").await?.text().await?;
    assert!(said.contains("is not open"), "{said}");
    close(&page).await?;
    page.press("detail-spacetime").await?;
    page.until(
        "there are messages",
        "return +document.querySelector('[data-testid=spacetime-ways]')?.dataset.lines > 20",
    )
    .await?;
    told(&page).await?;
    let (name, svg) = made(&page, "export-spacetime").await?;
    named(&name, "space-time", "s.svg");
    assert!(parts(&page, &svg, "path[stroke^=rgb]").await? > 3, "{svg}");
    assert!(parts(&page, &svg, "text").await? >= 5, "{svg}");
    assert_eq!(parts(&page, &svg, "[class], [style]").await?, 0, "{svg}");
    page.check_manners().await
}
