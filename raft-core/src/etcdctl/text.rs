//! Texts in Go's notation: quoted strings, numbers, durations, sizes.

/// Formats bytes like Go's `%q`.
pub(super) fn quote(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            push_quoted(&mut text, c);
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text.push('"');
    text
}

/// Formats a lease's id like Go's `%016x`.
pub(super) fn lease_id(id: i64) -> String {
    if id < 0 { format!("-{:015x}", id.unsigned_abs()) } else { format!("{id:016x}") }
}

fn push_quoted(text: &mut String, c: char) {
    let short = match c {
        '"' | '\\' => Some(c),
        '\n' => Some('n'),
        '\t' => Some('t'),
        '\r' => Some('r'),
        '\x07' => Some('a'),
        '\x08' => Some('b'),
        '\x0c' => Some('f'),
        '\x0b' => Some('v'),
        _ => None,
    };
    match (short, u32::from(c)) {
        (Some(short), _) => {
            text.push('\\');
            text.push(short);
        }
        (None, code @ (0..0x20 | 0x7f)) => text.push_str(&format!("\\x{code:02x}")),
        (None, _) if is_printable(c) => text.push(c),
        (None, code @ 0..0x1_0000) => text.push_str(&format!("\\u{code:04x}")),
        (None, code) => text.push_str(&format!("\\U{code:08x}")),
    }
}

/// Returns whether Go considers a character printable. Rust agrees, but escapes a combining mark at
/// the start of a text.
fn is_printable(c: char) -> bool {
    c.is_ascii() || String::from_iter(['a', c]).escape_debug().count() == 2
}

/// Parses a Go string in double quotes or backquotes at the start of a text; returns its bytes and
/// the rest of the text.
pub(super) fn unquote(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (open, mut rest) = text.split_first()?;
    let mut bytes = Vec::new();
    match open {
        b'`' => {
            let end = rest.iter().position(|byte| *byte == b'`')?;
            Some((rest[..end].to_vec(), &rest[end + 1..]))
        }
        b'"' => loop {
            let (byte, after) = rest.split_first()?;
            rest = after;
            match byte {
                b'"' => return Some((bytes, rest)),
                b'\\' => rest = escape(rest, &mut bytes)?,
                b'\n' => return None,
                other => bytes.push(*other),
            }
        },
        _ => None,
    }
}

fn escape<'a>(text: &'a [u8], bytes: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (byte, rest) = text.split_first()?;
    let (digits, radix) = match byte {
        b'n' => return push(bytes, b'\n', rest),
        b't' => return push(bytes, b'\t', rest),
        b'r' => return push(bytes, b'\r', rest),
        b'a' => return push(bytes, 7, rest),
        b'b' => return push(bytes, 8, rest),
        b'f' => return push(bytes, 12, rest),
        b'v' => return push(bytes, 11, rest),
        b'\\' | b'"' => return push(bytes, *byte, rest),
        b'x' => (2, 16),
        b'u' => (4, 16),
        b'U' => (8, 16),
        b'0'..=b'7' => (3, 8),
        _ => return None,
    };
    let text = if radix == 8 { text } else { rest };
    let (number, rest) = text.split_at_checked(digits)?;
    let number = u32::from_str_radix(std::str::from_utf8(number).ok()?, radix).ok()?;
    if digits > 3 {
        let mut buffer = [0; 4];
        bytes.extend_from_slice(char::from_u32(number)?.encode_utf8(&mut buffer).as_bytes());
        Some(rest)
    } else {
        push(bytes, u8::try_from(number).ok()?, rest)
    }
}

fn push<'a>(bytes: &mut Vec<u8>, byte: u8, rest: &'a [u8]) -> Option<&'a [u8]> {
    bytes.push(byte);
    Some(rest)
}

/// Formats bytes as for `--hex`: `\x66\x6f`.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// Formats a size in powers of 1000, with one decimal place below ten units.
pub(super) fn human_size(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 10 {
        return format!("{bytes} B");
    }
    let mut unit = 0;
    let mut divisor: u64 = 1;
    while bytes / divisor >= 1_000 {
        divisor *= 1_000;
        unit += 1;
    }
    // Rounded to the nearest tenth.
    let tenths = (u128::from(bytes) * 20 / u128::from(divisor)).div_ceil(2);
    if tenths < 100 {
        return format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]);
    }
    // Halves are rounded to even.
    let (whole, rest) = (tenths / 10, tenths % 10);
    let rounded = whole + u128::from(rest > 5 || rest == 5 && whole % 2 == 1);
    format!("{rounded} {}", UNITS[unit])
}

/// Returns the error of Go's `strconv` for an invalid number.
fn number_error(function: &str, text: &[u8], what: &str) -> String {
    format!("strconv.{function}: parsing {}: {what}", quote(text))
}

const SYNTAX: &str = "invalid syntax";
const RANGE: &str = "value out of range";

/// Parses a signed 64-bit number (`strconv.ParseInt`). Base 0 also accepts prefixes such as `0x`.
pub(super) fn parse_int(text: &[u8], base: u32) -> Result<i64, String> {
    let error = |what| number_error("ParseInt", text, what);
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let magnitude = magnitude(digits, base).map_err(error)?;
    let limit = i64::MAX as u64 + u64::from(negative);
    if magnitude > limit {
        return Err(error(RANGE));
    }
    Ok(if negative { (magnitude as i64).wrapping_neg() } else { magnitude as i64 })
}

/// Parses an unsigned 64-bit hexadecimal number (`strconv.ParseUint`).
pub(super) fn parse_hex_uint(text: &[u8]) -> Result<u64, String> {
    magnitude(text, 16).map_err(|what| number_error("ParseUint", text, what))
}

fn magnitude(digits: &[u8], base: u32) -> Result<u64, &'static str> {
    let (digits, base) = match (base, digits) {
        (0, [b'0', b'x' | b'X', rest @ ..]) => (rest, 16),
        (0, [b'0', b'b' | b'B', rest @ ..]) => (rest, 2),
        (0, [b'0', b'o' | b'O', rest @ ..]) => (rest, 8),
        (0, [b'0', rest @ ..]) if !rest.is_empty() => (rest, 8),
        (0, _) => (digits, 10),
        _ => (digits, base),
    };
    if digits.is_empty() {
        return Err(SYNTAX);
    }
    let mut value: Option<u64> = Some(0);
    for byte in digits {
        let digit = char::from(*byte).to_digit(base).ok_or(SYNTAX)?;
        value = value
            .and_then(|value| value.checked_mul(u64::from(base)))
            .and_then(|value| value.checked_add(u64::from(digit)));
    }
    value.ok_or(RANGE)
}

/// Parses a Go duration such as `1.5s`, `1h30m` or `100ms`; returns nanoseconds.
pub(super) fn parse_duration(text: &str) -> Result<i64, String> {
    let quoted = quote(text.as_bytes());
    let invalid = || format!("time: invalid duration {quoted}");
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let split = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(split);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        rest = after;
        if number.is_empty() || number == "." {
            return Err(invalid());
        }
        let scale = match unit {
            "" => return Err(format!("time: missing unit in duration {quoted}")),
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => {
                return Err(format!("time: unknown unit {} in duration {quoted}", quote(unit.as_bytes())));
            }
        };
        let part = scaled(number, scale).ok_or_else(invalid)?;
        total = total.checked_add(part).ok_or_else(invalid)?;
    }
    Ok(if negative { -total } else { total })
}

fn scaled(number: &str, scale: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut value = whole.checked_mul(scale)?;
    let mut place = scale;
    for digit in fraction.bytes() {
        place /= 10;
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value.checked_add(place * i64::from(digit - b'0'))?;
    }
    Some(value)
}

/// Formats nanoseconds as a Go duration: `1.5ms`, `2s`.
pub(super) fn duration_text(nanos: u64) -> String {
    let (scale, unit) = match nanos {
        0 => return "0s".to_owned(),
        1..1_000 => (1, "ns"),
        1_000..1_000_000 => (1_000, "µs"),
        1_000_000..1_000_000_000 => (1_000_000, "ms"),
        _ => (1_000_000_000, "s"),
    };
    let minutes = nanos / 60_000_000_000;
    let prefix = if minutes > 0 { format!("{minutes}m") } else { String::new() };
    let nanos = nanos % 60_000_000_000;
    let fraction = format!("{:09}", (nanos % scale) * (1_000_000_000 / scale));
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{prefix}{}{dot}{fraction}{unit}", nanos / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted_and_parsed_as_in_go() {
        let cases: [(&[u8], &str); 6] = [
            (b"k", "\"k\""),
            (b"q\"uote", "\"q\\\"uote\""),
            (b"new\nline\t", "\"new\\nline\\t\""),
            (b"\xff\xfe\x01\x7f", "\"\\xff\\xfe\\x01\\x7f\""),
            ("ключ日🚀".as_bytes(), "\"ключ日🚀\""),
            ("\u{a0}\u{ad}e\u{301}".as_bytes(), "\"\\u00a0\\u00ade\u{301}\""),
        ];
        for (bytes, text) in cases {
            assert_eq!(quote(bytes), text);
            assert_eq!(unquote(text.as_bytes()), Some((bytes.to_vec(), &b""[..])), "{text}");
        }
        assert_eq!(unquote(b"`a\\n` x"), Some((b"a\\n".to_vec(), &b" x"[..])));
        assert_eq!(unquote(b"\"\\101\\u00e9\""), Some(("A\u{e9}".as_bytes().to_vec(), &b""[..])));
        assert_eq!(unquote(b"\"open"), None);
    }

    #[test]
    fn numbers_sizes_and_durations_are_formatted_as_in_go() {
        let sizes = [(9, "9 B"), (20_480, "20 kB"), (1_234_567, "1.2 MB"), (9_950, "10 kB"), (999, "999 B")];
        for (bytes, text) in sizes {
            assert_eq!(human_size(bytes), text);
        }
        let out_of_range = "strconv.ParseInt: parsing \"99999999999999999999\": value out of range";
        assert_eq!(parse_int(b"99999999999999999999", 10), Err(out_of_range.to_owned()));
        assert_eq!(parse_int(b"-5", 10), Ok(-5));
        assert_eq!(parse_int(b"0x10", 0), Ok(16));
        assert!(parse_int(b"0x10", 10).is_err() && parse_int(b"", 10).is_err());
        assert_eq!(parse_hex_uint(b"fd42"), Ok(0xfd42));
        assert_eq!(parse_duration("1h1.5s"), Ok(3_601_500_000_000));
        assert_eq!(parse_duration("5"), Err("time: missing unit in duration \"5\"".to_owned()));
        assert_eq!(parse_duration("abc"), Err("time: invalid duration \"abc\"".to_owned()));
        let spans =
            [(1_500, "1.5µs"), (2_345_678, "2.345678ms"), (2_000_000_000, "2s"), (61_000_000_000, "1m1s")];
        for (nanos, text) in spans {
            assert_eq!(duration_text(nanos), text);
        }
    }
}
