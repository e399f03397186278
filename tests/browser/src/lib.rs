//! The base of the browser tests: the built page on a server of its own, and a Chromium that opens it.
//!
//! `RAFT_PLAYGROUND_DIST`, `CHROME` and `CHROMEDRIVER` name the built page, the browser and its driver;
//! `cargo xtask test` sets them.

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

/// The result of a step of a test.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The maximum time that a test waits for the page.
const PATIENCE: Duration = Duration::from_secs(60);
/// The time between polls of the page.
const PAUSE: Duration = Duration::from_millis(50);

/// The page, open in a browser of its own. Dropping it ends the browser.
pub struct Page {
    /// The browser, for steps without a method here.
    pub browser: WebDriver,
    /// The server of the page.
    pub site: Site,
    _driver: Driver,
}

impl Page {
    /// Opens the built page and waits until it is live: the cluster runs.
    ///
    /// # Errors
    /// There is no built page or no browser, or the page was not live within a minute.
    pub async fn open() -> Outcome<Page> {
        let page = Page::open_any(1280, 800).await?;
        page.until("the page is live", "return document.body.dataset.ready === 'true'").await?;
        Ok(page)
    }

    /// Opens the built page in a window of this size, in pixels, without waiting until it is live.
    ///
    /// # Errors
    /// There is no built page or no browser.
    pub async fn open_any(width: u32, height: u32) -> Outcome<Page> {
        let page = Page::blank(width, height).await?;
        page.browser.goto(page.site.url()).await?;
        Ok(page)
    }

    /// Starts a browser and the server of the built page, without opening the page.
    ///
    /// # Errors
    /// There is no built page or no browser.
    pub async fn blank(width: u32, height: u32) -> Outcome<Page> {
        let site = Site::of_built_page()?;
        let driver = Driver::start()?;
        let browser = driver.browser(width, height).await?;
        Ok(Page { browser, site, _driver: driver })
    }

    /// Opens the built page after `prepare` was applied to the server, with a script that runs before those
    /// of the page. Does not wait until the page is live.
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

    /// Opens the built page in a window of 1440x900 pixels, with a script that runs before those of the page,
    /// and waits until it is live. The page is isolated from other origins, so that its clocks have a
    /// resolution of microseconds.
    ///
    /// # Errors
    /// There is no built page or no browser, or the page was not live within a minute.
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

    /// Runs a script in the page and returns its result.
    ///
    /// # Errors
    /// The script threw.
    pub async fn script(&self, script: &str) -> Outcome<Value> {
        Ok(self.browser.execute(script, Vec::new()).await?.json().clone())
    }

    /// Waits until a script returns true.
    ///
    /// # Errors
    /// It did not within a minute; the message has `what` and the text of the page.
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

    /// Waits for the element with this `data-testid`, whose part may have to be loaded, and returns it.
    ///
    /// # Errors
    /// There is none within a minute.
    pub async fn part(&self, id: &str) -> Outcome<WebElement> {
        let selector = format!("[data-testid='{id}']");
        let there = format!("return document.querySelector(\"{selector}\") !== null");
        self.until(&format!("there is {id}"), &there).await?;
        Ok(self.browser.find(By::Css(selector)).await?)
    }

    /// Returns the warnings and errors of the console since the last call.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn console(&self) -> Outcome<Vec<String>> {
        let lines = self.browser.browser_log().await?;
        let loud = lines.iter().filter(|line| matches!(line.level.as_str(), "SEVERE" | "WARNING"));
        Ok(loud.map(|line| line.message.clone()).collect())
    }

    /// Checks that the page logged no warning or error, requested no missing file, and sent no request to
    /// another origin.
    ///
    /// # Errors
    /// Names the first offence.
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
