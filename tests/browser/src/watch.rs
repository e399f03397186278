//! Faults that fail any test: a request that leaves this machine, or a violation of the page's content
//! security policy. Both are read from the browser's network log when the test ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// A script that runs in every document before its own scripts. It requests a picture whose address describes
/// a policy violation, so that the violation is in the network log even if the test reads the console.
pub const LISTENER: &str = "
addEventListener('securitypolicyviolation', (event) => {
  const told = [event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(' ');
  new Image().src = 'data:image/png,policy-violation:' + encodeURIComponent(told);
}, true);";
/// The beginning of the addresses of these pictures.
const VIOLATION: &str = "data:image/png,policy-violation:";
/// Schemes that need no network.
const LOCAL_SCHEMES: [&str; 6] = ["data:", "blob:", "about:", "chrome:", "chrome-error:", "file:"];
/// Hosts that are this machine or do not exist.
const LOCAL_HOSTS: [&str; 4] = ["localhost", "127.0.0.1", "[::1]", "invalid"];
/// The maximum time for an answer of the driver.
const PATIENCE: Duration = Duration::from_secs(10);

/// Returns the faults in a session's log, one line each.
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

/// Returns the fault that a message of the log describes, if any.
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

/// Returns whether a request to an address leaves this machine.
fn leaves(url: &str) -> bool {
    if LOCAL_SCHEMES.iter().any(|scheme| url.starts_with(scheme)) {
        return false;
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    !LOCAL_HOSTS.contains(&host)
}

/// Reads the network log without a runtime, since a test that ends has none left.
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
    fn requests_to_other_machines_are_distinguished_from_local_ones() {
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
    fn faults_are_found_in_the_log() {
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
