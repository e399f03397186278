//! The look of a node by its state, on the ring and in the legend.

use leptos::prelude::*;
use raft_core::model::{Process, Role};

use super::Tenths;

/// A node in a state, for a legend: drawn as on the ring, without what surrounds it there.
pub fn sample(process: Process, role: Role, has_quorum: bool) -> impl IntoView {
    view! {
        <g class=format!("stage-node {}", look_of(process, role))>
            <circle class="stage-disc" r="30" />
            {glyph(process, role, has_quorum, 1.0)}
            {(role == Role::Candidate).then(|| view! {
                <circle class="stage-ballot stage-yes" cx="0" cy="-14" r="5" />
                <circle class="stage-ballot stage-yes" cx="13" cy="6" r="5" />
                <circle class="stage-ballot" cx="-13" cy="6" r="5" />
                <path class="stage-ballot" d="M-16 6h6" />
            })}
        </g>
    }
}

/// Returns the class of a node by its state.
pub fn look_of(process: Process, role: Role) -> &'static str {
    match (process, role) {
        (Process::Crashed | Process::Failed, _) => "stage-crashed",
        (Process::Wiped, _) => "stage-wiped stage-stopped",
        (Process::Stopped, _) => "stage-stopped",
        (Process::Starting, _) => "stage-starting",
        (Process::Announced, _) => "stage-added",
        (Process::Removed, _) => "stage-removed stage-stopped",
        (Process::Paused | Process::Running, Role::Leader) => "stage-leader",
        (Process::Paused, _) => "stage-follower",
        (Process::Running, Role::Candidate) => "stage-candidate",
        (Process::Running, Role::PreCandidate) => "stage-precandidate",
        (Process::Running, Role::Follower) => "stage-follower",
        (Process::Running, Role::Learner) => "stage-learner",
    }
}

/// The sign on the disc, so that no state is told by colour alone.
pub fn glyph(process: Process, role: Role, has_quorum: bool, scale: f64) -> impl IntoView + use<> {
    let transform = format!("scale({})", Tenths(scale));
    let path = match (process, role) {
        (Process::Crashed | Process::Failed, _) => Some(("stage-glyph", "M-10-10l20 20M10-10l-20 20")),
        // An empty disk.
        (Process::Wiped, _) => Some((
            "stage-glyph",
            "M-11-8a11 4 0 1 0 22 0a11 4 0 1 0-22 0v15a11 4 0 0 0 22 0v-15M-4 0l8 7M4 0l-8 7",
        )),
        (Process::Stopped, _) => Some(("stage-glyph-fill", "M-9-9h18v18h-18z")),
        (Process::Announced, _) => Some(("stage-glyph", "M-9 0h18M0-9v18")),
        (Process::Removed, _) => Some(("stage-glyph", "M-9 0h18")),
        (Process::Paused, _) => Some(("stage-glyph", "M-6-9v18M6-9v18")),
        (Process::Starting, _) => Some(("stage-glyph-fill", "M-10-2h4v4h-4zM-2-2h4v4h-4zM6-2h4v4h-4z")),
        (Process::Running, Role::Learner) => {
            Some(("stage-glyph stage-eye", "M-15 0Q0-15 15 0Q0 15-15 0zM0-3.5a3.5 3.5 0 1 0 .1 0z"))
        }
        (Process::Running, Role::Leader) => Some(("stage-glyph-fill", "M-14-8l7 7 7-11 7 11 7-7-3 17h-22z")),
        _ => None,
    };
    let alone = process == Process::Running && role == Role::Leader && !has_quorum;
    view! {
        {alone.then(|| view! { <circle class="stage-veil" r=Tenths(30.0 * scale).to_string() /> })}
        {path.map(|(class, d)| view! { <path class=class d=d transform=transform /> })}
    }
}

#[cfg(test)]
mod tests {
    use super::look_of;
    use raft_core::model::{Process, Role};

    #[test]
    fn a_process_that_is_down_looks_so_whatever_its_role_was() {
        for role in [Role::Leader, Role::Follower, Role::Learner] {
            assert_eq!(look_of(Process::Crashed, role), "stage-crashed");
            assert_eq!(look_of(Process::Failed, role), "stage-crashed");
            assert_eq!(look_of(Process::Wiped, role), "stage-wiped stage-stopped");
        }
    }

    #[test]
    fn a_paused_leader_keeps_the_colour_of_its_role() {
        assert_eq!(look_of(Process::Running, Role::Leader), "stage-leader");
        assert_eq!(look_of(Process::Paused, Role::Leader), "stage-leader");
        assert_eq!(look_of(Process::Paused, Role::Candidate), "stage-follower");
    }

    #[test]
    fn a_candidate_that_only_asks_looks_unlike_one_that_campaigns() {
        assert_eq!(look_of(Process::Running, Role::PreCandidate), "stage-precandidate");
        assert_eq!(look_of(Process::Running, Role::Candidate), "stage-candidate");
    }
}
