//! The language of the page: chosen by the viewer, kept for the next visit.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use browser_tests::{Outcome, Page};

const SPEAKS: &str = "return document.documentElement.lang";

#[tokio::test]
async fn the_language_can_be_changed_to_german_and_back() -> Outcome {
    let page = Page::open().await?;
    assert_eq!(page.script(SPEAKS).await?, "en");
    let switch = page.part("language").await?;
    assert_eq!(switch.text().await?, "Deutsch", "it names the other language in that language");
    switch.click().await?;
    let german = "return document.body.dataset.ready === 'true' && document.documentElement.lang === 'de'";
    page.until("the page speaks German", german).await?;
    page.until(
        "a leader is named in German",
        "return /5 von 5 laufen.*node\\d führt/s.test(document.querySelector('[data-testid=status]').innerText)",
    )
    .await?;
    page.press("language").await?;
    page.until(
        "it is English again",
        "return document.body.dataset.ready === 'true' && document.documentElement.lang === 'en'",
    )
    .await?;
    page.check_manners().await
}
