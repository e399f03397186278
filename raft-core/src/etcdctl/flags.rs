//! Flags as the real tool's flag library takes them: `--name`, `--name=value`, `--name value`.

use super::{Output, duration};
use crate::units::Nanos;

/// Flags that stand alone or take `=true` and `=false`.
const SWITCHES: [&str; 5] = ["prev-kv", "prefix", "from-key", "keys-only", "print-value-only"];
/// Flags that take a value.
const VALUED: [&str; 3] = ["consistency", "limit", "command-timeout"];

#[derive(Default)]
pub(super) struct Flags {
    switches: Vec<&'static str>,
    values: Vec<(&'static str, String)>,
    pub(super) timeout: Option<Nanos>,
    pub(super) arguments: Vec<Vec<u8>>,
}

impl Flags {
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.switches.contains(&name)
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// An error of the flag library: the real tool prints it twice.
fn flag_error(text: &str) -> Output {
    Output { stdout: String::new(), stderr: format!("Error: {text}\n\nError: {text}\n"), exit: 1 }
}

pub(super) fn parse_flags(words: &[Vec<u8>]) -> Result<Flags, Output> {
    let mut flags = Flags::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = String::from_utf8_lossy(word).into_owned();
        if text == "--" {
            flags.arguments.extend(words.by_ref().cloned());
        } else if let Some(flag) = text.strip_prefix("--") {
            let (name, value) = match flag.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (flag, None),
            };
            if let Some(switch) = SWITCHES.iter().find(|known| **known == name) {
                set_switch(&mut flags, switch, value)?;
            } else if let Some(valued) = VALUED.iter().find(|known| **known == name) {
                let value = match value {
                    Some(value) => value,
                    None => match words.next() {
                        Some(next) => String::from_utf8_lossy(next).into_owned(),
                        None => return Err(flag_error(&format!("flag needs an argument: --{name}"))),
                    },
                };
                set_value(&mut flags, valued, value)?;
            } else {
                return Err(flag_error(&format!("unknown flag: --{name}")));
            }
        } else if text.len() > 1 && text.starts_with('-') {
            let short = text.chars().nth(1).unwrap_or('-');
            return Err(flag_error(&format!("unknown shorthand flag: {short:?} in {text}")));
        } else {
            flags.arguments.push(word.clone());
        }
    }
    Ok(flags)
}

fn set_switch(flags: &mut Flags, name: &'static str, value: Option<String>) -> Result<(), Output> {
    let on = match value.as_deref() {
        None | Some("1" | "t" | "T" | "true" | "True" | "TRUE") => true,
        Some("0" | "f" | "F" | "false" | "False" | "FALSE") => false,
        Some(other) => {
            return Err(flag_error(&format!(
                "invalid argument {other:?} for \"--{name}\" flag: strconv.ParseBool: parsing {other:?}: invalid syntax"
            )));
        }
    };
    flags.switches.retain(|known| *known != name);
    if on {
        flags.switches.push(name);
    }
    Ok(())
}

fn set_value(flags: &mut Flags, name: &'static str, value: String) -> Result<(), Output> {
    let invalid =
        |why: String| flag_error(&format!("invalid argument {value:?} for \"--{name}\" flag: {why}"));
    match name {
        "command-timeout" => flags.timeout = Some(duration(&value).map_err(invalid)?),
        "limit" if value.parse::<i64>().is_err() => {
            return Err(invalid(format!("strconv.ParseInt: parsing {value:?}: invalid syntax")));
        }
        _ => {}
    }
    flags.values.push((name, value));
    Ok(())
}
