//! Splits the lazy parts off a module before wasm-bindgen processes it.
//!
//! - The code marked by `wasm_split` in the source, and the code that only it needs, goes into modules of its
//!   own, which share the memory and the table of the main module.
//! - These modules and the script that loads them are put beside the main script in `snippets/`, a folder
//!   that is published unchanged.
//! - The name of their folder has a hash of the whole program, since lazy parts fit only the main module that
//!   they were split from.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use wasm_split_cli_support::{Options, transform};
use wasmparser::{Parser, Payload};

use crate::{Failure, compact};

/// The module name of imports that are to be split off.
const PLACEHOLDER: &str = "__wasm_split_placeholder__";
/// The folder that is published as it is.
const SNIPPETS: &str = "snippets";
/// The name of a folder of lazy parts, before the hash.
const LAZY: &str = "lazy-";
/// The script that loads the lazy parts.
const LOADER: &str = "lazy.js";

/// Replacements in the splitter's script: each text and its replacement. The published name of the main
/// script is unknown here, so the main script passes its exports; and a file counts as loaded by its HTTP
/// status, whatever its content type.
const REWRITES: [(&str, &str); 2] = [
    (
        "import { initSync } from \"./main.js\";\n",
        "let initSync;
export function share(exports) {
    initSync = exports;
}
async function instantiate(source, imports) {
    const response = await source;
    if (!response.ok) throw new Error(`${response.url}: HTTP ${response.status}`);
    return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}
",
    ),
    ("WebAssembly.instantiateStreaming(src, imports)", "instantiate(src, imports)"),
];

/// The lazy parts of a module.
pub struct Lazy {
    /// The module without them.
    main: PathBuf,
    out_dir: PathBuf,
    /// The main script.
    script: PathBuf,
    /// The name of the folder of lazy parts.
    name: String,
    /// The folder of intermediate files.
    work: PathBuf,
}

/// Splits a module whose script will be `stem.js` in `out_dir`; `None` when there is nothing to split.
pub fn split(input: &Path, out_dir: &Path, stem: &str) -> Result<Option<Lazy>, Failure> {
    let module = fs::read(input).map_err(|error| format!("{}: {error}", input.display()))?;
    if !has_lazy_parts(&module).map_err(|error| format!("{}: {error}", input.display()))? {
        return Ok(None);
    }
    let name = format!("{LAZY}{:016x}", hash(&module));
    let work = out_dir.join("split");
    empty(&work)?;
    make(&work.join(SNIPPETS).join(&name))?;
    let main = work.join(input.file_name().unwrap_or_default());
    let link = format!("./{SNIPPETS}/{name}/{LOADER}");
    let mut options = Options::new(&module);
    options.output_dir = &work;
    options.main_out_path = &main;
    options.link_name = &link;
    transform(options).map_err(|error| format!("splitting {}: {error:#}", input.display()))?;
    let script = out_dir.join(format!("{stem}.js"));
    Ok(Some(Lazy { main, out_dir: out_dir.to_owned(), script, name, work }))
}

impl Lazy {
    /// The module without the lazy parts, for wasm-bindgen.
    pub fn main(&self) -> &Path {
        &self.main
    }

    /// Puts the lazy modules and their script where they are published from, and tells the main script.
    pub fn publish(self) -> Result<(), Failure> {
        let snippets = self.out_dir.join(SNIPPETS);
        make(&snippets)?;
        for entry in entries(&snippets)? {
            if entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with(LAZY)) {
                fs::remove_dir_all(&entry).map_err(|error| format!("{}: {error}", entry.display()))?;
            }
        }
        let folder = snippets.join(&self.name);
        make(&folder)?;
        let loader = self.work.join(SNIPPETS).join(&self.name).join(LOADER);
        write(&folder.join(LOADER), rewritten(read(&loader)?)?.as_bytes())?;
        for module in entries(&self.work)? {
            if module.extension() != Some(OsStr::new("wasm")) || module == self.main {
                continue;
            }
            let bytes = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
            let bytes = compact::compact(&bytes).map_err(|error| format!("{}: {error}", module.display()))?;
            write(&folder.join(module.file_name().unwrap_or_default()), &bytes)?;
        }
        let script = read(&self.script)?;
        let with_loader = format!(
            "import {{ share }} from './{SNIPPETS}/{}/{LOADER}';\n{script}\nshare(initSync);\n",
            self.name
        );
        write(&self.script, with_loader.as_bytes())
    }
}

/// Returns whether a module has lazy parts.
fn has_lazy_parts(module: &[u8]) -> Result<bool, wasmparser::BinaryReaderError> {
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(imports) = payload? {
            for import in imports.into_imports() {
                if import?.module == PLACEHOLDER {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}

fn rewritten(script: String) -> Result<String, Failure> {
    REWRITES.iter().try_fold(script, |script, (from, to)| {
        if script.contains(from) {
            Ok(script.replace(from, to))
        } else {
            Err(format!("the splitter's script does not contain {from:?}: is it another version?"))
        }
    })
}

/// Returns a hash of the module and of the replacements.
fn hash(module: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    REWRITES.iter().for_each(|(_, to)| hasher.write(to.as_bytes()));
    hasher.write(module);
    hasher.finish()
}

fn empty(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    make(folder)
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    entries.map(|entry| Ok(entry.map_err(|error| format!("{}: {error}", folder.display()))?.path())).collect()
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(file, bytes).map_err(|error| format!("{}: {error}", file.display()))
}
