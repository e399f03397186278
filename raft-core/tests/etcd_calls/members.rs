//! Members that are added, promoted, updated and removed, as in etcd 3.4.

use super::*;

/// Returns a cluster of `nodes` members that have been connected long enough for a membership change.
fn healthy(nodes: u64) -> (Cluster, NodeId) {
    let mut settings = Settings { naming: Naming::Loopback, nodes, ..Settings::with_seed(3) };
    settings.apply_timing(Timing::Etcd);
    let (mut cluster, leader) = led_with(settings);
    pass(&mut cluster, 2 * SECOND);
    (cluster, leader)
}

fn url(node: NodeId) -> String {
    Naming::Loopback.peer_url(node)
}

fn add_call(node: NodeId, learner: bool) -> Call {
    Call::MemberAdd { peer_urls: vec![url(node)], learner }
}

fn add(cluster: &mut Cluster, endpoint: NodeId, node: NodeId, learner: bool) -> u64 {
    match call(cluster, endpoint, add_call(node, learner)) {
        (_, CallResponse::MemberAdd { member, members }) => {
            assert!(members.contains(&member));
            member.id
        }
        other => panic!("no member was added: {other:?}"),
    }
}

fn refused(cluster: &mut Cluster, endpoint: NodeId, call: Call) -> ServerError {
    match ask(cluster, endpoint, Operation::Call(call)) {
        Outcome::Refused { error, .. } => error,
        other => panic!("not refused: {other:?}"),
    }
}

fn start_member(cluster: &mut Cluster, node: NodeId) {
    assert_eq!(cluster.apply(Action::Restart(node)), Ok(Applied::Done));
    pass(cluster, SECOND);
}

fn node(cluster: &Cluster, id: NodeId) -> Option<NodeView> {
    cluster.view().nodes.into_iter().find(|node| node.id == id)
}

fn members(cluster: &mut Cluster, endpoint: NodeId) -> Vec<Member> {
    match call(cluster, endpoint, Call::MemberList) {
        (_, CallResponse::MemberList(members)) => members,
        other => panic!("no list of members: {other:?}"),
    }
}

fn initial(node: NodeId) -> u64 {
    Naming::Loopback.member_id(node)
}

#[test]
fn a_new_voter_counts_before_it_runs_and_publishes_its_name_when_it_starts() {
    let (mut cluster, leader) = healthy(5);
    let endpoint = after(leader, 1);
    let id = add(&mut cluster, endpoint, 6, false);
    let status = cluster.status();
    assert_eq!((status.members, status.quorum, status.up, status.spare), (6, 4, 5, 1));
    assert!(!status.configuration.is_joint());
    let added = node(&cluster, 6).unwrap();
    assert_eq!((added.process, added.standing), (Process::Announced, Standing::Voter));
    let listed = members(&mut cluster, endpoint).into_iter().find(|member| member.id == id).unwrap();
    assert_eq!((listed.name.as_str(), listed.client_urls.len(), listed.learner), ("", 0, false));
    put(&mut cluster, endpoint, "a", "1");
    start_member(&mut cluster, 6);
    let listed = members(&mut cluster, endpoint).into_iter().find(|member| member.id == id).unwrap();
    assert_eq!((listed.name.as_str(), listed.client_urls), ("infra6", vec![Naming::Loopback.client_url(6)]));
    put(&mut cluster, 6, "b", "2");
    assert_eq!(same_everywhere(&cluster), 3);
    assert_eq!(cluster.directory().member_id(6), id);
    is_sound(&cluster);
}

#[test]
fn a_learner_is_promoted_once_it_has_the_log() {
    let (mut cluster, leader) = healthy(5);
    let endpoint = after(leader, 1);
    let id = add(&mut cluster, endpoint, 6, true);
    assert_eq!(cluster.status().quorum, 3, "a learner has no vote");
    assert_eq!(refused(&mut cluster, endpoint, Call::MemberPromote { id }), ServerError::LearnerNotReady);
    assert_eq!(refused(&mut cluster, endpoint, add_call(7, true)), ServerError::TooManyLearners);
    start_member(&mut cluster, 6);
    assert_eq!(node(&cluster, 6).unwrap().standing, Standing::Learner);
    let unsupported = ServerError::NotSupportedForLearner;
    assert_eq!(refused(&mut cluster, 6, Call::MemberList), unsupported);
    assert_eq!(refused(&mut cluster, 6, Call::LeaseList), unsupported);
    let (_, response) = call(&mut cluster, 6, Call::Status);
    assert!(matches!(response, CallResponse::Status(EndpointStatus { learner: true, .. })));
    let (_, promoted) = call(&mut cluster, endpoint, Call::MemberPromote { id });
    let CallResponse::MemberPromote(promoted) = promoted else { panic!("it is promoted") };
    assert!(promoted.iter().all(|member| !member.learner));
    assert_eq!(node(&cluster, 6).unwrap().standing, Standing::Voter);
    assert_eq!(refused(&mut cluster, endpoint, Call::MemberPromote { id }), ServerError::NotLearner);
    is_sound(&cluster);
}

#[test]
fn a_second_addition_waits_until_the_first_member_runs() {
    let (mut cluster, leader) = healthy(5);
    let id = add(&mut cluster, leader, 6, false);
    assert_eq!(refused(&mut cluster, leader, add_call(7, false)), ServerError::UnhealthyCluster);
    // A member that never ran can be removed at once.
    call(&mut cluster, leader, Call::MemberRemove { id });
    assert_eq!(cluster.status().members, 5);
    assert_eq!(node(&cluster, 6).map(|node| node.standing), Some(Standing::Removed));
    assert_eq!(refused(&mut cluster, leader, Call::MemberRemove { id }), ServerError::MemberNotFound);
    pass(&mut cluster, 3 * SECOND);
    assert_eq!(node(&cluster, 6), None, "it has left the ring");
    add(&mut cluster, leader, 6, false);
    start_member(&mut cluster, 6);
    assert_eq!(refused(&mut cluster, leader, add_call(7, false)), ServerError::UnhealthyCluster);
    pass(&mut cluster, 5 * SECOND);
    add(&mut cluster, leader, 7, false);
    is_sound(&cluster);
}

#[test]
fn a_removed_leader_transfers_leadership_and_ends() {
    let (mut cluster, leader) = healthy(5);
    let (_, response) = call(&mut cluster, leader, Call::MemberRemove { id: initial(leader) });
    assert!(matches!(response, CallResponse::MemberRemove(left) if left.len() == 4));
    pass(&mut cluster, 2 * SECOND);
    let next = cluster.status().leader.expect("another one leads");
    assert_ne!(next, leader);
    assert_eq!(node(&cluster, leader).map(|node| node.process), Some(Process::Removed));
    pass(&mut cluster, 3 * SECOND);
    assert_eq!(node(&cluster, leader), None);
    put(&mut cluster, next, "a", "1");
    assert_eq!(cluster.status().members, 4);
    is_sound(&cluster);
}

#[test]
fn a_removed_follower_ends_once_it_learns_of_the_removal() {
    let (mut cluster, leader) = healthy(5);
    let gone = after(leader, 1);
    // The request goes to the member that is removed.
    call(&mut cluster, gone, Call::MemberRemove { id: initial(gone) });
    pass(&mut cluster, 2 * SECOND);
    assert_eq!(node(&cluster, gone).map(|node| node.process), Some(Process::Removed));
    assert_eq!(cluster.status().leader, Some(leader), "its campaign deposed nobody");
    is_sound(&cluster);
}

#[test]
fn a_member_that_missed_its_removal_learns_of_it_after_a_restart() {
    let (mut cluster, leader) = healthy(5);
    let gone = after(leader, 1);
    cluster.apply(Action::Crash(gone)).unwrap();
    call(&mut cluster, leader, Call::MemberRemove { id: initial(gone) });
    pass(&mut cluster, 5 * SECOND);
    assert_eq!(node(&cluster, gone), None);
    assert_eq!(cluster.apply(Action::Restart(gone)), Ok(Applied::Done));
    assert_eq!(node(&cluster, gone).map(|node| node.standing), Some(Standing::Removed));
    pass(&mut cluster, 5 * SECOND);
    assert!(node(&cluster, gone).is_none_or(|node| node.process == Process::Removed));
    assert_eq!(cluster.status().leader, Some(leader));
    is_sound(&cluster);
}

#[test]
fn a_single_member_adds_a_second_and_waits_for_it() {
    let (mut cluster, leader) = healthy(1);
    let id = add(&mut cluster, leader, 2, false);
    let remove = Operation::Call(Call::MemberRemove { id });
    assert!(matches!(ask(&mut cluster, leader, remove), Outcome::Failed(_) | Outcome::Unknown(_)));
    let write = ask(&mut cluster, leader, Operation::put("a", "1"));
    assert!(matches!(write, Outcome::Failed(_) | Outcome::Unknown(_)), "{write:?}");
    assert_eq!(refused(&mut cluster, leader, add_call(3, false)), ServerError::NotEnoughStartedMembers);
    start_member(&mut cluster, 2);
    pass(&mut cluster, 3 * SECOND);
    put(&mut cluster, 2, "b", "2");
    is_sound(&cluster);
}

#[test]
fn the_last_member_cannot_be_removed() {
    let (mut cluster, leader) = healthy(1);
    let remove = Call::MemberRemove { id: initial(leader) };
    assert_eq!(refused(&mut cluster, leader, remove), ServerError::NotEnoughStartedMembers);
}

#[test]
fn urls_can_be_changed_and_belong_to_one_member_only() {
    let (mut cluster, leader) = healthy(3);
    let update = |id, url: &str| Call::MemberUpdate { id, peer_urls: vec![url.to_owned()] };
    let (_, response) = call(&mut cluster, leader, update(initial(2), "http://127.0.0.1:9"));
    let CallResponse::MemberUpdate(members) = response else { panic!("it is updated") };
    let urls = |id| members.iter().find(|member| member.id == id).unwrap().peer_urls.clone();
    assert_eq!(urls(initial(2)), ["http://127.0.0.1:9"]);
    assert_eq!(refused(&mut cluster, leader, update(initial(2), &url(1))), ServerError::PeerUrlsExist);
    assert_eq!(refused(&mut cluster, leader, update(77, "http://127.0.0.1:8")), ServerError::MemberNotFound);
    let add = Call::MemberAdd { peer_urls: vec!["http://127.0.0.1:9".to_owned()], learner: false };
    assert_eq!(refused(&mut cluster, leader, add), ServerError::PeerUrlsExist);
    is_sound(&cluster);
}
