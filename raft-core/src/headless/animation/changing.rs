//! What is there at some times of a loop and not at others.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::PARTS;

/// Pieces of markup, each with the phases in which it is there.
#[derive(Default)]
pub(super) struct Changing {
    shapes: Vec<Shape>,
    places: BTreeMap<String, usize>,
    /// The places of those that are there now.
    there: Vec<usize>,
}

struct Shape {
    markup: String,
    /// Beginnings and ends, in parts of the loop, in order and apart.
    phases: Vec<(u64, u64)>,
}

impl Changing {
    /// From this part of the loop on, these are there, and no others.
    pub(super) fn show(&mut self, at: u64, markups: impl IntoIterator<Item = String>) {
        let there: Vec<usize> = markups.into_iter().map(|markup| self.place(markup)).collect();
        for gone in std::mem::take(&mut self.there).into_iter().filter(|place| !there.contains(place)) {
            let phases = &mut self.shapes[gone].phases;
            // What came and went within one part of the loop was never seen.
            if let Some((begins, _)) = phases.pop().filter(|(begins, _)| *begins < at) {
                phases.push((begins, at));
            }
        }
        for come in &there {
            let phases = &mut self.shapes[*come].phases;
            match phases.last_mut() {
                Some((_, ends)) if *ends == PARTS => (),
                Some((_, ends)) if *ends == at => *ends = PARTS,
                _ => phases.push((at, PARTS)),
            }
        }
        self.there = there;
    }

    /// This is there for a while.
    pub(super) fn flash(&mut self, from: u64, to: u64, markup: String) {
        let place = self.place(markup);
        let phases = &mut self.shapes[place].phases;
        match phases.last_mut() {
            Some((_, ends)) if *ends >= from => *ends = to.min(PARTS),
            _ => phases.push((from, to.min(PARTS))),
        }
    }

    fn place(&mut self, markup: String) -> usize {
        let next = self.shapes.len();
        *self.places.entry(markup).or_insert_with_key(|markup| {
            self.shapes.push(Shape { markup: markup.clone(), phases: Vec::new() });
            next
        })
    }

    pub(super) fn write(self, loop_ms: u64, out: &mut String) {
        for Shape { markup, phases } in self.shapes.into_iter().filter(|shape| !shape.phases.is_empty()) {
            if phases == [(0, PARTS)] {
                let _infallible = writeln!(out, "<g>{}</g>", markup.trim_end());
                continue;
            }
            let at_first = if phases[0].0 == 0 { "visible" } else { "hidden" };
            let _infallible = writeln!(
                out,
                "<g visibility=\"{at_first}\">{}{}</g>",
                visibility(&phases, loop_ms),
                markup.trim_end()
            );
        }
    }
}

/// The animation that shows an element in some phases of the loop.
pub(super) fn visibility(phases: &[(u64, u64)], loop_ms: u64) -> String {
    let (mut times, mut values) = (String::new(), String::new());
    let mut add = |at: u64, value: &str| {
        let separator = if times.is_empty() { "" } else { ";" };
        let _infallible = write!(times, "{separator}{}", share(at));
        let _infallible = write!(values, "{separator}{value}");
    };
    if phases.first().is_none_or(|(begins, _)| *begins > 0) {
        add(0, "hidden");
    }
    for (begins, ends) in phases {
        add(*begins, "visible");
        if *ends < PARTS {
            add(*ends, "hidden");
        }
    }
    format!(
        "<animate attributeName=\"visibility\" calcMode=\"discrete\" dur=\"{loop_ms}ms\" repeatCount=\"indefinite\" \
         keyTimes=\"{times}\" values=\"{values}\"/>"
    )
}

/// A part of the loop as a decimal number from 0 to 1.
pub(super) fn share(part: u64) -> String {
    match part {
        0 => "0".to_owned(),
        PARTS.. => "1".to_owned(),
        _ => format!(".{part:05}").trim_end_matches('0').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_there_in_its_phases_and_written_once() {
        let mut changing = Changing::default();
        let both = || ["<a/>".to_owned(), "<b/>".to_owned()];
        changing.show(0, both());
        changing.show(500, ["<a/>".to_owned()]);
        changing.show(700, both());
        changing.show(PARTS / 2, ["<a/>".to_owned(), "<c/>".to_owned()]);
        // It goes and comes back at one instant: it was there all the time.
        changing.show(60_000, ["<a/>".to_owned()]);
        changing.show(60_000, ["<a/>".to_owned(), "<c/>".to_owned()]);
        let mut out = String::new();
        changing.write(2_000, &mut out);
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[0], "<g><a/></g>");
        assert_eq!(
            lines[1],
            "<g visibility=\"visible\"><animate attributeName=\"visibility\" calcMode=\"discrete\" dur=\"2000ms\" \
             repeatCount=\"indefinite\" keyTimes=\"0;.005;.007;.5\" values=\"visible;hidden;visible;hidden\"/><b/></g>"
        );
        assert!(lines[2].contains("keyTimes=\"0;.5\" values=\"hidden;visible\""), "{out}");
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn parts_are_decimals() {
        assert_eq!([0, 1, 12_300, 99_999, PARTS].map(share), ["0", ".00001", ".123", ".99999", "1"]);
    }
}
