//! The history of the lines typed into a terminal.

/// The maximum number of lines; the oldest are dropped first.
pub const HISTORY_LINES_MAX: usize = 200;
/// The maximum length of a line, in bytes. Longer lines are not kept.
pub const HISTORY_LINE_BYTES_MAX: usize = 2_000;

/// The typed lines, oldest first, and the position of the person's walk through them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    lines: Vec<String>,
    /// The number of steps back from the line that is being typed; 0 at that line.
    back: usize,
    /// The line that was being typed when the walk started.
    draft: String,
    /// The text that a search looks for.
    wanted: Option<String>,
}

impl History {
    /// Adds a typed line and ends the walk. Lines that are blank, equal the last one, start with a
    /// space or are too long are not kept.
    pub fn push(&mut self, line: &str) {
        self.leave();
        let is_kept = !line.trim().is_empty()
            && !line.starts_with(' ')
            && line.len() <= HISTORY_LINE_BYTES_MAX
            && self.lines.last().is_none_or(|last| last != line);
        if is_kept {
            self.lines.push(line.to_owned());
            let surplus = self.lines.len().saturating_sub(HISTORY_LINES_MAX);
            self.lines.drain(..surplus);
        }
    }

    /// Moves one line back; returns it, or `None` at the oldest line. `typed` is the line being typed.
    pub fn older(&mut self, typed: &str) -> Option<String> {
        self.wanted = None;
        let at = self.lines.len().checked_sub(self.back + 1)?;
        if self.back == 0 {
            self.draft = typed.to_owned();
        }
        self.back += 1;
        Some(self.lines[at].clone())
    }

    /// Moves one line forward; returns it, at the end the line that was being typed, then `None`.
    pub fn newer(&mut self) -> Option<String> {
        self.wanted = None;
        self.back = self.back.checked_sub(1)?;
        if self.back == 0 {
            return Some(std::mem::take(&mut self.draft));
        }
        self.lines.get(self.lines.len() - self.back).cloned()
    }

    /// Returns the newest line that contains `typed`; on further calls, the next older one.
    pub fn search(&mut self, typed: &str) -> Option<String> {
        let wanted = match &self.wanted {
            Some(wanted) => wanted.clone(),
            None => {
                self.draft = typed.to_owned();
                self.back = 0;
                self.wanted.insert(typed.to_owned()).clone()
            }
        };
        let older = &self.lines[..self.lines.len() - self.back];
        let at = older.iter().rposition(|line| line.contains(&wanted) && line != typed)?;
        self.back = self.lines.len() - at;
        Some(self.lines[at].clone())
    }

    /// Returns the text that the present search looks for.
    pub fn wanted(&self) -> Option<&str> {
        self.wanted.as_deref()
    }

    /// Ends a walk or a search; returns the line that was being typed when it started.
    pub fn leave(&mut self) -> Option<String> {
        self.wanted = None;
        let walked = std::mem::take(&mut self.back) > 0;
        let draft = std::mem::take(&mut self.draft);
        walked.then_some(draft)
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Reads the text of [`History::save`].
    pub fn load(text: &str) -> History {
        let mut history = History::default();
        text.split('\u{1e}').for_each(|line| history.push(line));
        history
    }

    /// Returns all lines as one text, separated by U+001E, as a line may contain line feeds.
    pub fn save(&self) -> String {
        self.lines.join("\u{1e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(lines: &[&str]) -> History {
        let mut history = History::default();
        lines.iter().for_each(|line| history.push(line));
        history
    }

    #[test]
    fn a_walk_back_and_forward_returns_to_the_line_being_typed() {
        let mut history = history(&["a", "b", "b", "", " secret", "c"]);
        assert_eq!(history.lines(), ["a", "b", "c"]);
        let back: Vec<_> = (0..4).map(|_| history.older("draft")).collect();
        assert_eq!(back, [Some("c".to_owned()), Some("b".to_owned()), Some("a".to_owned()), None]);
        let forth: Vec<_> = (0..4).map(|_| history.newer()).collect();
        assert_eq!(forth, [Some("b".to_owned()), Some("c".to_owned()), Some("draft".to_owned()), None]);
        assert_eq!(history.leave(), None);
    }

    #[test]
    fn a_repeated_search_goes_to_older_lines() {
        let mut history = history(&["put a 1", "get a", "put b 2", "get b"]);
        assert_eq!(history.search("put").as_deref(), Some("put b 2"));
        assert_eq!(history.wanted(), Some("put"));
        assert_eq!(history.search("put b 2").as_deref(), Some("put a 1"));
        assert_eq!(history.search("put a 1"), None);
        assert_eq!(history.leave().as_deref(), Some("put"));
        assert_eq!(history.wanted(), None);
    }

    #[test]
    fn the_history_is_bounded_and_can_be_saved_and_loaded() {
        let mut history = History::default();
        (0..300).for_each(|number| history.push(&format!("line {number}\nmore")));
        history.push(&"x".repeat(HISTORY_LINE_BYTES_MAX + 1));
        assert_eq!(history.lines().len(), HISTORY_LINES_MAX);
        assert_eq!(history.lines()[0], "line 100\nmore");
        assert_eq!(History::load(&history.save()), history);
        assert_eq!(History::load(""), History::default());
    }
}
