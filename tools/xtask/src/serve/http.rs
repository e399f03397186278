//! The server: it serves the files of the current page, and a script that reloads the page.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, thread};

use super::OWN;
use super::state::{Served, State};
use crate::Failure;

/// Reloads the page after each build, and shows when a build failed.
const RELOAD: &str = include_str!("reload.js");
/// The page that is shown until there is one.
const NOT_YET: &str = "<!doctype html><meta charset=\"utf-8\"><title>Raft Playground</title><link rel=\"icon\" href=\"data:,\">\
    <p>The page is being compiled, and comes here by itself.</p><script src=\"/-serve/reload.js?0\"></script>";
/// The time between two pulses: a browser that has gone is noticed when something is written to it.
const PULSE: Duration = Duration::from_secs(15);
/// The greatest length of a request's line and headers, in bytes. Longer ones come from no browser.
const REQUEST_BYTES_MAX: u64 = 64 * 1024;

/// Listens on this machine only, and answers in threads of its own. Returns the address for a person.
///
/// # Errors
/// The port is taken or may not be used.
pub fn start(port: u16, state: &Arc<State>) -> Result<String, Failure> {
    let on = |address: SocketAddr| TcpListener::bind(address);
    let fourth = on((Ipv4Addr::LOCALHOST, port).into()).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => format!("port {port} is taken: another server runs; give this one --port N"),
        _ => format!("port {port}: {error}"),
    })?;
    // `localhost` may mean either; a machine without IPv6 has only the other.
    let sixth = on((Ipv6Addr::LOCALHOST, port).into()).ok();
    for listener in std::iter::once(fourth).chain(sixth) {
        let state = Arc::clone(state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&state);
                // A browser that disconnects in the middle is no error.
                thread::spawn(move || answer(stream, &state).unwrap_or_default());
            }
        });
    }
    Ok(format!("http://localhost:{port}/"))
}

fn answer(mut stream: TcpStream, state: &State) -> std::io::Result<()> {
    let request = std::io::Read::take(stream.try_clone()?, REQUEST_BYTES_MAX);
    let mut lines = BufReader::new(request).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = first.split(' ');
    let (method, address) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = address.split(['?', '#']).next().unwrap_or_default();
    if method != "GET" && method != "HEAD" {
        return send(
            &mut stream,
            "405 Method Not Allowed",
            "text/plain",
            b"GET and HEAD are answered\n",
            true,
        );
    }
    let served = state.served();
    let body = method == "GET";
    match path.strip_prefix(OWN) {
        Some("changes") => return tell(stream, state),
        Some("reload.js") => return send(&mut stream, "200 OK", "text/javascript", RELOAD.as_bytes(), body),
        _ => {}
    }
    let Some(folder) = &served.folder else {
        return send(&mut stream, "503 Service Unavailable", kind("html"), NOT_YET.as_bytes(), body);
    };
    match file(folder, path) {
        Some((bytes, kind)) => send(&mut stream, "200 OK", kind, &bytes, body),
        None => send(&mut stream, "404 Not Found", "text/plain", b"there is no such file\n", body),
    }
}

/// Returns a file of the page by its path, and its type.
fn file(folder: &Path, path: &str) -> Option<(Vec<u8>, &'static str)> {
    let name = path.strip_prefix('/')?;
    let name = if name.is_empty() { "index.html" } else { name };
    // Files of the page have plain names: a path cannot lead out of the folder.
    let plain = |part: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        part.bytes().all(known) && !part.is_empty() && !part.starts_with('.')
    };
    if !name.split('/').all(plain) {
        return None;
    }
    let ending = name.rsplit('.').next().unwrap_or_default();
    fs::read(folder.join(name)).ok().map(|bytes| (bytes, kind(ending)))
}

fn kind(ending: &str) -> &'static str {
    match ending {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}

fn send(stream: &mut TcpStream, status: &str, kind: &str, bytes: &[u8], body: bool) -> std::io::Result<()> {
    let length = bytes.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\ncache-control: no-cache\r\nconnection: close\r\n\r\n"
    )?;
    if body { stream.write_all(bytes) } else { Ok(()) }
}

/// Reports every change to one browser, until it disconnects: server-sent events.
fn tell(mut stream: TcpStream, state: &State) -> std::io::Result<()> {
    stream.write_all(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\nconnection: close\r\n\r\n",
    )?;
    let mut known = state.served();
    loop {
        stream.write_all(event(&known).as_bytes())?;
        known = state.after(&known, PULSE);
    }
}

/// Returns the state that is served, as an event.
fn event(served: &Served) -> String {
    match &served.failure {
        None => format!("event: made\ndata: {}\n\n", served.version),
        Some(failure) => {
            let lines = failure.lines().map(|line| format!("data: {line}\n"));
            format!("event: failed\n{}\n", lines.collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Read;

    use super::*;
    use crate::place;

    fn asked(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_page_is_served_once_there_is_one_and_nothing_beside_it() {
        let folder = place::target().join("test-of-http");
        place::empty(&folder.join("page")).unwrap();
        fs::write(folder.join("page/index.html"), "the page").unwrap();
        fs::write(folder.join("secret.txt"), "beside it").unwrap();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let state = Arc::new(State::new());
        assert!(start(free, &state).unwrap().contains(&free.to_string()));
        assert!(start(free, &state).unwrap_err().contains("is taken"));
        assert!(asked(free, "GET /").starts_with("HTTP/1.1 503"));
        state.made(7, folder.join("page"));
        assert!(asked(free, "GET /").ends_with("\r\n\r\nthe page"));
        assert!(asked(free, "GET /?scenario=x").ends_with("the page"));
        let head = asked(free, "HEAD /index.html");
        assert!(head.contains("content-length: 8\r\n") && head.ends_with("\r\n\r\n"), "{head}");
        for outside in ["/../secret.txt", "/%2e%2e/secret.txt", "//secret.txt", "/absent.js", "/.hidden"] {
            assert!(asked(free, &format!("GET {outside}")).starts_with("HTTP/1.1 404"), "{outside}");
        }
        assert!(asked(free, "POST /").starts_with("HTTP/1.1 405"));
        assert!(asked(free, "GET /-serve/reload.js?7").ends_with(RELOAD));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_page_and_a_failure_are_told_as_events() {
        let made = Served { version: 7, ..Served::default() };
        assert_eq!(event(&made), "event: made\ndata: 7\n\n");
        let failed = Served { failure: Some("one\ntwo".to_owned()), ..made };
        assert_eq!(event(&failed), "event: failed\ndata: one\ndata: two\n\n");
    }
}
