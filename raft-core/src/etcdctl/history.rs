//! The lines typed into a terminal, and how one walks back to them.

/// Lines kept; the oldest go first.
pub const HISTORY_LINES_MAX: usize = 200;
/// Longer lines are not kept.
pub const HISTORY_LINE_BYTES_MAX: usize = 2_000;

/// What was typed, oldest first, and where in it the person stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    lines: Vec<String>,
    /// How many steps back from the line that is being typed; 0 at that line.
    back: usize,
    /// The line that was being typed when the walk began.
    draft: String,
    /// What a search looks for.
    wanted: Option<String>,
}

impl History {
    /// Notes a line that was typed; the walk ends. Nothing is kept of a blank line, of one that
    /// equals the last, of one that begins with a space, and of one that is too long.
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

    /// One line back from what is being typed; nothing at the oldest one.
    pub fn older(&mut self, typed: &str) -> Option<String> {
        self.wanted = None;
        let at = self.lines.len().checked_sub(self.back + 1)?;
        if self.back == 0 {
            self.draft = typed.to_owned();
        }
        self.back += 1;
        Some(self.lines[at].clone())
    }

    /// One line forward, at last to what was being typed; nothing from there on.
    pub fn newer(&mut self) -> Option<String> {
        self.wanted = None;
        self.back = self.back.checked_sub(1)?;
        if self.back == 0 {
            return Some(std::mem::take(&mut self.draft));
        }
        self.lines.get(self.lines.len() - self.back).cloned()
    }

    /// The newest line that holds what was typed; asked again, the one before it.
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

    /// What a search looks for, while one goes on.
    pub fn wanted(&self) -> Option<&str> {
        self.wanted.as_deref()
    }

    /// Ends a walk or a search: the line that was being typed when it began.
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

    /// Lines as [`History::save`] wrote them.
    pub fn load(text: &str) -> History {
        let mut history = History::default();
        text.split('\u{1e}').for_each(|line| history.push(line));
        history
    }

    /// All lines as one text. Lines may have several lines of text.
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
    fn one_walks_back_and_comes_home_to_what_was_being_typed() {
        let mut history = history(&["a", "b", "b", "", " secret", "c"]);
        assert_eq!(history.lines(), ["a", "b", "c"]);
        let back: Vec<_> = (0..4).map(|_| history.older("draft")).collect();
        assert_eq!(back, [Some("c".to_owned()), Some("b".to_owned()), Some("a".to_owned()), None]);
        let forth: Vec<_> = (0..4).map(|_| history.newer()).collect();
        assert_eq!(forth, [Some("b".to_owned()), Some("c".to_owned()), Some("draft".to_owned()), None]);
        assert_eq!(history.leave(), None);
    }

    #[test]
    fn a_search_goes_from_hit_to_older_hit() {
        let mut history = history(&["put a 1", "get a", "put b 2", "get b"]);
        assert_eq!(history.search("put").as_deref(), Some("put b 2"));
        assert_eq!(history.wanted(), Some("put"));
        assert_eq!(history.search("put b 2").as_deref(), Some("put a 1"));
        assert_eq!(history.search("put a 1"), None);
        assert_eq!(history.leave().as_deref(), Some("put"));
        assert_eq!(history.wanted(), None);
    }

    #[test]
    fn it_is_bounded_and_survives_a_reload() {
        let mut history = History::default();
        (0..300).for_each(|number| history.push(&format!("line {number}\nmore")));
        history.push(&"x".repeat(HISTORY_LINE_BYTES_MAX + 1));
        assert_eq!(history.lines().len(), HISTORY_LINES_MAX);
        assert_eq!(history.lines()[0], "line 100\nmore");
        assert_eq!(History::load(&history.save()), history);
        assert_eq!(History::load(""), History::default());
    }
}
