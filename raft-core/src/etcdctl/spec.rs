//! The tool's commands and flags, read from a table, and the search for a command.

/// The table of commands. A line is one of `=path|usage|summary` (a command), `>text` (a line of
/// its description), `-name|letter|kind|default|help` (a flag) and `*…` (a flag that its
/// subcommands inherit). Kinds: b switch, s text, i number, d duration, l list. The commands are in
/// the order in which the tool suggests them; the tool itself comes last.
const TABLE: &str = include_str!("commands.txt");

/// A flag.
#[derive(Clone, Copy)]
pub(super) struct Flag {
    pub(super) name: &'static str,
    /// The one-letter name; empty if there is none.
    pub(super) letter: &'static str,
    /// The letter of the kind, as in the table.
    pub(super) kind: &'static str,
    /// The default as usage texts show it.
    pub(super) default: &'static str,
    pub(super) help: &'static str,
    /// Whether subcommands inherit the flag.
    persistent: bool,
}

impl Flag {
    /// Returns whether the flag takes no value.
    pub(super) fn is_switch(&self) -> bool {
        self.kind == "b"
    }
}

/// A command.
pub(super) struct Command {
    /// The words after `etcdctl`; empty for the tool itself.
    pub(super) path: &'static str,
    pub(super) usage: &'static str,
    pub(super) short: &'static str,
    /// The lines of the description.
    pub(super) about: Vec<&'static str>,
    flags: Vec<Flag>,
}

impl Command {
    /// Returns the last word of the path.
    pub(super) fn name(&self) -> &'static str {
        self.path.rsplit(' ').next().unwrap_or("")
    }

    fn parent(&self) -> Option<&'static str> {
        if self.path.is_empty() {
            return None;
        }
        Some(self.path.rsplit_once(' ').map_or("", |(parent, _)| parent))
    }
}

/// All commands.
pub(super) struct Commands(Vec<Command>);

/// A command that was found, and the remaining words.
pub(super) struct Found<'a> {
    pub(super) command: &'a Command,
    pub(super) words: Vec<Vec<u8>>,
}

impl Commands {
    /// Reads the table.
    pub(super) fn read() -> Commands {
        let mut commands: Vec<Command> = Vec::new();
        for line in TABLE.lines() {
            let Some(rest) = line.get(1..) else { continue };
            let mut cells = rest.splitn(5, '|');
            let mut cell = || cells.next().unwrap_or("");
            if line.starts_with('=') {
                let (path, usage, short) = (cell(), cell(), cell());
                commands.push(Command { path, usage, short, about: Vec::new(), flags: Vec::new() });
            } else if let Some(last) = commands.last_mut() {
                if line.starts_with('>') {
                    last.about.push(rest);
                } else {
                    let (name, letter, kind, default, help) = (cell(), cell(), cell(), cell(), cell());
                    let persistent = line.starts_with('*');
                    last.flags.push(Flag { name, letter, kind, default, help, persistent });
                }
            }
        }
        Commands(commands)
    }

    /// Returns the tool itself.
    pub(super) fn root(&self) -> &Command {
        &self.0[self.0.len() - 1]
    }

    /// Returns the subcommands of a command, in the order of the table.
    pub(super) fn children<'a>(&'a self, of: &'a Command) -> impl Iterator<Item = &'a Command> {
        self.0.iter().filter(|command| command.parent() == Some(of.path))
    }

    /// Returns the commands without subcommands, by path.
    pub(super) fn leaves(&self) -> Vec<&Command> {
        let mut leaves: Vec<&Command> = self
            .0
            .iter()
            .filter(|command| !command.path.is_empty() && self.children(command).next().is_none())
            .collect();
        #[allow(
            clippy::disallowed_methods,
            reason = "names, in the terminal's own file, which is loaded when it is wanted"
        )]
        leaves.sort_by_key(|command| command.path);
        leaves
    }

    /// Returns a command's own flags, `--help` included, by name.
    pub(super) fn own_flags(&self, command: &Command) -> Vec<Flag> {
        let mut flags = command.flags.clone();
        flags.push(Flag { name: "help", letter: "h", kind: "b", default: "", help: "", persistent: false });
        #[allow(
            clippy::disallowed_methods,
            reason = "names, in the terminal's own file, which is loaded when it is wanted"
        )]
        flags.sort_by_key(|flag| flag.name);
        flags
    }

    /// Returns the flags that a command inherits, by name.
    pub(super) fn inherited_flags(&self, command: &Command) -> Vec<Flag> {
        let mut flags: Vec<Flag> = Vec::new();
        let mut parent = command.parent();
        while let Some(path) = parent {
            let Some(above) = self.0.iter().find(|command| command.path == path) else { break };
            flags.extend(above.flags.iter().filter(|flag| flag.persistent));
            parent = above.parent();
        }
        #[allow(
            clippy::disallowed_methods,
            reason = "names, in the terminal's own file, which is loaded when it is wanted"
        )]
        flags.sort_by_key(|flag| flag.name);
        flags
    }

    /// Returns all flags that a command accepts.
    pub(super) fn flags(&self, command: &Command) -> Vec<Flag> {
        let mut flags = self.own_flags(command);
        flags.extend(self.inherited_flags(command));
        flags
    }

    /// Finds the command that the words name. A name may be abbreviated to an unambiguous prefix.
    pub(super) fn find(&self, words: &[Vec<u8>]) -> Found<'_> {
        let mut found = Found { command: self.root(), words: words.to_vec() };
        loop {
            let bare = self.without_flags(&found.words, found.command);
            let Some(name) = bare.first() else { return found };
            let Some(next) = self.child(found.command, name) else { return found };
            if let Some(at) = found.words.iter().position(|word| word == name) {
                found.words.remove(at);
            }
            found.command = next;
        }
    }

    fn child<'a>(&'a self, of: &'a Command, name: &[u8]) -> Option<&'a Command> {
        if let Some(exact) = self.children(of).find(|command| command.name().as_bytes() == name) {
            return Some(exact);
        }
        let mut like = self.children(of).filter(|command| command.name().as_bytes().starts_with(name));
        like.next().filter(|_| like.next().is_none())
    }

    /// Returns the remaining words that are neither flags nor values of flags.
    pub(super) fn bare_words(&self, found: &Found<'_>) -> Vec<Vec<u8>> {
        self.without_flags(&found.words, found.command)
    }

    /// Returns the command with this path.
    pub(super) fn named(&self, path: &str) -> Option<&Command> {
        self.0.iter().find(|command| command.path == path)
    }

    /// Returns the words before `--` that are neither flags nor values of flags.
    fn without_flags(&self, words: &[Vec<u8>], command: &Command) -> Vec<Vec<u8>> {
        let flags = self.flags(command);
        let mut bare = Vec::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = String::from_utf8_lossy(word);
            if text == "--" {
                break;
            }
            let takes_value = if text.contains('=') {
                false
            } else if let Some(name) = text.strip_prefix("--") {
                !flags.iter().any(|flag| flag.name == name && flag.is_switch())
            } else if let Some(letter) = text.strip_prefix('-').filter(|_| text.len() == 2) {
                !flags.iter().any(|flag| flag.letter == letter && flag.is_switch())
            } else {
                false
            };
            if takes_value {
                if words.len() <= 1 {
                    break;
                }
                words.next();
            } else if !text.is_empty() && !text.starts_with('-') {
                bare.push(word.clone());
            }
        }
        bare
    }

    /// Returns the tool's error for an unknown command, with its suggestions.
    pub(super) fn unknown(&self, word: &[u8]) -> String {
        let mut text = format!("unknown command {} for \"etcdctl\"", super::text::quote(word));
        let typed = String::from_utf8_lossy(word).to_lowercase();
        let meant = |command: &&Command| {
            distance(typed.as_bytes(), command.name().as_bytes()) <= 2 || command.name().starts_with(&typed)
        };
        let suggestions: Vec<&str> = self.children(self.root()).filter(meant).map(Command::name).collect();
        if !suggestions.is_empty() {
            text.push_str("\n\nDid you mean this?\n");
            suggestions.iter().for_each(|name| text.push_str(&format!("\t{name}\n")));
        }
        text
    }
}

/// Returns the Levenshtein distance of two words, in bytes.
fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}
