//! Takes the names of functions out of a built module: a person's browser has no use for them,
//! and they are a tenth of its weight.
//!
//! The compiler's own `strip` would also take the section by which wasm-bindgen knows what the
//! module may use.

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

/// The module without its superfluous sections; `None` when its sections do not add up.
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
    use super::slim;

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
