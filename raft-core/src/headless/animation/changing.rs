//! Elements that are visible at some times of a loop only.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::PARTS;

/// Pieces of markup, each with the phases in which it is visible.
#[derive(Default)]
pub(super) struct Changing {
    shapes: Vec<Shape>,
    places: BTreeMap<String, usize>,
    /// The indices of the shapes that are visible now.
    visible: Vec<usize>,
}

/// A time in which an element is visible, in parts of the loop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Phase {
    pub(super) begins: u64,
    pub(super) ends: u64,
}

struct Shape {
    markup: String,
    /// In order and disjoint.
    phases: Vec<Phase>,
}

impl Changing {
    /// Shows these pieces, and no others, from this part of the loop on.
    pub(super) fn show(&mut self, at: u64, markups: impl IntoIterator<Item = String>) {
        let visible: Vec<usize> = markups.into_iter().map(|markup| self.place(markup)).collect();
        for hidden in std::mem::take(&mut self.visible).into_iter().filter(|place| !visible.contains(place)) {
            let phases = &mut self.shapes[hidden].phases;
            // A phase within one part of the loop would never be seen.
            if let Some(phase) = phases.pop().filter(|phase| phase.begins < at) {
                phases.push(Phase { ends: at, ..phase });
            }
        }
        for shown in &visible {
            let phases = &mut self.shapes[*shown].phases;
            match phases.last_mut() {
                Some(Phase { ends, .. }) if *ends == PARTS => (),
                Some(Phase { ends, .. }) if *ends == at => *ends = PARTS,
                _ => phases.push(Phase { begins: at, ends: PARTS }),
            }
        }
        self.visible = visible;
    }

    /// Shows a piece between two parts of the loop.
    pub(super) fn flash(&mut self, from: u64, to: u64, markup: String) {
        let place = self.place(markup);
        let phases = &mut self.shapes[place].phases;
        match phases.last_mut() {
            Some(Phase { ends, .. }) if *ends >= from => *ends = to.min(PARTS),
            _ => phases.push(Phase { begins: from, ends: to.min(PARTS) }),
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
            if phases == [Phase { begins: 0, ends: PARTS }] {
                let _infallible = writeln!(out, "<g>{}</g>", markup.trim_end());
                continue;
            }
            let at_first = if phases[0].begins == 0 { "visible" } else { "hidden" };
            let _infallible = writeln!(
                out,
                "<g visibility=\"{at_first}\">{}{}</g>",
                visibility(&phases, loop_ms),
                markup.trim_end()
            );
        }
    }
}

/// Returns the animation that shows an element in its phases only.
pub(super) fn visibility(phases: &[Phase], loop_ms: u64) -> String {
    let (mut times, mut values) = (String::new(), String::new());
    let mut add = |at: u64, value: &str| {
        let separator = if times.is_empty() { "" } else { ";" };
        let _infallible = write!(times, "{separator}{}", share(at));
        let _infallible = write!(values, "{separator}{value}");
    };
    if phases.first().is_none_or(|phase| phase.begins > 0) {
        add(0, "hidden");
    }
    for Phase { begins, ends } in phases {
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

/// Returns a part of the loop as a decimal number from 0 to 1.
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
    fn an_element_is_written_once_with_all_its_phases() {
        let mut changing = Changing::default();
        let both = || ["<a/>".to_owned(), "<b/>".to_owned()];
        changing.show(0, both());
        changing.show(500, ["<a/>".to_owned()]);
        changing.show(700, both());
        changing.show(PARTS / 2, ["<a/>".to_owned(), "<c/>".to_owned()]);
        // It is hidden and shown at the same instant, so it stays visible.
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
    fn parts_are_written_as_decimals() {
        assert_eq!([0, 1, 12_300, 99_999, PARTS].map(share), ["0", ".00001", ".123", ".99999", "1"]);
    }
}
