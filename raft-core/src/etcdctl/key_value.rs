//! `get`, `put`, `del` and `compaction`.

use super::client::Client;
use super::flags::Flags;
use super::print::Format;
use super::text::{parse_int, quote};
use super::tool::{BAD_ARGUMENTS, BAD_FEATURE, ERROR, Exit, Tool, error, fail};
use crate::kv::{Command, DeleteRequest, KeyRange, PutRequest, RangeRequest, Sort, SortTarget};
use crate::model::{Consistency, Operation};

pub(super) async fn put(tool: &Tool<'_>) -> Result<(), Exit> {
    let stdin = match (tool.arguments().len(), tool.flags.is_set("ignore-value")) {
        (1, false) => Some(tool.io.stdin().await),
        _ => None,
    };
    let put = put_request(&tool.flags, stdin)?;
    let client = Client::connect(tool)?;
    let answered = client.call(Operation::Write(Command::Put(put))).await.map_err(error)?;
    client.print_store(&answered, false)
}

/// Converts the words of a `put` to a request. The value may come from standard input.
pub(super) fn put_request(flags: &Flags, stdin: Option<Vec<u8>>) -> Result<PutRequest, Exit> {
    let needs = || fail(BAD_ARGUMENTS, "put command needs 1 argument and input from stdin or 2 arguments");
    let (key, rest) = flags.arguments.split_first().ok_or_else(needs)?;
    let ignore_value = flags.is_set("ignore-value");
    if ignore_value && !rest.is_empty() {
        let text = "put command needs only 1 argument when 'ignore-value' is set";
        return Err(fail(BAD_ARGUMENTS, text));
    }
    // Like the real tool, ignore further words.
    let value = match rest.first() {
        Some(value) => value.clone(),
        None if ignore_value => Vec::new(),
        None => stdin.filter(|stdin| !stdin.is_empty()).ok_or_else(needs)?,
    };
    let lease = parse_int(flags.value("lease").unwrap_or(b"0"), 16)
        .map_err(|why| fail(BAD_ARGUMENTS, format!("bad lease ID ({why}), expecting ID in Hex")))?;
    Ok(PutRequest {
        lease,
        prev_kv: flags.is_set("prev-kv"),
        ignore_value,
        ignore_lease: flags.is_set("ignore-lease"),
        ..PutRequest::new(key.clone(), value)
    })
}

pub(super) async fn get(tool: &Tool<'_>) -> Result<(), Exit> {
    let (request, consistency) = get_request(&tool.flags)?;
    let client = Client::connect(tool)?;
    let answered = client.call(Operation::Read { request, consistency }).await.map_err(error)?;
    let values_only = tool.flags.is_set("print-value-only");
    if values_only && client.format != Format::Simple {
        return Err(fail(BAD_ARGUMENTS, "print-value-only is only for `--write-out=simple`"));
    }
    client.print_store(&answered, values_only)
}

/// Converts the words of a `get` to a request.
pub(super) fn get_request(flags: &Flags) -> Result<(RangeRequest, Consistency), Exit> {
    let Some((key, rest)) = flags.arguments.split_first() else {
        let text = "get command needs one argument as key and an optional argument as range_end";
        return Err(fail(BAD_ARGUMENTS, text));
    };
    not_both(flags)?;
    let consistency = match flags.value("consistency") {
        None | Some(b"l") => Consistency::Linearizable,
        Some(b"s") => Consistency::Serializable,
        Some(other) => {
            return Err(fail(BAD_FEATURE, format!("unknown consistency flag {}", quote(other))));
        }
    };
    let range = range_of(key, rest.first(), flags)?;
    let request = RangeRequest {
        revision: flags.number("rev").max(0),
        limit: flags.number("limit"),
        sort: sort(flags)?,
        keys_only: flags.is_set("keys-only"),
        ..RangeRequest::new(range)
    };
    Ok((request, consistency))
}

fn sort(flags: &Flags) -> Result<Option<Sort>, Exit> {
    let order = flags.text("order", "");
    let descending = match order.to_uppercase().as_str() {
        "" | "ASCEND" => false,
        "DESCEND" => true,
        _ => return Err(fail(BAD_FEATURE, format!("bad sort order {order}"))),
    };
    let by = flags.text("sort-by", "");
    let target = match by.to_uppercase().as_str() {
        "" | "KEY" => SortTarget::Key,
        "CREATE" => SortTarget::Create,
        "MODIFY" => SortTarget::Mod,
        "VALUE" => SortTarget::Value,
        "VERSION" => SortTarget::Version,
        _ => return Err(fail(BAD_FEATURE, format!("bad sort target {by}"))),
    };
    // The response is in ascending order of keys without a sort.
    Ok((descending || target != SortTarget::Key).then_some(Sort { target, descending }))
}

pub(super) async fn delete(tool: &Tool<'_>) -> Result<(), Exit> {
    let delete = delete_request(&tool.flags)?;
    let client = Client::connect(tool)?;
    let answered = client.call(Operation::Write(Command::Delete(delete))).await.map_err(error)?;
    client.print_store(&answered, false)
}

/// Converts the words of a `del` to a request.
pub(super) fn delete_request(flags: &Flags) -> Result<DeleteRequest, Exit> {
    let (key, end) = match flags.arguments.as_slice() {
        [key] => (key, None),
        [key, end] => (key, Some(end)),
        _ => {
            let text = "del command needs one argument as key and an optional argument as range_end";
            return Err(fail(BAD_ARGUMENTS, text));
        }
    };
    not_both(flags)?;
    Ok(DeleteRequest { range: range_of(key, end, flags)?, prev_kv: flags.is_set("prev-kv") })
}

fn not_both(flags: &Flags) -> Result<(), Exit> {
    if flags.is_set("prefix") && flags.is_set("from-key") {
        let text = "`--prefix` and `--from-key` cannot be set at the same time, choose one";
        return Err(fail(BAD_ARGUMENTS, text));
    }
    Ok(())
}

fn range_of(key: &[u8], end: Option<&Vec<u8>>, flags: &Flags) -> Result<KeyRange, Exit> {
    let (prefix, from_key) = (flags.is_set("prefix"), flags.is_set("from-key"));
    if end.is_some() && (prefix || from_key) {
        let text = "too many arguments, only accept one argument when `--prefix` or `--from-key` is set";
        return Err(fail(BAD_ARGUMENTS, text));
    }
    Ok(if prefix {
        KeyRange::prefix(key)
    } else if from_key {
        KeyRange::from_key(key)
    } else {
        match end.filter(|end| !end.is_empty()) {
            Some(end) => KeyRange::span(key, end.clone()),
            None => KeyRange::single(key),
        }
    })
}

pub(super) async fn compaction(tool: &Tool<'_>) -> Result<(), Exit> {
    let [revision] = tool.arguments() else {
        return Err(fail(BAD_ARGUMENTS, "compaction command needs 1 argument"));
    };
    let revision = parse_int(revision, 10).map_err(|why| fail(ERROR, why))?;
    let client = Client::connect(tool)?;
    client.call(Operation::Write(Command::Compact { revision })).await.map_err(error)?;
    tool.io.out(format!("compacted revision {revision}\n"));
    Ok(())
}
