//! Bytes prepared for display: text as it is, everything else as marked escapes.

/// A run of bytes that is either text or escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text to show.
    pub text: String,
    /// Whether the text is an escape for bytes that cannot be shown.
    pub escaped: bool,
}

/// Splits bytes into text and escapes. Escaped are: bytes that are not UTF-8, control characters,
/// invisible characters, and characters that change the direction of text. With `lines`, line feeds
/// and tabs count as text.
pub fn visible(bytes: &[u8], lines: bool) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |text: &str, escaped: bool| match pieces.last_mut() {
        Some(last) if last.escaped == escaped => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), escaped }),
    };
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' | '\t' if lines => add(c.encode_utf8(&mut [0; 4]), false),
                '\n' => add("\\n", true),
                '\t' => add("\\t", true),
                '\r' => add("\\r", true),
                '\0'..' ' | '\x7f' => add(&format!("\\x{:02x}", u32::from(c)), true),
                c if is_hidden(c) => add(&format!("\\u{{{:x}}}", u32::from(c)), true),
                c => add(c.encode_utf8(&mut [0; 4]), false),
            }
        }
        chunk.invalid().iter().for_each(|byte| add(&format!("\\x{byte:02x}"), true));
    }
    pieces
}

/// Returns whether a character is invisible or changes the direction of text.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8], lines: bool) -> String {
        let piece = |piece: Piece| if piece.escaped { format!("<{}>", piece.text) } else { piece.text };
        visible(bytes, lines).into_iter().map(piece).collect()
    }

    #[test]
    fn text_stays_and_everything_else_is_escaped() {
        for (bytes, text) in [
            (&b"plain \\x00 <b>"[..], "plain \\x00 <b>"),
            (b"a\x00\x1b[31mred\x7f", "a<\\x00\\x1b>[31mred<\\x7f>"),
            (b"\xff\xfe!\xc3", "<\\xff\\xfe>!<\\xc3>"),
            ("gr\u{fc}n \u{202e}txt\u{200b}".as_bytes(), "gr\u{fc}n <\\u{202e}>txt<\\u{200b}>"),
            (b"a\nb\tc\r\n", "a<\\n>b<\\t>c<\\r\\n>"),
            (b"", ""),
        ] {
            assert_eq!(shown(bytes, false), text);
        }
        assert_eq!(shown(b"a\nb\tc\r\n", true), "a\nb\tc<\\r>\n");
    }
}
