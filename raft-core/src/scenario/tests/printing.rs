//! Property tests: the printed text of any scenario parses as the same scenario, and no text makes the parser
//! panic.

use proptest::prelude::*;

use super::super::{
    About, Choice, Condition, Deed, Line, Nodes, ResultWord, RoleWord, Same, Scenario, Speed, Step, Terminal,
    Test, Verb, When, Who, parse,
};
use crate::model::{
    CLOCK_PPM_MAX, CLOCK_PPM_MIN, Dice, FSYNC_NEVER, MessageClass, Naming, Property, Settings, Timing,
};
use crate::units::{MILLISECOND, SECOND};

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

fn any_terminal() -> impl Strategy<Value = Terminal> {
    (any_who(), prop_oneof![Just(1), 1..=99u32]).prop_map(|(on, number)| Terminal { on, number })
}

/// Generates texts of one line or several, with spaces and signs anywhere.
fn any_lines() -> impl Strategy<Value = String> {
    prop_oneof![any_text(), "[ -~ä\n]{0,20}", "[a-c]{1,2} ?[&<]{1,2}( [&<])?"]
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
        RoleWord::Wiped,
    ])
}

fn any_fault() -> impl Strategy<Value = Deed> {
    let some_link = || prop::option::of((any_nodes(), any_nodes()));
    let some_nodes = || prop_oneof![Just(vec![]), any_nodes()];
    let class = prop::sample::select(MessageClass::ALL.to_vec());
    prop_oneof![
        any_nodes().prop_map(|nodes| Deed::Do(Verb::Wipe, nodes)),
        (0..=1_000_000u32, some_link()).prop_map(|(ppm, link)| Deed::Duplication(ppm, link)),
        any::<u64>().prop_map(Deed::Drop),
        (any::<u64>(), any_time()).prop_map(|(message, by)| Deed::Delay(message, by)),
        any::<u64>().prop_map(Deed::Duplicate),
        (class, some_link()).prop_map(|(class, link)| Deed::DropNext(class, link)),
        Just(Deed::CancelDrops),
        (any_nodes(), CLOCK_PPM_MIN..=CLOCK_PPM_MAX).prop_map(|(nodes, ppm)| Deed::Clock(nodes, ppm)),
        (some_nodes(), any_time()).prop_map(|(nodes, takes)| Deed::Fsync(nodes, takes)),
        some_nodes().prop_map(|nodes| Deed::Timers(Dice::Aligned, nodes)),
        some_nodes().prop_map(|nodes| Deed::Timers(Dice::Spread, nodes)),
        Just(Deed::Timers(Dice::Drawn, Vec::new())),
        some_nodes().prop_map(|nodes| Deed::Fsync(nodes, FSYNC_NEVER)),
        any::<bool>().prop_map(Deed::PreVote),
        any::<bool>().prop_map(Deed::LeaseReads),
        any::<u64>().prop_map(Deed::HangUp),
        (any_who(), "[a-z0-9]{1,6}", prop::option::of("[a-z0-9]{1,6}:[0-9]{1,4}"))
            .prop_map(|(who, name, address)| Deed::StartAs(who, Some(name), address)),
    ]
}

fn any_teaching() -> impl Strategy<Value = Deed> {
    let sight = prop::sample::select(crate::scenario::words::SIGHTS.to_vec());
    let teach = prop::sample::select(crate::scenario::words::TEACHING.to_vec());
    let condition = (any::<bool>(), any_test()).prop_map(|(not, test)| Condition { not, test });
    let speed = (1..=100u32, 1..=1_000u32);
    prop_oneof![
        (teach, any_text()).prop_map(|((_, teach), text)| Deed::Teach(teach, text)),
        (sight, prop_oneof![Just(vec![]), any_nodes()], prop::option::of(any_text()))
            .prop_map(|((_, sight), nodes, why)| Deed::Look(sight, nodes, why)),
        (prop::option::of(any_time()), "[a-z][ -~]{0,9}[!-~]")
            .prop_map(|(after, text)| Deed::Hint(after, text)),
        speed.prop_map(|(seconds, in_seconds)| Deed::Speed(Speed { seconds, in_seconds })),
        (condition, any_text()).prop_map(|(condition, text)| Deed::Try { text, condition }),
        any::<u64>().prop_map(Deed::Trace),
        (any_text(), "[a-z]{1,4}", any_text()).prop_map(|(question, answer, reply)| Deed::Ask {
            question,
            choices: [true, false]
                .map(|right| Choice { right, text: answer.clone(), reply: reply.clone() })
                .to_vec(),
        }),
    ]
}

fn any_deed() -> impl Strategy<Value = Deed> {
    let condition = (any::<bool>(), any_test()).prop_map(|(not, test)| Condition { not, test }).boxed();
    prop_oneof![
        any_nodes().prop_map(|nodes| Deed::Do(Verb::Crash, nodes)),
        any_nodes().prop_map(|nodes| Deed::Do(Verb::Start, nodes)),
        prop::collection::vec(any_nodes(), 1..4).prop_map(Deed::Partition),
        (any_nodes(), any_nodes()).prop_map(|(from, to)| Deed::Cut(from, to)),
        prop_oneof![Just(vec![]), any_nodes()].prop_map(Deed::Heal),
        (any_nodes(), any_nodes()).prop_map(|(from, to)| Deed::HealLink(from, to)),
        (any_time(), any_time(), prop::option::of((any_nodes(), any_nodes())))
            .prop_map(|(min, max, link)| Deed::Latency(min, max, link)),
        (0..=1_000_000u32, prop::option::of((any_nodes(), any_nodes())))
            .prop_map(|(ppm, link)| Deed::Loss(ppm, link)),
        (any::<bool>(), any_nodes()).prop_map(|(on, nodes)| Deed::Elections(on, nodes)),
        any_fault(),
        ((1..=1_000u32), (1..=600u64), prop_oneof![Just(vec![]), any_nodes()])
            .prop_map(|(rate, s, nodes)| Deed::Stress(rate, s * SECOND, nodes)),
        any_teaching(),
        any_time().prop_map(Deed::WaitFor),
        (any_terminal(), prop::option::of(1..9u32)).prop_map(|(on, number)| Deed::Interrupt(on, number)),
        (any_terminal(), any_lines()).prop_map(|(on, text)| Deed::Input(on, text)),
        any_terminal().prop_map(Deed::EndInput),
        Just(Deed::CloseTerminals),
        (condition.clone(), prop::option::of(any_time()))
            .prop_map(|(condition, within)| Deed::Wait(condition, within)),
        condition.prop_map(Deed::Expect),
        (
            (any_terminal(), any::<bool>(), any::<bool>(), any_lines()),
            prop::collection::vec("[ -~]{0,8}", 0..3),
            prop::option::of(prop::collection::vec(any_text(), 1..3)),
        )
            .prop_map(|((on, background, open, line), input, expected)| {
                let line = if line.trim().is_empty() { "etcdctl get /a".to_owned() } else { line };
                Deed::Command { on, line, background, open, input, expected }
            }),
    ]
}

pub(crate) fn any_scenario() -> impl Strategy<Value = Scenario> {
    let when = prop::option::of(prop_oneof![any_time().prop_map(When::At), any_time().prop_map(When::After)]);
    let step = (when, any_deed()).prop_map(|(at, deed)| Step { at, deed, line: Line(0) });
    let timing = prop::sample::select(Timing::ALL.to_vec());
    let settings = (any::<u64>(), 1..=9u64, timing, any::<bool>(), 0..=1_000_000u32, 1..=9u64).prop_map(
        |(seed, nodes, timing, pre_vote, loss_ppm, first)| {
            let duplicate_ppm = loss_ppm / 3;
            let mut settings = Settings { seed, nodes, loss_ppm, duplicate_ppm, ..Settings::default() };
            settings.apply_timing(timing);
            settings.pre_vote = pre_vote;
            settings.lease_reads = seed % 2 == 0;
            settings.naming = if seed % 3 == 0 { Naming::Loopback } else { Naming::Hosts };
            settings.first = Some(first).filter(|first| *first <= nodes);
            settings
        },
    );
    let about = (prop::option::of(any_text()), prop::option::of(any_time()))
        .prop_map(|(title, open_at)| About { title, open_at, ..About::default() });
    (settings, prop::collection::vec(step, 0..8), about).prop_map(|(settings, steps, about)| Scenario {
        settings,
        steps,
        about,
        comments: vec![],
    })
}

proptest! {
    #[test]
    fn printing_then_parsing_gives_the_same_scenario(scenario in any_scenario()) {
                // Before the first step, a line about all links or all disks is a setting.
        let first = scenario.steps.first();
        let reads_as_setting = |step: &Step| {
            let of_all = match &step.deed {
                Deed::Latency(_, _, None) | Deed::Loss(_, None) | Deed::Duplication(_, None) => true,
                Deed::Fsync(nodes, takes) => nodes.is_empty() && *takes != FSYNC_NEVER,
                Deed::PreVote(_) | Deed::LeaseReads(_) => true,
                _ => false,
            };
            step.at.is_none() && of_all
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
