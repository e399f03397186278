//! What the recorder promises, with a real session.

#![allow(clippy::unwrap_used)]

use raft_core::cluster::Cluster;
use raft_core::model::Settings;
use raft_core::units::SECOND;

use super::*;
use crate::session::{Memory, Recorded};

#[test]
fn a_recorder_that_arrives_late_leaves_alone_the_run_that_waits_for_it() {
    let owner = Owner::new();
    owner.set();
    let session = Session::start(Settings::with_seed(1));
    session.past.on_the_way.set(Some(1_000));
    let recorder = Recorder::new(session, RwSignal::new(true));
    session.remember(Rc::new(recorder.clone()));
    assert_eq!(session.past.on_the_way.get_untracked(), Some(1_000), "a link's run still waits");

    let cluster = Cluster::new(Settings::with_seed(7)).unwrap();
    let tape = raft_core::tape::Tape::of(&cluster);
    let run = Recorded {
        name: "A link".to_owned(),
        cluster,
        tape,
        journal: Default::default(),
        events: Vec::new(),
    };
    assert!(recorder.adopt(run), "and takes the place of the first one");
    assert_eq!(session.settings.with_untracked(|settings| settings.seed), 7);
    assert_eq!((recorder.here().name.as_str(), recorder.left().len()), ("A link", 1));
    assert!(session.advance(SECOND, u32::MAX));
}
