//! The commands of the tool and their flags, read from a table, and how a command is found.

/// `=path|usage|what it does`, `>` a line of its description, `-name|letter|kind|default|help` a
/// flag of the command, `*…` one that its subcommands have, too. Kinds: b switch, s text, i
/// number, d duration, l list. Commands stand in the order in which the tool suggests them; the
/// tool itself comes last.
const TABLE: &str = include_str!("commands.txt");

/// A flag.
#[derive(Clone, Copy)]
pub(super) struct Flag {
    pub(super) name: &'static str,
    /// Its one-letter name; empty when it has none.
    pub(super) letter: &'static str,
    /// The letter of its kind, as in the table.
    pub(super) kind: &'static str,
    /// Its default as usage texts show it.
    pub(super) default: &'static str,
    pub(super) help: &'static str,
    /// Whether subcommands have it, too.
    persistent: bool,
}

impl Flag {
    /// Whether it stands alone.
    pub(super) fn is_switch(&self) -> bool {
        self.kind == "b"
    }
}

/// A command.
pub(super) struct Command {
    /// Its words after `etcdctl`; empty for the tool itself.
    pub(super) path: &'static str,
    pub(super) usage: &'static str,
    pub(super) short: &'static str,
    /// The lines of its description.
    pub(super) about: Vec<&'static str>,
    flags: Vec<Flag>,
}

impl Command {
    /// Its own word.
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

/// Every command.
pub(super) struct Commands(Vec<Command>);

/// A command that was found, and the words that are left for it.
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

    /// The tool itself.
    pub(super) fn root(&self) -> &Command {
        &self.0[self.0.len() - 1]
    }

    /// The subcommands of a command, in the order of the table.
    pub(super) fn children<'a>(&'a self, of: &'a Command) -> impl Iterator<Item = &'a Command> {
        self.0.iter().filter(|command| command.parent() == Some(of.path))
    }

    /// Those that do something themselves, by path.
    pub(super) fn leaves(&self) -> Vec<&Command> {
        let mut leaves: Vec<&Command> = self
            .0
            .iter()
            .filter(|command| !command.path.is_empty() && self.children(command).next().is_none())
            .collect();
        leaves.sort_by_key(|command| command.path);
        leaves
    }

    /// A command's own flags, `--help` included, by name.
    pub(super) fn own_flags(&self, command: &Command) -> Vec<Flag> {
        let mut flags = command.flags.clone();
        flags.push(Flag { name: "help", letter: "h", kind: "b", default: "", help: "", persistent: false });
        flags.sort_by_key(|flag| flag.name);
        flags
    }

    /// The flags that a command has from those above it, by name.
    pub(super) fn inherited_flags(&self, command: &Command) -> Vec<Flag> {
        let mut flags: Vec<Flag> = Vec::new();
        let mut parent = command.parent();
        while let Some(path) = parent {
            let Some(above) = self.0.iter().find(|command| command.path == path) else { break };
            flags.extend(above.flags.iter().filter(|flag| flag.persistent));
            parent = above.parent();
        }
        flags.sort_by_key(|flag| flag.name);
        flags
    }

    /// All flags that a command knows.
    pub(super) fn flags(&self, command: &Command) -> Vec<Flag> {
        let mut flags = self.own_flags(command);
        flags.extend(self.inherited_flags(command));
        flags
    }

    /// The command that the words name; each name may be cut short as long as it is clear.
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

    /// The words left for a command that are neither flags nor values of flags.
    pub(super) fn bare_words(&self, found: &Found<'_>) -> Vec<Vec<u8>> {
        self.without_flags(&found.words, found.command)
    }

    /// The command of that path.
    pub(super) fn named(&self, path: &str) -> Option<&Command> {
        self.0.iter().find(|command| command.path == path)
    }

    /// The words that are neither flags nor values of flags, up to `--`.
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

    /// What the tool says of a command that there is not, with those that were perhaps meant.
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

/// How many characters must be changed, added or removed to make one word of the other.
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
