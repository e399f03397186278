//! The commands of etcd's API 2 for keys. They work on the present store and name the equivalent
//! command of API 3.

use super::client::{Answered, Client};
use super::complete::quoted;
use super::flags::parse_flags;
use super::io::{Happened, Io};
use super::spec::Commands;
use super::tool::Tool;
use crate::kv::{
    Command, Compare, CompareOperator, CompareTarget, DeleteRequest, KeyRange, KeyValue, PutRequest,
    Response, TxnOp, TxnRequest,
};
use crate::model::{Call, Consistency, Operation, WatchRequest};

/// Commands that only API 2 has. `get` and `watch` belong to API 3 unless `ETCDCTL_API=2`.
const WORDS: [&str; 9] = ["set", "rm", "ls", "mk", "update", "mkdir", "rmdir", "setdir", "updatedir"];
/// Flag of API 2's `watch`: do not end after the first change.
const FOREVER: [&[u8]; 2] = [b"--forever", b"-f"];
/// Flag of API 2's `watch`: include the keys below the key.
const RECURSIVE: [&[u8]; 2] = [b"--recursive", b"-r"];
const BAD_ARGUMENTS: u8 = 1;
const KEY_ERROR: u8 = 4;

/// Runs a command of API 2; returns its exit code, or `None` if the words are not such a command.
pub(super) async fn run(io: &Io, commands: &Commands, words: &[Vec<u8>], api_2: bool) -> Option<u8> {
    // Only `watch` accepts the flags of API 2; for other commands they stay unknown.
    let follows = api_2 && words.iter().any(|word| word == b"watch");
    let (own, words): (Vec<Vec<u8>>, Vec<Vec<u8>>) =
        words.iter().cloned().partition(|word| follows && (is_in(word, &FOREVER) || is_in(word, &RECURSIVE)));
    let mut flags = parse_flags(commands, commands.root(), &words).ok()?;
    let (name, rest) = flags.arguments.split_first()?;
    let name = std::str::from_utf8(name).ok()?.to_owned();
    if !(WORDS.contains(&name.as_str()) || api_2 && (name == "get" || name == "watch")) {
        return None;
    }
    flags.arguments = rest.to_vec();
    let tool = Tool { io, commands, flags };
    let client = match Client::connect(&tool) {
        Ok(client) => client,
        Err(_) => {
            io.err("Error:  client: no endpoints available\n");
            return Some(BAD_ARGUMENTS);
        }
    };
    let (exit, today) = match act(&tool, &client, &name, &own).await {
        Ok(today) => (0, today),
        Err((exit, text)) => {
            io.err(format!("Error:  {text}\n"));
            (exit, String::new())
        }
    };
    if !today.is_empty() {
        io.err(format!("(API 2; today: etcdctl {today})\n"));
    }
    Some(exit)
}

type Acted = Result<String, (u8, String)>;

async fn act(tool: &Tool<'_>, client: &Client, name: &str, own: &[Vec<u8>]) -> Acted {
    let key = match tool.arguments().first() {
        Some(key) if key.starts_with(b"/") => key.clone(),
        Some(key) => [b"/", key.as_slice()].concat(),
        None if name == "ls" => b"/".to_vec(),
        None => return Err((BAD_ARGUMENTS, "key required".to_owned())),
    };
    let shown = String::from_utf8_lossy(&key).into_owned();
    match name {
        "set" | "mk" | "update" => {
            let value = match tool.arguments().get(1) {
                Some(value) => value.clone(),
                None => tool.io.stdin().await,
            };
            if value.is_empty() {
                return Err((BAD_ARGUMENTS, "value required".to_owned()));
            }
            set(client, name, &key, &shown, value).await
        }
        "get" => {
            let pair = read(client, KeyRange::single(key)).await?.1.into_iter().next();
            let pair = pair.ok_or_else(|| not_found(&shown))?;
            tool.io.out([pair.value.as_slice(), b"\n"].concat());
            Ok(format!("get {}", quoted(shown.as_bytes())))
        }
        "watch" => {
            let asks = |flags: &[&[u8]]| own.iter().any(|word| is_in(word, flags));
            watch(client, key, asks(&FOREVER), asks(&RECURSIVE)).await
        }
        "rm" => {
            let delete = DeleteRequest { range: KeyRange::single(key), prev_kv: true };
            let answered = ask(client, Operation::Write(Command::Delete(delete))).await?;
            let Answered::Store(_, Response::Delete(done)) = answered else { return Ok(String::new()) };
            let pair = done.prev_kvs.first().ok_or_else(|| not_found(&shown))?;
            tool.io.out([b"PrevNode.Value: ", pair.value.as_slice(), b"\n"].concat());
            Ok(format!("del {}", quoted(shown.as_bytes())))
        }
        "ls" => {
            let directory = if shown.ends_with('/') { shown.clone() } else { format!("{shown}/") };
            let (_, pairs) = read(client, KeyRange::prefix(directory.clone())).await?;
            let mut before = String::new();
            for pair in pairs {
                let key = String::from_utf8_lossy(&pair.key);
                let rest = key.get(directory.len()..).unwrap_or("");
                let child = rest.split('/').next().unwrap_or("");
                let line = format!("{directory}{child}\n");
                if line != before {
                    tool.io.out(&line);
                    before = line;
                }
            }
            Ok(format!("get {} --prefix --keys-only", quoted(directory.as_bytes())))
        }
        _ => Err((BAD_ARGUMENTS, "API 3 has no directories: a key may hold any slashes".to_owned())),
    }
}

async fn set(client: &Client, name: &str, key: &[u8], shown: &str, value: Vec<u8>) -> Acted {
    let put = PutRequest::new(key, value.clone());
    let condition =
        |operator| Compare { range: KeyRange::single(key), target: CompareTarget::Create(0), operator };
    let compares = match name {
        "mk" => vec![condition(CompareOperator::Equal)],
        "update" => vec![condition(CompareOperator::Greater)],
        _ => Vec::new(),
    };
    let is_plain = compares.is_empty();
    let command = if is_plain {
        Command::Put(put)
    } else {
        Command::Txn(TxnRequest { compares, success: vec![TxnOp::Put(put)], failure: Vec::new() })
    };
    let answered = ask(client, Operation::Write(command)).await?;
    if let Answered::Store(header, Response::Txn(done)) = &answered
        && !done.succeeded
    {
        return Err(if name == "mk" {
            (KEY_ERROR, format!("105: Key already exists ({shown}) [{}]", header.revision))
        } else {
            not_found(shown)
        });
    }
    client.io.out([value.as_slice(), b"\n"].concat());
    Ok(if is_plain { format!("put {} {}", quoted(key), quoted(&value)) } else { "txn".to_owned() })
}

/// Prints the next change of a key, or with `below` of the keys below it; with `forever` every
/// later change.
async fn watch(client: &Client, key: Vec<u8>, forever: bool, below: bool) -> Acted {
    let today = format!("watch {}{}", quoted(&key), if below { " --prefix" } else { "" });
    let range = if below { KeyRange::prefix(key) } else { KeyRange::single(key) };
    let call = client.start(Call::Watch(WatchRequest { prev_kv: true, ..WatchRequest::new(range) }));
    loop {
        let response = match client.io.next(None, false).await {
            Happened::Progress(_, response) if !response.canceled => response,
            Happened::Progress(_, response) => return Err((KEY_ERROR, response.cancel_reason)),
            Happened::Ended(_, outcome) => {
                client.judge(outcome, 0, u64::MAX).map_err(|why| (KEY_ERROR, why))?;
                return Ok(today);
            }
            Happened::Line(_) | Happened::Interrupted | Happened::TimeOver => continue,
        };
        for event in &response.events {
            let (what, old) = (if event.delete { "delete" } else { "set" }, event.prev_kv.as_ref());
            if below {
                client.io.out(format!("[{what}] {}\n", String::from_utf8_lossy(&event.kv.key)));
            }
            match event.delete {
                true => {
                    let old = old.map_or(&[][..], |pair| &pair.value);
                    client.io.out([b"PrevNode.Value: ", old, b"\n"].concat());
                }
                false => client.io.out([event.kv.value.as_slice(), b"\n"].concat()),
            }
            if !forever {
                client.io.hang_up(call);
                return Ok(today);
            }
        }
    }
}

fn is_in(word: &[u8], flags: &[&[u8]]) -> bool {
    flags.contains(&word)
}

fn not_found(key: &str) -> (u8, String) {
    (KEY_ERROR, format!("100: Key not found ({key})"))
}

async fn ask(client: &Client, operation: Operation) -> Result<Answered, (u8, String)> {
    client.call(operation).await.map_err(|why| (KEY_ERROR, why))
}

async fn read(client: &Client, range: KeyRange) -> Result<(u64, Vec<KeyValue>), (u8, String)> {
    match ask(client, Operation::read(range, Consistency::Linearizable)).await? {
        Answered::Store(header, Response::Range(range)) => Ok((header.revision, range.kvs)),
        _ => Ok((0, Vec::new())),
    }
}
