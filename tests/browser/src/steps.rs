//! Steps that many tests share.

use serde_json::Value;

use crate::{Outcome, Page};

impl Page {
    /// Opens the page at a speed at which a test does not wait long, and waits for a leader.
    ///
    /// # Errors
    /// The page was not live, or nobody led, in time.
    pub async fn led() -> Outcome<Page> {
        let page = Page::open().await?;
        page.set_speed("1x").await?;
        page.leader().await?;
        Ok(page)
    }

    /// Chooses a speed by its name, such as `20x` or `1/300`.
    ///
    /// # Errors
    /// The page does not take it.
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

    /// Waits for the one leader, and returns its number.
    ///
    /// # Errors
    /// Nobody led in time.
    pub async fn leader(&self) -> Outcome<u64> {
        self.until(
            "a node leads",
            "return document.querySelectorAll('.node[data-role=leader]').length === 1",
        )
        .await?;
        let id = self
            .script("return document.querySelector('.node[data-role=leader]').id.slice('node-'.length)")
            .await?;
        Ok(id.as_str().unwrap_or_default().parse()?)
    }

    /// Chooses a node, so that its card is shown.
    ///
    /// # Errors
    /// There is no such node.
    pub async fn choose(&self, node: u64) -> Outcome {
        self.part(&format!("node-{node}")).await?.click().await?;
        let script = format!(
            "return document.querySelector('[data-testid=node-card] h2').innerText.startsWith('node{node}')"
        );
        self.until("the node's card is shown", &script).await
    }

    /// What a script returns, as text.
    ///
    /// # Errors
    /// The script threw, or returned something else.
    pub async fn text_of(&self, script: &str) -> Outcome<String> {
        match self.script(script).await? {
            Value::String(text) => Ok(text),
            other => Err(format!("{script} gave {other}, which is no text").into()),
        }
    }
}
