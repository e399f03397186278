//! A host page around an embed, which keeps the messages that it receives.

use serde_json::Value;

use crate::{Outcome, Page};

/// The script of every host page. It keeps the received messages in `told`.
const HOST_SCRIPT: &str = "<script>window.told = []; addEventListener('message', event => told.push({...event.data, origin: event.origin}));
    const frame = () => document.querySelector('iframe').contentWindow;
    const send = message => frame().postMessage({raftPlayground: 1, ...message}, '*');
    const heard = type => told.filter(message => message.type === type);</script>";

/// Opens a host page with this body.
///
/// # Errors
/// There is no built page or no browser.
pub async fn host(body: &str) -> Outcome<Page> {
    let page = Page::open_any(1000, 700).await?;
    page.site.put(
        "host.html",
        &format!("<!doctype html><meta charset=utf-8><link rel=icon href=data:,>{HOST_SCRIPT}<body>{body}"),
    );
    page.site.share();
    page.browser.goto(format!("{}host.html", page.site.url())).await?;
    Ok(page)
}

/// Returns the markup of an iframe, with further attributes.
pub fn iframe(source: &str, more: &str) -> String {
    format!("<iframe src=\"{source}\" {more} width=760 height=520></iframe>")
}

/// Returns the messages of a type that the host received.
///
/// # Errors
/// The browser did not answer.
pub async fn heard(page: &Page, kind: &str) -> Outcome<Vec<Value>> {
    let heard = page.script(&format!("return heard('{kind}')")).await?;
    Ok(heard.as_array().cloned().unwrap_or_default())
}

/// Waits until the embed reports that it is ready.
///
/// # Errors
/// It did not within a minute.
pub async fn ready(page: &Page) -> Outcome {
    page.until("the embed is ready", "return heard('ready').length === 1").await
}
