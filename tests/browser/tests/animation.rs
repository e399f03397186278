//! The animation of a stretch: made on the page, it moves wherever it is opened, without a script.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};
use serde_json::json;

/// A script that returns the positions of the visible messages, in pixels.
const PLACES: &str = "return [...document.querySelectorAll('#moving use.m')]
    .filter(use => getComputedStyle(use).visibility === 'visible')
    .map(use => { const { x, y } = use.getBoundingClientRect(); return [Math.round(x), Math.round(y)]; })";

/// Returns the positions of the messages at an instant of the animation.
async fn at(page: &Page, seconds: f64) -> Outcome<Vec<[i64; 2]>> {
    page.script(&format!(
        "const svg = document.documentElement; svg.pauseAnimations(); svg.setCurrentTime({seconds});
         return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    ))
    .await?;
    Ok(serde_json::from_value(page.script(PLACES).await?)?)
}

/// Returns whether both have messages at the same positions, to a pixel.
fn same_places(left: &[[i64; 2]], right: &[[i64; 2]]) -> bool {
    let near = |a: &[i64; 2], b: &[i64; 2]| a[0].abs_diff(b[0]) <= 1 && a[1].abs_diff(b[1]) <= 1;
    left.len() == right.len() && left.iter().zip(right).all(|(a, b)| near(a, b))
}

/// Makes an animation on the page and returns its text.
async fn animation(page: &Page) -> Outcome<String> {
    page.press("export").await?;
    page.part("export-animation").await?;
    page.script(
        "const make = URL.createObjectURL;
         URL.createObjectURL = blob => (blob.text().then(text => window.kept = text), make(blob))",
    )
    .await?;
    page.press("export-animation").await?;
    page.until("it is made", "return window.kept !== undefined").await?;
    let said = page.part("export-said").await?.text().await?;
    assert!(said.starts_with("animation-seed") && said.contains(".svg"), "{said}");
    Ok(page.script("return window.kept").await?.as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_stretch_of_the_run_moves_in_a_file_without_a_script() -> Outcome {
    let page = Page::led().await?;
    page.press("write-submit").await?;
    page.until("the write is answered", "return document.body.innerText.includes('Revision 2')").await?;
    page.press("play").await?;
    let svg = animation(&page).await?;
    assert!(svg.len() < 500_000, "{} bytes", svg.len());
    assert!(!svg.contains("<script"));
    let kept = std::env::temp_dir().join(format!("playground-{}.svg", std::process::id()));
    std::fs::write(&kept, &svg)?;
    page.browser.goto(format!("file://{}", kept.display())).await?;
    let length = page
        .script("return parseInt(document.querySelector('animateMotion').getAttribute('dur')) / 1000")
        .await?
        .as_f64()
        .unwrap();
    // At some instant of the loop messages are in flight; a little later they are elsewhere, and one loop
    // later in the same place. The browser rounds instants, so a message may be missing at one of them.
    let (mut moved, mut begun_again) = (false, false);
    for part in 1..20 {
        let instant = length * f64::from(part) / 20.0;
        let before = at(&page, instant).await?;
        let after = at(&page, instant + 0.1).await?;
        let next_loop = at(&page, instant + length).await?;
        moved |= !before.is_empty() && before != after;
        begun_again |= !before.is_empty() && same_places(&before, &next_loop);
    }
    assert!(moved, "nothing moves");
    assert!(begun_again, "it does not repeat");
    // It also runs by itself.
    page.script("document.documentElement.unpauseAnimations()").await?;
    let now = "return document.documentElement.getCurrentTime()";
    let began = page.script(now).await?.as_f64().unwrap();
    page.until("its time passes", &format!("{now} > {began} + 0.2")).await?;
    Ok(std::fs::remove_file(kept)?)
}

#[tokio::test]
async fn reduced_motion_shows_a_still_picture() -> Outcome {
    let page = Page::led().await?;
    let svg = animation(&page).await?;
    let wish = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
    page.browser.cdp().send_raw("Emulation.setEmulatedMedia", wish).await?;
    let kept = std::env::temp_dir().join(format!("playground-still-{}.svg", std::process::id()));
    std::fs::write(&kept, &svg)?;
    page.browser.goto(format!("file://{}", kept.display())).await?;
    let shown = "return ['moving', 'still'].map(id => getComputedStyle(document.getElementById(id)).display)";
    assert_eq!(page.script(shown).await?, json!(["none", "inline"]));
    Ok(std::fs::remove_file(kept)?)
}

#[tokio::test]
async fn a_stretch_that_cannot_be_animated_is_refused_with_a_reason() -> Outcome {
    let page = Page::led().await?;
    page.press("export").await?;
    page.part("export-animation").await?;
    let fill = |id: &str, text: &str| {
        format!(
            "const field = document.querySelector('[data-testid={id}]'); field.value = '{text}';
             field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        )
    };
    for (from, to, words) in [
        ("soon", "1", "are virtual seconds"),
        ("1", "1", "ends after it begins"),
        ("0", "11", "at most 10 s of virtual time"),
        ("900", "901", "The run was recorded from 0.000 s to"),
    ] {
        page.script(&fill("animation-from", from)).await?;
        page.script(&fill("animation-to", to)).await?;
        page.press("export-animation").await?;
        let said = page.part("export-said").await?.text().await?;
        assert!(said.contains(words), "{from} to {to}: {said}");
    }
    page.check_manners().await
}
