//! `member list`, `add`, `remove`, `update` and `promote`.

use super::client::{Answered, Client};
use super::print::{Format, Item, MemberChange};
use super::text::{parse_hex_uint, quote};
use super::tool::{BAD_ARGUMENTS, Exit, Tool, error, fail};
use crate::model::{Call, CallResponse, Member, Operation, ResponseHeader};

pub(super) async fn list(tool: &Tool<'_>) -> Result<(), Exit> {
    let client = Client::connect(tool)?;
    let answered = client.call(Operation::Call(Call::MemberList)).await.map_err(error)?;
    if let Answered::Call(header, CallResponse::MemberList(members)) = &answered {
        client.print(&Item::Members { header: *header, members })?;
    }
    Ok(())
}

pub(super) async fn add(tool: &Tool<'_>) -> Result<(), Exit> {
    let name = match tool.arguments() {
        [] => return Err(fail(BAD_ARGUMENTS, "member name not provided")),
        [name] => name,
        words => {
            let mut text = "too many arguments".to_owned();
            for word in words {
                let word = String::from_utf8_lossy(word);
                if word.to_lowercase().starts_with("http") {
                    text.push_str(&format!(", did you mean --peer-urls={word}"));
                }
            }
            return Err(fail(BAD_ARGUMENTS, text));
        }
    };
    let peer_urls = peer_urls(tool)?;
    let client = Client::connect(tool)?;
    check_urls(&peer_urls).map_err(error)?;
    let learner = tool.flags.is_set("learner");
    let call = Call::MemberAdd { peer_urls: peer_urls.clone(), learner };
    let answered = client.call(Operation::Call(call)).await.map_err(error)?;
    let Answered::Call(header, CallResponse::MemberAdd { member, members }) = &answered else {
        return Ok(());
    };
    client.print(&Item::MemberChanged { header: *header, change: MemberChange::Added, member, members })?;
    if client.format == Format::Simple {
        let mut places = Vec::new();
        for one in members {
            let name = if one.id == member.id { name } else { one.name.as_bytes() };
            let name = String::from_utf8_lossy(name);
            places.extend(one.peer_urls.iter().map(|url| format!("{name}={url}")));
        }
        tool.io.out(format!(
            "\nETCD_NAME={}\nETCD_INITIAL_CLUSTER={}\nETCD_INITIAL_ADVERTISE_PEER_URLS={}\nETCD_INITIAL_CLUSTER_STATE=\"existing\"\n",
            quote(name),
            quote(places.join(",").as_bytes()),
            quote(peer_urls.join(",").as_bytes()),
        ));
    }
    Ok(())
}

/// Removes, updates or promotes the named member.
pub(super) async fn change(tool: &Tool<'_>, change: MemberChange) -> Result<(), Exit> {
    let [id] = tool.arguments() else {
        return Err(fail(BAD_ARGUMENTS, "member ID is not provided"));
    };
    let id = parse_hex_uint(id)
        .map_err(|why| fail(BAD_ARGUMENTS, format!("bad member ID arg ({why}), expecting ID in Hex")))?;
    let updates = change == MemberChange::Updated;
    let peer_urls = if updates { peer_urls(tool)? } else { Vec::new() };
    let client = Client::connect(tool)?;
    let call = match change {
        MemberChange::Removed => Call::MemberRemove { id },
        MemberChange::Promoted => Call::MemberPromote { id },
        MemberChange::Added | MemberChange::Updated => {
            check_urls(&peer_urls).map_err(error)?;
            Call::MemberUpdate { id, peer_urls }
        }
    };
    let answered = client.call(Operation::Call(call)).await.map_err(error)?;
    let (header, members): (ResponseHeader, &[Member]) = match &answered {
        Answered::Call(
            header,
            CallResponse::MemberRemove(members)
            | CallResponse::MemberUpdate(members)
            | CallResponse::MemberPromote(members),
        ) => (*header, members),
        other => (other.header(), &[]),
    };
    let member = Member { id, ..Member::default() };
    client.print(&Item::MemberChanged { header, change, member: &member, members })
}

fn peer_urls(tool: &Tool<'_>) -> Result<Vec<String>, Exit> {
    let urls = tool.flags.text("peer-urls", "");
    if urls.is_empty() {
        return Err(fail(BAD_ARGUMENTS, "member peer urls not provided"));
    }
    Ok(urls.split(',').map(str::to_owned).collect())
}

/// Checks peer URLs by etcd's rules.
///
/// # Errors
/// Returns the real tool's text for the first invalid URL.
fn check_urls(urls: &[String]) -> Result<(), String> {
    for url in urls {
        let url = url.trim();
        let scheme_end = url.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
        let starts_as_scheme = url.starts_with(|c: char| c.is_ascii_alphabetic());
        let colon = scheme_end.filter(|end| url[*end..].starts_with(':'));
        let (scheme, rest) = match colon {
            Some(0) => return Err(format!("parse {}: missing protocol scheme", quote(url.as_bytes()))),
            Some(end) if starts_as_scheme => (&url[..end], &url[end + 1..]),
            _ => ("", url),
        };
        let first = rest.split('/').next().unwrap_or("");
        if scheme.is_empty() && first.contains(':') {
            let quoted = quote(url.as_bytes());
            return Err(format!("parse {quoted}: first path segment in URL cannot contain colon"));
        }
        if !matches!(scheme, "http" | "https" | "unix" | "unixs") {
            return Err(format!("URL scheme must be http, https, unix, or unixs: {url}"));
        }
        let address = rest.strip_prefix("//").unwrap_or("");
        let (host, path) = address.find('/').map_or((address, ""), |at| address.split_at(at));
        let has_port =
            host.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        if !has_port {
            return Err(format!("URL address does not have the form \"host:port\": {url}"));
        }
        if !path.is_empty() {
            return Err(format!("URL must not contain a path: {url}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_peer_urls_give_the_real_tools_errors() {
        let check = |url: &str| check_urls(&[url.to_owned()]);
        assert_eq!(check("http://127.0.0.1:26380"), Ok(()));
        let wrong = [
            ("bad", "URL scheme must be http, https, unix, or unixs: bad"),
            ("127.0.0.1:1", "parse \"127.0.0.1:1\": first path segment in URL cannot contain colon"),
            ("http://127.0.0.1", "URL address does not have the form \"host:port\": http://127.0.0.1"),
            ("http://a:1/b", "URL must not contain a path: http://a:1/b"),
            ("localhost:1", "URL scheme must be http, https, unix, or unixs: localhost:1"),
        ];
        for (url, text) in wrong {
            assert_eq!(check(url), Err(text.to_owned()));
        }
    }
}
