//! What a session promises, with a real cluster in it.

#![allow(clippy::unwrap_used)]

use raft_core::cluster::Cluster;
use raft_core::model::{Event, EventKind, Operation, REQUEST_TIMEOUT};
use raft_core::units::SECOND;

use super::*;

/// A session whose cluster has elected its first leader. The signals live as long as the owner.
fn session() -> (Owner, Session, NodeId) {
    let owner = Owner::new();
    owner.set();
    let session = Session::start(Settings::with_seed(1));
    assert!(session.advance(3 * SECOND, u32::MAX));
    session.pump();
    let leader = session.view.with_untracked(|view| view.status.leader).unwrap();
    (owner, session, leader)
}

fn told(session: &Session) -> Option<(String, bool)> {
    session.notice.get_untracked().map(|notice| (notice.text, notice.is_error))
}

#[test]
fn what_a_person_does_is_done_now_and_noted() {
    let (_owner, session, leader) = session();
    assert_eq!(session.act(Action::Crash(leader)), Some(Applied::Done));
    let crashed =
        session.view.with_untracked(|view| view.nodes.iter().any(|n| n.id == leader && !n.process.is_up()));
    assert!(crashed, "the view shows it without time having passed");
    assert_eq!((session.now(), session.journal().borrow().len()), (3 * SECOND, 1));
    assert_eq!(told(&session), None);
}

#[test]
fn what_changes_nothing_is_told_and_not_noted() {
    let (_owner, session, _) = session();
    assert_eq!(session.act(Action::Heal(None)), None);
    let (text, is_error) = told(&session).unwrap();
    assert!(!is_error && text.ends_with('.'), "{text}");
    assert_eq!(session.journal().borrow().len(), 0);
}

#[test]
fn what_cannot_be_done_is_told_as_a_mistake() {
    let (_owner, session, _) = session();
    assert_eq!(session.act(Action::Crash(99)), None);
    assert!(told(&session).unwrap().1);
    assert_eq!(session.journal().borrow().len(), 0);
}

#[test]
fn who_may_only_watch_changes_nothing() {
    let (_owner, session, leader) = session();
    session.read_only.set(true);
    assert_eq!(session.act(Action::Crash(leader)), None);
    assert_eq!(told(&session), Some((text::only_to_watch().to_owned(), false)));
    assert!(session.view.with_untracked(|view| view.nodes.iter().all(|node| node.process.is_up())));
}

#[test]
fn settings_that_do_not_go_together_leave_the_cluster_as_it_is() {
    let (_owner, session, leader) = session();
    let generation = session.generation.get_untracked();
    let wrong = Settings { nodes: 0, ..Settings::with_seed(2) };
    assert!(session.renew(wrong).is_err());
    assert_eq!((session.now(), session.generation.get_untracked()), (3 * SECOND, generation));
    assert_eq!(session.view.with_untracked(|view| view.status.leader), Some(leader));
}

#[test]
fn a_new_cluster_begins_at_nought_and_knows_nothing_of_the_one_before() {
    let (_owner, session, leader) = session();
    session.act(Action::Crash(leader));
    session.selected.set(4);
    session.past.on_the_way.set(Some(500));
    session.renew(Settings::with_seed(2)).unwrap();
    assert_eq!(session.past.on_the_way.get_untracked(), None, "another run that was on its way is given up");
    assert_eq!(
        (session.now(), session.generation.get_untracked(), session.selected.get_untracked()),
        (0, 1, 1)
    );
    assert_eq!(session.journal().borrow().len(), 0);
    assert_eq!(session.settings.with_untracked(|settings| settings.seed), 2);
    assert!(session.view.with_untracked(|view| view.nodes.iter().all(|node| node.process.is_up())));
}

#[test]
fn the_life_of_the_request_that_was_sent_last_is_shown() {
    let (_owner, session, leader) = session();
    let operation = Operation::put("/my_key", "my value");
    let id = session.request(Request { endpoints: vec![leader], operation, timeout: REQUEST_TIMEOUT });
    assert!(id.is_some());
    assert_eq!(session.shown_request.get_untracked(), id);
}

#[test]
fn a_step_lets_one_thing_happen_that_can_be_seen() {
    let (_owner, session, _) = session();
    let before = session.look(Cluster::event_count);
    assert!(session.step());
    let events = session.look(Cluster::event_count) - before;
    assert!((1..10).contains(&events), "{events} events");
}

#[test]
fn a_crash_that_took_entries_is_remembered_with_what_it_took() {
    let (_owner, session, _) = session();
    let crash = |lost| Event { at: 7, kind: EventKind::Crashed { node: 2, durable: 5, lost } };
    session.note_crashes(&[crash(0), crash(3)]);
    assert_eq!(session.crashes.get_untracked(), [Crash { node: 2, at: 7, durable: 5, lost: 3 }]);
    let many: Vec<Event> = (0..99).map(|_| crash(1)).collect();
    session.note_crashes(&many);
    assert_eq!(session.crashes.with_untracked(Vec::len), 50, "the newest fifty");
}

/// Restarts at once what crashes.
struct Nurse;

impl Driver for Nurse {
    fn is_busy(&self) -> bool {
        true
    }

    fn wakes_at(&self, _cluster: &Cluster) -> Option<Nanos> {
        None
    }

    fn pass_time(&mut self, _cluster: &mut Cluster) {}

    fn hear(&mut self, cluster: &mut Cluster, events: &[Event]) {
        for event in events {
            if let EventKind::Crashed { node, .. } = event.kind {
                cluster.apply(Action::Restart(node)).unwrap();
            }
        }
    }

    fn start_over(&mut self) {}
}

#[test]
fn a_driver_acts_at_the_very_instant_at_which_something_happens() {
    let (_owner, session, leader) = session();
    session.accompany(DriverKind::Script, Nurse);
    session.act(Action::Crash(leader));
    let process =
        session.view.with_untracked(|view| view.nodes.iter().find(|n| n.id == leader).map(|n| n.process));
    assert!(process.unwrap().is_up(), "it was restarted before anything else was seen");
    assert_eq!(session.now(), 3 * SECOND);
    assert_eq!(session.journal().borrow().len(), 1, "a driver notes its own deeds itself");
}

#[test]
fn without_a_recording_the_past_cannot_be_looked_at_and_that_is_said() {
    let (_owner, session, _) = session();
    session.look_at(SECOND);
    assert_eq!(session.past.at.get_untracked(), None);
    assert_eq!(told(&session), Some((text::not_recorded().to_owned(), false)));
    session.look_at(9 * SECOND);
    assert_eq!(session.past.at.get_untracked(), None, "the future is the present as yet");
}
