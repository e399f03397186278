//! What the browser tests stand on: the built page on a server of its own, and a Chromium that opens it.
//!
//! `RAFT_PLAYGROUND_DIST`, `CHROME` and `CHROMEDRIVER` say where the built
//! page, the browser and its driver are; `cargo xtask test` sets them.

mod driver;
pub mod host;
pub mod picture;
mod site;
mod steps;
mod watch;

use std::time::{Duration, Instant};

use serde_json::Value;
use thirtyfour::prelude::*;

use driver::Driver;
pub use site::Site;

/// What a step of a test gives, or why it could not be done.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How long the page has for anything before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the page is asked meanwhile.
const PAUSE: Duration = Duration::from_millis(50);

/// The page, open in a browser of its own. Dropping it ends the browser.
pub struct Page {
    /// The browser, for what has no word here.
    pub browser: WebDriver,
    /// The server of the page.
    pub site: Site,
    _driver: Driver,
}

impl Page {
    /// Opens the built page, and waits until it is live.
    ///
    /// # Errors
    /// There is no built page or no browser, or the page was not live in time.
    pub async fn open() -> Outcome<Page> {
        let page = Page::open_any(1280, 800).await?;
        page.until("the page is live", "return document.body.dataset.ready === 'true'").await?;
        Ok(page)
    }

    /// Opens the built page in a window of this size in pixels, live or not.
    ///
    /// # Errors
    /// There is no built page or no browser.
    pub async fn open_any(width: u32, height: u32) -> Outcome<Page> {
        let page = Page::blank(width, height).await?;
        page.browser.goto(page.site.url()).await?;
        Ok(page)
    }

    /// A browser that has opened nothing yet, beside the built page on its server.
    ///
    /// # Errors
    /// There is no built page or no browser.
    pub async fn blank(width: u32, height: u32) -> Outcome<Page> {
        let site = Site::of_built_page()?;
        let driver = Driver::start()?;
        let browser = driver.browser(width, height).await?;
        Ok(Page { browser, site, _driver: driver })
    }

    /// Opens the built page from a server that is prepared first, with a script that runs before any of the page's
    /// own; live or not.
    ///
    /// # Errors
    /// There is no built page or no browser.
    pub async fn open_prepared(prepare: impl FnOnce(&Site), probe: &str) -> Outcome<Page> {
        let site = Site::of_built_page()?;
        prepare(&site);
        let driver = Driver::start()?;
        let browser = driver.browser(1280, 900).await?;
        let page = Page { browser, site, _driver: driver };
        let script = serde_json::json!({ "source": probe });
        page.browser.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await?;
        page.browser.goto(page.site.url()).await?;
        Ok(page)
    }

    /// Opens the built page in a window of 1440x900, with a script that runs before any of its own, and with
    /// fine clocks: a page that is isolated from others may measure microseconds.
    ///
    /// # Errors
    /// There is no built page or no browser, or the page was not live in time.
    pub async fn open_probed(probe: &str) -> Outcome<Page> {
        let site = Site::of_built_page()?;
        site.isolate();
        let driver = Driver::start()?;
        let browser = driver.browser(1440, 900).await?;
        let page = Page { browser, site, _driver: driver };
        let script = serde_json::json!({ "source": probe });
        page.browser.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await?;
        page.browser.goto(page.site.url()).await?;
        page.until("the page is live", "return document.body.dataset.ready === 'true'").await?;
        Ok(page)
    }

    /// Runs a script in the page. What it returns.
    ///
    /// # Errors
    /// The script threw.
    pub async fn script(&self, script: &str) -> Outcome<Value> {
        Ok(self.browser.execute(script, Vec::new()).await?.json().clone())
    }

    /// Waits until a script returns true.
    ///
    /// # Errors
    /// It did not within a minute; the message names what was waited for and the page's text.
    pub async fn until(&self, what: &str, script: &str) -> Outcome {
        let started = Instant::now();
        while self.script(script).await? != Value::Bool(true) {
            if started.elapsed() > PATIENCE {
                let text = self.script("return document.body.innerText").await?;
                return Err(format!("not within {PATIENCE:?}: {what}. The page says: {text}").into());
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// The element with this `data-testid`, when it is there: it may be loaded first.
    ///
    /// # Errors
    /// There is none within a minute.
    pub async fn part(&self, id: &str) -> Outcome<WebElement> {
        let selector = format!("[data-testid='{id}']");
        let there = format!("return document.querySelector(\"{selector}\") !== null");
        self.until(&format!("there is {id}"), &there).await?;
        Ok(self.browser.find(By::Css(selector)).await?)
    }

    /// Warnings and errors of the console since the last call.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn console(&self) -> Outcome<Vec<String>> {
        let lines = self.browser.browser_log().await?;
        let loud = lines.iter().filter(|line| matches!(line.level.as_str(), "SEVERE" | "WARNING"));
        Ok(loud.map(|line| line.message.clone()).collect())
    }

    /// What a page must never do: complain in the console, ask for what is not there, or ask another origin.
    ///
    /// # Errors
    /// It did; the message says what.
    pub async fn check_manners(&self) -> Outcome {
        let console = self.console().await?;
        if !console.is_empty() {
            return Err(format!("the console says: {}", console.join("; ")).into());
        }
        if let Some(missing) = self.site.missing().first() {
            return Err(format!("the page asked for {missing}, which is not there").into());
        }
        let foreign = self
            .script(
                "return performance.getEntriesByType('resource').map(entry => entry.name)
                   .filter(name => !name.startsWith(location.origin + '/') && !name.startsWith('data:'))",
            )
            .await?;
        match foreign.as_array().and_then(|foreign| foreign.first()) {
            Some(foreign) => Err(format!("the page asked another origin: {foreign}").into()),
            None => Ok(()),
        }
    }
}
