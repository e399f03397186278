//! The entry point of etcdctl: from words to a command, and from its result to an exit code.

use super::absent;
use super::flags::{Flags, parse_flags};
use super::io::Io;
use super::spec::{Command, Commands};
use super::{API_VERSION, VERSION, help, v2};
use super::{concurrency, endpoint, key_value, lease, maintenance, member, txn, watch};

/// Exit code for an error of the server or of the flags.
pub(super) const ERROR: u8 = 1;
/// Exit code for a missing connection.
pub(super) const BAD_CONNECTION: u8 = 2;
/// Exit code for invalid standard input.
pub(super) const BAD_INPUT: u8 = 3;
/// Exit code for an unknown format, order or consistency.
pub(super) const BAD_FEATURE: u8 = 4;
/// Exit code of a command that the server ended.
pub(super) const INTERRUPTED: u8 = 5;
/// Exit code for too few, too many or invalid arguments.
pub(super) const BAD_ARGUMENTS: u8 = 128;

/// A command's failure.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exit {
    code: u8,
    /// The text to print after `Error: `; `None` if the command has printed its errors.
    text: Option<String>,
}

/// Returns a failure with a text.
pub(super) fn fail(code: u8, text: impl Into<String>) -> Exit {
    Exit { code, text: Some(text.into()) }
}

/// Returns a failure without a text.
pub(super) fn silent(code: u8) -> Exit {
    Exit { code, text: None }
}

/// Returns the failure for a server's error.
pub(super) fn error(text: String) -> Exit {
    fail(ERROR, text)
}

/// The context of a command.
pub(super) struct Tool<'a> {
    pub(super) io: &'a Io,
    pub(super) commands: &'a Commands,
    pub(super) flags: Flags,
}

impl Tool<'_> {
    /// The words that are not flags.
    pub(super) fn arguments(&self) -> &[Vec<u8>] {
        &self.flags.arguments
    }
}

/// Runs etcdctl; returns the exit code.
pub(super) async fn run(io: &Io, words: &[Vec<u8>]) -> u8 {
    let commands = Commands::read();
    let shell = io.0.borrow().shell.clone();
    let api_2 = shell.borrow().variables.get("ETCDCTL_API").is_some_and(|version| version == "2");
    if let Some(exit) = v2::run(io, &commands, words, api_2).await {
        return exit;
    }
    let found = commands.find(words);
    if found.command.path.is_empty()
        && let Some(word) = commands.bare_words(&found).first()
    {
        let text = commands.unknown(word);
        io.err(format!("Error: {text}\nRun 'etcdctl --help' for usage.\nError: {text}\n"));
        return ERROR;
    }
    let mut flags = match parse_flags(&commands, found.command, &found.words) {
        Ok(flags) => flags,
        Err(text) => {
            io.out(help::usage(&commands, found.command));
            io.err(format!("Error: {text}\n\nError: {text}\n"));
            return ERROR;
        }
    };
    let is_group = commands.children(found.command).next().is_some();
    if flags.is_set("help") || is_group {
        io.out(help::usage(&commands, found.command));
        return 0;
    }
    for flag in commands.inherited_flags(found.command) {
        let name = format!("ETCDCTL_{}", flag.name.to_uppercase().replace('-', "_"));
        if let Some(value) = shell.borrow().variables.get(&name) {
            // Like the real tool, ignore an invalid value.
            let _ = flags.set_default(&flag, value);
        }
    }
    let tool = Tool { io, commands: &commands, flags };
    match dispatch(&tool, found.command).await {
        Ok(()) => 0,
        Err(Exit { code, text }) => {
            if let Some(text) = text {
                io.err(format!("Error: {text}\n"));
            }
            code
        }
    }
}

async fn dispatch(tool: &Tool<'_>, command: &Command) -> Result<(), Exit> {
    match command.path {
        "get" => key_value::get(tool).await,
        "put" => key_value::put(tool).await,
        "del" => key_value::delete(tool).await,
        "compaction" => key_value::compaction(tool).await,
        "txn" => txn::txn(tool).await,
        "watch" => watch::watch(tool).await,
        "lease grant" => lease::grant(tool).await,
        "lease revoke" => lease::revoke(tool).await,
        "lease timetolive" => lease::time_to_live(tool).await,
        "lease list" => lease::list(tool).await,
        "lease keep-alive" => lease::keep_alive(tool).await,
        "member list" => member::list(tool).await,
        "member add" => member::add(tool).await,
        "member remove" => member::change(tool, super::print::MemberChange::Removed).await,
        "member update" => member::change(tool, super::print::MemberChange::Updated).await,
        "member promote" => member::change(tool, super::print::MemberChange::Promoted).await,
        "endpoint health" => endpoint::health(tool).await,
        "endpoint status" => endpoint::status(tool).await,
        "endpoint hashkv" => endpoint::hash_kv(tool).await,
        "move-leader" => endpoint::move_leader(tool).await,
        "alarm list" => maintenance::alarm_list(tool).await,
        "alarm disarm" => maintenance::alarm_disarm(tool).await,
        "defrag" => maintenance::defrag(tool).await,
        "snapshot save" => maintenance::snapshot_save(tool).await,
        "snapshot status" => maintenance::snapshot_status(tool),
        "lock" => concurrency::lock(tool).await,
        "elect" => concurrency::elect(tool).await,
        "version" => {
            tool.io.out(format!("etcdctl version: {VERSION}\nAPI version: {API_VERSION}\n"));
            Ok(())
        }
        "help" => {
            show_help(tool);
            Ok(())
        }
        other => Err(absent::end(other, tool.arguments().len())),
    }
}

fn show_help(tool: &Tool<'_>) {
    let found = tool.commands.find(tool.arguments());
    if found.command.path.is_empty() && !tool.commands.bare_words(&found).is_empty() {
        let words: Vec<String> =
            tool.arguments().iter().map(|word| format!("`{}`", String::from_utf8_lossy(word))).collect();
        tool.io.err(format!("Unknown help topic [{}]\n", words.join(" ")));
        tool.io.out(help::usage_of_tool(tool.commands));
        return;
    }
    tool.io.out(help::usage(tool.commands, found.command));
}
