//! Asks the linker for what is needed to split the module (see `lazy`), and tells the page which
//! openraft it runs.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Where nothing is split off (see `browser::own_file`), the module is smaller and sooner ready without it.
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_FAMILY", "wasm") && is("PROFILE", "release") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let lock = Path::new("../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let version = std::fs::read_to_string(lock).ok().and_then(|text| version_of("openraft", &text));
    match version {
        Some(version) => println!("cargo::rustc-env=OPENRAFT_VERSION={version}"),
        None => println!("cargo::error=Cargo.lock names no version of openraft"),
    }
}

/// The version of a package in a lock file.
fn version_of(package: &str, lock: &str) -> Option<String> {
    let after = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?.1;
    Some(after.split_once('"')?.0.to_owned())
}
