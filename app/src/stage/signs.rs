//! The signs of messages, and what the page says about them.

use leptos::prelude::*;
use raft_core::model::{Message, MessageKind, Reply};

/// The signs of messages: the shape tells the kind; filled ones are requests, hollow ones replies.
#[component]
pub fn Signs() -> impl IntoView {
    view! {
        <g id="m-vote"><circle class="stage-msg" r="8" /></g>
        <g id="m-vote-yes"><circle class="stage-hollow" r="7.5" /><path class="stage-sign" d="M-3.5 0h7M0-3.5v7" /></g>
        <g id="m-vote-no"><circle class="stage-hollow" r="7.5" /><path class="stage-sign" d="M-3.5 0h7" /></g>
        <g id="m-pre"><circle class="stage-dash" r="7.5" /><circle class="stage-msg" r="3" /></g>
        <g id="m-pre-yes"><circle class="stage-dash" r="7.5" /><path class="stage-sign" d="M-3 0h6M0-3v6" /></g>
        <g id="m-pre-no"><circle class="stage-dash" r="7.5" /><path class="stage-sign" d="M-3 0h6" /></g>
        <g id="m-append"><rect class="stage-msg" x="-8" y="-8" width="16" height="16" /></g>
        <g id="m-append-yes">
            <rect class="stage-hollow" x="-7" y="-7" width="14" height="14" />
            <path class="stage-sign" d="M-3.5 0h7M0-3.5v7" />
        </g>
        <g id="m-append-no"><rect class="stage-hollow" x="-7" y="-7" width="14" height="14" /><path class="stage-sign" d="M-3.5 0h7" /></g>
        <g id="m-append-wide"><rect class="stage-msg" x="-19" y="-8" width="38" height="16" rx="1" /></g>
        <g id="m-beat"><rect class="stage-msg" x="-4.5" y="-4.5" width="9" height="9" /></g>
        <g id="m-beat-yes"><rect class="stage-hollow" x="-4.5" y="-4.5" width="9" height="9" /></g>
        <g id="m-beat-no"><rect class="stage-hollow" x="-4.5" y="-4.5" width="9" height="9" /><path class="stage-sign" d="M-2 0h4" /></g>
        <g id="m-snap"><path class="stage-hollow" d="M-4-5v-4h13v13h-4" /><path class="stage-msg" d="M-10-6h16v16h-16z" /></g>
        <g id="m-snap-yes">
            <path class="stage-hollow" d="M-4-5v-4h13v13h-4M-9-5h14v14h-14z" />
            <path class="stage-sign" d="M-5 2h6M-2-1v6" />
        </g>
        <g id="m-snap-no"><path class="stage-hollow" d="M-4-5v-4h13v13h-4M-9-5h14v14h-14z" /><path class="stage-sign" d="M-5 2h6" /></g>
        <g id="m-transfer"><path class="stage-msg" d="M-8-8l17 8-17 8z" /></g>
        <g id="m-transfer-yes"><path class="stage-hollow" d="M-8-8l17 8-17 8z" /><path class="stage-sign" d="M-6 0h6M-3-3v6" /></g>
        <g id="m-transfer-no"><path class="stage-hollow" d="M-8-8l17 8-17 8z" /><path class="stage-sign" d="M-6 0h6" /></g>
        <g id="m-client"><path class="stage-msg" d="M0-9l9 9-9 9-9-9z" /></g>
        <g id="m-client-yes">
            <path class="stage-hollow" d="M0-8.5l8.5 8.5-8.5 8.5-8.5-8.5z" />
            <path class="stage-sign" d="M-3 0h6M0-3v6" />
        </g>
        <g id="m-client-no"><path class="stage-hollow" d="M0-8.5l8.5 8.5-8.5 8.5-8.5-8.5z" /><path class="stage-sign" d="M-3 0h6" /></g>
        <g id="m-broken"><path class="stage-broken" d="M-6-6l12 12M6-6l-12 12" /></g>
    }
}

/// Returns the name of a kind in the document.
pub fn kind_name(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Vote => "vote",
        MessageKind::PreVote => "pre-vote",
        MessageKind::Append => "append",
        MessageKind::Heartbeat => "heartbeat",
        MessageKind::Snapshot => "snapshot",
        MessageKind::Transfer => "transfer",
        MessageKind::Forward => "forward",
        MessageKind::ReadIndex => "read-index",
        MessageKind::Lease => "lease",
        MessageKind::Member => "member",
    }
}

/// Returns the sign of a message.
pub fn sign_of(message: &Message) -> &'static str {
    let no = matches!(message.reply, Some(Reply::No | Reply::Unreachable));
    match (message.kind, message.reply.is_some(), no) {
        (MessageKind::Vote, false, _) => "#m-vote",
        (MessageKind::Vote, true, false) => "#m-vote-yes",
        (MessageKind::Vote, true, true) => "#m-vote-no",
        (MessageKind::PreVote, false, _) => "#m-pre",
        (MessageKind::PreVote, true, false) => "#m-pre-yes",
        (MessageKind::PreVote, true, true) => "#m-pre-no",
        (MessageKind::Append, false, _) => "#m-append",
        (MessageKind::Append, true, false) => "#m-append-yes",
        (MessageKind::Append, true, true) => "#m-append-no",
        (MessageKind::Heartbeat, false, _) => "#m-beat",
        (MessageKind::Heartbeat, true, false) => "#m-beat-yes",
        (MessageKind::Heartbeat, true, true) => "#m-beat-no",
        (MessageKind::Snapshot, false, _) => "#m-snap",
        (MessageKind::Snapshot, true, false) => "#m-snap-yes",
        (MessageKind::Snapshot, true, true) => "#m-snap-no",
        (MessageKind::Transfer, false, _) => "#m-transfer",
        (MessageKind::Transfer, true, false) => "#m-transfer-yes",
        (MessageKind::Transfer, true, true) => "#m-transfer-no",
        (_, false, _) => "#m-client",
        (_, true, false) => "#m-client-yes",
        (_, true, true) => "#m-client-no",
    }
}
