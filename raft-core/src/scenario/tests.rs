//! Tests of parsing, printing, and the errors of wrong texts.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod printing;

pub(crate) use printing::any_scenario;

use super::{Halt, Item, ParseError, Player, SCENARIO_BYTES_MAX, Script, parse};
use crate::cluster::Cluster;
use crate::units::SECOND;

fn error_of(text: &str) -> (u32, u32, String, String) {
    let ParseError { line, column, found, accepted, .. } = parse(text).unwrap_err();
    (line, column, found, accepted)
}

#[test]
fn errors_name_position_finding_and_what_is_accepted() {
    let cases = [
        ("seed x", 1, 6, "\"x\"", "a seed"),
        ("nodes 12", 1, 1, "nodes 12", "1 to 9"),
        ("timing fast", 1, 8, "\"fast\"", "paper, etcd, wan"),
        ("heartbeat 50", 1, 11, "\"50\"", "a time such as"),
        ("election 300ms..150ms", 1, 1, "settings that do not go together", "150ms..300ms"),
        ("loss 101%", 1, 6, "\"101%\"", "0% to 100%"),
        ("kill node0", 1, 6, "\"node0\"", "node1 to node9"),
        ("kil node1", 1, 1, "\"kil\"", "kill, crash, stop"),
        ("wait leader\nseed 3", 2, 1, "the setting \"seed\" after a step", "before the first step"),
        ("wait  leadr", 1, 7, "\"leadr\"", "leader NODE"),
        ("kill old", 1, 6, "\"old\"", "a name given before"),
        ("reads node1", 1, 7, "\"node1\"", "index, lease"),
        ("naming any", 1, 8, "\"any\"", "hosts, loopback"),
        ("hang 7", 1, 6, "\"7\"", "up and the number"),
        ("start node1,node2 as x", 1, 19, "\"as\"", "after one node"),
        ("start node6 at", 1, 15, "the end of the line", "its address for clients"),
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
fn a_foreground_command_that_never_ends_fails_after_600_seconds_with_advice() {
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
    let words = "the command did not end within 600s; with & at its end, the next steps do not wait for it";
    assert_eq!(failed, Some((4, words.to_owned())));
    // With &, the steps after it begin at once.
    let scenario =
        parse("seed 42\nwait leader\nwait 1s\nnode1$ etcdctl watch /a &\nsay It goes on.\n").unwrap();
    let mut player = Player::new(scenario).unwrap();
    player.finish();
    assert!(!player.failed() && player.cluster().now() < 10 * SECOND);
}

#[test]
fn a_script_without_a_viewer_passes_questions_stops_and_invitations() {
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
    assert_eq!(script.halt(), Some(&Halt::StopHere), "it halts at the stop still to come");
}

/// Plays a script on its cluster up to an instant, as a session does.
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
