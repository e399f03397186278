//! Words about time: its bar, the timeline, branches.

use raft_core::cluster::{Action, Operation};
use raft_core::units::{Nanos, NodeId};

use crate::past::Jump;
use crate::playback::REAL_TIME;

macro_rules! labels {
    ($($name:ident = $text:literal;)*) => { $(
        #[doc = $text]
        pub fn $name() -> &'static str { $text }
    )* };
}

labels! {
    time = "Time";
    clock_controls = "Clock";
    play = "Play";
    pause = "Pause";
    event_back = "One event back";
    event_back_key = "One event back (,)";
    event_on = "One event";
    event_on_key = "One event (.)";
    jump_to = "Jump to";
    jump_kind = "What to jump to";
    jump_back = "Jump back";
    jump_back_keys = "Jump back (with Shift: E election, L commit, X fault, N write, V violation)";
    jump_on = "Jump on";
    jump_on_keys = "Jump on (E election, L commit, X fault, N write, V violation)";
    speed = "Speed";
    speed_value = "Speed, as a number";
    speed_hint = "From 1/1000 to 100x; - and + are slower and faster";
    hurrying = "runs fast until the request ends";
    live = "LIVE";
    live_hint = "The timeline follows the present";
    back_to_live = "Back to LIVE";
    back_to_live_hint = "Back to the present (End)";
    follow = "Follow LIVE";
    follow_hint = "Let the timeline follow the present again";
    cancel = "Cancel";
    timeline = "Instant that is looked at";
    overview = "The whole run; drag the frame or its edges to choose what the line above shows";
    zoom = "Part of the run that is shown";
    zoom_in = "Show a shorter time";
    zoom_in_key = "Show a shorter time (up arrow on the timeline)";
    zoom_out = "Show a longer time";
    zoom_out_key = "Show a longer time (down arrow on the timeline)";
    zoom_whole = "Show the whole run";
    one_branch = "1 branch";
    branches = "Branches";
    no_other_branch = "One branch so far. Go back in time and act there: another begins, and this one is kept.";
    first_branch = "first run";
    is_here = "you are here";
    rename = "Rename";
    branch_name = "Name of the branch";
    nothing_to_undo = "This is the first branch: nothing was done in the past that could be undone.";
    parent_gone = "The branch from which this one began is no longer kept.";
    on_the_way_already = "Another branch is on its way; wait until it is there, or cancel it.";
}

/// A control and the key for it.
pub fn by_space(name: &str) -> String {
    format!("{name} (Space)")
}

/// What to jump to, in a sentence and in a list.
pub fn jump_name(jump: Jump) -> &'static str {
    match jump {
        Jump::Event => "event",
        Jump::Mark => "election or fault",
        Jump::Election => "election",
        Jump::Commit => "commit",
        Jump::Fault => "fault",
        Jump::Write => "write",
        Jump::Violation => "violation",
    }
}

/// Nothing to jump to, forward.
pub fn nothing_after(wanted: &str) -> String {
    format!("No {wanted} is recorded after this instant.")
}

/// Nothing to jump to, back.
pub fn nothing_before(wanted: &str) -> String {
    format!("No {wanted} is recorded before this instant.")
}

/// A speed by its name: `1/20`, `1x`, `2.5x`. Millionths of real time.
pub fn speed_name(speed: u64) -> String {
    const HUNDREDTH: u64 = REAL_TIME / 100;
    if speed >= REAL_TIME {
        return format!("{}x", decimal((speed + HUNDREDTH / 2) / HUNDREDTH));
    }
    let speed = speed.max(1);
    let whole = (REAL_TIME + speed / 2) / speed;
    // A part such as 1/7 has no exact number of millionths.
    if whole >= 10 || whole * speed + 5 >= REAL_TIME && whole * speed <= REAL_TIME + 5 {
        format!("1/{whole}")
    } else {
        format!("1/{}", decimal(100 * REAL_TIME / speed))
    }
}

/// A number of hundredths, without needless noughts.
fn decimal(hundredths: u64) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    match part {
        0 => whole.to_string(),
        _ if part.is_multiple_of(10) => format!("{whole}.{}", part / 10),
        _ => format!("{whole}.{part:02}"),
    }
}

/// A speed in words, for who hears it.
pub fn speed_in_words(speed: u64) -> String {
    let name = speed_name(speed);
    if speed < REAL_TIME {
        let times = name.trim_start_matches("1/");
        format!("{name}: {times} times slower than real time")
    } else if speed == REAL_TIME {
        format!("{name}: real time")
    } else {
        let times = name.trim_end_matches('x');
        format!("{name}: {times} times faster than real time")
    }
}

/// A typed speed that was not understood.
pub fn wrong_speed(typed: &str) -> String {
    format!("{typed:?} is no speed: 1/1000 to 100x are accepted, such as 1/20, 0.5 or 20x.")
}

/// The cluster falls behind.
pub fn runs_behind(reached: &str, wanted: &str) -> String {
    format!("runs behind: {reached} instead of {wanted}")
}

/// A run is played again.
pub fn playing_again(percent: u64) -> String {
    format!("Playing the run again up to there: {percent} %")
}

/// How many branches there are.
pub fn branch_count(count: usize) -> String {
    if count == 1 { one_branch().to_owned() } else { format!("{count} branches") }
}

/// A branch by where it begins and what was done there.
pub fn branch_at(at: &str, deed: &str) -> String {
    format!("branch at {at}: {deed}")
}

/// Where a branch begins and how far it goes.
pub fn from_until(from: &str, until: &str) -> String {
    format!("from {from} to {until}")
}

/// The way back out of a branch.
pub fn undo(name: &str) -> String {
    format!("Undo “{name}”: back to the instant before (Z)")
}

/// The oldest branch is not kept any longer.
pub fn branch_dropped(name: &str) -> String {
    format!("The branch “{name}” is no longer kept: there are too many.")
}

/// How much is recorded.
pub fn recorded(megabytes: &str, most: usize, from: &str) -> String {
    format!("The recording takes {megabytes} of at most {most} MB and begins at {from}.")
}

/// A leader's band, when there is much room, some, or little.
pub fn leads(term: u64, node: NodeId) -> [String; 3] {
    [format!("term {term} · node{node} leads"), format!("T{term} node{node}"), format!("T{term}")]
}

/// The sign of a leader that was elected.
pub fn elected(node: NodeId) -> String {
    format!("node{node} elected")
}

/// The sign of a candidate that did not become leader.
pub fn not_elected(node: NodeId) -> String {
    format!("node{node} not elected")
}

/// The sign of a crash.
pub fn crashed(node: NodeId) -> String {
    format!("node{node} crashed")
}

/// An instant of the line's scale, in seconds with as many decimals as its steps need.
pub fn scale(at: Nanos, step: Nanos) -> String {
    let (mut unit, mut decimals) = (1_000_000_000u64, 0);
    while decimals < 9 && !step.is_multiple_of(unit) {
        unit /= 10;
        decimals += 1;
    }
    let whole = at / 1_000_000_000;
    let part = at % 1_000_000_000 / unit;
    if decimals == 0 { format!("{whole} s") } else { format!("{whole}.{part:0decimals$} s") }
}

/// What was done where a branch begins, in a few words.
pub fn deed(action: &Action) -> String {
    let nodes = |nodes: &[NodeId]| {
        let names: Vec<String> = nodes.iter().map(|node| format!("node{node}")).collect();
        names.join(", ")
    };
    match action {
        Action::Kill(node) => format!("crash node{node}"),
        Action::Stop(node) => format!("stop node{node}"),
        Action::Restart(node) => format!("restart node{node}"),
        Action::StartMember { node, .. } => format!("start node{node}"),
        Action::Pause(node) => format!("pause node{node}"),
        Action::Resume(node) => format!("resume node{node}"),
        Action::Isolate(node) => format!("isolate node{node}"),
        Action::Partition(groups) => {
            let groups: Vec<String> = groups.iter().map(|group| nodes(group)).collect();
            format!("partition {}", groups.join(" | "))
        }
        Action::Cut(link) => format!("cut node{} to node{}", link.from, link.to),
        Action::Heal(None) => "heal all".to_owned(),
        Action::Heal(Some(healed)) => format!("heal {}", nodes(healed)),
        Action::Latency { .. } => "change the latency".to_owned(),
        Action::Loss { .. } => "change the loss".to_owned(),
        Action::Campaign(node) => format!("node{node} campaigns"),
        Action::Transfer(node) => format!("hand leadership to node{node}"),
        Action::Snapshot(node) => format!("snapshot on node{node}"),
        Action::Elections { on: true, .. } => "elections on".to_owned(),
        Action::Elections { on: false, .. } => "elections off".to_owned(),
        Action::Request(request) => match &request.operation {
            operation if operation.is_write() => "a write".to_owned(),
            Operation::Read { .. } => "a read".to_owned(),
            _ => "a request".to_owned(),
        },
        Action::HangUp(_) => "hang up".to_owned(),
        Action::Stress(stress) => format!("{} writes a second", stress.rate),
    }
}
