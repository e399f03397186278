//! `watch`: prints the changes of keys until an interrupt; interactively on request.

use super::client::Client;
use super::flags::{Flags, parse_flags};
use super::io::{CallId, Happened};
use super::print::Item;
use super::shell::{not_found, run_words};
use super::text::quote;
use super::tool::{BAD_ARGUMENTS, BAD_INPUT, ERROR, Exit, INTERRUPTED, Tool, fail, silent};
use super::txn::words;
use crate::kv::KeyRange;
use crate::model::{Call, Operation, WatchRequest, WatchResponse};

/// A running watch, and the command to run at each event.
struct Watch {
    call: CallId,
    then: Vec<Vec<u8>>,
}

pub(super) async fn watch(tool: &Tool<'_>) -> Result<(), Exit> {
    if tool.flags.is_set("interactive") {
        return interactive(tool).await;
    }
    let (keys, then) = split(&tool.flags)?;
    let client = Client::connect(tool)?;
    let request = request(&keys, &tool.flags).map_err(|text| fail(BAD_ARGUMENTS, text))?;
    let watch = Watch { call: client.start(Call::Watch(request)), then };
    loop {
        match tool.io.next(None, false).await {
            Happened::Progress(_, response) => {
                if show(&client, &watch, &response).await? {
                    return cancelled();
                }
            }
            Happened::Ended(_, outcome) => {
                if let Err(why) = client.judge(outcome, 0, u64::MAX) {
                    tool.io.err(format!("watch was canceled ({why})\n"));
                }
                return cancelled();
            }
            Happened::Line(_) | Happened::Interrupted | Happened::TimeOver => {}
        }
    }
}

fn cancelled<T>() -> Result<T, Exit> {
    Err(fail(INTERRUPTED, "watch is canceled by the server"))
}

/// Splits the arguments into the words that name keys and the words of a command after `--`.
#[expect(clippy::type_complexity, reason = "two lists of words")]
fn split(flags: &Flags) -> Result<(Vec<Vec<u8>>, Vec<Vec<u8>>), Exit> {
    let arguments = &flags.arguments;
    let (keys, then) = arguments.split_at(flags.before_dashes.unwrap_or(arguments.len()));
    if flags.before_dashes.is_some() && then.is_empty() {
        let text = "bad number of arguments (found separator --, but no commands)";
        return Err(fail(BAD_ARGUMENTS, text));
    }
    if keys.is_empty() {
        return Err(fail(BAD_ARGUMENTS, "bad number of arguments"));
    }
    Ok((keys.to_vec(), then.to_vec()))
}

fn request(keys: &[Vec<u8>], flags: &Flags) -> Result<WatchRequest, String> {
    let prefix = flags.is_set("prefix");
    let range = match keys {
        [_, _] if prefix => return Err("`range_end` and `--prefix` are mutually exclusive".to_owned()),
        [key, end] if !end.is_empty() => KeyRange::span(key.clone(), end.clone()),
        [key, ..] if prefix => KeyRange::prefix(key.clone()),
        // etcd replaces an empty key by the smallest possible key.
        [key, ..] if key.is_empty() => KeyRange::single([0]),
        [key, ..] => KeyRange::single(key.clone()),
        [] => return Err("bad number of arguments".to_owned()),
    };
    let start_revision = flags.number("rev");
    Ok(WatchRequest { start_revision, prev_kv: flags.is_set("prev-kv"), ..WatchRequest::new(range) })
}

/// Prints a message of a watch; returns true if the server cancelled the watch.
async fn show(client: &Client, watch: &Watch, response: &WatchResponse) -> Result<bool, Exit> {
    if response.created {
        return Ok(false);
    }
    if response.canceled {
        client.io.err(format!("watch was canceled ({})\n", response.cancel_reason));
    } else if response.events.is_empty() {
        client.io.out(format!("progress notify: {}\n", response.header.revision));
    }
    client.print(&Item::Watch(response))?;
    if !watch.then.is_empty() {
        for event in &response.events {
            let kind = if event.delete { "\"DELETE\"" } else { "\"PUT\"" };
            let variables = [
                ("ETCD_WATCH_REVISION", response.header.revision.to_string()),
                ("ETCD_WATCH_EVENT_TYPE", kind.to_owned()),
                ("ETCD_WATCH_KEY", quote(&event.kv.key)),
                ("ETCD_WATCH_VALUE", quote(&event.kv.value)),
            ];
            let shell = client.io.0.borrow().shell.clone();
            for (name, value) in variables {
                shell.borrow_mut().variables.insert(name.to_owned(), value);
            }
            let wrong = match watch.then.first().and_then(|name| not_found(name)) {
                Some(missing) => Some(missing),
                None => match run_words(&client.io, watch.then.clone()).await {
                    0 => None,
                    exit => Some(format!("exit status {exit}")),
                },
            };
            if let Some(wrong) = wrong {
                let words: Vec<String> = watch.then.iter().map(|word| quote(word)).collect();
                client.io.err(format!("command [{}] error ({wrong})\n", words.join(" ")));
                return Err(silent(ERROR));
            }
        }
    }
    Ok(response.canceled)
}

async fn interactive(tool: &Tool<'_>) -> Result<(), Exit> {
    let client = Client::connect(tool)?;
    let mut watches: Vec<Watch> = Vec::new();
    loop {
        match tool.io.next(None, true).await {
            Happened::Line(None) => {
                return Err(fail(BAD_INPUT, "Error reading watch request line: EOF"));
            }
            Happened::Line(Some(line)) => {
                watches.extend(run_interactive_line(tool, &client, &watches, &line).await?)
            }
            Happened::Progress(call, response) => {
                if let Some(at) = watches.iter().position(|watch| watch.call == call)
                    && show(&client, &watches[at], &response).await?
                {
                    watches.remove(at);
                }
            }
            Happened::Ended(call, outcome) => {
                if watches.iter().any(|watch| watch.call == call)
                    && let Err(why) = client.judge(outcome, 0, u64::MAX)
                {
                    tool.io.err(format!("watch was canceled ({why})\n"));
                }
                watches.retain(|watch| watch.call != call);
            }
            Happened::Interrupted | Happened::TimeOver => {}
        }
    }
}

/// Executes a line of an interactive watch; returns the watch that it starts.
async fn run_interactive_line(
    tool: &Tool<'_>,
    client: &Client,
    watches: &[Watch],
    line: &[u8],
) -> Result<Option<Watch>, Exit> {
    let shown = String::from_utf8_lossy(line).into_owned();
    let invalid = |why: &str| tool.io.err(format!("Invalid command {shown} ({why})\n"));
    let words = words(line).ok_or_else(|| fail(BAD_INPUT, "invalid syntax"))?;
    let Some((name, rest)) = words.split_first() else {
        tool.io.err(format!("Invalid command: {shown} (watch and progress supported)\n"));
        return Ok(None);
    };
    match name.as_slice() {
        b"watch" if rest.is_empty() => invalid("command type or key is not provided"),
        b"watch" => {
            let Some(command) = tool.commands.named("watch") else { return Ok(None) };
            let flags =
                parse_flags(tool.commands, command, rest).map_err(|text| fail(BAD_ARGUMENTS, text))?;
            let (keys, then) = split(&flags)?;
            match request(&keys, &flags) {
                Ok(request) => return Ok(Some(Watch { call: client.start(Call::Watch(request)), then })),
                Err(why) => invalid(&why),
            }
        }
        b"progress" => {
            for watch in watches {
                if let Some(request) = client.io.request_of(watch.call) {
                    let call = Operation::Call(Call::WatchProgress { watch: request });
                    client.call(call).await.map_err(super::tool::error)?;
                }
            }
        }
        _ => invalid("only support watch"),
    }
    Ok(None)
}
