//! The animated SVG of a stretch of a run: it is well-formed, reproducible and shows every message
//! in flight.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use raft_core::headless::animation::{AnimationError, STRETCH_MAX, Stretch, animation, recorded};
use raft_core::scenario::{Player, Scenario, parse};
use raft_core::tape::{Film, Tape};
use raft_core::units::{MILLISECOND, Nanos, SECOND};

const TEXT: &str = "seed 42\nwait leader\nwait 50ms\nleader$ etcdctl put /a 1\nwait 200ms\nname old = leader\n\
    kill old\nisolate follower\nwait 2s\n";

fn scenario() -> Scenario {
    parse(TEXT).unwrap()
}

fn stretch(from: Nanos, to: Nanos) -> Stretch {
    Stretch { from, to, still: from, seed: 42, slowdown: 20 }
}

fn tape() -> (Tape, Nanos) {
    let mut player = Player::new(scenario()).unwrap();
    let tape = Tape::of(player.cluster());
    player.record(&tape);
    player.finish();
    tape.catch_up(player.cluster());
    (tape, player.cluster().now())
}

/// Returns every value of an attribute of the elements that start with `element`.
fn values<'a>(svg: &'a str, element: &str, attribute: &str) -> Vec<&'a str> {
    let of = |part: &'a str| part.split_once(&format!(" {attribute}=\""))?.1.split('"').next();
    svg.split(element).skip(1).filter_map(of).collect()
}

/// Returns whether the elements are properly nested and the attributes quoted.
fn is_whole(svg: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for part in svg.split('<').skip(1) {
        let Some((tag, _)) = part.split_once('>') else { return false };
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or("");
        if tag.matches('"').count() % 2 != 0 || name.is_empty() {
            return false;
        }
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    open.is_empty()
}

/// Returns the number of phases in which an element shows a message.
fn flights(svg: &str) -> usize {
    values(svg, "<use class=\"m\"", "values").iter().map(|values| values.matches("visible").count()).sum()
}

#[test]
fn an_animation_holds_every_message_of_its_stretch() {
    let (tape, now) = tape();
    let (from, to) = (100 * MILLISECOND, 1_500 * MILLISECOND);
    let film: Film = tape.film(from, to).unwrap();
    let lost = film.passages.iter().filter(|passage| passage.lost.is_some()).count();
    assert!(film.passages.len() > 50 && lost > 5, "{} messages, {lost} lost", film.passages.len());
    let svg = animation(&tape, now, stretch(from, to)).unwrap();
    assert!(is_whole(&svg), "{svg}");
    assert_eq!(flights(&svg), film.passages.len());
    // Each message moves forward: times ascend, and no share of its way exceeds 1.
    for (times, points) in
        values(&svg, "<use class=\"m\"", "keyTimes").iter().zip(values(&svg, "<animateMotion", "keyPoints"))
    {
        let numbers = |list: &str| list.split(';').map(|n| n.parse().unwrap()).collect::<Vec<f64>>();
        assert!(numbers(times).is_sorted(), "{times}");
        assert!(numbers(points).iter().all(|share| (0.0..=1.0).contains(share)), "{points}");
    }
    for (times, points) in
        values(&svg, "<animateMotion", "keyTimes").iter().zip(values(&svg, "<animateMotion", "keyPoints"))
    {
        assert_eq!(times.split(';').count(), points.split(';').count());
        assert!(times.starts_with("0;") && times.ends_with(";1"), "{times}");
    }
}

#[test]
fn an_animation_from_a_tape_equals_one_from_the_scenario() {
    let stretch = stretch(300 * MILLISECOND, 900 * MILLISECOND);
    let svg = recorded(&scenario(), stretch).unwrap();
    let (tape, now) = tape();
    assert_eq!(svg, animation(&tape, now, stretch).unwrap());
    assert_eq!(svg, recorded(&scenario(), stretch).unwrap());
}

#[test]
fn an_animation_names_the_leader_the_crashed_node_and_what_is_real() {
    let svg = recorded(&scenario(), stretch(0, 2 * SECOND)).unwrap();
    for said in [
        "Real openraft on simulated network, disks and clocks. Seed 42. 20 times slower",
        "</tspan> crashed</text>",
        "The network is cut.",
        " leads term 1.",
        "prefers-reduced-motion",
        "<g id=\"still\">",
    ] {
        assert!(svg.contains(said), "{said}");
    }
    // It contains no script and no link, and is small enough for a mail.
    assert!(!svg.contains("<script") && !svg.contains("http://www.w3.org/1999"), "{svg}");
    assert_eq!(svg.matches("http").count(), 1, "the name space is the only address");
    assert!(svg.len() < 400_000, "{} bytes", svg.len());
}

#[test]
fn an_altered_run_is_marked_from_the_instant_of_the_alteration() {
    let text = "seed 1\nwait leader\nwait 100ms\nbreak votes\nwait 200ms\n";
    let svg = recorded(&parse(text).unwrap(), stretch(0, 300 * MILLISECOND)).unwrap();
    let mark = svg.lines().find(|line| line.contains("Altered: votes are not kept")).unwrap();
    assert!(mark.starts_with("<g visibility=\"hidden\">"), "the mark is hidden at first: {mark}");
    assert!(svg.contains("The run is altered.") && is_whole(&svg), "{svg}");
}

#[test]
fn an_impossible_stretch_is_refused_with_a_reason() {
    let (tape, now) = tape();
    let refused = |from, to, slowdown| {
        animation(&tape, now, Stretch { slowdown, ..stretch(from, to) }).unwrap_err().to_string()
    };
    assert_eq!(refused(SECOND, SECOND, 20), "an animation ends after it begins");
    assert!(
        refused(0, STRETCH_MAX + SECOND, 20)
            .contains("at most 10 s of virtual time, and this would be 11.000 s")
    );
    assert!(refused(0, SECOND, 0).contains("1 to 1000 times slower, and 0 was asked for"));
    assert!(refused(0, 9 * SECOND, 20).starts_with("the run was recorded from 0.000 s to "));
    let many = AnimationError::TooMuch { messages: 9_000 }.to_string();
    assert!(many.contains("9000 messages are under way then, and an animation holds 6000"), "{many}");
}
