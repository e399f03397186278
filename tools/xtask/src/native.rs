//! Builds the native command for publishing, and names it after the system that it runs on.

use std::env::consts::EXE_SUFFIX;
use std::fs;

use crate::process::{cargo, output, program, run};
use crate::{Failure, licences, place};

/// Runs `cargo xtask build --command`.
pub fn build() -> Result<(), Failure> {
    licences::held()?;
    run(cargo("build").args(["--release", "-p", "raft-core", "--bin", "raft-playground"]))?;
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let about = output(program(rustc).arg("-vV")).map_err(|(_, failure)| failure)?;
    let host = host(&about).ok_or("rustc -vV names no host")?;
    let folder = place::target().join("command");
    let file = folder.join(format!("raft-playground-{host}{EXE_SUFFIX}"));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    fs::copy(place::built("release", "raft-playground"), &file)
        .map_err(|error| format!("{}: {error}", file.display()))?;
    println!("the command is {}", file.display());
    Ok(())
}

/// Returns the host in the output of `rustc -vV`.
fn host(about: &str) -> Option<&str> {
    about.lines().find_map(|line| line.strip_prefix("host: "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_host_is_read_from_the_compiler_s_output() {
        let about = "rustc 1.95.0 (5980761 2026-04-14)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22\n";
        assert_eq!(host(about), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(host("rustc 1.95.0"), None);
    }

    #[test]
    fn every_workspace_promises_the_pinned_compiler() {
        let value = |file: &str, key: &str| {
            let text = fs::read_to_string(place::root().join(file)).unwrap();
            let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
            line.unwrap().trim_matches('"').to_owned()
        };
        let pinned = value("rust-toolchain.toml", "channel");
        for manifest in ["Cargo.toml", "tools/fuzz/Cargo.toml", "tools/peers-bench/Cargo.toml"] {
            assert_eq!(format!("{}.0", value(manifest, "rust-version")), pinned, "{manifest}");
        }
    }
}
