//! A picture of the ring at one instant, as SVG, for static documents and readers without scripts.
//!
//! It is drawn from the view alone and uses no style sheet, so that it looks the same as a file, in a page
//! and in an image. Positions are whole tenths of a pixel. Its words are English, or a translation by
//! [`Words`].

use std::collections::BTreeSet;
use std::f64::consts::TAU;
use std::fmt::Write;

use crate::model::{Altered, ClusterView, Message, NodeView, Process, Role};
use crate::units::{Nanos, NodeId, SECOND};
use crate::words::describe::message_name;

/// Translates each English sentence and label before it is written.
pub type Words<'a> = &'a dyn Fn(&str) -> String;

/// Keeps all words English.
pub fn english(text: &str) -> String {
    text.to_owned()
}

pub(super) const WIDTH: i64 = 800;
pub(super) const HEIGHT: i64 = 440;
/// The baseline of the first line about a lost safeguard, in pixels.
const ALTERED_TOP: i64 = 24;
/// The distance between such lines, in pixels.
const LINE_HEIGHT: i64 = 18;
/// The centre of the ring, in pixels.
const CENTER: (f64, f64) = (400.0, 222.0);
/// The radius of the ring, in pixels.
const RADIUS: f64 = 150.0;
/// The radius of a node's disc, in pixels.
pub(super) const DISC: i64 = 28;
pub(super) const INK: &str = "#1a1e22";
pub(super) const FAINT: &str = "#49525a";
pub(super) const DOWN: &str = "#c62828";

/// A point in tenths of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) x: i64,
    pub(super) y: i64,
}

impl Point {
    /// Returns the point at `permille` thousandths of the way to another one.
    pub(super) fn towards(self, to: Point, permille: i64) -> Point {
        Point {
            x: self.x + (to.x - self.x) * permille / 1_000,
            y: self.y + (to.y - self.y) * permille / 1_000,
        }
    }
}

/// Returns tenths of a pixel as a decimal number of pixels.
pub(super) fn px(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// Escapes a text for element contents and attributes.
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

/// Returns an instant in seconds, to the millisecond.
pub(super) fn seconds(at: Nanos) -> String {
    format!("{}.{:03} s", at / SECOND, at % SECOND / 1_000_000)
}

/// Returns sentences about the state of the cluster: how many nodes are up, the leader, and what is wrong.
pub(super) fn standing(view: &ClusterView) -> Vec<String> {
    let status = &view.status;
    let leads = match status.leader {
        Some(leader) => {
            // The leader's own term: an isolated candidate may have a higher one.
            let term = view.nodes.iter().find(|node| node.id == leader).map_or(status.term, |node| node.term);
            format!("node{leader} leads term {term}.")
        }
        None => "Nobody leads with a quorum.".to_owned(),
    };
    let mut sentences = vec![format!("{} of {} nodes are up.", status.up, status.members), leads];
    if !view.cuts.is_empty() {
        sentences.push("The network is cut.".to_owned());
    }
    if !view.violations.is_empty() {
        sentences.push("A safety property does not hold.".to_owned());
    }
    if !view.alterations.is_empty() {
        sentences.push("The run is altered.".to_owned());
    }
    sentences
}

/// Returns the view in a few sentences, for screen readers.
pub fn caption(view: &ClusterView) -> String {
    caption_in(view, &english)
}

fn caption_in(view: &ClusterView, words: Words) -> String {
    let on_their_way = match view.messages.len() {
        0 => "No message is on its way.".to_owned(),
        1 => "1 message is on its way.".to_owned(),
        count => format!("{count} messages are on their way."),
    };
    let mut sentences = vec![format!("The cluster at {}.", seconds(view.now))];
    sentences.extend(standing(view));
    sentences.push(on_their_way);
    sentences.iter().map(|sentence| words(sentence)).collect::<Vec<_>>().join(" ")
}

/// Returns the ring as an SVG document of 800 by 440 pixels, without blank lines.
pub fn svg(view: &ClusterView) -> String {
    svg_in(view, &english)
}

/// Like [`svg`], with `words` for its texts.
pub fn svg_in(view: &ClusterView, words: Words) -> String {
    let mut out = format!(
        "{}<title>{}</title>\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n{}",
        opening(HEIGHT),
        escaped(&caption_in(view, words)),
        circle(),
    );
    out.push_str(&still(view, &Ring::of(view.nodes.iter().map(|node| node.id)), words));
    out.push_str("</svg>\n");
    out
}

/// Returns the opening tag of a document of this height, in pixels.
pub(super) fn opening(height: i64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n"
    )
}

/// Returns the circle of the ring.
pub(super) fn circle() -> String {
    let (x, y) = CENTER;
    format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{RADIUS}\" fill=\"#f0f2f3\" stroke=\"#dfe3e6\"/>\n")
}

/// Returns the cuts, nodes and messages of one instant.
pub(super) fn still(view: &ClusterView, ring: &Ring, words: Words) -> String {
    let mut out = cuts(view, ring, words).concat();
    for node in &view.nodes {
        let _infallible = writeln!(out, "<g>{}</g>", node_parts(node, ring, words).concat());
    }
    view.messages.iter().for_each(|message| draw_message(message, view, ring, words, &mut out));
    out.push_str(&altered(view, words).concat());
    out
}

/// Returns a line for each lost safeguard.
pub(super) fn altered(view: &ClusterView, words: Words) -> Vec<String> {
    let line = |(line, lost): (usize, &Altered)| {
        let y = ALTERED_TOP + LINE_HEIGHT * line as i64;
        let text = escaped(&words(&format!("Altered: {lost}")));
        format!("<text x=\"12\" y=\"{y}\" font-weight=\"700\" fill=\"#b71c1c\">{text}</text>\n")
    };
    view.alterations.iter().enumerate().map(line).collect()
}

/// The positions of nodes, clockwise from the top.
pub(super) struct Ring {
    ids: Vec<NodeId>,
}

impl Ring {
    pub(super) fn of(ids: impl IntoIterator<Item = NodeId>) -> Ring {
        Ring { ids: ids.into_iter().collect() }
    }

    /// Returns the components of a node's direction from the centre: to the right, and up.
    fn direction(&self, id: NodeId) -> (f64, f64) {
        let place = self.ids.iter().position(|known| *known == id).unwrap_or(0);
        let angle = TAU * place as f64 / self.ids.len().max(1) as f64;
        (angle.sin(), angle.cos())
    }

    pub(super) fn at(&self, id: NodeId) -> Point {
        let (right, up) = self.direction(id);
        let tenths = |pixels: f64| (pixels * 10.0).round() as i64;
        Point { x: tenths(CENTER.0 + RADIUS * right), y: tenths(CENTER.1 - RADIUS * up) }
    }
}

/// Returns a dashed line with a cross for each pair of nodes with a cut link. The title tells its direction.
pub(super) fn cuts(view: &ClusterView, ring: &Ring, words: Words) -> Vec<String> {
    let mut out = Vec::new();
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
        out.push(format!(
            "<g stroke=\"{FAINT}\" fill=\"none\"><title>{}</title><path stroke-dasharray=\"3 5\" d=\"M{} {}L{} {}\"/>\
             <path stroke-width=\"2\" d=\"M{} {}l10 10m0 -10l-10 10\"/></g>\n",
            escaped(&words(&title)),
            px(from.x),
            px(from.y),
            px(to.x),
            px(to.y),
            px(x - 50),
            px(y - 50),
        ));
    }
    out
}

/// Returns the state of a node in a word, and the fill and rim colours of its disc.
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

/// Returns the parts of a node that change separately: disc, term, state, store, log.
pub(super) fn node_parts(node: &NodeView, ring: &Ring, words: Words) -> [String; 5] {
    let Point { x, y } = ring.at(node.id);
    let (right, _) = ring.direction(node.id);
    let (what, fill, rim) = state(node);
    let up = node.process.is_up();
    // Labels are outside the ring, on the side of the node.
    let (anchor, words_x) = if right < -0.01 { ("end", px(x - 420)) } else { ("start", px(x + 420)) };
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
    let (store, log, what) = (escaped(&words(&store)), escaped(&words(&log)), escaped(&words(what)));
    let small = format!("text-anchor=\"{anchor}\" font-size=\"12\" fill=\"{FAINT}\"");
    [
        format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{DISC}\" fill=\"{fill}\" stroke=\"{rim}\" stroke-width=\"2\"/>{}",
            px(x),
            px(y),
            if up { String::new() } else { crossed(x, y) },
        ),
        format!(
            "<rect x=\"{}\" y=\"{}\" width=\"34\" height=\"16\" rx=\"3\" fill=\"#f2e7ba\" stroke=\"#968022\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\" font-weight=\"600\" fill=\"#514100\">T{}</text>",
            px(x - 170),
            px(y + 180),
            px(x),
            px(y + 302),
            node.term,
        ),
        format!(
            "<text x=\"{words_x}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"{color}\">\
             <tspan font-weight=\"600\">node{}</tspan> {what}</text>",
            px(y - 90),
            node.id,
        ),
        format!("<text x=\"{words_x}\" y=\"{}\" {small}>{store}</text>", px(y + 80)),
        format!("<text x=\"{words_x}\" y=\"{}\" {small}>{log}</text>", px(y + 240)),
    ]
}

/// Returns a cross over a node that is down, since colour alone must carry no meaning.
fn crossed(x: i64, y: i64) -> String {
    format!(
        "<path d=\"M{} {}l20 20m0 -20l-20 20\" stroke=\"{INK}\" stroke-width=\"3\"/>",
        px(x - 100),
        px(y - 100)
    )
}

/// Draws a message in flight: filled for a request, hollow for a reply, crossed if it will not arrive.
fn draw_message(message: &Message, view: &ClusterView, ring: &Ring, words: Words, out: &mut String) {
    let whole = message.arrives_at.saturating_sub(message.sent_at).max(1);
    let gone = view.now.saturating_sub(message.sent_at).min(whole);
    let share = i64::try_from(gone * 1_000 / whole).unwrap_or(1_000);
    // Between the rims of the two discs.
    let Point { x, y } = ring.at(message.from).towards(ring.at(message.to), 150 + share * 7 / 10);
    let fill = if message.reply.is_some() { "#ffffff" } else { INK };
    let what = words(message_name(message));
    let way = format!("from node{} to node{}", message.from, message.to);
    let way = words(&if message.lost.is_some() { format!("{way}, where it will not arrive") } else { way });
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
        "<g><title>{} {}</title><rect x=\"{}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"{fill}\" \
         stroke=\"{INK}\" stroke-width=\"1.6\"/>{lost}</g>",
        escaped(&what),
        escaped(&way),
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
    fn a_picture_shows_roles_cuts_and_nodes_that_are_down() {
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
            caption.contains("4 of 5 nodes are up.") && caption.contains("The network is cut."),
            "{caption}"
        );
    }

    #[test]
    fn the_caption_states_the_term_of_the_leader() {
        let view = at_the_end("seed 42\nwait leader\nwait 50ms\nisolate follower\nwait 5s\n");
        let leader = view.nodes.iter().find(|node| Some(node.id) == view.status.leader).unwrap();
        assert!(leader.term < view.status.term, "the isolated node is some terms ahead");
        let caption = caption(&view);
        assert!(caption.contains(&format!("node{} leads term {}.", leader.id, leader.term)), "{caption}");
    }

    #[test]
    fn each_message_in_flight_is_drawn() {
        let view = at_the_end("seed 42\nwait leader\nwait 3ms\n");
        assert!(!view.messages.is_empty());
        let svg = svg(&view);
        assert_eq!(svg.matches("width=\"10\"").count(), view.messages.len());
        assert!(!svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn markup_in_texts_is_escaped() {
        assert_eq!(escaped("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
