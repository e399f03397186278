//! `txn`: comparisons and operations, read line by line from standard input.

use super::client::Client;
use super::flags::parse_own_flags;
use super::text::{parse_int, quote, unquote};
use super::tool::{BAD_ARGUMENTS, BAD_INPUT, Exit, Tool, error, fail};
use super::{help, key_value};
use crate::kv::{Command, Compare, CompareOperator, CompareTarget, KeyRange, TxnOp, TxnRequest};
use crate::model::Operation;

pub(super) async fn txn(tool: &Tool<'_>) -> Result<(), Exit> {
    if !tool.arguments().is_empty() {
        return Err(fail(BAD_ARGUMENTS, "txn command does not accept argument"));
    }
    let client = Client::connect(tool)?;
    let mut txn = TxnRequest::default();
    prompt(tool, "compares:\n");
    while let Some(line) = line(tool).await? {
        txn.compares.push(compare(&line).map_err(|text| fail(BAD_INPUT, text))?);
    }
    prompt(tool, "success requests (get, put, del):\n");
    while let Some(line) = line(tool).await? {
        txn.success.push(operation(tool, &line)?);
    }
    prompt(tool, "failure requests (get, put, del):\n");
    while let Some(line) = line(tool).await? {
        txn.failure.push(operation(tool, &line)?);
    }
    // The real tool sets no timeout here; the server's own timeout applies.
    let answered = client.call_patiently(Operation::Write(Command::Txn(txn))).await.map_err(error)?;
    client.print_store(&answered, false)
}

fn prompt(tool: &Tool<'_>, text: &str) {
    if tool.flags.is_set("interactive") {
        tool.io.out(text);
    }
}

/// Returns the next line of a section; `None` at the empty line that ends it.
async fn line(tool: &Tool<'_>) -> Result<Option<Vec<u8>>, Exit> {
    let line = tool.io.line().await.ok_or_else(|| fail(BAD_INPUT, "EOF"))?;
    let line = line.trim_ascii().to_vec();
    Ok(Some(line).filter(|line| !line.is_empty()))
}

/// Parses a comparison such as `mod("k") > "3"`.
fn compare(line: &[u8]) -> Result<Compare, String> {
    let shown = String::from_utf8_lossy(line);
    let Some(paren) = line.iter().position(|byte| *byte == b'(') else {
        return Err(format!("malformed comparison: {shown}"));
    };
    let target = String::from_utf8_lossy(&line[..paren]);
    let (key, operator, value) = scan(&line[paren + 1..]);
    let (Some(key), Some(operator), Some(value)) = (&key, &operator, &value) else {
        let key = quote(&key.unwrap_or_default());
        let operator = String::from_utf8_lossy(&operator.unwrap_or_default()).into_owned();
        return Err(format!("malformed comparison: {shown}; got {target}({key}) {operator} \"\""));
    };
    let number = || parse_int(value, 10).map_err(|_| format!("invalid txn compare request: {shown}"));
    let target = match target.as_ref() {
        "ver" | "version" => CompareTarget::Version(number()?),
        "c" | "create" => CompareTarget::Create(number()?),
        "m" | "mod" => CompareTarget::Mod(number()?),
        "val" | "value" => CompareTarget::Value(value.clone()),
        "lease" => CompareTarget::Lease(number()?),
        other => {
            return Err(format!("malformed comparison: {shown} (unknown target {other})"));
        }
    };
    let operator = match operator.as_slice() {
        b"=" => CompareOperator::Equal,
        b"!=" => CompareOperator::NotEqual,
        b">" => CompareOperator::Greater,
        b"<" => CompareOperator::Less,
        other => {
            let other = String::from_utf8_lossy(other);
            return Err(format!("malformed comparison: {shown} (unknown operator {other})"));
        }
    };
    Ok(Compare { range: KeyRange::single(key.clone()), target, operator })
}

type Scanned = Option<Vec<u8>>;

/// Scans `"key") operator "value"`; returns the parts before the first mismatch.
fn scan(text: &[u8]) -> (Scanned, Scanned, Scanned) {
    let Some((key, rest)) = unquote(text.trim_ascii_start()) else { return (None, None, None) };
    let Some(rest) = rest.strip_prefix(b")") else { return (Some(key), None, None) };
    // The real tool requires a space between the key and the operator.
    if !rest.first().is_some_and(u8::is_ascii_whitespace) {
        return (Some(key), None, None);
    }
    let rest = rest.trim_ascii_start();
    let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    let (operator, rest) = rest.split_at(end);
    if operator.is_empty() {
        return (Some(key), None, None);
    }
    let value = unquote(rest.trim_ascii_start()).map(|(value, _)| value);
    (Some(key), Some(operator.to_vec()), value)
}

/// Parses an operation such as `put k "two words"`, with the flags of the command with that name.
fn operation(tool: &Tool<'_>, line: &[u8]) -> Result<TxnOp, Exit> {
    let shown = String::from_utf8_lossy(line);
    let words = words(line).ok_or_else(|| fail(BAD_INPUT, "invalid syntax"))?;
    if words.len() < 2 {
        return Err(fail(BAD_INPUT, format!("invalid txn compare request: {shown}")));
    }
    let invalid = || fail(BAD_INPUT, format!("invalid txn request: {shown}"));
    let name = words.first().map(Vec::as_slice).unwrap_or_default();
    let mut like = ["get", "put", "del"].into_iter().filter(|known| known.as_bytes().starts_with(name));
    let command = like.next().and_then(|path| tool.commands.named(path)).ok_or_else(invalid)?;
    let flags =
        parse_own_flags(tool.commands, command, words.get(1..).unwrap_or_default()).map_err(|_| {
            tool.io.err(help::plain_usage(tool.commands, command));
            invalid()
        })?;
    Ok(match command.path {
        "get" => TxnOp::Range(key_value::get_request(&flags)?.0),
        "put" => TxnOp::Put(key_value::put_request(&flags, None)?),
        _ => TxnOp::Delete(key_value::delete_request(&flags)?),
    })
}

/// Splits a line of the tool's own input into words, `'…'` and Go's `"…"`. An unclosed quote is
/// skipped. Returns `None` if a text in `"…"` is not a valid Go string.
pub(super) fn words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut single = Vec::new();
    let mut rest = line.trim_ascii_start();
    while let Some(first) = rest.first() {
        let length = match first {
            b'"' => {
                let mut escaped = false;
                let closes = |byte: &u8| {
                    let closes = *byte == b'"' && !escaped;
                    escaped = *byte == b'\\' && !escaped;
                    closes
                };
                let end = rest.iter().skip(1).position(closes).map_or(1, |at| at + 2);
                if end > 1 {
                    words.push(unquote(rest.get(..end)?)?.0);
                }
                end
            }
            b'\'' => {
                let end = rest.iter().skip(1).position(|byte| *byte == b'\'').map_or(1, |at| at + 2);
                if end > 1 {
                    single.push(words.len());
                    words.push(rest.get(1..end - 1)?.to_vec());
                }
                end
            }
            _ => {
                let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
                words.push(rest.get(..end)?.to_vec());
                end
            }
        };
        rest = rest.get(length..).unwrap_or_default().trim_ascii_start();
    }
    // The real tool confuses the number of words with the length of a word in `'…'`, so it loses
    // the end of the word or keeps its quote. If that number is even larger, it crashes: here the
    // word then stays complete.
    let kept = words.len().saturating_sub(2);
    for at in single {
        if let Some(word) = words.get_mut(at).filter(|word| kept <= word.len() + 1) {
            word.push(b'\'');
            word.truncate(kept);
        }
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_parsed_as_by_the_real_tool() {
        let wrong = [
            ("mod(\"k\") > 0", "malformed comparison: mod(\"k\") > 0; got mod(\"k\") > \"\""),
            ("value(k) = \"v\"", "malformed comparison: value(k) = \"v\"; got value(\"\")  \"\""),
            ("value(\"k\") \"v\"", "malformed comparison: value(\"k\") \"v\"; got value(\"k\") \"v\" \"\""),
            ("mod(\"k\")=\"3\"", "malformed comparison: mod(\"k\")=\"3\"; got mod(\"k\")  \"\""),
            ("k = v", "malformed comparison: k = v"),
            ("bogus(\"k\") = \"1\"", "malformed comparison: bogus(\"k\") = \"1\" (unknown target bogus)"),
            ("version(\"k\") = \"abc\"", "invalid txn compare request: version(\"k\") = \"abc\""),
        ];
        for (line, text) in wrong {
            assert_eq!(compare(line.as_bytes()).err().as_deref(), Some(text));
        }
        let right = compare(b"val(\"a b\") != \"x\\ty\"");
        let expected = Compare {
            range: KeyRange::single("a b"),
            target: CompareTarget::Value(b"x\ty".to_vec()),
            operator: CompareOperator::NotEqual,
        };
        assert_eq!(right, Ok(expected));
    }

    #[test]
    fn operations_are_split_into_words() {
        let cases: [(&str, &[&str]); 7] = [
            (" put \"new key\" 'ab' --prev-kv ", &["put", "new key", "ab", "--prev-kv"]),
            // As in the real tool, a word in single quotes loses its end.
            ("put d 'e f'", &["put", "d", "e"]),
            ("put 'a' b", &["put", "a", "b"]),
            ("put '' b", &["put", "'", "b"]),
            ("del '' --a --b --c", &["del", "", "--a", "--b", "--c"]),
            ("put \"open 'too", &["put", "open", "too"]),
            ("put a\"b c\\ \"\\\"\"d", &["put", "a\"b", "c\\", "\"", "d"]),
        ];
        for (line, expected) in cases {
            let expected = expected.iter().map(|word| word.as_bytes().to_vec()).collect();
            assert_eq!(words(line.as_bytes()), Some(expected), "{line}");
        }
        assert_eq!(words(b"put \"no \\escape\""), None);
    }
}
