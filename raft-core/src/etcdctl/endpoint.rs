//! `endpoint health`, `status` and `hashkv`, and `move-leader`.

use super::client::{Answered, Client};
use super::io::{CallId, Happened};
use super::print::{HashAt, Health, Item, StatusAt};
use super::text::{duration_text, parse_hex_uint};
use super::tool::{BAD_ARGUMENTS, ERROR, Exit, Tool, error, fail, silent};
use crate::kv::KeyRange;
use crate::model::{Call, CallResponse, Consistency, Operation};

/// Returns the given endpoints, or with `--cluster` those of all members.
pub(super) async fn endpoints(tool: &Tool<'_>, client: &Client) -> Result<Vec<String>, Exit> {
    if !tool.flags.is_set("cluster") {
        return Ok(client.endpoints.clone());
    }
    let answered = client
        .call(Operation::Call(Call::MemberList))
        .await
        .map_err(|why| error(format!("failed to fetch endpoints from etcd cluster member list: {why}")))?;
    match answered {
        Answered::Call(_, CallResponse::MemberList(members)) => {
            Ok(members.into_iter().flat_map(|member| member.client_urls).collect())
        }
        _ => Ok(Vec::new()),
    }
}

pub(super) async fn health(tool: &Tool<'_>) -> Result<(), Exit> {
    let client = Client::connect(tool)?;
    let started_at = |call: CallId, endpoint: String| (call, endpoint);
    let mut waiting = Vec::new();
    let endpoints = endpoints(tool, &client).await?;
    let started = tool.io.now();
    for endpoint in endpoints {
        // Any linearizable read will do; it needs a quorum.
        let read = Operation::read(KeyRange::single("health"), Consistency::Linearizable);
        let call = tool.io.send(std::slice::from_ref(&endpoint), read, client.timeout);
        waiting.push(started_at(call, endpoint));
    }
    let mut all = Vec::new();
    while !waiting.is_empty() {
        let Happened::Ended(call, outcome) = tool.io.next(None, false).await else { continue };
        let Some(at) = waiting.iter().position(|(waits, _)| *waits == call) else { continue };
        let (_, endpoint) = waiting.remove(at);
        let took = duration_text(tool.io.now() - started);
        let error = client.judge(outcome, started, client.timeout).err().unwrap_or_default();
        all.push(Health { endpoint, took, error });
    }
    client.print(&Item::Health(&all))?;
    if all.iter().any(|health| !health.error.is_empty()) {
        return Err(fail(ERROR, "unhealthy cluster"));
    }
    Ok(())
}

pub(super) async fn status(tool: &Tool<'_>) -> Result<(), Exit> {
    let client = Client::connect(tool)?;
    let mut all = Vec::new();
    let mut failed = false;
    for endpoint in endpoints(tool, &client).await? {
        let at = std::slice::from_ref(&endpoint);
        match client.call_at(at, Operation::Call(Call::Status), client.timeout).await {
            Ok(Answered::Call(header, CallResponse::Status(status))) => {
                all.push(StatusAt { endpoint, header, status })
            }
            Ok(_) => {}
            Err(why) => {
                tool.io.err(format!("Failed to get the status of endpoint {endpoint} ({why})\n"));
                failed = true;
            }
        }
    }
    client.print(&Item::Status(&all))?;
    if failed { Err(silent(ERROR)) } else { Ok(()) }
}

pub(super) async fn hash_kv(tool: &Tool<'_>) -> Result<(), Exit> {
    let client = Client::connect(tool)?;
    let mut all = Vec::new();
    let mut last_error = None;
    for endpoint in endpoints(tool, &client).await? {
        let at = std::slice::from_ref(&endpoint);
        let call = Operation::Call(Call::HashKv { revision: tool.flags.number("rev") });
        match client.call_at(at, call, client.timeout).await {
            Ok(Answered::Call(header, CallResponse::HashKv { hash, compact_revision })) => {
                all.push(HashAt { endpoint, header, hash, compact_revision });
            }
            Ok(_) => {}
            Err(why) => {
                tool.io.err(format!("Failed to get the hash of endpoint {endpoint} ({why})\n"));
                last_error = Some(why);
            }
        }
    }
    client.print(&Item::Hashes(&all))?;
    last_error.map_or(Ok(()), |why| Err(error(why)))
}

pub(super) async fn move_leader(tool: &Tool<'_>) -> Result<(), Exit> {
    let [target] = tool.arguments() else {
        return Err(fail(BAD_ARGUMENTS, "move-leader command needs 1 argument"));
    };
    let target = parse_hex_uint(target).map_err(|why| fail(BAD_ARGUMENTS, why))?;
    let client = Client::connect(tool)?;
    for endpoint in &client.endpoints {
        let at = std::slice::from_ref(endpoint);
        let answered =
            client.call_at(at, Operation::Call(Call::Status), client.timeout).await.map_err(error)?;
        let Answered::Call(header, CallResponse::Status(status)) = &answered else { continue };
        if status.leader != header.member_id {
            continue;
        }
        let call = Operation::Call(Call::MoveLeader { target });
        client.call_at(at, call, client.timeout).await.map_err(error)?;
        return client.print(&Item::LeaderMoved { from: header.member_id, to: target });
    }
    let endpoints = client.endpoints.join(" ");
    Err(fail(BAD_ARGUMENTS, format!("no leader endpoint given at [{endpoints}]")))
}
