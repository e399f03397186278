//! Chromium and its driver: found, or installed by the system's package manager where that is allowed.

use std::env;
use std::path::{Path, PathBuf};

use crate::process::{program, run, version};
use crate::{Failure, place};

/// A browser and a driver of the same version.
pub struct Browser {
    pub chrome: PathBuf,
    pub driver: PathBuf,
}

const CHROMES: [&str; 6] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "google-chrome-beta"];
const DRIVERS: [&str; 2] = ["chromedriver", "chromium.chromedriver"];
/// The places of Chrome on systems that do not put it on PATH.
const CHROME_PLACES: [&str; 3] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/// Finds or installs a browser and its driver.
pub fn ready() -> Result<Browser, Failure> {
    if find()?.is_none() {
        install()?;
    }
    let browser = find()?.ok_or_else(missing)?;
    let majors = (major(&browser.chrome), major(&browser.driver));
    if let (Some(chrome), Some(driver)) = majors
        && chrome != driver
    {
        return Err(format!(
            "{} is version {chrome}, {} is version {driver}: they must be of one version. \
             Update them, or set CHROME and CHROMEDRIVER",
            browser.chrome.display(),
            browser.driver.display()
        ));
    }
    Ok(browser)
}

fn find() -> Result<Option<Browser>, Failure> {
    let places = CHROME_PLACES.iter().map(PathBuf::from).find(|path| path.is_file());
    let chrome = named("CHROME")?.or_else(|| CHROMES.iter().find_map(|name| place::on_path(name))).or(places);
    let driver = named("CHROMEDRIVER")?.or_else(|| DRIVERS.iter().find_map(|name| place::on_path(name)));
    Ok(chrome.zip(driver).map(|(chrome, driver)| Browser { chrome, driver }))
}

/// Returns a path that an environment variable names; it must exist.
fn named(variable: &str) -> Result<Option<PathBuf>, Failure> {
    let Some(value) = env::var_os(variable).filter(|value| !value.is_empty()) else { return Ok(None) };
    let path = PathBuf::from(value);
    if path.is_file() {
        Ok(Some(path))
    } else {
        Err(format!("{variable} is {}: no such file", path.display()))
    }
}

/// Returns the first number in the output of `--version`.
fn major(program: &Path) -> Option<u32> {
    let line = version(program)?;
    let word = line.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    word.split('.').next()?.parse().ok()
}

/// A package manager: the rights that it needs, and its names of the two packages.
struct Manager {
    name: &'static str,
    root: bool,
    /// The commands, run one after the other.
    calls: &'static [&'static [&'static str]],
    /// The arguments with other names of the packages, if the first ones are unknown.
    otherwise: &'static [&'static str],
}

const MANAGERS: [Manager; 4] = [
    Manager {
        name: "apt-get",
        root: true,
        calls: &[&["update"], &["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"]],
        otherwise: &["install", "-y", "--no-install-recommends", "chromium-browser", "chromium-chromedriver"],
    },
    Manager {
        name: "dnf",
        root: true,
        calls: &[&["install", "-y", "chromium", "chromedriver"]],
        otherwise: &["install", "-y", "chromium-headless", "chromedriver"],
    },
    Manager { name: "pacman", root: true, calls: &[&["-Sy", "--noconfirm", "chromium"]], otherwise: &[] },
    Manager {
        name: "brew",
        root: false,
        calls: &[&["install", "--cask", "google-chrome", "chromedriver"]],
        otherwise: &["install", "--cask", "chromium", "chromedriver"],
    },
];

fn install() -> Result<(), Failure> {
    let Some(manager) = MANAGERS.iter().find(|manager| place::on_path(manager.name).is_some()) else {
        return Err(missing());
    };
    let Some(before) = rights(manager.root) else { return Err(missing()) };
    println!("Chromium and its driver are not there yet: {} installs them", manager.name);
    let call = |words: &[&str]| {
        let all = [before, &[manager.name], words].concat();
        run(program(all[0]).args(&all[1..]).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let done = manager.calls.iter().try_for_each(|words| call(words));
    match done {
        Err(_) if !manager.otherwise.is_empty() => call(manager.otherwise),
        done => done,
    }
}

/// Returns the prefix of a command that needs root's rights; `None` if they are not available.
fn rights(root: bool) -> Option<&'static [&'static str]> {
    if !root || is_root() {
        return Some(&[]);
    }
    let sudo = program("sudo").args(["-n", "true"]).output().is_ok_and(|output| output.status.success());
    sudo.then_some(&["sudo", "-n"])
}

fn is_root() -> bool {
    program("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn missing() -> Failure {
    "the browser tests need Chromium (or Chrome) and the chromedriver of the same version, and may not install \
     them here. Please install them:\n  \
     Debian:  sudo apt-get install chromium chromium-driver\n  \
     Ubuntu:  sudo apt-get install chromium-browser chromium-chromedriver\n  \
     Fedora:  sudo dnf install chromium chromedriver\n  \
     Arch:    sudo pacman -S chromium\n  \
     macOS:   brew install --cask google-chrome chromedriver\n\
     or set CHROME and CHROMEDRIVER to their paths"
        .to_owned()
}
