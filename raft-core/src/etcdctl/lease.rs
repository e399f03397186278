//! `lease grant`, `revoke`, `timetolive`, `list` and `keep-alive`.

use super::client::{Answered, Client, is_late};
use super::io::Happened;
use super::print::{Format, Item};
use super::text::{lease_id, parse_int};
use super::tool::{BAD_ARGUMENTS, BAD_CONNECTION, Exit, Tool, error, fail};
use crate::kv::{Command, LeaseId};
use crate::model::{Call, CallResponse, Operation, ResponseHeader};
use crate::units::{MILLISECOND, Nanos, SECOND};

/// The interval at which the client checks whether a keep-alive is due.
const CHECK_INTERVAL: Nanos = 500 * MILLISECOND;

fn one<'a>(tool: &'a Tool<'_>, text: &str) -> Result<&'a [u8], Exit> {
    match tool.arguments() {
        [word] => Ok(word),
        _ => Err(fail(BAD_ARGUMENTS, text)),
    }
}

fn id_of(word: &[u8]) -> Result<LeaseId, Exit> {
    parse_int(word, 16)
        .map_err(|why| fail(BAD_ARGUMENTS, format!("bad lease ID arg ({why}), expecting ID in Hex")))
}

pub(super) async fn grant(tool: &Tool<'_>) -> Result<(), Exit> {
    let ttl = one(tool, "lease grant command needs TTL argument")?;
    let ttl_seconds = parse_int(ttl, 10).map_err(|why| fail(BAD_ARGUMENTS, format!("bad TTL ({why})")))?;
    let client = Client::connect(tool)?;
    let granted = client
        .call(Operation::Write(Command::LeaseGrant { id: 0, ttl_seconds }))
        .await
        .map_err(|why| error(format!("failed to grant lease ({why})")))?;
    client.print_store(&granted, false)
}

pub(super) async fn revoke(tool: &Tool<'_>) -> Result<(), Exit> {
    let id = id_of(one(tool, "lease revoke command needs 1 argument")?)?;
    let client = Client::connect(tool)?;
    let revoked = client
        .call(Operation::Write(Command::LeaseRevoke { id }))
        .await
        .map_err(|why| error(format!("failed to revoke lease ({why})")))?;
    client.print(&Item::Revoked { header: revoked.header(), id })
}

pub(super) async fn time_to_live(tool: &Tool<'_>) -> Result<(), Exit> {
    let id = id_of(one(tool, "lease timetolive command needs lease ID as argument")?)?;
    let client = Client::connect(tool)?;
    let with_keys = tool.flags.is_set("keys");
    let call = Operation::Call(Call::LeaseTimeToLive { id, keys: with_keys });
    // The real tool sets no timeout here.
    let answered = client.call_patiently(call).await.map_err(|why| fail(BAD_CONNECTION, why))?;
    if let Answered::Call(header, CallResponse::LeaseTimeToLive { id, ttl_seconds, granted_seconds, keys }) =
        &answered
    {
        client.print(&Item::TimeToLive {
            header: *header,
            id: *id,
            ttl: *ttl_seconds,
            granted: *granted_seconds,
            keys: with_keys.then_some(keys),
        })?;
    }
    Ok(())
}

pub(super) async fn list(tool: &Tool<'_>) -> Result<(), Exit> {
    let client = Client::connect(tool)?;
    let answered = client
        .call_patiently(Operation::Call(Call::LeaseList))
        .await
        .map_err(|why| fail(BAD_CONNECTION, why))?;
    if let Answered::Call(header, CallResponse::LeaseList(leases)) = &answered {
        client.print(&Item::Leases { header: *header, leases })?;
    }
    Ok(())
}

pub(super) async fn keep_alive(tool: &Tool<'_>) -> Result<(), Exit> {
    let id = id_of(one(tool, "lease keep-alive command needs lease ID as argument")?)?;
    let client = Client::connect(tool)?;
    let once = tool.flags.is_set("once");
    loop {
        match keep_alive_once(&client, id).await {
            Ok(Some((header, ttl))) => {
                client.print(&Item::KeptAlive { header, id, ttl })?;
                if once {
                    return Ok(());
                }
                sleep(&client, until_next(ttl)).await;
            }
            Ok(None) if once => {
                return Err(fail(BAD_CONNECTION, "etcdserver: requested lease not found"));
            }
            Ok(None) => {
                if client.format == Format::Simple {
                    tool.io.out(format!("lease {} expired or revoked.\n", lease_id(id)));
                }
                return Ok(());
            }
            Err(why) if once => return Err(fail(BAD_CONNECTION, why)),
            Err(why) if !is_late(&why) => return Err(fail(BAD_CONNECTION, why)),
            // The client retries until the server reports that the lease has expired.
            Err(_) => sleep(&client, CHECK_INTERVAL).await,
        }
    }
}

/// Sends one keep-alive. Returns the header and the new time to live in seconds; `None` if the
/// lease does not exist.
pub(super) async fn keep_alive_once(
    client: &Client,
    id: LeaseId,
) -> Result<Option<(ResponseHeader, i64)>, String> {
    let answered = client.call(Operation::Call(Call::LeaseKeepAlive { id })).await?;
    Ok(match answered {
        Answered::Call(header, CallResponse::LeaseKeepAlive { ttl_seconds, .. }) if ttl_seconds > 0 => {
            Some((header, ttl_seconds))
        }
        _ => None,
    })
}

/// Returns the time until the next keep-alive: a third of the time to live, rounded up to
/// [`CHECK_INTERVAL`].
pub(super) fn until_next(ttl_seconds: i64) -> Nanos {
    let third = u64::try_from(ttl_seconds).unwrap_or(0).saturating_mul(SECOND) / 3;
    third.div_ceil(CHECK_INTERVAL).max(1) * CHECK_INTERVAL
}

async fn sleep(client: &Client, span: Nanos) {
    let until = client.io.now().saturating_add(span);
    while !matches!(client.io.next(Some(until), false).await, Happened::TimeOver) {}
}
