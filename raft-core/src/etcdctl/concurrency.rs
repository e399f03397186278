//! `lock` and `elect`: a key with a lease of its own, queued behind older keys (etcd's recipes
//! session, mutex and election).

use std::convert::Infallible;

use super::client::{Answered, Client};
use super::io::{CallId, Happened};
use super::lease::until_next;
use super::shell::{not_found, run_words};
use super::tool::{BAD_ARGUMENTS, ERROR, Exit, Tool, error, fail};
use crate::kv::{
    Command, Compare, CompareOperator, CompareTarget, DeleteRequest, KeyRange, KeyValue, LeaseId, PutRequest,
    RangeRequest, RangeResponse, Response, Sort, SortTarget, TxnOp, TxnRequest,
};
use crate::model::{Call, CallResponse, Operation, Outcome, ResponseHeader, WatchRequest, WatchResponse};
use crate::units::{Nanos, SECOND};

/// The time to live of the lease of `elect`, in seconds.
const SESSION_TTL: i64 = 60;

/// A lease that is kept alive while its command waits (etcd's `concurrency.Session`).
struct LeaseSession {
    client: Client,
    lease: LeaseId,
    next_keep_alive: Nanos,
    keep_alive: Option<CallId>,
}

/// The result of a session's wait.
enum Waited {
    Watch(WatchResponse),
    Interrupted,
    /// The lease or the watch has ended.
    Lost,
}

impl LeaseSession {
    async fn open(client: Client, ttl_seconds: i64) -> Result<LeaseSession, Exit> {
        let grant = Operation::Write(Command::LeaseGrant { id: 0, ttl_seconds });
        match client.call_patiently(grant).await.map_err(error)? {
            Answered::Store(_, Response::LeaseGrant(granted)) => {
                client.io.0.borrow_mut().handles_interrupt = true;
                Ok(LeaseSession { client, lease: granted.id, next_keep_alive: 0, keep_alive: None })
            }
            _ => Err(error("no lease was granted".to_owned())),
        }
    }

    /// Makes a call and waits for the response or an interrupt.
    async fn ask(&self, operation: Operation) -> Result<Answered, Exit> {
        match self.client.call_until_interrupt(operation).await {
            Some(answered) => answered.map_err(error),
            None => Err(canceled()),
        }
    }

    fn is_interrupted(&self) -> bool {
        self.client.io.is_interrupted()
    }

    async fn read(&self, request: RangeRequest) -> Result<(ResponseHeader, RangeResponse), Exit> {
        match self.ask(Operation::Read { request, consistency: Default::default() }).await? {
            Answered::Store(header, Response::Range(range)) => Ok((header, range)),
            _ => Err(error("no range was read".to_owned())),
        }
    }

    /// Waits for a message of a watch, an interrupt, or the end of the lease.
    async fn wait(&mut self, watch: Option<CallId>) -> Waited {
        loop {
            let now = self.client.io.now();
            if self.keep_alive.is_none() && now >= self.next_keep_alive {
                self.keep_alive = Some(self.client.start(Call::LeaseKeepAlive { id: self.lease }));
            }
            let until = self.keep_alive.is_none().then_some(self.next_keep_alive);
            match self.client.io.next(until, false).await {
                Happened::Interrupted => return Waited::Interrupted,
                Happened::Progress(call, response) if watch == Some(call) && !response.created => {
                    return if response.canceled { Waited::Lost } else { Waited::Watch(response) };
                }
                Happened::Ended(call, outcome) if self.keep_alive == Some(call) => {
                    self.keep_alive = None;
                    self.next_keep_alive = now + SECOND;
                    if let Outcome::Called {
                        response: CallResponse::LeaseKeepAlive { ttl_seconds, .. },
                        ..
                    } = outcome
                    {
                        if ttl_seconds <= 0 {
                            return Waited::Lost;
                        }
                        self.next_keep_alive = self.client.io.now() + until_next(ttl_seconds);
                    }
                }
                Happened::Ended(call, _) if watch == Some(call) => return Waited::Lost,
                _ => {}
            }
        }
    }

    /// Puts this session's key under `name` unless it exists; returns the key and the revision of
    /// its creation.
    async fn enqueue(&self, name: &str, value: &[u8]) -> Result<(Vec<u8>, u64), Exit> {
        let key = format!("{name}/{:x}", self.lease).into_bytes();
        let absent = Compare {
            range: KeyRange::single(key.clone()),
            target: CompareTarget::Create(0),
            operator: CompareOperator::Equal,
        };
        let put = PutRequest { lease: self.lease, ..PutRequest::new(key.clone(), value) };
        let txn = TxnRequest {
            compares: vec![absent],
            success: vec![TxnOp::Put(put)],
            failure: vec![TxnOp::Range(KeyRange::single(key.clone()).into())],
        };
        let created = match self.ask(Operation::Write(Command::Txn(txn))).await? {
            Answered::Store(_, Response::Txn(done)) => match done.responses.first() {
                Some(Response::Range(range)) => range.kvs.first().map_or(0, |pair| pair.create_revision),
                _ => done.revision,
            },
            _ => 0,
        };
        Ok((key, created))
    }

    /// Waits until a key is the first in the queue under `name`. An interrupt deletes the key.
    async fn wait_for_turn(&mut self, name: &str, (key, created): (&[u8], u64)) -> Result<(), Exit> {
        let turn = self.wait_for_older(name, created).await;
        if turn.is_err() && self.is_interrupted() {
            self.give_up(key).await?;
        }
        turn
    }

    /// Waits until no key under `name` was created before a revision.
    async fn wait_for_older(&mut self, name: &str, created: u64) -> Result<(), Exit> {
        let before = i64::try_from(created).unwrap_or(i64::MAX).saturating_sub(1);
        loop {
            let newest_before = RangeRequest {
                limit: 1,
                sort: Some(Sort { target: SortTarget::Create, descending: true }),
                max_create_revision: before,
                ..RangeRequest::new(KeyRange::prefix(format!("{name}/")))
            };
            let (header, range) = self.read(newest_before).await?;
            let Some(pair) = range.kvs.first() else { return Ok(()) };
            let request = WatchRequest {
                start_revision: i64::try_from(header.revision).unwrap_or(0),
                no_put: true,
                ..WatchRequest::new(KeyRange::single(pair.key.clone()))
            };
            let watch = self.client.start(Call::Watch(request));
            loop {
                match self.wait(Some(watch)).await {
                    Waited::Interrupted => return Err(canceled()),
                    Waited::Lost => return Err(error("session expired".to_owned())),
                    Waited::Watch(response) if response.events.iter().any(|event| event.delete) => break,
                    Waited::Watch(_) => {}
                }
            }
            self.client.io.hang_up(watch);
        }
    }

    /// Deletes the session's key, without a timeout and regardless of an interrupt.
    async fn give_up(&self, key: &[u8]) -> Result<(), Exit> {
        let delete = Command::Delete(DeleteRequest::new(KeyRange::single(key)));
        self.client.call_patiently(Operation::Write(delete)).await.map(|_| ()).map_err(error)
    }

    fn print(&self, header: ResponseHeader, range: RangeResponse) -> Result<(), Exit> {
        self.client.print_store(&Answered::Store(header, Response::Range(range)), false)
    }
}

/// Returns the failure of a command whose call an interrupt ended.
fn canceled() -> Exit {
    fail(ERROR, "context canceled")
}

pub(super) async fn lock(tool: &Tool<'_>) -> Result<(), Exit> {
    let Some((name, command)) = tool.arguments().split_first() else {
        let text = "lock takes a lock name argument and an optional command to execute";
        return Err(fail(BAD_ARGUMENTS, text));
    };
    let name = String::from_utf8_lossy(name).into_owned();
    let ttl = if tool.flags.value("ttl").is_some() { tool.flags.number("ttl") } else { 10 };
    let mut session = LeaseSession::open(Client::connect(tool)?, ttl).await?;
    let (key, created) = session.enqueue(&name, b"").await?;
    session.wait_for_turn(&name, (&key, created)).await?;
    if !command.is_empty() {
        let variables = [
            ("ETCD_LOCK_KEY", String::from_utf8_lossy(&key).into_owned()),
            ("ETCD_LOCK_REV", created.to_string()),
        ];
        let shell = tool.io.0.borrow().shell.clone();
        for (name, value) in variables {
            shell.borrow_mut().variables.insert(name.to_owned(), value);
        }
        if let Some(missing) = command.first().and_then(|name| not_found(name)) {
            session.give_up(&key).await?;
            return Err(fail(ERROR, missing));
        }
        let exit = run_words(tool.io, command.to_vec()).await;
        session.give_up(&key).await?;
        return if exit == 0 { Ok(()) } else { Err(fail(exit, format!("exit status {exit}"))) };
    }
    let (header, range) = session.read(KeyRange::single(key.clone()).into()).await?;
    if range.kvs.is_empty() {
        return Err(fail(ERROR, "lock lost on init"));
    }
    session.print(header, range)?;
    match session.wait(None).await {
        Waited::Interrupted => session.give_up(&key).await,
        _ => Err(fail(ERROR, "session expired")),
    }
}

pub(super) async fn elect(tool: &Tool<'_>) -> Result<(), Exit> {
    let listens = tool.flags.is_set("listen");
    let (name, proposal) = match tool.arguments() {
        [name] if listens => (name, None),
        [_] => return Err(fail(BAD_ARGUMENTS, "no proposal argument but -l not set")),
        [_, _] if listens => return Err(fail(BAD_ARGUMENTS, "proposal given but -l is set")),
        [name, proposal] => (name, Some(proposal)),
        _ => {
            let text = "elect takes one election name argument and an optional proposal argument";
            return Err(fail(BAD_ARGUMENTS, text));
        }
    };
    let name = String::from_utf8_lossy(name).into_owned();
    let mut session = LeaseSession::open(Client::connect(tool)?, SESSION_TTL).await?;
    match proposal {
        Some(proposal) => campaign(&mut session, &name, proposal).await,
        None => match observe(&mut session, &name).await {
            Err(_) if session.is_interrupted() => Ok(()),
            Err(exit) => Err(exit),
        },
    }
}

async fn campaign(session: &mut LeaseSession, name: &str, proposal: &[u8]) -> Result<(), Exit> {
    let (key, created) = session.enqueue(name, proposal).await?;
    session.wait_for_turn(name, (&key, created)).await?;
    let (header, range) = session.read(KeyRange::single(key.clone()).into()).await?;
    session.print(header, range)?;
    match session.wait(None).await {
        Waited::Interrupted => session.give_up(&key).await,
        _ => Err(fail(ERROR, "elect: session expired")),
    }
}

/// Prints each leader of an election, and each new proclamation, until an interrupt.
async fn observe(session: &mut LeaseSession, name: &str) -> Result<Infallible, Exit> {
    let all = KeyRange::prefix(format!("{name}/"));
    let mut shown: Option<KeyValue> = None;
    let first = RangeRequest {
        limit: 1,
        sort: Some(Sort { target: SortTarget::Create, descending: false }),
        ..RangeRequest::new(all.clone())
    };
    let (header, _) = session.read(first.clone()).await?;
    let start_revision = i64::try_from(header.revision).unwrap_or(0).saturating_add(1);
    let watch = session.client.start(Call::Watch(WatchRequest { start_revision, ..WatchRequest::new(all) }));
    loop {
        let (header, range) = session.read(first.clone()).await?;
        let leader = range.kvs.first().cloned();
        if leader.is_some() && leader != shown {
            session.print(header, range)?;
        }
        shown = leader;
        match session.wait(Some(watch)).await {
            Waited::Interrupted => return Err(canceled()),
            Waited::Watch(_) => {}
            Waited::Lost => return Err(fail(ERROR, "elect: observer lost")),
        }
    }
}
