//! A picture of the ring at one instant, as SVG: for readers without scripts, and for documents that stand still.
//!
//! It is drawn from the view alone and uses no style sheet, so that it looks the same as a file, in a page and in
//! an image. Positions are whole tenths of a pixel.

use std::collections::BTreeSet;
use std::f64::consts::TAU;
use std::fmt::Write;

use super::mark::altered_text;
use crate::cluster::describe::message_name;
use crate::cluster::{ClusterView, Message, NodeView, Process, Role};
use crate::units::{NodeId, SECOND};

const WIDTH: i64 = 800;
const HEIGHT: i64 = 440;
/// Middle of the ring and its radius, in pixels.
const CENTER: (f64, f64) = (400.0, 222.0);
const RADIUS: f64 = 150.0;
const DISC: i64 = 28;
const INK: &str = "#1a1e22";
const FAINT: &str = "#49525a";
const DOWN: &str = "#c62828";

/// A point in tenths of a pixel.
#[derive(Clone, Copy)]
struct Point {
    x: i64,
    y: i64,
}

impl Point {
    /// From here to there, so many parts of a thousand.
    fn towards(self, to: Point, permille: i64) -> Point {
        Point {
            x: self.x + (to.x - self.x) * permille / 1_000,
            y: self.y + (to.y - self.y) * permille / 1_000,
        }
    }
}

/// Tenths as decimal numbers.
fn px(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// A text as markup, for element contents and attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(sign),
        }
    }
    out
}

/// The view in one sentence: what a screen reader is told of the picture.
pub fn caption(view: &ClusterView) -> String {
    let seconds = format!("{}.{:03} s", view.now / SECOND, view.now % SECOND / 1_000_000);
    let leader = match view.status.leader {
        Some(leader) => format!("node{leader} leads term {}", view.status.term),
        None => "nobody leads with a quorum".to_owned(),
    };
    let on_their_way = match view.messages.len() {
        0 => "no message is on its way".to_owned(),
        1 => "1 message is on its way".to_owned(),
        count => format!("{count} messages are on their way"),
    };
    let (up, members) = (view.status.up, view.status.members);
    let cuts = if view.cuts.is_empty() { "" } else { "; the network is cut" };
    format!("At {seconds}, {up} of {members} nodes are up, {leader}, {on_their_way}{cuts}.")
}

/// The ring as an SVG document of 800 by 440 pixels, without blank lines.
pub fn svg(view: &ClusterView) -> String {
    let ring = Ring::of(view);
    let caption = escaped(&caption(view));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n<title>{caption}</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n\
         <circle cx=\"{}\" cy=\"{}\" r=\"{RADIUS}\" fill=\"#f0f2f3\" stroke=\"#dfe3e6\"/>\n",
        CENTER.0, CENTER.1
    );
    cuts(view, &ring, &mut out);
    view.nodes.iter().for_each(|node| draw_node(node, &ring, &mut out));
    view.messages.iter().for_each(|message| draw_message(message, view, &ring, &mut out));
    if !view.alterations.is_empty() {
        let lost = escaped(&altered_text(&view.alterations));
        let _infallible = writeln!(
            out,
            "<text x=\"12\" y=\"{}\" font-size=\"13\" font-weight=\"700\" fill=\"#b71c1c\">Altered: {lost}</text>",
            HEIGHT - 12
        );
    }
    out.push_str("</svg>\n");
    out
}

/// Where each node stands: clockwise from the top.
struct Ring {
    ids: Vec<NodeId>,
}

impl Ring {
    fn of(view: &ClusterView) -> Ring {
        Ring { ids: view.nodes.iter().map(|node| node.id).collect() }
    }

    /// Cosine-like and sine-like parts of a node's direction: to the right, and up.
    fn direction(&self, id: NodeId) -> (f64, f64) {
        let place = self.ids.iter().position(|known| *known == id).unwrap_or(0);
        let angle = TAU * place as f64 / self.ids.len().max(1) as f64;
        (angle.sin(), angle.cos())
    }

    fn at(&self, id: NodeId) -> Point {
        let (right, up) = self.direction(id);
        let tenths = |pixels: f64| (pixels * 10.0).round() as i64;
        Point { x: tenths(CENTER.0 + RADIUS * right), y: tenths(CENTER.1 - RADIUS * up) }
    }
}

/// A dashed line with a cross for each pair between which something is cut; an arrow's tip where it is one way.
fn cuts(view: &ClusterView, ring: &Ring, out: &mut String) {
    let mut drawn = BTreeSet::new();
    for link in &view.cuts {
        let (a, b) = (link.from.min(link.to), link.from.max(link.to));
        if !drawn.insert((a, b)) {
            continue;
        }
        let (from, to) = (ring.at(a), ring.at(b));
        let (x, y) = (from.towards(to, 500).x, from.towards(to, 500).y);
        let both = view.cuts.iter().any(|other| (other.from, other.to) == (link.to, link.from));
        let title = if both {
            format!("cut between node{a} and node{b}")
        } else {
            format!("cut from node{} to node{}", link.from, link.to)
        };
        let _infallible = writeln!(
            out,
            "<g stroke=\"{FAINT}\" fill=\"none\"><title>{title}</title><path stroke-dasharray=\"3 5\" d=\"M{} {}L{} {}\"/>\
             <path stroke-width=\"2\" d=\"M{} {}l10 10m0 -10l-10 10\"/></g>",
            px(from.x),
            px(from.y),
            px(to.x),
            px(to.y),
            px(x - 50),
            px(y - 50),
        );
    }
}

/// What a node is now, in a word, with the colours of its disc: fill and rim.
fn state(node: &NodeView) -> (&'static str, &'static str, &'static str) {
    match (node.process, node.role) {
        (Process::Crashed | Process::Failed | Process::Wiped, _) => ("crashed", "#f44336", "#b71c1c"),
        (Process::Stopped | Process::Removed, _) => ("stopped", "#ffffff", "#b71c1c"),
        (Process::Announced, _) => ("not started", "#ffffff", "#b71c1c"),
        (Process::Paused, _) => ("paused", "#b3e5fc", "#0277bd"),
        (Process::Starting, _) => ("starting", "#b3e5fc", "#0277bd"),
        (Process::Running, Role::Leader) if node.has_quorum => ("leader", "#2e7d32", "#1b5e20"),
        (Process::Running, Role::Leader) => ("leads without quorum", "#a5d6a7", "#1b5e20"),
        (Process::Running, Role::Candidate | Role::PreCandidate) => ("candidate", "#ffffff", INK),
        (Process::Running, Role::Learner) => ("learner", "#b3e5fc", "#0277bd"),
        (Process::Running, Role::Follower) => ("follower", "#40c4ff", "#0277bd"),
    }
}

fn draw_node(node: &NodeView, ring: &Ring, out: &mut String) {
    let Point { x, y } = ring.at(node.id);
    let (right, _) = ring.direction(node.id);
    let (what, fill, rim) = state(node);
    let up = node.process.is_up();
    // Words stand outside the ring: on the right of what is on its right, else on the left.
    let (anchor, words_x) = if right < -0.01 { ("end", x - 420) } else { ("start", x + 420) };
    let color = if up { INK } else { DOWN };
    let store = match &node.store {
        Some(store) => format!("hash {} · revision {}", store.hash, store.revision),
        None => "no answer".to_owned(),
    };
    let log = match (node.last_index, node.commit_index) {
        (Some(last), Some(commit)) => format!("log to {last}, committed to {commit}"),
        (Some(last), None) => format!("log to {last}"),
        (None, _) => "log empty".to_owned(),
    };
    let _infallible = writeln!(
        out,
        "<g><circle cx=\"{0}\" cy=\"{1}\" r=\"{DISC}\" fill=\"{fill}\" stroke=\"{rim}\" stroke-width=\"2\"/>{cross}\
         <rect x=\"{chip_x}\" y=\"{chip_y}\" width=\"34\" height=\"16\" rx=\"3\" fill=\"#f2e7ba\" stroke=\"#968022\"/>\
         <text x=\"{0}\" y=\"{chip_text}\" text-anchor=\"middle\" font-size=\"11\" font-weight=\"600\" fill=\"#514100\">T{term}</text>\
         <text x=\"{wx}\" y=\"{name_y}\" text-anchor=\"{anchor}\" fill=\"{color}\"><tspan font-weight=\"600\">node{id}</tspan> {what}</text>\
         <text x=\"{wx}\" y=\"{store_y}\" text-anchor=\"{anchor}\" font-size=\"12\" fill=\"{FAINT}\">{store}</text>\
         <text x=\"{wx}\" y=\"{log_y}\" text-anchor=\"{anchor}\" font-size=\"12\" fill=\"{FAINT}\">{log}</text></g>",
        px(x),
        px(y),
        cross = if up { String::new() } else { crossed(x, y) },
        chip_x = px(x - 170),
        chip_y = px(y + 180),
        chip_text = px(y + 302),
        term = node.term,
        wx = px(words_x),
        name_y = px(y - 90),
        store_y = px(y + 80),
        log_y = px(y + 240),
        id = node.id,
    );
}

/// A cross over a node that is down: no meaning by colour alone.
fn crossed(x: i64, y: i64) -> String {
    format!(
        "<path d=\"M{} {}l20 20m0 -20l-20 20\" stroke=\"{INK}\" stroke-width=\"3\"/>",
        px(x - 100),
        px(y - 100)
    )
}

/// A square on its way: filled asks, hollow answers, crossed when it will not arrive.
fn draw_message(message: &Message, view: &ClusterView, ring: &Ring, out: &mut String) {
    let whole = message.arrives_at.saturating_sub(message.sent_at).max(1);
    let gone = view.now.saturating_sub(message.sent_at).min(whole);
    let share = i64::try_from(gone * 1_000 / whole).unwrap_or(1_000);
    // Between the rims of the two discs.
    let Point { x, y } = ring.at(message.from).towards(ring.at(message.to), 150 + share * 7 / 10);
    let (fill, what) = if message.reply.is_some() { ("#ffffff", "answer to ") } else { (INK, "") };
    let lost = if message.lost.is_some() {
        format!(
            "<path d=\"M{} {}l14 14m0 -14l-14 14\" stroke=\"{DOWN}\" stroke-width=\"2\"/>",
            px(x - 70),
            px(y - 70)
        )
    } else {
        String::new()
    };
    let _infallible = writeln!(
        out,
        "<g><title>{what}{} from node{} to node{}{}</title><rect x=\"{}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"{fill}\" \
         stroke=\"{INK}\" stroke-width=\"1.6\"/>{lost}</g>",
        escaped(message_name(message)),
        message.from,
        message.to,
        if message.lost.is_some() { ", which will be lost" } else { "" },
        px(x - 50),
        px(y - 50),
    );
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::scenario::{Player, parse};

    fn at_the_end(text: &str) -> ClusterView {
        let mut player = Player::new(parse(text).unwrap()).unwrap();
        player.finish();
        player.cluster().view()
    }

    #[test]
    fn a_picture_tells_roles_cuts_and_who_is_down() {
        let view = at_the_end(
            "seed 42\nwait leader\nwait 50ms\nname old = leader\nkill old\nisolate follower\nwait 5ms\n",
        );
        let svg = svg(&view);
        assert!(svg.contains("</tspan> crashed</text>") && svg.contains("no answer"), "{svg}");
        assert!(svg.contains("cut between node"), "{svg}");
        assert_eq!(svg.matches("<tspan").count(), 5);
        assert!(!svg.contains("\n\n"), "Markdown ends markup at a blank line");
        let caption = caption(&view);
        assert!(
            caption.contains("4 of 5 nodes are up") && caption.contains("the network is cut"),
            "{caption}"
        );
    }

    #[test]
    fn messages_lie_between_the_discs() {
        let view = at_the_end("seed 42\nwait leader\nwait 3ms\n");
        assert!(!view.messages.is_empty());
        let svg = svg(&view);
        assert_eq!(svg.matches("width=\"10\"").count(), view.messages.len());
        assert!(!svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn markup_in_texts_is_text() {
        assert_eq!(escaped("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
