//! Responses printed as by the real tool, in its five formats.

mod fields;
mod json;
mod protobuf;
mod simple;
mod table;

use super::client::{Answered, Client};
use super::tool::{BAD_FEATURE, Exit, fail};
use crate::kv::{Alarm, LeaseId, Response};
use crate::model::{EndpointStatus, Member, ResponseHeader, SnapshotSummary, WatchResponse};

/// The output format that `--write-out` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Simple,
    Json,
    Fields,
    Table,
    Protobuf,
}

impl Format {
    /// Returns the format with this name.
    pub(super) fn named(name: &str) -> Option<Format> {
        Some(match name {
            "simple" => Format::Simple,
            "json" => Format::Json,
            "fields" => Format::Fields,
            "table" => Format::Table,
            "protobuf" => Format::Protobuf,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Format::Simple => "simple",
            Format::Json => "json",
            Format::Fields => "fields",
            Format::Table => "table",
            Format::Protobuf => "protobuf",
        }
    }

    fn unsupported<T>(self) -> Result<T, Exit> {
        Err(fail(BAD_FEATURE, format!("{} not supported as output format", self.name())))
    }
}

/// The kind of a membership change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberChange {
    Added,
    Removed,
    Updated,
    Promoted,
}

/// The health of an endpoint.
pub(super) struct Health {
    pub(super) endpoint: String,
    pub(super) took: String,
    /// The error; empty if the endpoint is healthy.
    pub(super) error: String,
}

/// The status of an endpoint.
pub(super) struct StatusAt {
    pub(super) endpoint: String,
    pub(super) header: ResponseHeader,
    pub(super) status: EndpointStatus,
}

/// The hash of an endpoint's store.
pub(super) struct HashAt {
    pub(super) endpoint: String,
    pub(super) header: ResponseHeader,
    pub(super) hash: u32,
    /// The first readable revision; -1 before the first compaction.
    pub(super) compact_revision: i64,
}

/// A result to print.
pub(super) enum Item<'a> {
    /// A response of the store. `values_only` omits the keys.
    Store {
        header: ResponseHeader,
        response: &'a Response,
        values_only: bool,
    },
    Revoked {
        header: ResponseHeader,
        id: LeaseId,
    },
    KeptAlive {
        header: ResponseHeader,
        id: LeaseId,
        ttl: i64,
    },
    TimeToLive {
        header: ResponseHeader,
        id: LeaseId,
        ttl: i64,
        granted: i64,
        keys: Option<&'a [Vec<u8>]>,
    },
    Leases {
        header: ResponseHeader,
        leases: &'a [LeaseId],
    },
    Alarms(&'a [Alarm]),
    Members {
        header: ResponseHeader,
        members: &'a [Member],
    },
    MemberChanged {
        header: ResponseHeader,
        change: MemberChange,
        member: &'a Member,
        members: &'a [Member],
    },
    LeaderMoved {
        from: u64,
        to: u64,
    },
    Health(&'a [Health]),
    Status(&'a [StatusAt]),
    Hashes(&'a [HashAt]),
    Snapshot(&'a SnapshotSummary),
    Watch(&'a WatchResponse),
}

impl Client {
    /// Prints a result in the chosen format.
    ///
    /// # Errors
    /// Returns the tool's error if the result cannot be printed in this format.
    pub(super) fn print(&self, item: &Item<'_>) -> Result<(), Exit> {
        let text = match self.format {
            Format::Simple => {
                let (stdout, stderr) = simple::print(item, self.hex);
                self.io.err(stderr);
                Some(stdout)
            }
            Format::Json => Some(json::print(item).into_bytes()),
            Format::Fields => fields::print(item),
            Format::Table => table::print(item).map(String::into_bytes),
            Format::Protobuf => protobuf::print(item)?,
        };
        match text {
            Some(text) => {
                self.io.out(text);
                Ok(())
            }
            None => self.format.unsupported(),
        }
    }

    /// Prints a response of the store.
    ///
    /// # Errors
    /// Returns the same errors as [`Client::print`].
    pub(super) fn print_store(&self, answered: &Answered, values_only: bool) -> Result<(), Exit> {
        match answered {
            Answered::Store(header, response) => {
                self.print(&Item::Store { header: *header, response, values_only })
            }
            Answered::Call(..) => Ok(()),
        }
    }
}

/// Returns the cells of a member's row.
fn member_row(member: &Member) -> [String; 6] {
    [
        format!("{:x}", member.id),
        if member.name.is_empty() { "unstarted".to_owned() } else { "started".to_owned() },
        member.name.clone(),
        member.peer_urls.join(","),
        member.client_urls.join(","),
        member.learner.to_string(),
    ]
}

/// Returns the cells of an endpoint's row.
fn status_row(StatusAt { endpoint, header, status }: &StatusAt) -> [String; 10] {
    [
        endpoint.clone(),
        format!("{:x}", header.member_id),
        super::VERSION.to_owned(),
        super::text::human_size(status.db_size),
        (status.leader == header.member_id).to_string(),
        status.learner.to_string(),
        status.raft_term.to_string(),
        status.raft_index.to_string(),
        status.raft_applied_index.to_string(),
        status.errors.join(", "),
    ]
}

fn snapshot_row(snapshot: &SnapshotSummary) -> [String; 4] {
    [
        format!("{:x}", snapshot.hash),
        snapshot.revision.to_string(),
        snapshot.total_keys.to_string(),
        super::text::human_size(snapshot.total_size),
    ]
}

/// Returns an alarm in protobuf's text form.
pub(super) fn alarm_text(alarm: &Alarm) -> String {
    format!("memberID:{} alarm:{} ", alarm.member, alarm.kind.name())
}
