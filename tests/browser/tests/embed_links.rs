//! Links in embeds, for each way to embed; and a seek in an embed with a scenario.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::Outcome;
use browser_tests::host::{heard, host, iframe, ready};
use serde_json::json;

/// A run at 2.5 s with its leader crashed, and a view: node 3, the log, paused.
const LINK: &str = include_str!("../../links/v1_packed_with_a_view.link");

fn link() -> &'static str {
    LINK.lines().next().unwrap()
}

/// A script that returns whether the embed shows the seed, is paused, and is at the instant.
const SHOWS: &str = "shown => shown?.body?.dataset.ready === 'true'
    && shown.querySelector('[data-testid=clock]')?.textContent.startsWith('2.5') === true
    && shown.querySelector('[data-testid=lesson-step]')?.textContent.startsWith('step ') === true";

#[tokio::test]
async fn a_link_opens_in_the_address_of_an_iframe() -> Outcome {
    for door in ["./", "embed/raft-playground.html"] {
        let page = host(&iframe(&format!("{door}?embed&start=now{}", link()), "")).await?;
        ready(&page).await?;
        page.until("the run is there", &format!("return ({SHOWS})(frame().document)")).await?;
        assert_eq!(heard(&page, "state").await?.last().unwrap()["playing"], json!(false), "{door}");
        page.check_manners().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_link_opens_in_an_element() -> Outcome {
    let page = host(&format!(
        "<script type=module src='element/element.js'></script><raft-playground start=now link='{}'></raft-playground>",
        link().trim_start_matches('#')
    ))
    .await?;
    let inside =
        "document.querySelector('raft-playground').shadowRoot?.querySelector('iframe')?.contentDocument";
    page.until("the run is there", &format!("return ({SHOWS})({inside})")).await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_broken_link_in_an_embed_is_reported() -> Outcome {
    let page = host(&iframe("./?embed&start=now#v1:zBroken", "")).await?;
    ready(&page).await?;
    page.until("it says so", "return frame().document.body.innerText.includes('The link cannot be opened')")
        .await?;
    page.check_manners().await
}

#[tokio::test]
async fn a_seek_plays_the_scenario_past_its_stops() -> Outcome {
    let text = "title%20Stops%0Aseed%204%0Await%20leader%0Astop%20here%0Akill%20leader%0Await%20leader%0Astop%20here%0A\
                wait%2030s%0Astop%20here%0Asay%20Late.%0A";
    let page = host(&iframe(&format!("./?embed&start=now&speed=1&text={text}"), "")).await?;
    ready(&page).await?;
    let lead = "return frame().document.querySelector('[data-testid=lesson-lead]')?.dataset.lead";
    page.until("it stands at the first stop", &format!("{lead} === 'go-on'")).await?;
    page.script("send({type: 'seek', at: 20, id: 1})").await?;
    page.until("it is there", "return heard('state').at(-1)?.at >= 20").await?;
    // Both stops are passed, the leader was crashed, and the scenario waits for its thirty seconds.
    page.until(
        "the scenario came along",
        "return frame().document.querySelector('[data-testid=lesson-step]').textContent.startsWith('step 6 of')",
    )
    .await?;
    // It halts at the stop that is still to come.
    page.script("send({type: 'play'})").await?;
    page.script("frame().document.querySelector('[data-testid=lesson-lead]').click()").await?;
    page.until("it stands at the last stop", &format!("{lead} === 'go-on'")).await?;
    page.script("send({type: 'seek', at: 60, id: 2})").await?;
    page.until("it is done", "return heard('lesson-done').length === 1").await?;
    assert_eq!(heard(&page, "lesson-done").await?[0]["passed"], json!(true));
    page.check_manners().await
}
