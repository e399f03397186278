//! Completion: the words that can stand at the end of the typed line.
//!
//! Commands, flags and their values come from the tool's table. Keys, leases, files and endpoints
//! come from [`Known`], which the terminal's view implements.

use super::shell::BUILT_IN;
use super::spec::{Command, Commands, Flag};

/// The maximum number of choices. [`Completion::more`] tells whether there are more.
pub const CHOICES_MAX: usize = 40;

/// The names that a terminal can complete.
pub trait Known {
    /// Returns up to `limit` keys with a prefix, in order, from the store of the terminal's node.
    fn keys(&self, prefix: &[u8], limit: usize) -> Vec<Vec<u8>>;
    /// Returns the lease ids as the tool prints them.
    fn leases(&self) -> Vec<String>;
    /// Returns the names of the terminal's files.
    fn files(&self) -> Vec<String>;
    /// Returns the endpoints, each with its member id as the tool prints it.
    fn members(&self) -> Vec<(String, String)>;
}

/// One possible word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The text to show.
    pub text: String,
    /// The text that replaces the typed word if the choice is taken.
    pub insert: String,
    /// A short description.
    pub about: String,
}

/// The possible words at the end of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The byte offset at which the word to replace starts.
    pub from: usize,
    /// The text that can replace the word at once: the only choice, or the common prefix of all
    /// choices if it is longer than the typed word.
    pub insert: Option<String>,
    /// The choices, if there are several.
    pub choices: Vec<Choice>,
    /// Whether there are more choices than listed.
    pub more: bool,
}

/// Commands of the tool that the playground lacks.
const ABSENT: [&str; 7] = ["auth", "check", "completion", "make-mirror", "migrate", "role", "user"];
/// Flags for features that the playground lacks.
const ABSENT_FLAGS: [&str; 13] = [
    "cacert",
    "cert",
    "debug",
    "dial-timeout",
    "discovery-srv",
    "discovery-srv-name",
    "insecure-discovery",
    "insecure-skip-tls-verify",
    "insecure-transport",
    "keepalive-time",
    "keepalive-timeout",
    "password",
    "user",
];
/// The values of flags with a fixed set of values.
const VALUES: [(&str, &[&str]); 4] = [
    ("write-out", &["fields", "json", "protobuf", "simple", "table"]),
    ("consistency", &["l", "s"]),
    ("order", &["ASCEND", "DESCEND"]),
    ("sort-by", &["CREATE", "KEY", "MODIFY", "VALUE", "VERSION"]),
];

/// Completes the end of `line`, the typed text up to the cursor.
pub fn complete(line: &str, known: &dyn Known) -> Completion {
    let typed = Typed::read(line);
    let mut found =
        Completer { typed: &typed, from: typed.from, word: typed.word.clone(), choices: Vec::new() };
    found.look(known);
    found.end()
}

/// The last command of a typed line.
#[derive(Default)]
struct Typed {
    /// The words before the last one, quotes removed.
    before: Vec<String>,
    /// The last word, which may be empty.
    word: String,
    /// The byte offset at which the last word starts.
    from: usize,
    /// Whether the last word names a file, as it follows `<`, `>` or `>>`.
    is_file: bool,
}

impl Typed {
    fn read(line: &str) -> Typed {
        let mut typed = Typed { from: line.len(), ..Typed::default() };
        let mut quote: Option<char> = None;
        let mut in_word = false;
        let mut chars = line.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let separates =
                quote.is_none() && (c.is_whitespace() || matches!(c, '|' | ';' | '&' | '<' | '>'));
            if separates {
                if std::mem::take(&mut in_word) {
                    let word = std::mem::take(&mut typed.word);
                    if !std::mem::take(&mut typed.is_file) {
                        typed.before.push(word);
                    }
                }
                match c {
                    '|' | ';' | '&' | '\n' => typed.before.clear(),
                    '<' | '>' => typed.is_file = true,
                    _ => {}
                }
                continue;
            }
            if !in_word {
                in_word = true;
                typed.from = at;
            }
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (None | Some('"'), '\\') => typed.word.extend(chars.next().map(|(_, c)| c)),
                _ => typed.word.push(c),
            }
        }
        if !in_word {
            typed.from = line.len();
        }
        typed
    }
}

/// Collects the choices for the last word.
struct Completer<'a> {
    typed: &'a Typed,
    from: usize,
    /// The part of the word that is completed.
    word: String,
    choices: Vec<Choice>,
}

impl Completer<'_> {
    fn look(&mut self, known: &dyn Known) {
        if self.typed.is_file {
            return self.offer(known.files(), "", " ");
        }
        let mut before = self.typed.before.as_slice();
        while let Some((first, rest)) = before.split_first()
            && first.split_once('=').is_some_and(|(name, _)| is_name(name))
        {
            before = rest;
        }
        match before.split_first() {
            None => self.offer(BUILT_IN.map(str::to_owned).to_vec(), "", " "),
            Some((name, words)) if name == "etcdctl" => self.tool(words, known),
            Some((name, _)) if name == "cat" => self.offer(known.files(), "", " "),
            Some(_) => {}
        }
    }

    fn tool(&mut self, words: &[String], known: &dyn Known) {
        // In a watch, the words after `--` are another command.
        if let Some(at) = words.iter().position(|word| word == "--")
            && words.iter().any(|word| word == "watch")
        {
            return match words[at + 1..].split_first() {
                None => self.offer(BUILT_IN.map(str::to_owned).to_vec(), "", " "),
                Some((name, words)) if name == "etcdctl" => self.tool(words, known),
                Some(_) => {}
            };
        }
        let commands = Commands::read();
        let bytes: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        let found = commands.find(&bytes);
        let flags: Vec<Flag> = commands
            .flags(found.command)
            .into_iter()
            .filter(|flag| !ABSENT_FLAGS.contains(&flag.name))
            .collect();
        if let Some(flag) = self.flag_before(&flags) {
            return self.value(flag, known);
        }
        if self.word.starts_with('-') {
            for flag in &flags {
                let end = if flag.is_switch() { " " } else { "=" };
                self.add(format!("--{}", flag.name), end, flag.help);
            }
            return;
        }
        let children: Vec<&Command> =
            commands.children(found.command).filter(|command| !ABSENT.contains(&command.name())).collect();
        if !children.is_empty() {
            for command in children {
                self.add(command.name().to_owned(), " ", command.short);
            }
            #[allow(
                clippy::disallowed_methods,
                reason = "names, in the terminal's own file, which is loaded when it is wanted"
            )]
            self.choices.sort_by(|a, b| a.text.cmp(&b.text));
            return;
        }
        let place = commands.bare_words(&found).len();
        self.argument(found.command.path, place, known);
    }

    /// Adds the choices for a command's argument number `place`, from 0.
    fn argument(&mut self, command: &str, place: usize, known: &dyn Known) {
        match (command, place) {
            ("get" | "put" | "del" | "watch" | "lock" | "elect", 0) | ("get" | "del" | "watch", 1) => {
                self.keys(known);
            }
            ("lease revoke" | "lease timetolive" | "lease keep-alive", 0) => {
                self.offer(known.leases(), "a lease", " ");
            }
            ("move-leader" | "member remove" | "member update" | "member promote", 0) => {
                for (endpoint, id) in known.members() {
                    self.add(id, " ", &endpoint);
                }
            }
            ("snapshot save" | "snapshot status", 0) => self.offer(known.files(), "", " "),
            _ => {}
        }
    }

    /// Returns the flag whose value the last word is, and cuts the word down to that value.
    fn flag_before<'a>(&mut self, flags: &'a [Flag]) -> Option<&'a Flag> {
        let named = |name: &str| flags.iter().find(|flag| flag.name == name && !flag.is_switch());
        if let Some((name, value)) = self.word.strip_prefix("--").and_then(|word| word.split_once('=')) {
            let flag = named(name)?;
            self.from += name.len() + 3;
            self.word = value.to_owned();
            return Some(flag);
        }
        let last = self.typed.before.last()?;
        match last.strip_prefix("--") {
            Some(name) => named(name),
            None => flags.iter().find(|flag| {
                !flag.letter.is_empty() && !flag.is_switch() && *last == format!("-{}", flag.letter)
            }),
        }
    }

    fn value(&mut self, flag: &Flag, known: &dyn Known) {
        match flag.name {
            "endpoints" => {
                if let Some(comma) = self.word.rfind(',') {
                    self.from += comma + 1;
                    self.word.drain(..=comma);
                }
                for (endpoint, _) in known.members() {
                    self.add(endpoint, "", "an endpoint");
                }
            }
            "lease" => self.offer(known.leases(), "a lease", " "),
            name => {
                let values = VALUES.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, all)| all);
                self.offer(values.iter().map(|value| (*value).to_owned()).collect(), flag.help, " ");
            }
        }
    }

    fn keys(&mut self, known: &dyn Known) {
        for key in known.keys(self.word.as_bytes(), CHOICES_MAX + 1) {
            let insert = format!("{} ", quoted(&key));
            let text = String::from_utf8_lossy(&key).into_owned();
            self.choices.push(Choice { text, insert, about: "a key".to_owned() });
        }
    }

    fn offer(&mut self, texts: Vec<String>, about: &str, end: &str) {
        texts.into_iter().for_each(|text| self.add(text, end, about));
    }

    fn add(&mut self, text: String, end: &str, about: &str) {
        if text.starts_with(&self.word) {
            let insert = format!("{}{end}", quoted(text.as_bytes()));
            self.choices.push(Choice { text, insert, about: about.to_owned() });
        }
    }

    fn end(mut self) -> Completion {
        let from = self.from;
        if let [only] = self.choices.as_slice() {
            return Completion { from, insert: Some(only.insert.clone()), ..Completion::default() };
        }
        let common = self.choices.iter().skip(1).fold(
            self.choices.first().map(|choice| choice.text.clone()).unwrap_or_default(),
            |common, choice| {
                let alike = common.chars().zip(choice.text.chars()).take_while(|(a, b)| a == b);
                alike.map(|(a, _)| a).collect()
            },
        );
        // A common prefix that needs quotes is not inserted, as the rest of the key may need them
        // as well.
        let gains = common.len() > self.word.len() && quoted(common.as_bytes()) == common;
        let more = self.choices.len() > CHOICES_MAX;
        self.choices.truncate(CHOICES_MAX);
        Completion { from, insert: gains.then_some(common), choices: self.choices, more }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

/// Returns a word quoted for typing.
pub(super) fn quoted(word: &[u8]) -> String {
    const PLAIN: &[u8] = b"_/.,:=@%+-~^*?[]{}!";
    if !word.is_empty() && word.iter().all(|byte| byte.is_ascii_alphanumeric() || PLAIN.contains(byte)) {
        return String::from_utf8_lossy(word).into_owned();
    }
    match std::str::from_utf8(word) {
        Ok(text) if !text.contains(char::is_control) => {
            let mut quoted = String::from("\"");
            for c in text.chars() {
                if matches!(c, '"' | '\\' | '$' | '`') {
                    quoted.push('\\');
                }
                quoted.push(c);
            }
            quoted.push('"');
            quoted
        }
        _ => {
            let escaped: String = word
                .iter()
                .map(|byte| match byte {
                    b'\'' | b'\\' => format!("\\x{byte:02x}"),
                    b' '..=b'~' => char::from(*byte).to_string(),
                    _ => format!("\\x{byte:02x}"),
                })
                .collect();
            format!("$'{escaped}'")
        }
    }
}
