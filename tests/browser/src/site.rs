//! A server for the built page, at a path below the root, as project pages of hosting services have it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

use crate::Outcome;

/// The path of the page.
const BASE: &str = "/some/path/";
/// Headers that isolate a page from other origins.
const ISOLATION: &str =
    "cross-origin-opener-policy: same-origin\r\ncross-origin-embedder-policy: require-corp\r\n";
/// The beginning of the paths of lazy parts.
const LAZY: &str = "/snippets/lazy-";

/// A server that runs until the test process ends.
pub struct Site {
    port: u16,
    state: Arc<State>,
}

/// The state that the server's threads share.
#[derive(Default)]
struct State {
    missing: Mutex<Vec<String>>,
    withholds_lazy: AtomicBool,
    isolates: AtomicBool,
    shares: AtomicBool,
    pages: Mutex<BTreeMap<String, String>>,
    spoilt: Mutex<Option<String>>,
}

impl Site {
    /// Serves the page that `RAFT_PLAYGROUND_DIST` names.
    ///
    /// # Errors
    /// There is no such page, or no port is free.
    pub fn of_built_page() -> Outcome<Site> {
        let dist = env::var_os("RAFT_PLAYGROUND_DIST").ok_or("RAFT_PLAYGROUND_DIST names no built page")?;
        let dist = PathBuf::from(dist);
        if !dist.join("index.html").is_file() {
            return Err(format!("there is no index.html in {}", dist.display()).into());
        }
        Site::of(dist)
    }

    /// Serves a folder.
    ///
    /// # Errors
    /// No port is free.
    pub fn of(folder: PathBuf) -> Outcome<Site> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let site = Site { port: listener.local_addr()?.port(), state: Arc::default() };
        let state = Arc::clone(&site.state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (dist, state) = (folder.clone(), Arc::clone(&state));
                // A browser that closes the connection early is not a fault of the page.
                thread::spawn(move || answer(stream, &dist, &state).unwrap_or_default());
            }
        });
        Ok(site)
    }

    /// Returns the address of the page.
    pub fn url(&self) -> String {
        format!("http://localhost:{}{BASE}", self.port)
    }

    /// Returns the requested paths that do not exist.
    pub fn missing(&self) -> Vec<String> {
        self.state.missing.lock().map(|missing| missing.clone()).unwrap_or_default()
    }

    /// Sets whether requests for lazy parts are cut off, as by a lost network.
    pub fn withhold_lazy(&self, withhold: bool) {
        self.state.withholds_lazy.store(withhold, Ordering::Relaxed);
    }

    /// Adds a page beside the built ones.
    pub fn put(&self, name: &str, html: &str) {
        if let Ok(mut pages) = self.state.pages.lock() {
            pages.insert(name.to_owned(), html.to_owned());
        }
    }

    /// Changes one byte of every file whose name has this ending; `None` ends it.
    pub fn spoil(&self, ending: Option<&str>) {
        if let Ok(mut spoilt) = self.state.spoilt.lock() {
            *spoilt = ending.map(str::to_owned);
        }
    }

    /// Lets every origin read the files, including that of a sandboxed page.
    pub fn share(&self) {
        self.state.shares.store(true, Ordering::Relaxed);
    }

    /// Isolates the page from other origins, which gives it clocks of finer resolution.
    pub fn isolate(&self) {
        self.state.isolates.store(true, Ordering::Relaxed);
    }
}

fn answer(mut stream: TcpStream, dist: &Path, state: &State) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    // A browser opens connections ahead of its requests, and closes those that it does not need.
    let Some(first) = lines.next().transpose()? else { return Ok(()) };
    // The browser reads the answer only after it has sent its headers.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let name = match path.strip_prefix(BASE) {
        Some(name) if name.contains("..") => None,
        Some(name) if name.is_empty() || name.ends_with('/') => Some(format!("{name}index.html")),
        name => name.map(str::to_owned),
    };
    if state.withholds_lazy.load(Ordering::Relaxed) && path.contains(LAZY) && path.ends_with(".wasm") {
        return Ok(());
    }
    let put = |name: &str| state.pages.lock().ok()?.get(name).map(|html| html.clone().into_bytes());
    let read =
        |name: String| put(&name).or_else(|| fs::read(dist.join(&name)).ok()).map(|bytes| (name, bytes));
    let Some((name, bytes)) = name.and_then(read) else {
        if let Ok(mut missing) = state.missing.lock() {
            missing.push(path.to_owned());
        }
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    };
    let spoilt =
        state.spoilt.lock().is_ok_and(|ending| ending.as_ref().is_some_and(|end| name.ends_with(end)));
    let bytes = if spoilt { with_another_byte(bytes) } else { bytes };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    // A compressed copy beside a file takes precedence, as on production servers.
    let compressed = fs::read(dist.join(format!("{name}.br"))).ok();
    let coding = if compressed.is_some() { "content-encoding: br\r\n" } else { "" };
    let bytes = compressed.unwrap_or(bytes);
    let length = bytes.len();
    let isolation = if state.isolates.load(Ordering::Relaxed) { ISOLATION } else { "" };
    let sharing =
        if state.shares.load(Ordering::Relaxed) { "access-control-allow-origin: *\r\n" } else { "" };
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n{coding}{isolation}{sharing}connection: close\r\n\r\n"
    )?;
    stream.write_all(&bytes)
}

/// Changes the last byte, which a wasm compiler would accept.
fn with_another_byte(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    bytes
}
