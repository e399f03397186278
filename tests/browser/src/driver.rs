//! A browser controlled by its driver. Both end with the test, also with a failing one; the faults of `watch`
//! are collected then.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;
use std::{env, thread};

use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;

use crate::{Outcome, watch};

/// A running driver on a port of its own.
pub struct Driver {
    process: Child,
    port: u16,
    session: OnceLock<String>,
}

/// The maximum time for a browser to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Flags of the browser: quiet, offline, and able to run as root in a container.
const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // No host name resolves but those of this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

impl Driver {
    /// Starts the driver that `CHROMEDRIVER` names. Tries again if another process takes the port that the
    /// driver chose.
    ///
    /// # Errors
    /// The driver did not start in five tries.
    pub fn start() -> Outcome<Driver> {
        const TRIES: u32 = 5;
        let again = (1..TRIES).find_map(|_| Driver::start_once().ok());
        again.map_or_else(Driver::start_once, Ok)
    }

    fn start_once() -> Outcome<Driver> {
        let program = env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut command = Command::new(&program);
        command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process =
            command.spawn().map_err(|error| format!("{}: {error}", program.to_string_lossy()))?;
        let output = process.stdout.take().ok_or("the driver has no output")?;
        let mut lines = BufReader::new(output).lines();
        // The driver chooses a free port and prints it.
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let port = line.split_once("successfully on port ")?.1;
            port.trim_end_matches('.').parse().ok()
        });
        // A driver whose output is closed would end.
        thread::spawn(move || lines.for_each(drop));
        let driver = Driver { process, port: port.unwrap_or_default(), session: OnceLock::new() };
        if port.is_some() { Ok(driver) } else { Err("the driver did not start".into()) }
    }

    /// Starts the browser that `CHROME` names, with a new profile and a window of this size, in pixels.
    ///
    /// # Errors
    /// The browser did not start.
    pub async fn browser(&self, width: u32, height: u32) -> Outcome<WebDriver> {
        let mut wanted = DesiredCapabilities::chrome();
        if let Ok(chrome) = env::var("CHROME") {
            wanted.set_binary(&chrome)?;
        }
        for flag in FLAGS {
            wanted.add_arg(flag)?;
        }
        wanted.add_arg(&format!("--window-size={width},{height}"))?;
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        wanted.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
        let browser = WebDriver::new(format!("http://127.0.0.1:{}", self.port), wanted).await?;
        let _first = self.session.set(browser.session_id().to_string());
        // The last handle would end the session when dropped, by a call that needs the test's runtime, which
        // waits for that drop: it would block for two minutes. `drop` of the driver ends the session instead.
        std::mem::forget(browser.clone());
        let listener = serde_json::json!({ "source": watch::LISTENER });
        browser.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", listener).await?;
        Ok(browser)
    }

    /// Ends the browser without a runtime, since a failing test has none left.
    fn end_browser(&self, session: &str) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        let host = format!("127.0.0.1:{}", self.port);
        write!(stream, "DELETE /session/{session} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")?;
        // The answer begins once the browser has ended. The driver keeps the connection open after it.
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.read_exact(&mut [0])
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let mut faults = Vec::new();
        if let Some(session) = self.session.get() {
            // A test that fails anyway has its own message.
            if !thread::panicking() {
                faults = watch::faults(self.port, session)
                    .unwrap_or_else(|error| vec![format!("the network log cannot be read: {error}")]);
            }
            // The driver is killed next in any case.
            let _ended = self.end_browser(session);
        }
        let _killed = self.process.kill();
        let _reaped = self.process.wait();
        assert!(faults.is_empty(), "faults in the network log: {}", faults.join("; "));
    }
}
