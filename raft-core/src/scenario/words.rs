//! Tables from words of the language to their meanings, for parsing and printing. Printing takes the first
//! word of a meaning; a further one is an alias.

use super::ast::{RoleWord, Sight, Teach, Verb};
use crate::model::{Naming, Property};

/// Verbs of steps that act on nodes. `crash` is an alias of `kill`.
pub(super) const VERBS: [(&str, Verb); 13] = [
    ("start", Verb::Start),
    ("kill", Verb::Crash),
    ("crash", Verb::Crash),
    ("stop", Verb::Stop),
    ("restart", Verb::Restart),
    ("pause", Verb::Pause),
    ("resume", Verb::Resume),
    ("isolate", Verb::Isolate),
    ("campaign", Verb::Campaign),
    ("transfer", Verb::Transfer),
    ("snapshot", Verb::Snapshot),
    ("wipe", Verb::Wipe),
    ("backup", Verb::Backup),
];

/// Steps for the viewer that are text only. The second word tells `stop here` from `stop`.
pub(super) const TEACHING: [(&str, Teach); 4] =
    [("say", Teach::Say), ("stop here", Teach::StopHere), ("saw", Teach::Saw), ("next", Teach::Next)];

/// Views that `look` can point to.
pub(super) const SIGHTS: [(&str, Sight); 9] = [
    ("log", Sight::Log),
    ("hashes", Sight::Hashes),
    ("disk", Sight::Disk),
    ("history", Sight::History),
    ("timeline", Sight::Timeline),
    ("events", Sight::Events),
    ("ring", Sight::Ring),
    ("terminal", Sight::Terminal),
    ("charts", Sight::Charts),
];

/// Naming schemes for members.
pub(super) const NAMINGS: [(&str, Naming); 2] = [("hosts", Naming::Hosts), ("loopback", Naming::Loopback)];

/// Names of safety properties in conditions.
pub(super) const PROPERTIES: [(&str, Property); 6] = [
    ("election-safety", Property::ElectionSafety),
    ("leader-append-only", Property::LeaderAppendOnly),
    ("log-matching", Property::LogMatching),
    ("leader-completeness", Property::LeaderCompleteness),
    ("state-machine-safety", Property::StateMachineSafety),
    ("linearizability", Property::Linearizability),
];

/// Roles and states of a node in conditions.
pub(super) const ROLES: [(&str, RoleWord); 12] = [
    ("follower", RoleWord::Follower),
    ("candidate", RoleWord::Candidate),
    ("leader", RoleWord::Leader),
    ("down", RoleWord::Down),
    ("crashed", RoleWord::Crashed),
    ("stopped", RoleWord::Stopped),
    ("paused", RoleWord::Paused),
    ("added", RoleWord::Added),
    ("voter", RoleWord::Voter),
    ("learner", RoleWord::Learner),
    ("removed", RoleWord::Removed),
    ("wiped", RoleWord::Wiped),
];
