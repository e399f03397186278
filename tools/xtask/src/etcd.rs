//! A real etcd for comparison: found on PATH, or unpacked from Debian's packages into the cache.
//!
//! The packages are unpacked, not installed: that needs no rights and starts no service.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::process::{cargo, program, run, run_keeping, version};
use crate::{Failure, place};

const PROGRAMS: [&str; 2] = ["etcd", "etcdctl"];
const PACKAGES: [&str; 2] = ["etcd-server", "etcd-client"];

const MISSING: &str = "etcd and etcdctl are not on PATH, and there is no apt-get and dpkg-deb to fetch them with. Install them \
to compare (Debian and Ubuntu: etcd-server and etcd-client; Fedora: etcd; macOS: brew install etcd)";

/// Runs exported scenarios against a real etcd. Returns the closing lines.
pub fn etcd() -> Result<Vec<String>, Failure> {
    let path = match ready() {
        Ok(path) => path,
        Err(why) => {
            println!("\n!!! SKIPPED: nothing is compared with a real etcd: {why}\n");
            return Ok(vec![format!("SKIPPED, 0 scenarios compared with a real etcd: {why}")]);
        }
    };
    let mut test = cargo("test");
    test.args(["--profile", "checked", "-p", "raft-core", "--test", "real_etcd", "--", "--nocapture"])
        .env("PATH", path)
        .env("REAL_ETCD", "1");
    run_keeping(&mut test, |line| line.starts_with("real etcd:"))
}

/// Returns a PATH that contains both programs.
fn ready() -> Result<OsString, Failure> {
    let path = env::var_os("PATH").unwrap_or_default();
    if PROGRAMS.iter().all(|name| place::on_path(name).is_some()) {
        return Ok(path);
    }
    let kept = place::tools()?.join("etcd-debian");
    let bin = kept.join("usr/bin");
    if !answers(&bin) {
        fetch(&kept)?;
    }
    if !answers(&bin) {
        return Err(format!("what lies in {} does not run", bin.display()));
    }
    let folders = std::iter::once(bin).chain(env::split_paths(&path));
    env::join_paths(folders).map_err(|error| format!("PATH: {error}"))
}

fn answers(bin: &Path) -> bool {
    PROGRAMS.iter().all(|name| version(&bin.join(name)).is_some())
}

/// Downloads and unpacks the packages.
fn fetch(kept: &Path) -> Result<(), Failure> {
    if ["apt-get", "dpkg-deb"].iter().any(|name| place::on_path(name).is_none()) {
        return Err(MISSING.to_owned());
    }
    println!(
        "etcd is not there yet: Debian's packages {} are unpacked for this user",
        PACKAGES.join(" and ")
    );
    let half = kept.with_extension(format!("{}.half", std::process::id()));
    fs::create_dir_all(&half).map_err(|error| format!("{}: {error}", half.display()))?;
    let download = || run(program("apt-get").arg("download").args(PACKAGES).current_dir(&half));
    let done = download().or_else(|_| {
        // The lists of packages may be missing: only root may download them.
        run(program("apt-get").arg("update"))?;
        download()
    });
    let unpacked = done.and_then(|()| {
        for package in place::files_below(&half, ".deb")? {
            run(program("dpkg-deb").arg("-x").arg(package).arg(&half))?;
        }
        // It is broken, since it did not answer; or another clone was faster.
        let _ = fs::remove_dir_all(kept);
        match fs::rename(&half, kept) {
            Err(error) if !kept.exists() => Err(format!("{}: {error}", kept.display())),
            _ => Ok(()),
        }
    });
    let _ = fs::remove_dir_all(&half);
    unpacked
}
