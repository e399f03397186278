//! Comparison of output with that of a real etcdctl, with volatile fields, any order of lines, and tables.

use std::collections::BTreeMap;

use regex::bytes::Regex;

/// The variables of a script: names with hexadecimal values.
pub type Variables = BTreeMap<String, String>;

/// Returns the pattern of a volatile field.
fn form(kind: &str) -> &'static str {
    match kind {
        "lease_id" | "cluster_id" | "member_id" => "[0-9a-f]{1,16}",
        "member_id_pad" | "cluster_id_pad" => " *[0-9a-f]{1,16}",
        "db_size" => "[0-9.]+ [kMG]?B",
        "duration" => "[0-9.]+(?:ns|\\xc2\\xb5s|ms|s)",
        "hash_hex" => "[0-9a-f]+",
        "ttl_remaining" => "-?[0-9]+",
        "version" => "[0-9]+\\.[0-9]+\\.[0-9]+",
        "path" => "\\S+",
        // A small number in a protobuf message, such as a term.
        "byte" => "[\\x01-\\x7f]",
        _ => "[0-9]+",
    }
}

/// Returns the pattern for a text that contains `{{kind}}` and `{{kind:VAR}}`.
fn pattern(template: &[u8], variables: &Variables) -> String {
    let mut pattern = String::new();
    let mut rest = template;
    while let Some((byte, after)) = rest.split_first() {
        if let Some((field, after)) = field(rest) {
            let (kind, name) = field.split_once(':').unwrap_or((field, ""));
            match variables.get(name).and_then(|value| u64::from_str_radix(value, 16).ok()) {
                Some(value) => {
                    pattern.push_str(if kind.ends_with("_pad") { " *" } else { "" });
                    pattern.push_str(if kind.starts_with("lease") { "0*" } else { "" });
                    let is_decimal = kind.ends_with("_dec");
                    pattern.push_str(&if is_decimal { value.to_string() } else { format!("{value:x}") });
                }
                None => pattern.push_str(form(kind)),
            }
            rest = after;
            continue;
        }
        if byte.is_ascii_alphanumeric() {
            pattern.push(char::from(*byte));
        } else {
            pattern.push_str(&format!("\\x{byte:02x}"));
        }
        rest = after;
    }
    pattern
}

fn field(text: &[u8]) -> Option<(&str, &[u8])> {
    let text = text.strip_prefix(b"{{")?;
    let end = text.windows(2).position(|pair| pair == b"}}")?;
    let name = std::str::from_utf8(&text[..end]).ok()?;
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':');
    (is_name && !name.is_empty()).then_some((name, &text[end + 2..]))
}

fn fits(template: &[u8], found: &[u8], variables: &Variables) -> bool {
    let pattern = format!("(?s-u)^(?:{})$", pattern(template, variables));
    let mut builder = regex::bytes::RegexBuilder::new(&pattern);
    builder.size_limit(1 << 28).build().unwrap().is_match(found)
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| *byte == b'\n').collect()
}

/// Returns whether an output equals the wanted one, in the step's mode of comparison.
pub fn same(wanted: &[u8], found: &[u8], mode: &str, variables: &Variables) -> bool {
    match mode {
        "unordered_lines" => {
            let mut left = lines(found);
            let wanted = lines(wanted);
            wanted.len() == left.len()
                && wanted.iter().all(|line| {
                    let hit = left.iter().position(|found| fits(line, found, variables));
                    hit.map(|at| left.remove(at)).is_some()
                })
        }
        "table" => fits(&cells(wanted), &cells(found), variables),
        "unordered_cluster" => {
            let sorted = |text: &[u8]| in_order(text, r#"ETCD_INITIAL_CLUSTER="([^"]*)"#, b',');
            fits(&sorted(wanted), &sorted(found), variables)
        }
        "unordered_keys" => {
            let sorted = |text: &[u8]| {
                let text = in_order(text, r"attached keys\(\[([^\]]*)\]", b' ');
                sorted_key_lines(&in_order(&text, r#""keys":\[([^\]]*)\]"#, b','))
            };
            fits(&sorted(wanted), &sorted(found), variables)
        }
        _ => fits(wanted, found, variables),
    }
}

fn cells(text: &[u8]) -> Vec<u8> {
    let rows = lines(text).into_iter().filter(|line| !line.starts_with(b"+-"));
    let trimmed = |line: &[u8]| {
        line.split(|byte| *byte == b'|').map(<[u8]>::trim_ascii).collect::<Vec<_>>().join(&b'|')
    };
    rows.map(trimmed).collect::<Vec<_>>().join(&b'\n')
}

/// Returns the text with the items of the list that a pattern finds sorted.
fn in_order(text: &[u8], pattern: &str, separator: u8) -> Vec<u8> {
    let regex = Regex::new(pattern).unwrap();
    let Some(list) = regex.captures(text).and_then(|captures| captures.get(1)) else { return text.to_vec() };
    let mut items: Vec<&[u8]> = list.as_bytes().split(|byte| *byte == separator).collect();
    items.sort_unstable();
    [&text[..list.start()], &items.join(&separator), &text[list.end()..]].concat()
}

fn sorted_key_lines(text: &[u8]) -> Vec<u8> {
    let is_key = |line: &[u8]| line.starts_with(b"\"Key\" :");
    let all = lines(text);
    let mut keys: Vec<&[u8]> = all.iter().copied().filter(|line| is_key(line)).collect();
    keys.sort_unstable();
    let mut keys = keys.into_iter();
    let mut sorted: Vec<&[u8]> = Vec::new();
    for line in all {
        sorted.push(if is_key(line) { keys.next().unwrap_or(b"") } else { line });
    }
    sorted.join(&b'\n')
}

/// Returns the first capture of a pattern in an output.
pub fn captured(pattern: &str, output: &[u8]) -> Option<String> {
    let regex = Regex::new(&format!("(?m){pattern}")).unwrap();
    let captures = regex.captures(output)?;
    Some(String::from_utf8_lossy(captures.get(1)?.as_bytes()).into_owned())
}
