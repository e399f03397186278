//! What no test may see, whatever it is about: a request that leaves this machine, or something that the page's
//! policy forbade. The browser's own log of the network tells of both, when the test ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// Runs in every document before any script of its own. A violation of the policy asks for a picture whose address
/// tells of it: so it stands in the log of the network, and no test's own look at the console takes it away.
pub const LISTENER: &str = "
addEventListener('securitypolicyviolation', (event) => {
  const told = [event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(' ');
  new Image().src = 'data:image/png,policy-violation:' + encodeURIComponent(told);
}, true);";
/// How its pictures begin.
const VIOLATION: &str = "data:image/png,policy-violation:";
/// Schemes that ask nobody, and hosts that are this machine.
const NOBODY: [&str; 6] = ["data:", "blob:", "about:", "chrome:", "chrome-error:", "file:"];
const HERE: [&str; 4] = ["localhost", "127.0.0.1", "[::1]", "invalid"];
/// How long the driver has to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a session's log tells against the page; one line each.
///
/// # Errors
/// The driver did not answer.
pub fn faults(port: u16, session: &str) -> std::io::Result<Vec<String>> {
    let log = log(port, session)?;
    let entries = log["value"].as_array().cloned().unwrap_or_default();
    let message = |entry: &Value| -> Option<Value> {
        serde_json::from_str::<Value>(entry["message"].as_str()?).ok().map(|outer| outer["message"].clone())
    };
    Ok(entries.iter().filter_map(message).filter_map(|message| fault(&message)).collect())
}

/// What a message of the log tells against the page.
fn fault(message: &Value) -> Option<String> {
    let parameters = &message["params"];
    match message["method"].as_str()? {
        "Network.requestWillBeSent" => {
            let url = parameters["request"]["url"].as_str()?;
            match url.strip_prefix(VIOLATION) {
                Some(told) => Some(format!("the policy forbade: {told}")),
                None if leaves(url) => Some(format!("a request left this machine: {url}")),
                None => None,
            }
        }
        "Network.loadingFailed" if parameters["blockedReason"] == "csp" => {
            Some("the policy forbade a request".to_owned())
        }
        _ => None,
    }
}

/// Whether an address is somewhere else than on this machine.
fn leaves(url: &str) -> bool {
    if NOBODY.iter().any(|scheme| url.starts_with(scheme)) {
        return false;
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    !HERE.contains(&host)
}

/// The log of the network, by a call that needs no runtime: a test that ends has none left.
fn log(port: u16, session: &str) -> std::io::Result<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let body = "{\"type\":\"performance\"}";
    write!(
        stream,
        "POST /session/{session}/se/log HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_leaves_the_machine_is_told_from_what_does_not() {
        for here in
            ["http://localhost:4711/a", "http://127.0.0.1/", "data:text/plain,x", "blob:http://localhost/1"]
        {
            assert!(!leaves(here), "{here}");
        }
        for there in
            ["https://example.org/localhost", "http://localhost.example.org:80/", "wss://10.0.0.1/", "//x"]
        {
            assert!(leaves(there), "{there}");
        }
    }

    #[test]
    fn the_log_tells_of_requests_and_of_the_policy() {
        let sent = |url: &str| json!({ "method": "Network.requestWillBeSent", "params": { "request": { "url": url } } });
        assert_eq!(fault(&sent("http://localhost:1/x.wasm")), None);
        assert!(
            fault(&sent("https://fonts.example/a")).is_some_and(|told| told.contains("left this machine"))
        );
        assert!(
            fault(&sent(&format!("{VIOLATION}style-src-attr")))
                .is_some_and(|told| told.contains("style-src-attr"))
        );
        let blocked = json!({ "method": "Network.loadingFailed", "params": { "blockedReason": "csp" } });
        assert!(fault(&blocked).is_some());
    }
}
