//! The imports of a file: every `use` and every path in its code, tests excluded.

use super::tokens::{Kind, Token, closing};

/// The crate that a path leads into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The crate of the file itself.
    Own,
    /// raft-core, from outside.
    Core,
}

/// One path into a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The line on which it begins, from 1.
    pub line: usize,
    pub origin: Origin,
    /// The first segment below the crate's root, or `None` if the whole crate is imported or renamed.
    pub room: Option<String>,
}

/// A file's code without its tests.
pub struct Code<'a> {
    pub tokens: Vec<Token<'a>>,
    /// The names `x` of `#[cfg(test)] mod x;`: modules in files of their own that only tests compile.
    pub test_modules: Vec<&'a str>,
}

/// Returns the code of a file without the items that only tests compile.
pub fn code<'a>(tokens: &[Token<'a>]) -> Code<'a> {
    let mut code = Code { tokens: Vec::new(), test_modules: Vec::new() };
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let inner = tokens.get(at + 1).is_some_and(|next| next.is_mark('!'));
        let open = at + 1 + usize::from(inner);
        if token.is_mark('#') && tokens.get(open).is_some_and(|next| next.is_mark('[')) {
            let close = closing(tokens, open);
            if is_for_tests(&tokens[open..close]) {
                if inner {
                    return Code { tokens: Vec::new(), test_modules: code.test_modules };
                }
                let end = item_end(tokens, close + 1);
                code.test_modules.extend(module_in_file(&tokens[close + 1..end]));
                at = end;
                continue;
            }
        }
        code.tokens.push(*token);
        at += 1;
    }
    code
}

/// Returns whether an attribute keeps its item for tests: `[cfg(test)` or `[cfg(all(test, …)`.
fn is_for_tests(attribute: &[Token]) -> bool {
    let words: Vec<&str> =
        attribute.iter().map(|token| token.text).filter(|text| !matches!(*text, "[" | "(")).collect();
    matches!(words.as_slice(), ["cfg", "test", ..] | ["cfg", "all", "test", ..])
}

/// The keywords that begin an item or a statement, as opposed to a field, a variant or an arm.
const ITEMS: [&str; 16] = [
    "async",
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "let",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "unsafe",
    "use",
];

/// Returns the index after the item that begins at `at`. The item may begin with further attributes.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    while let Some(token) = tokens.get(at) {
        if token.is_doc() {
            at += 1;
        } else if token.is_mark('#') {
            at = closing(tokens, at + 1) + 1;
        } else {
            break;
        }
    }
    let mut first = at;
    if tokens.get(first).is_some_and(|token| token.is("pub")) {
        first += 1;
        if tokens.get(first).is_some_and(|token| token.is_mark('(')) {
            first = closing(tokens, first) + 1;
        }
    }
    let item = tokens.get(first).is_some_and(|token| token.kind == Kind::Word && ITEMS.contains(&token.text));
    let import = tokens.get(first).is_some_and(|token| token.is("use"));
    while let Some(token) = tokens.get(at) {
        if token.is_mark(';') || (!item && token.is_mark(',')) {
            return at + 1;
        }
        if token.closes() {
            return at;
        }
        if token.opens() {
            at = closing(tokens, at);
            if item && !import && tokens[at].is_mark('}') {
                return at + 1;
            }
        }
        at += 1;
    }
    tokens.len()
}

/// Returns the name of the module that an item declares, if the module is in another file.
fn module_in_file<'a>(item: &[Token<'a>]) -> Option<&'a str> {
    match item {
        [.., keyword, name, end] if keyword.is("mod") && end.is_mark(';') => Some(name.text),
        _ => None,
    }
}

/// Returns the imports of rooms, of the file's own crate and of raft-core. `module` is the path of the file's
/// module below the crate's root, `rooms` are the rooms of its crate.
pub fn imports(code: &[Token], module: &[&str], rooms: &[&str]) -> Vec<Import> {
    let mut walk = Walk { tokens: code, module: module.to_vec(), ends: Vec::new(), rooms, found: Vec::new() };
    let mut at = 0;
    while at < code.len() {
        while walk.ends.last().is_some_and(|end| *end <= at) {
            walk.ends.pop();
            walk.module.pop();
        }
        at = walk.step(at);
    }
    walk.found
}

struct Walk<'a> {
    tokens: &'a [Token<'a>],
    /// The path of the current module, inline modules included.
    module: Vec<&'a str>,
    /// The index at which each of the inline modules ends.
    ends: Vec<usize>,
    rooms: &'a [&'a str],
    found: Vec<Import>,
}

impl<'a> Walk<'a> {
    fn get(&self, at: usize) -> Option<&'a Token<'a>> {
        self.tokens.get(at)
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.get(at).map(|token| token.kind)
    }

    /// Reads the token at `at` and returns the index to go on from.
    fn step(&mut self, at: usize) -> usize {
        let Some(token) = self.get(at) else { return at + 1 };
        if token.kind != Kind::Word {
            return at + 1;
        }
        let before = at.checked_sub(1).and_then(|before| self.get(before));
        if token.text == "mod" && self.kind(at + 2) == Some(Kind::Mark('{')) {
            self.module.extend(self.get(at + 1).map(|name| name.text));
            self.ends.push(closing(self.tokens, at + 2));
            return at + 3;
        }
        // `use<'a>` in a type is no import.
        if token.text == "use" && self.kind(at + 1) != Some(Kind::Mark('<')) {
            return self.tree(at + 1, &[], token.line);
        }
        let absolute = before.is_some_and(|before| before.kind == Kind::Colons)
            && !at.checked_sub(2).and_then(|at| self.get(at)).is_some_and(|token| token.kind == Kind::Word);
        let begins = before.is_none_or(|before| before.kind != Kind::Colons) || absolute;
        if !begins || self.kind(at + 1) != Some(Kind::Colons) {
            return at + 1;
        }
        let mut path = vec![token.text];
        let mut next = at + 1;
        while self.kind(next) == Some(Kind::Colons) && self.kind(next + 1) == Some(Kind::Word) {
            path.extend(self.get(next + 1).map(|token| token.text));
            next += 2;
        }
        self.note(&path, token.line);
        next
    }

    /// Reads one branch of a `use` tree, which begins at `at` below the path `above`, and returns the index after it.
    fn tree(&mut self, mut at: usize, above: &[&'a str], line: usize) -> usize {
        let mut path = above.to_vec();
        let mut line = line;
        while let Some(token) = self.get(at) {
            match token.kind {
                // The name after `as` is none of the path's.
                Kind::Word if token.text == "as" => at += 1,
                Kind::Word => {
                    if path.len() == above.len() {
                        line = token.line;
                    }
                    path.push(token.text);
                }
                Kind::Mark('*') => path.push("*"),
                Kind::Mark('{') => {
                    let end = closing(self.tokens, at);
                    at += 1;
                    while at < end {
                        let begin = self.get(at).map_or(line, |token| token.line);
                        at = self.tree(at, &path, begin).max(at + 1);
                    }
                    return end + 1;
                }
                Kind::Colons | Kind::Mark('$') => {}
                _ => break,
            }
            at += 1;
        }
        if path.len() > above.len() {
            self.note(&path, line);
        }
        at + 1
    }

    /// Records the room to which a path leads, if it leads to one.
    fn note(&mut self, path: &[&str], line: usize) {
        let Some((first, mut rest)) = path.split_first() else { return };
        let mut module: Vec<&str> = self.module.clone();
        let mut origin = Origin::Own;
        match *first {
            "crate" => module.clear(),
            "self" => {}
            "super" => {
                module.pop();
            }
            "raft_core" => {
                origin = Origin::Core;
                module.clear();
            }
            room if module.is_empty() && self.rooms.contains(&room) => rest = path,
            _ => return,
        }
        while let [first @ ("super" | "self"), others @ ..] = rest {
            if *first == "super" {
                module.pop();
            }
            rest = others;
        }
        let room = match (module.first(), rest.first()) {
            (Some(room), _) => Some(*room),
            (None, Some(&"*") | None) => None,
            (None, Some(room)) => Some(*room),
        };
        self.found.push(Import { line, origin, room: room.map(str::to_owned) });
    }
}
