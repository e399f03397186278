//! Splits the lazy parts off a module, before wasm-bindgen sees it.
//!
//! What `wasm_split` marked in the source, and what only that needs, goes into modules of their own,
//! which share the memory and the table of the main one. They lie beside the main script in
//! `snippets/`, a folder that Trunk publishes as it is, with a script that loads them. The folder's
//! name holds a hash of the whole program: lazy parts fit only the main module they were split from.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use wasm_split_cli_support::{Options, transform};
use wasmparser::{Parser, Payload};

use crate::{Failure, compact};

/// From where a module imports what is to be split off.
const PLACEHOLDER: &str = "__wasm_split_placeholder__";
/// The folder that Trunk publishes.
const SNIPPETS: &str = "snippets";
/// How a folder of lazy parts is called, before the hash.
const LAZY: &str = "lazy-";
/// The script that loads them.
const LOADER: &str = "lazy.js";

/// What the splitter's script has, and what it is to have instead. The main script's published name
/// is not known here, so the main script hands over its exports; and a file counts as loaded by its
/// status, whatever type the server gives it.
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

/// Lazy parts that were split off.
pub struct Lazy {
    /// What wasm-bindgen is to be called with for the main module.
    pub arguments: Vec<OsString>,
    out_dir: PathBuf,
    script: PathBuf,
    /// The folder's name.
    name: String,
    work: PathBuf,
}

/// Splits the module that wasm-bindgen is called for; `None` when there is nothing to split.
pub fn split(arguments: &[OsString]) -> Result<Option<Lazy>, Failure> {
    let input = arguments
        .iter()
        .skip(1)
        .position(|argument| Path::new(argument).extension() == Some("wasm".as_ref()));
    let Some((at, out_dir)) = input.map(|at| at + 1).zip(value(arguments, "--out-dir")) else {
        return Ok(None);
    };
    let input = Path::new(&arguments[at]);
    let module = fs::read(input).map_err(|error| format!("{}: {error}", input.display()))?;
    if !has_lazy_parts(&module).map_err(|error| format!("{}: {error}", input.display()))? {
        return Ok(None);
    }
    let file_name = input.file_name().unwrap_or_default();
    let stem =
        value(arguments, "--out-name").unwrap_or_else(|| input.file_stem().unwrap_or_default().to_owned());
    let out_dir = PathBuf::from(out_dir);
    let name = format!("{LAZY}{:016x}", hash(&module));
    let work = out_dir.join("split");
    empty(&work)?;
    make(&work.join(SNIPPETS).join(&name))?;
    let main = work.join(file_name);
    let link = format!("./{SNIPPETS}/{name}/{LOADER}");
    let mut options = Options::new(&module);
    options.output_dir = &work;
    options.main_out_path = &main;
    options.link_name = &link;
    transform(options).map_err(|error| format!("splitting {}: {error:#}", input.display()))?;
    let mut arguments = arguments.to_vec();
    arguments[at] = main.into_os_string();
    // The lazy modules use the table and the stack's pointer, which wasm-bindgen would hide.
    arguments.push("--keep-lld-exports".into());
    let script = out_dir.join(format!("{}.js", stem.to_string_lossy()));
    Ok(Some(Lazy { arguments, out_dir, script, name, work }))
}

impl Lazy {
    /// Puts the lazy modules and their script where Trunk finds them, and tells the main script.
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
        let main = self.arguments.iter().map(PathBuf::from).collect::<Vec<_>>();
        for module in entries(&self.work)? {
            if module.extension() != Some(OsStr::new("wasm")) || main.contains(&module) {
                continue;
            }
            let bytes = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
            let bytes = compact::compact(&bytes).map_err(|error| format!("{}: {error}", module.display()))?;
            write(&folder.join(module.file_name().unwrap_or_default()), &bytes)?;
        }
        let script = read(&self.script)?;
        let told = format!(
            "import {{ share }} from './{SNIPPETS}/{}/{LOADER}';\n{script}\nshare(initSync);\n",
            self.name
        );
        write(&self.script, told.as_bytes())
    }
}

/// Whether a module imports what is to be split off.
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

/// What follows `--name=` or `--name`.
fn value(arguments: &[OsString], name: &str) -> Option<OsString> {
    let at = arguments.iter().position(|argument| {
        argument.to_str().is_some_and(|text| {
            text.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    })?;
    match arguments[at].to_str()?.split_once('=') {
        Some((_, value)) => Some(value.into()),
        None => arguments.get(at + 1).cloned(),
    }
}

fn rewritten(script: String) -> Result<String, Failure> {
    REWRITES.iter().try_fold(script, |script, (from, to)| {
        if script.contains(from) {
            Ok(script.replace(from, to))
        } else {
            Err(format!("the splitter's script has no {from:?}: is it of another version?"))
        }
    })
}

/// The same for the same module split in the same way.
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
