//! How a voter will answer. openraft checks the lease first, then the logs, then the terms. A voter that refuses
//! because of a lease or its log does not adopt the higher term; in the paper it would.

use super::{Outlook, end_of, end_text, is_better, rules};
use crate::model::{ClusterView, NodeView};
use crate::model::{Message, Reply, Role};
use crate::units::{MICROSECOND, Nanos};

/// Within this distance of a lease's end, in virtual nanoseconds, rounding between clocks decides.
const MARGIN: Nanos = MICROSECOND;

/// Foresees the answer to a vote request.
pub(super) fn vote(message: &Message, voter: &NodeView, view: &ClusterView) -> Outlook {
    let Message { from, to, term, .. } = message;
    if message.handover.is_none()
        && let Some(bound) = bound(message, voter, "refuse")
    {
        return hedged(bound, message, view);
    }
    if let Some(shorter) = shorter_log(message, voter, "refuse") {
        return hedged(shorter, message, view);
    }
    let outlook = match voter.vote {
        Some(vote) if vote.term > *term => {
            let text = format!(
                "node{to} will refuse: it is in term {} already, and node{from} will learn that",
                vote.term
            );
            Outlook::sure(Reply::No, rules::TERM, text)
        }
        Some(vote) if vote.term == *term && vote.committed => {
            let text = format!("node{to} will refuse: node{} leads term {term} already", vote.candidate);
            Outlook::sure(Reply::No, rules::VOTE, text)
        }
        Some(vote) if vote.term == *term && vote.candidate != *from => {
            let text = if vote.candidate == *to {
                format!("node{to} will refuse: it has voted for itself in term {term}")
            } else {
                format!(
                    "node{to} will refuse: it has already voted for node{} in term {term}",
                    vote.candidate
                )
            };
            Outlook::sure(Reply::No, rules::VOTE, text)
        }
        _ => {
            let steps_down = match voter.role {
                Role::Leader => format!(", step down as the leader of term {}", voter.term),
                Role::Candidate => format!(", give up its own campaign in term {}", voter.term),
                _ => String::new(),
            };
            let text = format!(
                "node{to} will grant it{steps_down} and fsync its vote before it answers: node{from}'s log is \
                 no worse than its own, and it has not voted in term {term}"
            );
            // A leader of an old term that was cut off may hear something else first.
            Outlook::sure(Reply::Yes, rules::VOTE, text).unless(voter.role != Role::Leader)
        }
    };
    hedged(outlook, message, view)
}

/// Foresees the answer to a pre-vote request: the same checks, but the voter promises nothing.
pub(super) fn pre_vote(message: &Message, voter: &NodeView, view: &ClusterView) -> Outlook {
    let Message { from, to, term, .. } = message;
    if let Some(bound) = bound(message, voter, "say no") {
        return hedged(bound, message, view);
    }
    if let Some(shorter) = shorter_log(message, voter, "say no") {
        return hedged(shorter, message, view);
    }
    let no = voter.vote.is_some_and(|vote| {
        vote.term > *term || vote.term == *term && (vote.committed || vote.candidate != *from)
    });
    let outlook = if no {
        let text = format!("node{to} will say no: it has gone with another in term {term} or is beyond it");
        Outlook::sure(Reply::No, rules::PRE_VOTE, text)
    } else {
        let text = format!(
            "node{to} will say yes: it hears no leader, and node{from}'s log is no worse than its own; \
             it promises nothing and its term stays"
        );
        Outlook::sure(Reply::Yes, rules::PRE_VOTE, text)
    };
    hedged(outlook, message, view)
}

/// Makes an outlook uncertain where the voter may know that the candidate was removed; it would answer only that.
fn hedged(outlook: Outlook, message: &Message, view: &ClusterView) -> Outlook {
    let configuration = &view.status.configuration;
    outlook.unless(configuration.contains(message.from))
}

/// The refusal because of a leader's lease, if one binds the voter.
fn bound(message: &Message, voter: &NodeView, refuse: &str) -> Option<Outlook> {
    let Message { from, to, arrives_at: at, .. } = message;
    let promised = voter.vote.filter(|vote| vote.committed).and(voter.promised_until);
    let own = voter.lease_until.filter(|_| voter.role == Role::Leader);
    let until = promised.max(own)?;
    if until + MARGIN < *at {
        return None;
    }
    let text = match voter.vote.map(|vote| vote.candidate) {
        Some(leader) if leader != *to => format!(
            "node{to} will {refuse}: it has heard of its leader node{leader} lately and elects nobody else until \
             that lease ends; it keeps its term (openraft)"
        ),
        _ => format!(
            "node{to} will {refuse}: it leads and a majority has answered it lately, so its lease holds; \
             node{from} is not heard (openraft)"
        ),
    };
    Some(Outlook::sure(Reply::No, rules::LEADER_LEASE, text).unless(until > at + MARGIN))
}

/// The refusal because of the candidate's log, if the voter's is more up-to-date.
fn shorter_log(message: &Message, voter: &NodeView, refuse: &str) -> Option<Outlook> {
    let Message { from, to, .. } = message;
    let (theirs, mine) = (message.last, end_of(voter));
    is_better(mine, theirs).then(|| {
        let text = format!(
            "node{to} will {refuse}: its own log {}, node{from}'s {}; a candidate with less cannot lead",
            end_text(mine),
            end_text(theirs)
        );
        Outlook::sure(Reply::No, rules::RESTRICTION, text)
    })
}
