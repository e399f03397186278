//! Time: its bar, the timeline, branches.

use raft_core::model::{Action, Operation};
use raft_core::units::{Nanos, NodeId};

use crate::text::words;
use crate::time::{Jump, REAL_TIME};

words! {
    time = "Time";
    clock_controls = "Clock";
    play = "Play";
    pause = "Pause";
    by_space(control) = "{control} (Space)";
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
    event = "event";
    election_or_fault = "election or fault";
    election = "election";
    commit = "commit";
    fault = "fault";
    write = "write";
    violation = "violation";
    nothing_after(wanted) = "After this instant, no {wanted} is recorded.";
    nothing_before(wanted) = "Before this instant, no {wanted} is recorded.";
    speed = "Speed";
    speed_value = "Speed, as a number";
    speed_hint = "From 1/1000 to 100x; - and + are slower and faster";
    slower(name, times) = "{name}: {times} times slower than real time";
    as_real(name) = "{name}: real time";
    faster(name, times) = "{name}: {times} times faster than real time";
    wrong_speed(typed) = "“{typed}” is not a speed. Accepted: 1/1000 to 100x, such as 1/20, 0.5 or 20x.";
    runs_behind(reached, wanted) = "runs behind: {reached} instead of {wanted}";
    hurrying = "runs fast until the request ends";
    live = "LIVE";
    live_hint = "The timeline follows the present";
    live_is(label, state) = "{label}: {state}";
    back_to_live = "The past is shown; back to the present (End)";
    follow = "Follow";
    follow_hint = "Let the timeline follow the present again";
    playing_again(percent) = "Playing the run again up to there: {percent} %";
    cancel = "Cancel";
    timeline = "Instant shown";
    overview = "The whole run: drag the frame, or its edges, to choose what the line above shows";
    zoom = "Part of the run shown";
    zoom_in = "Show a shorter time";
    zoom_in_key = "Show a shorter time (up arrow on the timeline)";
    zoom_out = "Show a longer time";
    zoom_out_key = "Show a longer time (down arrow on the timeline)";
    zoom_whole = "Show the whole run";
    whole_seconds(whole) = "{whole} s";
    parts_of_seconds(whole, part) = "{whole}.{part} s";
    leads_long(term, node) = "term {term} · node{node} leads";
    leads_short(term, node) = "T{term} node{node}";
    leads_shortest(term) = "T{term}";
    elected(node) = "node{node} elected";
    not_elected(node) = "node{node} not elected";
    crashed(node) = "node{node} crashed";
    one_branch = "1 branch";
    many_branches(count) = "{count} branches";
    branches = "Branches";
    no_other_branch = "One branch so far. Go back in time and act there: another begins, and this one is kept.";
    first_branch = "first run";
    branch_at(at, deed) = "branch at {at}: {deed}";
    from_until(from, until) = "from {from} to {until}";
    is_here = "you are here";
    rename(name) = "Rename {name}";
    branch_name = "Name of the branch";
    undo(name) = "Undo “{name}”: back to the instant before (Z)";
    nothing_to_undo = "This is the first branch: nothing was done in the past that could be undone.";
    parent_gone = "The branch from which this one began is no longer kept.";
    on_the_way_already = "Another branch is being loaded; wait for it, or cancel it.";
    no_timeline = "The timeline could not be loaded, so the scenario was not played. Load the timeline again below the stage, then play the scenario again.";
    branch_dropped(name) = "The branch “{name}” is no longer kept: there are too many.";
    recorded(megabytes, most, from) = "The recording takes {megabytes} of at most {most} MB and begins at {from}.";
    deed_crash(node) = "crash node{node}";
    deed_stop(node) = "stop node{node}";
    deed_restart(node) = "restart node{node}";
    deed_start(node) = "start node{node}";
    deed_pause(node) = "pause node{node}";
    deed_resume(node) = "resume node{node}";
    deed_isolate(node) = "isolate node{node}";
    deed_partition(groups) = "partition {groups}";
    deed_cut(from, to) = "cut node{from} to node{to}";
    deed_heal = "heal all";
    deed_heal_link(from, to) = "heal node{from} to node{to}";
    deed_heal_some(nodes) = "heal {nodes}";
    deed_latency = "change the latency";
    deed_loss = "change the loss";
    deed_campaign(node) = "node{node} campaigns";
    deed_transfer(node) = "hand leadership to node{node}";
    deed_snapshot(node) = "snapshot on node{node}";
    deed_elections_on = "elections on";
    deed_elections_off = "elections off";
    deed_write = "a write";
    deed_read = "a read";
    deed_request = "a request";
    deed_stress(rate) = "{rate} writes a second";
    deed_other = "another deed";
}

/// Returns the target of a jump, for a sentence and a list.
pub fn jump_name(jump: Jump) -> &'static str {
    match jump {
        Jump::Event => event(),
        Jump::Mark => election_or_fault(),
        Jump::Election => election(),
        Jump::Commit => commit(),
        Jump::Fault => fault(),
        Jump::Write => write(),
        Jump::Violation => violation(),
    }
}

/// Returns the name of a speed in millionths of real time: `1/20`, `1x`, `2.5x`.
pub fn speed_name(speed: u64) -> String {
    if speed >= REAL_TIME {
        format!("{}x", times_faster(speed))
    } else {
        format!("1/{}", times_slower(speed))
    }
}

/// Returns a speed in words, for screen readers.
pub fn speed_in_words(speed: u64) -> String {
    let name = speed_name(speed);
    if speed < REAL_TIME {
        slower(name, times_slower(speed))
    } else if speed == REAL_TIME {
        as_real(name)
    } else {
        faster(name, times_faster(speed))
    }
}

fn times_faster(speed: u64) -> String {
    const HUNDREDTH: u64 = REAL_TIME / 100;
    decimal((speed + HUNDREDTH / 2) / HUNDREDTH)
}

fn times_slower(speed: u64) -> String {
    let speed = speed.max(1);
    let whole = (REAL_TIME + speed / 2) / speed;
    // A fraction such as 1/7 has no exact number of millionths.
    if whole >= 10 || (whole * speed).abs_diff(REAL_TIME) <= 5 {
        whole.to_string()
    } else {
        decimal(100 * REAL_TIME / speed)
    }
}

/// Returns a number of hundredths as a decimal, without trailing zeros.
fn decimal(hundredths: u64) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    match part {
        0 => whole.to_string(),
        _ if part.is_multiple_of(10) => format!("{whole}.{}", part / 10),
        _ => format!("{whole}.{part:02}"),
    }
}

/// Returns how many branches there are.
pub fn branch_count(count: usize) -> String {
    if count == 1 { one_branch().to_owned() } else { many_branches(count) }
}

/// Returns the label of a leader's band, in three lengths: long, medium, short.
pub fn band(term: u64, node: NodeId) -> [String; 3] {
    [leads_long(term, node), leads_short(term, node), leads_shortest(term)]
}

/// Returns an instant of the scale, in seconds with as many decimal places as its steps need.
pub fn scale(at: Nanos, step: Nanos) -> String {
    const SECOND: u64 = 1_000_000_000;
    let (mut unit, mut decimals) = (SECOND, 0);
    while decimals < 9 && !step.is_multiple_of(unit) {
        unit /= 10;
        decimals += 1;
    }
    let (whole, part) = (at / SECOND, at % SECOND / unit);
    if decimals == 0 { whole_seconds(whole) } else { parts_of_seconds(whole, format!("{part:0decimals$}")) }
}

/// Returns the action at which a branch begins, in a few words.
pub fn deed(action: &Action) -> String {
    let list = |nodes: &[NodeId]| {
        let names: Vec<String> = nodes.iter().map(|node| format!("node{node}")).collect();
        names.join(", ")
    };
    match action {
        Action::Crash(node) => deed_crash(node),
        Action::Stop(node) => deed_stop(node),
        Action::Restart(node) => deed_restart(node),
        Action::StartMember { node, .. } => deed_start(node),
        Action::Pause(node) => deed_pause(node),
        Action::Resume(node) => deed_resume(node),
        Action::Isolate(node) => deed_isolate(node),
        Action::Partition(groups) => {
            let groups: Vec<String> = groups.iter().map(|group| list(group)).collect();
            deed_partition(groups.join(" | "))
        }
        Action::Cut(link) => deed_cut(link.from, link.to),
        Action::HealLink(link) => deed_heal_link(link.from, link.to),
        Action::Heal(None) => deed_heal().to_owned(),
        Action::Heal(Some(nodes)) => deed_heal_some(list(nodes)),
        Action::Latency { .. } => deed_latency().to_owned(),
        Action::Loss { .. } => deed_loss().to_owned(),
        Action::Campaign(node) => deed_campaign(node),
        Action::Transfer(node) => deed_transfer(node),
        Action::Snapshot(node) => deed_snapshot(node),
        Action::Elections { on: true, .. } => deed_elections_on().to_owned(),
        Action::Elections { on: false, .. } => deed_elections_off().to_owned(),
        Action::Request(request) => match &request.operation {
            operation if operation.is_write() => deed_write().to_owned(),
            Operation::Read { .. } => deed_read().to_owned(),
            _ => deed_request().to_owned(),
        },
        Action::Stress(stress) => deed_stress(stress.rate),
        _ => deed_other().to_owned(),
    }
}
