//! Steps shared by many tests.

use std::time::Instant;

use serde_json::{Value, json};
use thirtyfour::TypingData;
use thirtyfour::error::{WebDriverError, WebDriverErrorInner};

use crate::{Outcome, PATIENCE, PAUSE, Page};

/// Defines `hashes`: the hash shown beside each node; a node that is down shows none.
const HASHES: &str =
    "const hashes = [...document.querySelectorAll('.stage-node')].map(node => node.dataset.hash);";

impl Page {
    /// Opens the page at real-time speed and waits for a leader.
    ///
    /// # Errors
    /// The page was not live, or there was no leader, within a minute.
    pub async fn led() -> Outcome<Page> {
        let page = Page::open().await?;
        page.set_speed("1x").await?;
        page.leader().await?;
        Ok(page)
    }

    /// Sets the speed by its name, such as `20x` or `1/300`.
    ///
    /// # Errors
    /// The page does not accept it.
    pub async fn set_speed(&self, name: &str) -> Outcome {
        self.part("speed-value").await?;
        let script = format!(
            "const speed = document.querySelector('[data-testid=speed-value]');
             speed.value = '{name}';
             speed.dispatchEvent(new Event('change', {{ bubbles: true }}));
             return document.querySelector('[data-testid=speed-value]').value;"
        );
        let now = self.text_of(&script).await?;
        if now == name { Ok(()) } else { Err(format!("the speed is {now} instead of {name}").into()) }
    }

    /// Waits until exactly one node is leader, and returns its number.
    ///
    /// # Errors
    /// There was no such node within a minute.
    pub async fn leader(&self) -> Outcome<u64> {
        self.until(
            "a node leads",
            "return document.querySelectorAll('.stage-node[data-role=leader]').length === 1",
        )
        .await?;
        let id = self
            .script("return document.querySelector('.stage-node[data-role=leader]').id.slice('node-'.length)")
            .await?;
        Ok(id.as_str().unwrap_or_default().parse()?)
    }

    /// Selects a node, and waits until its card is shown.
    ///
    /// # Errors
    /// There is no such node.
    pub async fn choose(&self, node: u64) -> Outcome {
        self.press(&format!("node-{node}")).await?;
        let script = format!(
            "return document.querySelector('[data-testid=node-card] h2').innerText.startsWith('node{node}')"
        );
        self.until("the node's card is shown", &script).await
    }

    /// Clicks the element with this `data-testid`, once a person could: it exists, is drawn and is not
    /// covered. Waits while the page redraws it or loads its style. Repeats a click that missed, since the
    /// element moved under the pointer.
    ///
    /// # Errors
    /// It could not be clicked within a minute; the message says why.
    pub async fn press(&self, id: &str) -> Outcome {
        // What is in a closed menu is pressed after its menu.
        const LISTEN: &str = "window.pressed = false;
            const menu = arguments[0].closest('details:not([open])');
            if (menu && arguments[0].tagName !== 'SUMMARY') menu.querySelector('summary').click();
            arguments[0].addEventListener('click', () => { window.pressed = true; }, { once: true, capture: true });";
        let started = Instant::now();
        loop {
            let element = self.part(id).await?;
            let clicked = match self.browser.execute(LISTEN, vec![element.to_json()?]).await {
                Ok(_) => element.click().await,
                Err(error) => Err(error),
            };
            match clicked {
                Ok(()) if self.was_pressed().await => return Ok(()),
                Ok(()) if started.elapsed() > PATIENCE => {
                    return Err(format!("each click missed {id}").into());
                }
                Err(error) if started.elapsed() > PATIENCE || !passes(&error) => {
                    return Err(format!("{id} cannot be clicked: {error}").into());
                }
                Ok(()) => eprintln!("a click missed {id}; once more"),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Returns whether the last click hit its element; true if it led to another page, where this is unknown.
    async fn was_pressed(&self) -> bool {
        self.script("return window.pressed !== false").await.map_or(true, |pressed| pressed == true)
    }

    /// Types keys into the focused element, and waits until their effect is drawn.
    ///
    /// # Errors
    /// The browser did not accept them.
    pub async fn keys(&self, keys: impl Into<TypingData>) -> Outcome {
        self.browser.action_chain().send_keys(keys).perform().await?;
        let drawn = "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))";
        self.script(drawn).await?;
        Ok(())
    }

    /// Waits until the status line contains this text.
    ///
    /// # Errors
    /// It did not within a minute.
    pub async fn status_says(&self, text: &str) -> Outcome {
        let status = "document.querySelector('[data-testid=status]').innerText";
        let script = format!("return {status}.includes({})", json!(text));
        self.until(&format!("the status says {text:?}"), &script).await
    }

    /// Waits until this many nodes show the same hash, other than `before`, and all others show none. Returns
    /// the hash.
    ///
    /// # Errors
    /// They did not within a minute.
    pub async fn share_new_hash(&self, nodes: usize, before: &str) -> Outcome<String> {
        let script = format!(
            "{HASHES} const shown = hashes.filter(hash => hash);
             return shown.length === {nodes} && new Set(shown).size === 1 && shown[0] !== {};",
            json!(before)
        );
        self.until(&format!("{nodes} nodes share a new hash"), &script).await?;
        self.text_of(&format!("{HASHES} return hashes.find(hash => hash)")).await
    }

    /// Runs a script that returns a text.
    ///
    /// # Errors
    /// The script threw, or returned something else.
    pub async fn text_of(&self, script: &str) -> Outcome<String> {
        match self.script(script).await? {
            Value::String(text) => Ok(text),
            other => Err(format!("{script} returned {other}, which is not a text").into()),
        }
    }
}

/// Returns whether the obstacle of a click may be gone a moment later.
fn passes(error: &WebDriverError) -> bool {
    matches!(
        error.as_inner(),
        WebDriverErrorInner::ElementNotInteractable(_)
            | WebDriverErrorInner::ElementClickIntercepted(_)
            | WebDriverErrorInner::StaleElementReference(_)
    )
}
