//! `alarm`, `defrag` and `snapshot`.

use super::client::{Answered, Client};
use super::endpoint::endpoints;
use super::print::Item;
use super::tool::{BAD_ARGUMENTS, ERROR, Exit, INTERRUPTED, Tool, error, fail, silent};
use crate::kv::{Alarm, Command, Response};
use crate::model::{Call, CallResponse, Operation, SnapshotSummary};

async fn raised_alarms(client: &Client) -> Result<Vec<Alarm>, Exit> {
    let answered = client.call(Operation::Call(Call::AlarmList)).await.map_err(error)?;
    match answered {
        Answered::Call(_, CallResponse::AlarmList(alarms)) => Ok(alarms),
        _ => Ok(Vec::new()),
    }
}

pub(super) async fn alarm_list(tool: &Tool<'_>) -> Result<(), Exit> {
    if !tool.arguments().is_empty() {
        return Err(fail(BAD_ARGUMENTS, "alarm list command accepts no arguments"));
    }
    let client = Client::connect(tool)?;
    let alarms = raised_alarms(&client).await?;
    client.print(&Item::Alarms(&alarms))
}

pub(super) async fn alarm_disarm(tool: &Tool<'_>) -> Result<(), Exit> {
    if !tool.arguments().is_empty() {
        return Err(fail(BAD_ARGUMENTS, "alarm disarm command accepts no arguments"));
    }
    let client = Client::connect(tool)?;
    let mut disarmed = Vec::new();
    for alarm in raised_alarms(&client).await? {
        let answered = client.call(Operation::Write(Command::AlarmDisarm(alarm))).await.map_err(error)?;
        if let Answered::Store(_, Response::Alarm(answer)) = answered {
            disarmed.extend(answer.alarms);
        }
    }
    client.print(&Item::Alarms(&disarmed))
}

pub(super) async fn defrag(tool: &Tool<'_>) -> Result<(), Exit> {
    let client = Client::connect(tool)?;
    let mut failed = false;
    for endpoint in endpoints(tool, &client).await? {
        let at = std::slice::from_ref(&endpoint);
        match client.call_at(at, Operation::Call(Call::Defragment), client.timeout).await {
            Ok(_) => tool.io.out(format!("Finished defragmenting etcd member[{endpoint}]\n")),
            Err(why) => {
                tool.io.err(format!("Failed to defragment etcd member[{endpoint}] ({why})\n"));
                failed = true;
            }
        }
    }
    if failed { Err(silent(ERROR)) } else { Ok(()) }
}

/// The first line of a file that holds a snapshot in the playground.
const MARK: &str = "snapshot of a playground's member";

pub(super) async fn snapshot_save(tool: &Tool<'_>) -> Result<(), Exit> {
    let [file] = tool.arguments() else {
        return Err(fail(BAD_ARGUMENTS, "snapshot save expects one argument"));
    };
    let file = String::from_utf8_lossy(file).into_owned();
    let client = Client::connect(tool)?;
    if client.endpoints.len() != 1 {
        let endpoints = client.endpoints.join(" ");
        let text = format!("snapshot must be requested to one selected node, not multiple [{endpoints}]");
        return Err(fail(INTERRUPTED, text));
    }
    let answered =
        client.call_patiently(Operation::Call(Call::Snapshot)).await.map_err(|why| fail(INTERRUPTED, why))?;
    if let Answered::Call(
        _,
        CallResponse::Snapshot(SnapshotSummary { hash, revision, total_keys, total_size }),
    ) = answered
    {
        let shell = tool.io.0.borrow().shell.clone();
        let text = format!("{MARK}\n{hash} {revision} {total_keys} {total_size}\n");
        shell.borrow().files.borrow_mut().insert(file.clone(), text.into_bytes());
        tool.io.out(format!("Snapshot saved at {file}\n"));
    }
    Ok(())
}

pub(super) fn snapshot_status(tool: &Tool<'_>) -> Result<(), Exit> {
    let [file] = tool.arguments() else {
        return Err(fail(BAD_ARGUMENTS, "snapshot status requires exactly one argument"));
    };
    let file = String::from_utf8_lossy(file);
    let client = Client::connect(tool)?;
    let shell = tool.io.0.borrow().shell.clone();
    let Some(bytes) = shell.borrow().files.borrow().get(file.as_ref()).cloned() else {
        return Err(error(format!("stat {file}: no such file or directory")));
    };
    let text = String::from_utf8_lossy(&bytes);
    let summary =
        text.strip_prefix(MARK).and_then(summary).ok_or_else(|| error("invalid database".to_owned()))?;
    client.print(&Item::Snapshot(&summary))
}

fn summary(text: &str) -> Option<SnapshotSummary> {
    let mut numbers = text.split_whitespace().map(|number| number.parse::<u64>().ok());
    let mut number = || numbers.next().flatten();
    Some(SnapshotSummary {
        hash: u32::try_from(number()?).ok()?,
        revision: number()?,
        total_keys: number()?,
        total_size: number()?,
    })
}
