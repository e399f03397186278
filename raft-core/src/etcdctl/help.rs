//! Usage texts, laid out as by the real tool.

use super::spec::{Command, Commands, Flag};
use super::{API_VERSION, VERSION};

/// Returns the text of `--help`, which errors of the flags show as well.
pub(super) fn usage(commands: &Commands, command: &Command) -> String {
    text(commands, command, true)
}

/// Returns the text of `help` for an unknown topic: the tool's usage without the flag `--help`,
/// which the flag library has not added yet at that point.
pub(super) fn usage_of_tool(commands: &Commands) -> String {
    text(commands, commands.root(), false)
}

fn text(commands: &Commands, command: &Command, with_help: bool) -> String {
    let is_root = command.path.is_empty();
    let name = if is_root { "etcdctl" } else { command.path };
    let mut text = format!("NAME:\n\t{name} - {}\n\nUSAGE:\n\tetcdctl ", command.short);
    for part in [command.path, command.usage] {
        if !part.is_empty() {
            text.push_str(part);
            text.push(' ');
        }
    }
    // The library that generates this command omits the word.
    if command.path == "completion bash" {
        text.truncate(text.trim_end().len());
    } else {
        text.push_str("[flags]");
    }
    text.push_str("\n\n");
    if is_root {
        text.push_str(&format!("VERSION:\n\t{VERSION}\n\n"));
    }
    let is_group = commands.children(command).next().is_some();
    if is_group {
        text.push_str(&format!("API VERSION:\n\t{API_VERSION}\n\n\nCOMMANDS:\n"));
        text.push_str(&columns(children(commands, command), "\t"));
        text.push('\n');
    }
    if !command.about.is_empty() {
        text.push_str("DESCRIPTION:\n");
        for line in &command.about {
            text.push_str(&format!("\t{line}\n"));
        }
        text.push('\n');
    }
    let own = commands.own_flags(command);
    let help_for = if is_root { "etcdctl" } else { command.name() };
    text.push_str("OPTIONS:\n");
    let shown = own.iter().filter(|flag| with_help || flag.name != "help");
    text.push_str(&columns(shown.map(|flag| flag_row(flag, help_for)).collect(), ""));
    text.push('\n');
    if !is_root {
        let inherited = commands.inherited_flags(command);
        text.push_str("GLOBAL OPTIONS:\n");
        text.push_str(&columns(inherited.iter().map(|flag| flag_row(flag, help_for)).collect(), ""));
        text.push('\n');
    }
    text
}

fn children(commands: &Commands, command: &Command) -> Vec<(String, String)> {
    if command.path.is_empty() {
        return rows(&commands.leaves(), |command| command.path);
    }
    let mut children: Vec<&Command> = commands.children(command).collect();
    #[allow(
        clippy::disallowed_methods,
        reason = "names, in the terminal's own file, which is loaded when it is wanted"
    )]
    children.sort_by_key(|command| command.path);
    rows(&children, Command::name)
}

fn rows(commands: &[&Command], name: fn(&Command) -> &'static str) -> Vec<(String, String)> {
    commands.iter().map(|command| (name(command).to_owned(), command.short.to_owned())).collect()
}

fn flag_row(flag: &Flag, help_for: &str) -> (String, String) {
    let start = if flag.letter.is_empty() { "      ".to_owned() } else { format!("  -{}, ", flag.letter) };
    let default = match (flag.is_switch(), flag.default) {
        (true, "") => "[=false]".to_owned(),
        (true, default) => format!("[={default}]"),
        (false, default) => format!("={default}"),
    };
    let help = if flag.name == "help" { format!("help for {help_for}") } else { flag.help.to_owned() };
    (format!("{start}--{}{default}", flag.name), help)
}

/// Lays out two columns; the first is padded with tabs of eight.
fn columns(rows: Vec<(String, String)>, indent: &str) -> String {
    let widest = rows.iter().map(|(cell, _)| cell.len()).max().unwrap_or(0);
    let width = (widest + 1).div_ceil(8) * 8;
    let mut text = String::new();
    for (cell, rest) in rows {
        let tabs = (width - cell.len()).div_ceil(8);
        text.push_str(&format!("{indent}{cell}{}{rest}\n", "\t".repeat(tabs)));
    }
    text
}

/// Returns the text that an operation of a transaction shows for invalid flags: the flag library's
/// own usage.
pub(super) fn plain_usage(commands: &Commands, command: &Command) -> String {
    let mut text = format!("Usage:\n   {} {} [flags]\n\nFlags:\n", command.name(), command.usage);
    let shown = |flag: &Flag| {
        let start =
            if flag.letter.is_empty() { "      ".to_owned() } else { format!("  -{}, ", flag.letter) };
        let kind = match flag.kind {
            "s" => " string",
            "i" => " int",
            _ => "",
        };
        format!("{start}--{}{kind}", flag.name)
    };
    let flags = commands.own_flags(command);
    let widest = flags.iter().map(|flag| shown(flag).len()).max().unwrap_or(0);
    for flag in &flags {
        let cell = shown(flag);
        let (_, help) = flag_row(flag, command.name());
        let default = match flag.default {
            "" | "0" | "\"\"" => String::new(),
            default => format!(" (default {default})"),
        };
        text.push_str(&format!("{cell:widest$}   {help}{default}\n"));
    }
    text.push('\n');
    text
}
