//! Parsing, printing, and the errors of texts that are wrong.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;
use crate::cluster::{Property, Settings, Timing};
use crate::units::{MILLISECOND, SECOND};

fn error_of(text: &str) -> (u32, u32, String, String) {
    let ParseError { line, column, found, accepted } = parse(text).unwrap_err();
    (line, column, found, accepted)
}

#[test]
fn errors_name_place_finding_and_what_is_accepted() {
    let cases = [
        ("seed x", 1, 6, "\"x\"", "a seed"),
        ("nodes 12", 1, 1, "nodes 12", "1 to 9"),
        ("timing fast", 1, 8, "\"fast\"", "paper, etcd or wan"),
        ("heartbeat 50", 1, 11, "\"50\"", "a time such as"),
        ("election 300ms..150ms", 1, 1, "settings that do not go together", "150ms..300ms"),
        ("loss 101%", 1, 6, "\"101%\"", "0% to 100%"),
        ("kill node0", 1, 6, "\"node0\"", "node1 to node9"),
        ("kil node1", 1, 1, "\"kil\"", "kill, stop"),
        ("wait leader\nseed 3", 2, 1, "the setting \"seed\" after a step", "before the first step"),
        ("wait  leadr", 1, 7, "\"leadr\"", "leader NODE"),
        ("kill old", 1, 6, "\"old\"", "a name given before"),
        ("wipe node1", 1, 1, "does not understand yet", "kill"),
        ("cut node1 node2", 1, 11, "\"node2\"", "->"),
        ("> OK", 1, 1, "\">\"", "only after a command"),
        ("ask Why?\n - a -- b", 1, 1, "without a right and a wrong answer", "+ ANSWER"),
        ("expect entry \"a on node1", 1, 14, "not closed", "double quotes"),
        ("stress 5000/s for 1s", 1, 8, "\"5000/s\"", "1/s to 1000/s"),
        ("kill node1 now", 1, 12, "\"now\"", "the end of the line"),
        ("@2 kill node1", 1, 2, "\"2\"", "a time such as"),
        ("wait lease xyz on all", 1, 12, "\"xyz\"", "hexadecimal"),
        ("wait no lunch", 1, 9, "\"lunch\"", "lease ID or /key"),
        ("expect node1 shows PUT", 1, 20, "\"PUT\"", "double quotes"),
        ("interrupt", 1, 10, "the end of the line", "node1 to node9"),
        ("all$ etcdctl get a", 1, 1, "\"all$\"", "one node before the prompt"),
    ];
    for (text, line, column, found, accepted) in cases {
        let error = error_of(text);
        assert_eq!((error.0, error.1), (line, column), "{text}: {error:?}");
        assert!(error.2.contains(found), "{text}: {error:?}");
        assert!(error.3.contains(accepted), "{text}: {error:?}");
    }
}

#[test]
fn a_text_that_is_too_long_is_refused() {
    let text = "#".repeat(SCENARIO_BYTES_MAX + 1);
    assert!(error_of(&text).2.contains("bytes"));
    assert!(error_of(&"\n".repeat(10_001)).2.contains("lines"));
}

#[test]
fn the_canonical_form_is_stable() {
    let text = "\
# A head comment
title     Everything at once
seed      7
nodes     5
timing    etcd
prevote   off
loss      0.25%
first     node2
snapshot-every 50

wait      leader within 5s
name      old = leader

# In the middle
old$      etcdctl put /a \"b c\" &
node2$    etcdctl put k
          < line one
          <
          > OK
old>      OK
@+500ms partition old | rest
@12s latency   5ms..15ms node1,node2 -> node3
cut       node1 -> rest
elections off node1
ask       Who?
          + me -- yes
          - you -- no
stop here Look.
expect    not entry \"x \\\"y\\\"\" on node1,node2
expect    /a = \"b c\" on all
wait      1500us
wait      old shows \"PUT\" within 5s
interrupt old
wait      no lease {L} on all within 10s
expect    lease 694d on node1
expect    no /a on node1,node2
expect    violation log-matching
";
    let scenario = parse(text).unwrap();
    assert_eq!(scenario.to_string(), text);
    assert_eq!(parse(&scenario.to_string()).unwrap(), scenario);
}

fn any_who() -> impl Strategy<Value = Who> {
    prop_oneof![(1..=9u64).prop_map(Who::Node), Just(Who::Leader), Just(Who::Follower)]
}

fn any_nodes() -> impl Strategy<Value = Nodes> {
    prop_oneof![prop::collection::vec(any_who(), 1..4), Just(vec![Who::All])]
}

fn any_time() -> impl Strategy<Value = u64> {
    prop_oneof![
        1..5_000_000_000u64,
        (1..5_000u64).prop_map(|ms| ms * MILLISECOND),
        (1..60u64).prop_map(|s| s * SECOND)
    ]
}

fn any_value() -> impl Strategy<Value = String> {
    "[ -~äß…]{0,12}"
}

fn any_text() -> impl Strategy<Value = String> {
    "[!-~]([ -~]{0,20}[!-~])?"
}

fn any_test() -> impl Strategy<Value = Test> {
    prop_oneof![
        prop::sample::select(vec![
            Test::Leader,
            Test::NoLeader,
            Test::TwoLeaders,
            Test::Quorum,
            Test::NoQuorum,
            Test::LeaseOver,
            Test::Joint,
            Test::NoViolation,
            Test::Violation(None),
            Test::Violation(Some(Property::LogMatching)),
            Test::Linearizable,
            Test::Quiet,
            Test::Result(ResultWord::Unknown),
        ]),
        (1..=9u64).prop_map(|id| Test::LeaderIs(Who::Node(id))),
        any_who().prop_map(Test::LeaderIsNot),
        (any_who(), any_role()).prop_map(|(who, role)| Test::Role(who, role)),
        any::<u64>().prop_map(Test::Term),
        any::<u64>().prop_map(Test::Voters),
        prop_oneof![Just(vec![]), any_nodes()].prop_map(|nodes| Test::Same(Same::Log, nodes)),
        (any_value(), any_nodes()).prop_map(|(value, nodes)| Test::EntryOn(value, nodes)),
        any_value().prop_map(Test::EntryCommitted),
        ("/[a-z/]{0,6}", prop::option::of(any_value()), any_nodes())
            .prop_map(|(key, value, nodes)| Test::Key(key, value, nodes)),
        (any::<u64>(), any_who()).prop_map(|(revision, who)| Test::Revision(revision, who)),
        ("/[a-z/]{0,6}", any_nodes()).prop_map(|(key, nodes)| Test::NoKey(key, nodes)),
        (any_lease(), any_nodes()).prop_map(|(id, nodes)| Test::Lease(id, nodes)),
        (any_lease(), any_nodes()).prop_map(|(id, nodes)| Test::NoLease(id, nodes)),
        (any_who(), any_value()).prop_map(|(who, text)| Test::Shows(who, text)),
    ]
}

fn any_lease() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9a-f]{1,16}", "[{][A-Z0-9]{1,3}[}]"]
}

fn any_role() -> impl Strategy<Value = RoleWord> {
    prop::sample::select(vec![
        RoleWord::Follower,
        RoleWord::Candidate,
        RoleWord::Leader,
        RoleWord::Down,
        RoleWord::Crashed,
        RoleWord::Stopped,
        RoleWord::Paused,
        RoleWord::Added,
        RoleWord::Voter,
        RoleWord::Learner,
        RoleWord::Removed,
    ])
}

fn any_deed() -> impl Strategy<Value = Deed> {
    let condition = (any::<bool>(), any_test()).prop_map(|(not, test)| Condition { not, test }).boxed();
    prop_oneof![
        any_nodes().prop_map(|nodes| Deed::Do(Verb::Kill, nodes)),
        any_nodes().prop_map(|nodes| Deed::Do(Verb::Start, nodes)),
        prop::collection::vec(any_nodes(), 1..4).prop_map(Deed::Partition),
        (any_nodes(), any_nodes()).prop_map(|(from, to)| Deed::Cut(from, to)),
        prop_oneof![Just(vec![]), any_nodes()].prop_map(Deed::Heal),
        (any_time(), any_time(), prop::option::of((any_nodes(), any_nodes())))
            .prop_map(|(min, max, link)| Deed::Latency(min, max, link)),
        (0..=1_000_000u32, prop::option::of((any_nodes(), any_nodes())))
            .prop_map(|(ppm, link)| Deed::Loss(ppm, link)),
        (any::<bool>(), any_nodes()).prop_map(|(on, nodes)| Deed::Elections(on, nodes)),
        ((1..=1_000u32), (1..=600u64)).prop_map(|(rate, s)| Deed::Stress(rate, s * SECOND)),
        any_text().prop_map(|text| Deed::Teach(Teach::Say, text)),
        any_time().prop_map(Deed::WaitFor),
        any_who().prop_map(Deed::Interrupt),
        (condition.clone(), prop::option::of(any_time()))
            .prop_map(|(condition, within)| Deed::Wait(condition, within)),
        condition.prop_map(Deed::Expect),
        (any_who(), any::<bool>(), prop::option::of(prop::collection::vec(any_text(), 1..3))).prop_map(
            |(on, background, expected)| Deed::Command {
                on,
                line: "etcdctl get /a".to_owned(),
                background,
                input: vec!["a line".to_owned()],
                expected,
            }
        ),
    ]
}

fn any_scenario() -> impl Strategy<Value = Scenario> {
    let when = prop::option::of(prop_oneof![any_time().prop_map(When::At), any_time().prop_map(When::After)]);
    let step = (when, any_deed()).prop_map(|(at, deed)| Step { at, deed, line: Line(0) });
    let timing = prop::sample::select(Timing::ALL.to_vec());
    let settings = (any::<u64>(), 1..=9u64, timing, any::<bool>(), 0..=1_000_000u32, 1..=9u64).prop_map(
        |(seed, nodes, timing, pre_vote, loss_ppm, first)| {
            let mut settings = Settings { seed, nodes, loss_ppm, ..Settings::default() };
            settings.apply_timing(timing);
            settings.pre_vote = pre_vote;
            settings.first = Some(first).filter(|first| *first <= nodes);
            settings
        },
    );
    (settings, prop::collection::vec(step, 0..8), prop::option::of(any_text())).prop_map(
        |(settings, steps, title)| Scenario {
            settings,
            steps,
            about: About { title, ..About::default() },
            comments: vec![],
        },
    )
}

proptest! {
    #[test]
    fn printing_then_parsing_gives_the_same_scenario(scenario in any_scenario()) {
        // Before the first step, latency and loss are settings.
        let first = scenario.steps.first();
        let reads_as_setting = |step: &Step| {
            step.at.is_none() && matches!(step.deed, Deed::Latency(_, _, None) | Deed::Loss(_, None))
        };
        prop_assume!(!first.is_some_and(reads_as_setting));
        let text = scenario.to_string();
        let parsed = parse(&text);
        prop_assert_eq!(parsed.as_ref(), Ok(&scenario), "{}", text);
        prop_assert_eq!(parsed.unwrap().to_string(), text);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "([ -~\\n…]|kill|node1|leader|@|\\$|>|wait|expect|entry|\"){0,60}") {
        if let Ok(scenario) = parse(&text) {
            prop_assert_eq!(parse(&scenario.to_string()), Ok(scenario));
        }
    }
}
