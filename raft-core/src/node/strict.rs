//! etcd's strict reconfiguration check: a server refuses changes of members that might cost the cluster its quorum
//! (`mayAddMember`, `mayRemoveMember`, `mayPromoteMember`).
//!
//! A member counts as started when it has published its name, whether it runs now or not. The transport knows which
//! members are connected.

use crate::model::{Member, ServerError};
use crate::units::{Nanos, SECOND};

/// How long members must have been connected, in virtual nanoseconds (etcd's `HealthInterval`).
const HEALTH_INTERVAL: Nanos = 5 * SECOND;

/// A member as a server knows it, and how long it has been connected to that server. The server itself always is.
pub(super) struct Known<'a> {
    pub(super) member: &'a Member,
    pub(super) connected_for: Option<Nanos>,
}

/// The members that have a vote.
fn voters<'a>(known: &'a [Known<'a>]) -> impl Iterator<Item = &'a Known<'a>> {
    known.iter().filter(|one| !one.member.learner)
}

fn connected(known: &[Known<'_>]) -> usize {
    let long = |one: &&Known<'_>| one.connected_for.is_some_and(|time| time >= HEALTH_INTERVAL);
    voters(known).filter(long).count()
}

/// The number of started voters and of all voters, without one member.
fn count(known: &[Known<'_>], left_out: Option<u64>) -> (usize, usize) {
    let others = || voters(known).filter(|one| Some(one.member.id) != left_out);
    (others().filter(|one| one.member.is_started()).count(), others().count())
}

fn majority(members: usize) -> usize {
    members / 2 + 1
}

/// Checks whether a member may be added now.
///
/// # Errors
/// Refuses it if too few members would be started, or a voter was not connected for [`HEALTH_INTERVAL`].
pub(super) fn may_add(known: &[Known<'_>], learner: bool) -> Result<(), ServerError> {
    let (started, voters) = count(known, None);
    // A restored cluster grows from a single member.
    let grows_from_one = started == 1 && voters == 1;
    if !learner && !grows_from_one && started < majority(voters + 1) {
        return Err(ServerError::NotEnoughStartedMembers);
    }
    if connected(known) < voters {
        return Err(ServerError::UnhealthyCluster);
    }
    Ok(())
}

/// Checks whether a member may be removed now.
///
/// # Errors
/// Refuses it if too few of the others would be started or connected.
pub(super) fn may_remove(known: &[Known<'_>], id: u64) -> Result<(), ServerError> {
    let found = known.iter().find(|one| one.member.id == id);
    if found.is_some_and(|one| one.member.learner) {
        return Ok(());
    }
    let (started, others) = count(known, Some(id));
    if started < majority(others) {
        return Err(ServerError::NotEnoughStartedMembers);
    }
    // A member that is down is not part of the working quorum.
    if found.is_none_or(|one| one.connected_for.is_none()) {
        return Ok(());
    }
    let voters = voters(known).count();
    if connected(known) < 2 + voters.saturating_sub(1) / 2 {
        return Err(ServerError::UnhealthyCluster);
    }
    Ok(())
}

/// Checks whether a learner may be promoted now. `matched` is the leader's matchIndex for it, `last` the leader's last
/// index.
///
/// # Errors
/// Refuses it if the learner has less than nine tenths of the leader's log, or too few members would be started.
pub(super) fn may_promote(known: &[Known<'_>], matched: Option<u64>, last: u64) -> Result<(), ServerError> {
    if matched.is_some_and(|matched| u128::from(matched) * 10 < u128::from(last) * 9) {
        return Err(ServerError::LearnerNotReady);
    }
    let (started, voters) = count(known, None);
    if started + 1 < majority(voters + 1) {
        return Err(ServerError::NotEnoughStartedMembers);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Option<Nanos> = Some(HEALTH_INTERVAL);

    /// Members by whether they are started and for how long they are connected; ids from 1.
    fn check<R>(members: &[(bool, Option<Nanos>)], check: impl Fn(&[Known<'_>]) -> R) -> R {
        let members: Vec<(Member, Option<Nanos>)> = members
            .iter()
            .zip(1..)
            .map(|((started, connected), id)| {
                let name = if *started { "m".to_owned() } else { String::new() };
                (Member { id, name, ..Member::default() }, *connected)
            })
            .collect();
        let known: Vec<Known<'_>> =
            members.iter().map(|(member, time)| Known { member, connected_for: *time }).collect();
        check(&known)
    }

    #[test]
    fn adding_needs_all_voters_connected_for_five_seconds() {
        let add = |known: &[Known<'_>]| may_add(known, false);
        assert_eq!(check(&[(true, LONG); 5], add), Ok(()));
        let one_down = [(true, LONG), (true, LONG), (true, None)];
        assert_eq!(check(&one_down, add), Err(ServerError::UnhealthyCluster));
        let one_fresh = [(true, LONG), (true, LONG), (true, Some(HEALTH_INTERVAL - 1))];
        assert_eq!(check(&one_fresh, add), Err(ServerError::UnhealthyCluster));
        assert_eq!(check(&one_fresh, |known| may_add(known, true)), Err(ServerError::UnhealthyCluster));
    }

    #[test]
    fn adding_needs_a_majority_of_started_members() {
        let add = |known: &[Known<'_>]| may_add(known, false);
        let wait = Err(ServerError::NotEnoughStartedMembers);
        assert_eq!(check(&[(true, LONG)], add), Ok(()), "the second of two");
        assert_eq!(check(&[(true, LONG), (false, None)], add), wait, "the third, before the second runs");
        let learner = |known: &[Known<'_>]| may_add(known, true);
        let unhealthy = Err(ServerError::UnhealthyCluster);
        assert_eq!(check(&[(true, LONG), (false, None)], learner), unhealthy, "a learner needs no vote");
    }

    #[test]
    fn removing_protects_the_quorum_that_works() {
        let remove = |id| move |known: &[Known<'_>]| may_remove(known, id);
        assert_eq!(check(&[(true, LONG); 5], remove(5)), Ok(()));
        let two_down = [(true, LONG), (true, LONG), (true, LONG), (true, None), (true, None)];
        assert_eq!(check(&two_down, remove(5)), Ok(()), "one that is down anyway");
        assert_eq!(check(&two_down, remove(1)), Err(ServerError::UnhealthyCluster));
        assert_eq!(check(&[(true, LONG)], remove(1)), Err(ServerError::NotEnoughStartedMembers));
        assert_eq!(
            check(&[(true, LONG), (false, None)], remove(1)),
            Err(ServerError::NotEnoughStartedMembers)
        );
    }

    #[test]
    fn promoting_needs_nine_tenths_of_the_log() {
        let promote =
            |matched, last| check(&[(true, LONG); 3], |known| may_promote(known, Some(matched), last));
        assert_eq!(promote(90, 100), Ok(()));
        assert_eq!(promote(89, 100), Err(ServerError::LearnerNotReady));
        assert_eq!(
            check(&[(true, LONG); 3], |known| may_promote(known, None, 100)),
            Ok(()),
            "no such member"
        );
    }
}
