//! The small shell around the tool: variables, files, pipes and a few other commands.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;

use super::io::{Capture, Io};
use super::text::quote;
use super::tool;
use super::words::{Token, tokens};

/// The commands of a terminal.
pub const BUILT_IN: [&str; 5] = ["cat", "echo", "etcdctl", "export", "ls"];

/// The files of a node, shared by its terminals.
pub(super) type Files = Rc<RefCell<BTreeMap<String, Vec<u8>>>>;

/// The state that a terminal keeps between commands.
#[derive(Default)]
pub(super) struct Shell {
    pub(super) variables: BTreeMap<String, String>,
    pub(super) files: Files,
}

/// A command with its assignments and redirections (bash's "simple command").
#[derive(Default)]
struct SimpleCommand {
    variables: Vec<(String, Vec<u8>)>,
    words: Vec<Vec<u8>>,
    /// Standard input from a `<<` text.
    text: Option<Vec<u8>>,
    from: Option<String>,
    /// The file for standard output, and whether to append to it.
    to: Option<(String, bool)>,
    /// The operator that follows: `|`, `;`, `&&` or none.
    then: &'static str,
}

/// Runs a line to its end; returns the exit code of its last command.
pub(super) async fn run_line(io: Io, line: String) -> u8 {
    let shell = io.0.borrow().shell.clone();
    let mut exit = 0;
    let mut skips = false;
    // The line is split again for each command, as earlier commands may have set variables. The
    // values of variables do not change where words and commands end.
    for at in 0.. {
        let parsed = tokens(&line, &shell.borrow().variables);
        let command = match parsed.map_err(|error| error.to_string()).and_then(commands) {
            Ok(commands) => commands.into_iter().nth(at),
            Err(error) => {
                io.err(format!("{error}\n"));
                return 2;
            }
        };
        let Some(command) = command else { break };
        let then = command.then;
        if !skips {
            exit = run_simple(&io, &shell, command).await;
        }
        skips = match then {
            "&&" => skips || exit != 0,
            ";" => false,
            _ => skips,
        };
    }
    exit
}

fn commands(tokens: Vec<Token>) -> Result<Vec<SimpleCommand>, String> {
    let mut commands = vec![SimpleCommand::default()];
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        let Some(last) = commands.last_mut() else { break };
        match token {
            Token::Assignment(name, value) if last.words.is_empty() => last.variables.push((name, value)),
            Token::Assignment(name, value) => {
                last.words.push([name.as_bytes(), b"=", &value].concat());
            }
            Token::Word(word) => last.words.push(word),
            Token::Here(text) => last.text = Some(text),
            Token::Operator(operator @ ("<" | ">" | ">>")) => {
                let Some(Token::Word(file)) = tokens.next() else {
                    return Err(format!("a file is missing after {operator}"));
                };
                let file = String::from_utf8_lossy(&file).into_owned();
                if operator == "<" {
                    last.from = Some(file)
                } else {
                    last.to = Some((file, operator == ">>"))
                }
            }
            Token::Operator(operator) => {
                if last.words.is_empty() && last.variables.is_empty() {
                    if operator != ";" {
                        return Err(format!("a command is missing before {operator}"));
                    }
                } else {
                    last.then = operator;
                    commands.push(SimpleCommand::default());
                }
            }
        }
    }
    commands.retain(|command| !command.words.is_empty() || !command.variables.is_empty());
    match commands.last() {
        Some(last) if matches!(last.then, "|" | "&&") => {
            Err(format!("a command is missing after {}", last.then))
        }
        _ => Ok(commands),
    }
}

async fn run_simple(io: &Io, shell: &Rc<RefCell<Shell>>, command: SimpleCommand) -> u8 {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let mut before = Vec::new();
    for (name, value) in command.variables {
        let old = shell.borrow_mut().variables.insert(name.clone(), text(value));
        before.push((name, old));
    }
    if command.words.is_empty() {
        return 0;
    }
    let mut stdin = command.text;
    if let Some(file) = command.from {
        stdin = shell.borrow().files.borrow().get(&file).cloned();
        if stdin.is_none() {
            io.err(format!("{file}: No such file or directory\n"));
            return 1;
        }
    }
    let mut outer = None;
    if let Some(stdin) = stdin {
        let mut state = io.0.borrow_mut();
        let ended = std::mem::replace(&mut state.stdin_ended, true);
        outer = Some((std::mem::replace(&mut state.stdin, stdin), ended));
    }
    let capture = match command.to {
        Some((file, grows)) => {
            let shell = shell.borrow();
            let mut files = shell.files.borrow_mut();
            let kept = files.entry(file.clone()).or_default();
            if !grows {
                kept.clear();
            }
            Some(Capture::File(file))
        }
        None => (command.then == "|").then(|| Capture::Pipe(Vec::new())),
    };
    let captures = capture.is_some();
    if captures {
        io.0.borrow_mut().capture = capture;
    }
    let exit = run_words(io, command.words).await;
    if let Some((bytes, ended)) = outer {
        let mut state = io.0.borrow_mut();
        state.stdin = bytes;
        state.stdin_ended = ended;
    }
    if captures {
        let mut state = io.0.borrow_mut();
        if let Some(Capture::Pipe(output)) = state.capture.take() {
            state.stdin = output;
            state.stdin_ended = true;
        }
    }
    let mut shell = shell.borrow_mut();
    for (name, old) in before.into_iter().rev() {
        match old {
            Some(old) => shell.variables.insert(name, old),
            None => shell.variables.remove(&name),
        };
    }
    exit
}

/// Returns Go's error for starting an unknown program; `None` if the program is known.
pub(super) fn not_found(name: &[u8]) -> Option<String> {
    const KNOWN: [&[u8]; 5] = [b"etcdctl", b"cat", b"echo", b"export", b"ls"];
    (!KNOWN.contains(&name)).then(|| format!("exec: {}: executable file not found in $PATH", quote(name)))
}

/// Runs one command; returns its exit code. Boxed, as etcdctl can run commands itself.
pub(super) fn run_words(io: &Io, words: Vec<Vec<u8>>) -> Pin<Box<dyn Future<Output = u8> + '_>> {
    Box::pin(async move {
        let Some((name, arguments)) = words.split_first() else { return 0 };
        match name.as_slice() {
            b"etcdctl" => tool::run(io, arguments).await,
            b"cat" => cat(io, arguments).await,
            b"echo" => {
                let mut line = arguments.join(&b' ');
                line.push(b'\n');
                io.out(line);
                0
            }
            b"export" => export(io, arguments),
            b"ls" => {
                let shell = io.0.borrow().shell.clone();
                let files: Vec<String> = shell.borrow().files.borrow().keys().cloned().collect();
                files.iter().for_each(|file| io.out(format!("{file}\n")));
                0
            }
            _ => {
                let name = String::from_utf8_lossy(name);
                io.err(format!(
                    "{name}: command not found; this terminal knows etcdctl, cat, echo, export and ls\n"
                ));
                127
            }
        }
    })
}

async fn cat(io: &Io, arguments: &[Vec<u8>]) -> u8 {
    if arguments.is_empty() {
        let stdin = io.stdin().await;
        io.out(stdin);
    }
    let mut exit = 0;
    for file in arguments {
        let file = String::from_utf8_lossy(file);
        let shell = io.0.borrow().shell.clone();
        // Cloned, as the output may go to a file of the same terminal.
        let bytes = shell.borrow().files.borrow().get(file.as_ref()).cloned();
        match bytes {
            Some(bytes) => io.out(bytes),
            None => {
                io.err(format!("cat: {file}: No such file or directory\n"));
                exit = 1;
            }
        }
    }
    exit
}

fn export(io: &Io, arguments: &[Vec<u8>]) -> u8 {
    let shell = io.0.borrow().shell.clone();
    let mut shell = shell.borrow_mut();
    for argument in arguments {
        let argument = String::from_utf8_lossy(argument);
        if let Some((name, value)) = argument.split_once('=') {
            shell.variables.insert(name.to_owned(), value.to_owned());
        }
    }
    let variables = if arguments.is_empty() { shell.variables.clone() } else { BTreeMap::new() };
    drop(shell);
    variables.iter().for_each(|(name, value)| io.out(format!("export {name}={value}\n")));
    0
}
