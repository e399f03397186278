//! Parsing, printing, and the errors of texts that are wrong.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;

use super::*;
use crate::cluster::{
    CLOCK_PPM_MAX, CLOCK_PPM_MIN, Cluster, Dice, FSYNC_NEVER, MessageClass, Naming, Property, Settings,
    Timing,
};
use crate::units::{MILLISECOND, SECOND};

fn error_of(text: &str) -> (u32, u32, String, String) {
    let ParseError { line, column, found, accepted, .. } = parse(text).unwrap_err();
    (line, column, found, accepted)
}

#[test]
fn errors_name_place_finding_and_what_is_accepted() {
    let cases = [
        ("seed x", 1, 6, "\"x\"", "a seed"),
        ("nodes 12", 1, 1, "nodes 12", "1 to 9"),
        ("timing fast", 1, 8, "\"fast\"", "paper, etcd, wan"),
        ("heartbeat 50", 1, 11, "\"50\"", "a time such as"),
        ("election 300ms..150ms", 1, 1, "settings that do not go together", "150ms..300ms"),
        ("loss 101%", 1, 6, "\"101%\"", "0% to 100%"),
        ("kill node0", 1, 6, "\"node0\"", "node1 to node9"),
        ("kil node1", 1, 1, "\"kil\"", "kill, stop"),
        ("wait leader\nseed 3", 2, 1, "the setting \"seed\" after a step", "before the first step"),
        ("wait  leadr", 1, 7, "\"leadr\"", "leader NODE"),
        ("kill old", 1, 6, "\"old\"", "a name given before"),
        ("reads node1", 1, 7, "\"node1\"", "index, lease"),
        ("naming any", 1, 8, "\"any\"", "hosts, loopback"),
        ("hang 7", 1, 6, "\"7\"", "up and the number"),
        ("start node1,node2 as x", 1, 19, "\"as\"", "after one node"),
        ("start node6 at", 1, 15, "the end of the line", "where clients reach it"),
        ("drop", 1, 5, "the end of the line", "message and its number, next"),
        ("drop message x", 1, 14, "\"x\"", "the number of a message"),
        ("drop next letter", 1, 11, "\"letter\"", "vote, pre-vote, append"),
        ("drop next append node1", 1, 23, "the end of the line", "->"),
        ("delay 12", 1, 7, "\"12\"", "message 12 by 20ms"),
        ("delay message 12 20ms", 1, 18, "\"20ms\"", "by and a time"),
        ("wait leader\nduplicate node1", 2, 11, "\"node1\"", "a share such as 5%"),
        ("duplicate 101%", 1, 11, "\"101%\"", "0% to 100%"),
        ("clock node1 10%", 1, 13, "\"10%\"", "such as +10%"),
        ("clock node1 -95%", 1, 13, "\"-95%\"", "-90% to +900%"),
        ("clock node1 +901%", 1, 13, "\"+901%\"", "-90% to +900%"),
        ("fsync node1 fast", 1, 13, "\"fast\"", "a time such as"),
        ("align node1", 1, 7, "\"node1\"", "timers"),
        ("timers drawn", 1, 8, "\"drawn\"", "timers as drawn"),
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
        ("interrupt node1 %0", 1, 18, "\"0\"", "such as %1"),
        ("close node1", 1, 7, "\"node1\"", "terminals"),
        ("eof node1:100", 1, 5, "\"node1:100\"", "1 to 99"),
        ("node1:x$ ls", 1, 1, "\"node1:x$\"", "node1:2$"),
        ("node1$\nkill node2", 1, 1, "a prompt without a command", "lines with |"),
        ("node1$ ls\n| x", 2, 1, "\"|\"", "NODE$ or NODE<"),
        ("kill node1\n| x", 2, 1, "\"|\"", "NODE$ or NODE<"),
        ("stress 5/s for 1s on nowhere", 1, 22, "\"nowhere\"", "node1 to node9"),
        ("look", 1, 5, "the end of the line", "log, hashes, disk"),
        ("look lgo", 1, 6, "\"lgo\"", "log, hashes, disk"),
        ("look log node12", 1, 10, "\"node12\"", "node1 to node9"),
        ("look log --", 1, 12, "the end of the line", "a text"),
        ("hint 20s", 1, 9, "the end of the line", "a text"),
        ("speed fast", 1, 7, "\"fast\"", "1/20 or 2"),
        ("speed 1/2000", 1, 7, "\"1/2000\"", "from 1/1000 to 100"),
        ("try two leaders", 1, 16, "the end of the line", "-- and a text"),
        ("try twoleaders -- x", 1, 5, "\"twoleaders\"", "two leaders"),
        ("trace abc", 1, 7, "\"abc\"", "16 hexadecimal digits"),
        ("open 2s", 1, 6, "\"2s\"", "open at 2.3s"),
        ("open at 2s\nopen at 3s", 2, 1, "a second \"open\"", "once"),
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
fn a_command_in_front_that_never_ends_fails_after_its_time_and_says_what_to_do() {
    let scenario =
        parse("seed 42\nwait leader\nwait 1s\nnode1$ etcdctl watch /a\nsay It goes on.\n").unwrap();
    let mut player = Player::new(scenario).unwrap();
    player.finish();
    assert!(player.failed());
    let now = player.cluster().now();
    assert!((600 * SECOND..=602 * SECOND).contains(&now), "it waited until {now} ns");
    let failed = player.take_told().into_iter().find_map(|told| match told.item {
        Item::Failed(problem) => Some((told.line, problem)),
        _ => None,
    });
    let words = "the command has not ended within 600s; with & at its end, the next steps do not wait for it";
    assert_eq!(failed, Some((4, words.to_owned())));
    // With the & it says that the steps after it begin at once.
    let scenario =
        parse("seed 42\nwait leader\nwait 1s\nnode1$ etcdctl watch /a &\nsay It goes on.\n").unwrap();
    let mut player = Player::new(scenario).unwrap();
    player.finish();
    assert!(!player.failed() && player.cluster().now() < 10 * SECOND);
}

#[test]
fn who_looks_away_is_taken_past_questions_stops_and_invitations() {
    let text = "seed 42\nwait leader\nstop here\nkill leader\ntry no leader -- Kill another.\nwait leader\n\
                wait 30s\nstop here\n";
    let scenario = parse(text).unwrap();
    let mut unwatched = Player::new(scenario.clone()).unwrap();
    unwatched.advance(20 * SECOND);
    let mut cluster = Cluster::new(scenario.settings.clone()).unwrap();
    let mut script = Script::new(scenario);
    script.watch();
    go(&mut cluster, &mut script, 10 * SECOND);
    assert_eq!((script.begun(), script.halt()), (2, Some(&Halt::StopHere)));
    let mut cluster = Cluster::new(script.scenario().settings.clone()).unwrap();
    let mut script = Script::new(script.scenario().clone());
    script.watch();
    script.look_away(0);
    go(&mut cluster, &mut script, 20 * SECOND);
    script.watch_again();
    assert_eq!(script.begun(), 6, "it waits for the thirty seconds");
    assert_eq!(cluster.trace_hash(), unwatched.cluster().trace_hash());
    go(&mut cluster, &mut script, 60 * SECOND);
    assert_eq!(script.halt(), Some(&Halt::StopHere), "what was still to come is stood at");
}

/// Lets a script play on its cluster up to an instant, as a session does.
fn go(cluster: &mut Cluster, script: &mut Script, to: u64) {
    loop {
        let events = cluster.take_events();
        if !events.is_empty() {
            script.hear(cluster, &events);
            continue;
        }
        script.judge(cluster);
        let wakes = script.wakes_at(cluster);
        let target = wakes.unwrap_or(to).min(to);
        if cluster.step(target) {
            script.moved();
            continue;
        }
        cluster.advance(target);
        match wakes {
            Some(at) if at <= target => script.pass_time(cluster),
            _ => return,
        }
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
    let text = concat!(
        "# A head comment\n",
        "title     Everything at once\n",
        "goal      See every form.\n",
        "open      at 2300ms\n",
        "seed      7\n",
        "nodes     5\n",
        "timing    etcd\n",
        "prevote   off\n",
        "loss      0.25%\n",
        "first     node2\n",
        "snapshot-every 50\n",
        "\n",
        "wait      leader within 5s\n",
        "name      old = leader\n",
        "\n",
        "# In the middle\n",
        "old$      etcdctl put /a \"b c\" &\n",
        "node2$    etcdctl put k\n",
        "          < line one\n",
        "          <\n",
        "          > OK\n",
        "old>      OK\n",
        "node2:2$  etcdctl txn <\n",
        "node2:2<  get a\n",
        "node2:2<\n",
        "node2:2<\n",
        "          | put a \"x\n",
        "          |   y\"  \n",
        "eof       node2:2\n",
        "node3$    & <\n",
        "          | etcdctl put b <<END\n",
        "          |\n",
        "          | END\n",
        "@1234.567891ms interrupt node3 %1\n",
        "@12ns node3$    &\n",
        "          | etcdctl get b &\n",
        "stress    20/s for 5s on node1,node2\n",
        "@+500ms partition old | rest\n",
        "@12s latency   5ms..15ms node1,node2 -> node3\n",
        "cut       node1 -> rest\n",
        "elections off node1\n",
        "ask       Who?\n",
        "          + me -- yes\n",
        "          - you -- no\n",
        "stop here Look.\n",
        "stop here\n",
        "look      log\n",
        "look      disk node1,leader -- What is in memory only?\n",
        "hint      20s Cut the network.\n",
        "hint      Cut it.\n",
        "speed     1/100\n",
        "speed     2\n",
        "try       not two leaders -- Heal the network.\n",
        "try       violation -- Break Raft.\n",
        "trace     0000000000000abc\n",
        "expect    not entry \"x \\\"y\\\"\" on node1,node2\n",
        "expect    /a = \"b c\" on all\n",
        "wait      1500us\n",
        "wait      old shows \"PUT\" within 5s\n",
        "interrupt old\n",
        "wait      no lease {L} on all within 10s\n",
        "expect    lease 694d on node1\n",
        "expect    no /a on node1,node2\n",
        "expect    violation log-matching\n",
    );
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

fn any_terminal() -> impl Strategy<Value = Terminal> {
    (any_who(), prop_oneof![Just(1), 1..=99u32]).prop_map(|(on, number)| Terminal { on, number })
}

/// Texts of one line or several, with spaces and signs anywhere.
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
    let sight = prop::sample::select(super::words::SIGHTS.to_vec());
    let teach = prop::sample::select(super::words::TEACHING.to_vec());
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
        any_nodes().prop_map(|nodes| Deed::Do(Verb::Kill, nodes)),
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
        // Before the first step, what concerns all links or all disks is a setting.
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
