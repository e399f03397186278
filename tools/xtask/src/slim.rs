//! Removes the names of functions from a built module: a browser does not need them, and they are a tenth of
//! its size.
//!
//! The compiler's own `strip` would also remove the section from which wasm-bindgen knows the features that
//! the module may use.

use std::fs;
use std::path::Path;

use crate::{Failure, place};

/// Custom sections that only debuggers read.
const SUPERFLUOUS: [&[u8]; 2] = [b"name", b"producers"];
const HEADER: usize = 8;

/// Slims every module below a folder.
pub fn slim_modules(folder: &Path) -> Result<(), Failure> {
    let wrong = |path: &Path, what: &str| Failure::from(format!("{}: {what}", path.display()));
    for path in place::files_below(folder, ".wasm")? {
        let module = fs::read(&path).map_err(|error| wrong(&path, &error.to_string()))?;
        let slim = slim(&module).ok_or_else(|| wrong(&path, "this is no WebAssembly module"))?;
        fs::write(&path, slim).map_err(|error| wrong(&path, &error.to_string()))?;
    }
    Ok(())
}

/// Removes comments and indentation from every script and style sheet below a folder, and spaces from sheets:
/// they are for the readers of the source.
pub fn slim_texts(folder: &Path) -> Result<(), Failure> {
    for path in [place::files_below(folder, ".js")?, place::files_below(folder, ".css")?].concat() {
        let wrong = |error: std::io::Error| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(wrong)?;
        let mut slim = without_comments(&text);
        if path.extension().is_some_and(|ending| ending == "css") {
            slim = without_blanks(&slim);
        }
        fs::write(&path, slim).map_err(wrong)?;
    }
    Ok(())
}

/// Returns a style sheet without unnecessary spaces: around braces and semicolons, after colons and commas.
/// Text between quotes is kept.
fn without_blanks(sheet: &str) -> String {
    let mut slim = String::with_capacity(sheet.len());
    let mut quote = None;
    let mut escaped = false;
    for sign in sheet.chars() {
        if quote.is_none() && sign.is_whitespace() {
            // A space before a colon is part of a selector.
            if !slim.is_empty() && !slim.ends_with(['{', '}', ';', ':', ',', ' ']) {
                slim.push(' ');
            }
            continue;
        }
        if quote.is_none() && matches!(sign, '{' | '}' | ';') && slim.ends_with(' ') {
            slim.pop();
        }
        if quote.is_none() && sign == '}' && slim.ends_with(';') {
            slim.pop();
        }
        match quote {
            Some(open) if sign == open && !escaped => quote = None,
            None if matches!(sign, '"' | '\'') => quote = Some(sign),
            _ => {}
        }
        escaped = sign == '\\' && !escaped;
        slim.push(sign);
    }
    slim
}

/// Returns the text without comment lines, blank lines and indentation. Only a comment at the start of a line
/// is recognized, as everywhere in this project; one after code is kept.
fn without_comments(text: &str) -> String {
    let mut slim = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            let end = line.split_once("*/");
            in_comment = end.is_none();
            // The text after a comment in its last line is no comment.
            let rest = end.map_or("", |(_, rest)| rest.trim());
            if !rest.is_empty() {
                slim.push_str(rest);
                slim.push('\n');
            }
        } else if !line.is_empty() && !line.starts_with("//") {
            slim.push_str(line);
            slim.push('\n');
        }
    }
    slim
}

/// Returns the module without its superfluous sections; `None` when its sections are inconsistent.
fn slim(module: &[u8]) -> Option<Vec<u8>> {
    let mut slim = module.get(..HEADER)?.to_vec();
    let mut rest = &module[HEADER..];
    while let Some((id, after_id)) = rest.split_first() {
        let mut content = after_id;
        let length = number(&mut content)?;
        let (content, next) = content.split_at_checked(length)?;
        if !(*id == 0 && is_superfluous(content)?) {
            slim.extend_from_slice(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Some(slim)
}

fn is_superfluous(mut custom: &[u8]) -> Option<bool> {
    let length = number(&mut custom)?;
    let name = custom.get(..length)?;
    Some(SUPERFLUOUS.contains(&name))
}

/// Reads an unsigned LEB128 number.
fn number(bytes: &mut &[u8]) -> Option<usize> {
    let (mut value, mut shift) = (0usize, 0u32);
    loop {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::{slim, without_blanks, without_comments};

    #[test]
    fn texts_lose_comments_and_indentation_and_nothing_else() {
        let script = "// one\n  /** two */\n  f(`a // b`); // kept\n/* three\n * four\n */ g();\n\n/*! five */\nh();\n";
        assert_eq!(without_comments(script), "f(`a // b`); // kept\ng();\nh();\n");
        assert_eq!(
            without_comments("/* a\n   b */\n\np { color: red; }\n  /* c */ q {}\n"),
            "p { color: red; }\nq {}\n"
        );
    }

    #[test]
    fn sheets_lose_blanks_that_mean_nothing() {
        let sheet = "@layer a, b;\n@media (width < 1px) and (hover: hover) {\n.a :hover > b, svg .c { top: 0; --d: calc(1px + 2px); }\n\
                     .e::before { content: \"; } \\\" {  x\"; font: 1px/2px 'A  b', c } }\n";
        let slim = "@layer a,b;@media (width < 1px) and (hover:hover){.a :hover > b,svg .c{top:0;--d:calc(1px + 2px)}\
                    .e::before{content:\"; } \\\" {  x\";font:1px/2px 'A  b',c}}";
        assert_eq!(without_blanks(sheet), slim);
    }

    #[test]
    fn only_names_go() {
        let header = b"\0asm\x01\0\0\0".to_vec();
        let types = [1, 1, 0];
        let name = [0, 7, 4, b'n', b'a', b'm', b'e', 1, 2];
        let other = [0, 4, 2, b'h', b'i', 9];
        let module = [header.as_slice(), &types, &name, &other].concat();
        assert_eq!(slim(&module), Some([header.as_slice(), &types, &other].concat()));
        assert_eq!(slim(&module[..module.len() - 1]), None);
    }
}
