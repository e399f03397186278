//! Tests of links: round trips, old links, hostile ones, and the marks of chat programs.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::fuzz::{Mutants, Outcome, judge};
use super::*;
use crate::scenario::tests::any_scenario;
use crate::scenario::{Player, parse};

fn link(text: &str, view: &str) -> RunLink {
    RunLink::new(parse(text).unwrap(), view.parse().unwrap())
}

fn any_view() -> impl Strategy<Value = View> {
    let details =
        [Detail::Log, Detail::SpaceTime, Detail::Events, Detail::Charts, Detail::Keys, Detail::Terminal];
    (
        prop::option::of(0..=TIME_MAX),
        any::<Option<bool>>(),
        prop::option::of(SPEED_MIN..=SPEED_MAX),
        prop::option::of(1..=9u64),
        prop::option::of(prop::sample::select(details.to_vec())),
    )
        .prop_map(|(at, playing, speed, node, detail)| View { at, playing, speed, node, detail })
}

proptest! {
    #[test]
    fn decoding_reverses_encoding(scenario in any_scenario(), view in any_view(), trace_version: u32) {
        // The texts of some generated scenarios parse as other scenarios; these are left out.
        prop_assume!(parse(&scenario.to_string()).as_ref() == Ok(&scenario));
        let link = RunLink { scenario, view, trace_version };
        let text = encode(&link).unwrap();
        let opened = decode(&text);
        prop_assert_eq!(opened.as_ref(), Ok(&link), "{}", text);
        // Only letters that chat programs leave alone, and no mark at the end.
        let body = text.strip_prefix("v1:").unwrap();
        prop_assert!(body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)), "{}", text);
        prop_assert!(text.ends_with(|letter: char| letter.is_ascii_alphanumeric()), "{}", text);
    }

    #[test]
    fn both_forms_hold_every_text(text in "\\PC{0,60}") {
        prop_assert_eq!(letters::from_plain(&letters::plain(&text)), Ok(text.clone().into_bytes()));
        prop_assert_eq!(packed::unpack(&packed::pack(text.as_bytes())), Ok(text.into_bytes()));
    }

    #[test]
    fn a_link_that_lost_its_end_is_refused(scenario in any_scenario(), cut in 1..40usize) {
        prop_assume!(parse(&scenario.to_string()).as_ref() == Ok(&scenario));
        let text = encode(&RunLink::new(scenario, View::default())).unwrap();
        let end = text.len().saturating_sub(cut).max(4);
        prop_assert!(decode(&text[..end]).is_err());
    }
}

/// Reads a fixture: the link, the version and hash of its trace, the view, and the scenario.
fn fixture(path: &Path) -> (String, u32, u64, View, String) {
    let text = fs::read_to_string(path).unwrap();
    let (head, scenario) = text.split_once("\n\n").unwrap();
    // A link may have several lines, as it arrived by mail.
    let (input, facts) = head.split_once("\ntrace ").unwrap();
    let (trace, view) = facts.split_once("\nview").unwrap();
    let (version, hash) = trace.split_once(' ').unwrap();
    let hash = u64::from_str_radix(hash, 16).unwrap();
    (input.to_owned(), version.parse().unwrap(), hash, view.parse().unwrap(), scenario.to_owned())
}

#[test]
fn links_of_every_version_open() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/links");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "link"));
    paths.sort();
    assert!(paths.len() >= 7, "{paths:?}");
    for path in paths {
        let (input, version, hash, view, scenario) = fixture(&path);
        let link = decode(&input).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!((link.trace_version, link.view), (version, view), "{}", path.display());
        assert_eq!(Ok(&link.scenario), parse(&scenario).as_ref(), "{}", path.display());
        let mut player = Player::new(link.scenario).unwrap();
        player.finish();
        let found = player.cluster().trace_hash();
        if version == TRACE_VERSION {
            let hint =
                "did the traces change on purpose? Then raise TRACE_VERSION and add links of the new version";
            assert_eq!(format!("{found:016x}"), format!("{hash:016x}"), "{}: {hint}", path.display());
        }
    }
}

#[test]
fn short_runs_stay_readable_and_long_ones_are_packed() {
    let short = encode(&link("seed 42\nwait leader\nkill leader", "at 2.5 node 3")).unwrap();
    assert_eq!(
        short,
        "v1:t1_at_2.5_node_3~nseed_42~nnodes_5~ntiming_paper~n~nwait_leader~nkill_leader~nfiqtth"
    );
    let long = link(&format!("seed 1\n{}", "kill node1\nrestart node1\nwait leader\n".repeat(50)), "");
    let text = encode(&long).unwrap();
    assert!(text.starts_with("v1:z") && text.len() < 120, "{text}");
    assert_eq!(decode(&text), Ok(long));
    assert_eq!(text_of(&text).map(|text| text.lines().count()), Some(154));
    assert_eq!(text_of("v0:kil%20leader").as_deref(), Some("kil leader"));
    assert_eq!(text_of("v1:tkil"), None);
}

#[test]
fn significant_spaces_are_kept() {
    for text in [
        "node1$ etcdctl put a  \"two  spaces\"",
        "node1$\n  |   etcdctl put b \"x\n  |     y\" &\n",
        "node1$ etcdctl get a\n> a\n>   b",
        "#   a comment\nseed 1\n\n#  another\nkill node1",
    ] {
        let link = link(text, "");
        assert_eq!(decode(&encode(&link).unwrap()), Ok(link), "{text}");
    }
}

#[test]
fn marks_of_chat_programs_and_mail_are_removed() {
    for text in ["kill leader\nrestart all", &"kill node1\nrestart node1\n".repeat(60)] {
        let link = link(text, "at 1");
        let good = encode(&link).unwrap();
        let (front, back) = good.split_at(good.len() / 2);
        let percent: String = good.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for way in [
            format!("  {good}\n"),
            format!("#{good}"),
            format!("https://example.org/play/?lang=de#{good}"),
            format!("<https://example.org/#{good}>"),
            format!("(see https://example.org/#{good})."),
            format!("{good}."),
            format!("{good}),"),
            format!("\"{good}\""),
            format!("{front}\r\n {back}"),
            format!("> {front}\n> {back}"),
            format!("{front}\u{200b}{back}"),
            good.replace('~', "%7E").replace(':', "%3A"),
            good.replace('~', "%257E"),
            good.replace('_', "\\_").replace('~', "\\~"),
            format!("https://example.org/%23{}", good.replace(':', "%3a")),
            format!("v1:{}", &percent["v1:".len() * 3..]),
        ] {
            assert_eq!(decode(&way).as_ref(), Ok(&link), "{way}");
        }
    }
}

#[test]
fn errors_name_what_is_wrong_and_what_is_accepted() {
    let sealed = |document: &str| forms(document)[0].clone();
    let good = encode(&link("kill leader", "")).unwrap();
    for (input, says) in [
        (String::new(), "the link is empty; a link begins with v1: or v0:"),
        ("hello".to_owned(), "begins with \"hello\"; a link begins with v1: or v0:"),
        ("v7:abc".to_owned(), "version v7, newer than this build, which reads v0 and v1"),
        ("v1:".to_owned(), "damaged"),
        ("v1:qabcdefgh".to_owned(), "form is \"q\"; t (plain text) and z (packed)"),
        (good.replace("leader", "loader"), "damaged: its end is missing or a letter was changed"),
        ("v1:tab~?cdefgh".to_owned(), "letter 4 of the link is \"~?\""),
        ("v1:zab*cdefghi".to_owned(), "letter 4 of the link is \"*\""),
        ("v1:z____abcdef".to_owned(), "cannot be unpacked"),
        ("v0:seed%2".to_owned(), "holds \"%2\"; % is accepted before two digits"),
        ("v0:%ff".to_owned(), "not text; UTF-8"),
        ("v0:kil%20leader".to_owned(), "line 1, column 1: found \"kil\""),
        (sealed("x\n"), "look at \"x\"; accepted: first a number"),
        (sealed("1 at 9999999\n"), "look at \"at 9999999\"; accepted: at, and an instant of at most 3600 s"),
        (sealed("1 speed fast\n"), "accepted: speed, and 0.001 to 100"),
        (sealed("1 node 10\n"), "accepted: node, and 1 to 9"),
        (sealed("1 show all\n"), "accepted: show, and one of log, space-time"),
        (sealed("1 html <b>\n"), "look at \"html\"; accepted: at, playing, paused, speed, node and show"),
        (sealed("1\nnodes 10\n"), "the scenario in the link is wrong: line 1"),
        (sealed("1\n@3601s kill node1\n"), "reaches 3601 s of virtual time; a link holds at most 3600 s"),
        (sealed(&format!("1\n{}", "wait 500s\n".repeat(8))), "reaches 4000 s"),
        (
            sealed(&format!("1\n{}", "heal\n".repeat(STEPS_MAX + 1))),
            "has 5001 steps; a link holds at most 5000",
        ),
        ("v1:t".to_owned() + &"a".repeat(LETTERS_MAX), "at most 131072 are accepted"),
        ("v0:".to_owned() + &"a".repeat(5 * LETTERS_MAX), "at most 131072 are accepted"),
    ] {
        let error = decode(&input).unwrap_err().to_string();
        assert!(error.contains(says), "{input:.80}: {error}");
    }
}

#[test]
fn unpacking_a_bomb_stops_at_the_limit() {
    // Less than 20,000 letters unpack to 40 times the limit.
    let bomb = packed::pack(&vec![b'#'; 40 * BYTES_MAX]);
    assert!(bomb.len() < 20_000, "{}", bomb.len());
    assert_eq!(decode(&format!("v1:z{bomb}abcdef")), Err(LinkError::TooMuch));
    let nested = packed::pack(&[0; BYTES_MAX]);
    assert_eq!(decode(&format!("v1:z{nested}abcdef")), Err(LinkError::Damaged));
}

#[test]
fn encoding_refuses_what_exceeds_the_limits() {
    let late = RunLink::new(Scenario::default(), View { at: Some(TIME_MAX + 1), ..View::default() });
    assert_eq!(encode(&late), Err(LinkError::TooLate { reaches: TIME_MAX + 1 }));
    let fast = RunLink::new(Scenario::default(), View { speed: Some(SPEED_MAX + 1), ..View::default() });
    assert!(matches!(encode(&fast), Err(LinkError::Head { .. })));
    // Random text cannot be packed.
    let mut state = 1u64;
    let mut noise = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        char::from(b'!' + (state >> 33) as u8 % 94)
    };
    let text: String = (0..1_000)
        .map(|_| (0..200).map(|_| noise()).collect::<String>() + "\n")
        .map(|line| format!("say a{line}"))
        .collect();
    assert!(matches!(encode(&link(&text, "")), Err(LinkError::TooLong { .. })));
}

#[test]
fn mutated_links_neither_panic_nor_open_as_another_run() {
    const INPUTS: usize = 20_000;
    let mut mutants = Mutants::new(1, Vec::new());
    let mut counts = [0; 4];
    for _ in 0..INPUTS {
        let input = mutants.next_input();
        let outcome = judge(&input).unwrap_or_else(|broken| panic!("{input:?}: {broken}"));
        counts[outcome as usize] += 1;
    }
    // Every layer must be reached often for the inputs to test it.
    assert!(counts.iter().all(|count| *count > INPUTS / 50), "{counts:?}");
    assert_eq!(Outcome::Refused as usize, 3);
}
