//! The examples of `app/examples`, each built by its tool: the playground must be live in every one of them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::PathBuf;

use browser_tests::{Outcome, Page, Site};

/// The documents of each tool.
const DOCUMENTS: [&str; 7] = [
    "plain-html/index.html",
    "mdbook/leader.html",
    "mkdocs/index.html",
    "sphinx/index.html",
    "hugo/index.html",
    "rustdoc/cluster_in_rustdoc/index.html",
    "docusaurus/",
];

/// A script that returns whether every embed of a page is live, without those that wait for a click. It
/// scrolls each into sight, since none starts before.
const LIVE: &str = "
    const wanted = 'raft-playground:not([start=click]), iframe:not([sandbox])';
    const embeds = [...document.querySelectorAll(wanted)];
    return embeds.length > 0 && embeds.every(embed => {
        const frame = embed.shadowRoot ? embed.shadowRoot.querySelector('iframe') : embed;
        const live = frame?.contentDocument?.querySelector('.embed-foot') != null;
        if (!live) embed.scrollIntoView();
        return live;
    })";

/// The pages of the project's own site, and whether they embed the playground.
const SITE: [(&str, bool); 12] = [
    ("index.html", true),
    ("guide.html", true),
    ("lessons.html", true),
    ("teaching.html", true),
    ("embedding.html", false),
    ("scenario-reference.html", false),
    ("etcdctl.html", false),
    ("how-it-works.html", false),
    ("what-is-real.html", false),
    ("trace.html", false),
    ("decisions/index.html", false),
    ("decisions/0001-openraft-is-pinned-to-one-alpha-version.html", false),
];

#[tokio::test]
async fn the_project_site_keeps_its_policy_and_the_playground_is_live_in_it() -> Outcome {
    let page = Page::open_any(1100, 900).await?;
    for (document, embeds) in SITE {
        page.browser.goto(format!("{}docs/{document}", page.site.url())).await?;
        page.until(
            &format!("{document} has a policy"),
            "return document.querySelector('meta[http-equiv=Content-Security-Policy]') !== null",
        )
        .await?;
        if embeds {
            page.until(&format!("{document} is live"), LIVE).await?;
        }
    }
    // Its search runs in a worker and loads an index.
    page.script("document.querySelector('[data-bs-target=\"#mkdocs_search_modal\"]').click()").await?;
    page.until(
        "the search finds",
        "const field = document.getElementById('mkdocs-search-query');
         field.value = 'quorum';
         field.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true }));
         return document.querySelectorAll('#mkdocs-search-results a').length > 0",
    )
    .await?;
    page.check_manners().await
}

#[tokio::test]
async fn the_playground_is_live_in_the_documents_of_every_tool() -> Outcome {
    let folder =
        std::env::var_os("RAFT_PLAYGROUND_EXAMPLES").expect("the tests are told where the examples are");
    let page = Page::open_any(1100, 900).await?;
    let site = Site::of(PathBuf::from(folder))?;
    for document in DOCUMENTS {
        page.browser.goto(format!("{}{document}", site.url())).await?;
        page.until(&format!("{document} is live"), LIVE).await?;
    }
    let missing = site.missing();
    assert!(missing.iter().all(|path| path.ends_with("/favicon.ico")), "{missing:?}");
    Ok(())
}
