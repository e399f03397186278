//! The vocabulary: what goes into a cluster, what comes out of it, and what both are made of.
//!
//! Plain data, without a cluster behind it. Every room above imports these words from here; this room imports
//! `kv`'s requests and responses, and units.
//!
//! * [`Settings`] and timed [`Action`]s determine a run. [`Request`] is what a client asks, [`Outcome`] what it is told.
//! * [`Event`] is something that happened, at an instant in virtual nanoseconds.
//! * [`ClusterView`] is the state of the cluster at an instant.
//! * [`Message`] is one message in flight.
//! * [`Fact`] is an observation on which a check rests.

mod action;
mod alteration;
mod breach;
mod call;
mod directory;
mod event;
mod fact;
mod identity;
mod members;
mod message;
mod outcome;
mod request;
mod server_error;
mod settings;
mod sha1;
mod view;

pub use action::{
    Action, ActionError, Applied, CLOCK_PPM_MAX, CLOCK_PPM_MIN, CLOCK_PPM_TRUE, Dice, FSYNC_NEVER, Link,
    STRESS_RATE_MAX, STRESS_TIME_MAX, Stress,
};
pub use alteration::{Alteration, Altered};
pub use breach::Breach;
pub use call::{
    Call, CallResponse, EndpointStatus, Member, ResponseHeader, SnapshotSummary, WatchEvent, WatchRequest,
    WatchResponse,
};
pub use directory::{Directory, Place};
pub use event::{EntryMark, Event, EventKind, Property, Role};
pub use fact::{Fact, Seen};
pub(crate) use identity::sorted_urls;
pub use identity::{Naming, cluster_id, member_id};
pub use members::{Configuration, Standing};
pub use message::{
    Loss, LossReason, Message, MessageClass, MessageKind, PENDING_DROPS_MAX, PendingDrop, Reply,
};
pub use outcome::{Answer, Cause, Outcome, RequestStep};
pub use request::{Consistency, NO_TIMEOUT, Operation, REQUEST_TIMEOUT, Request, RequestId};
pub use server_error::ServerError;
pub use settings::{LATENCY_MAX, Settings, SettingsError, Timing, TimingWarning};
pub use view::{
    Ballot, ClusterView, Countdown, LifeStep, LinkView, LogCell, NodeView, Process, Progress, RequestView,
    SnapshotView, Status, StoreView, ViolationView, VoteView,
};
