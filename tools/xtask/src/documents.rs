//! Documents with the playground in them: the project's own site in `dist/docs/`, and the examples of
//! `app/examples/`, each built by its own tool.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{cargo, output, program, run};
use crate::{Failure, place, site_policy, tools};

/// The folder of the project's site within the page's.
const SITE: &str = "docs";
/// The path under which the browser tests serve the examples.
const BASE: &str = "/some/path/";

/// The table of commands that the program itself uses.
const COMMANDS: &str = include_str!("../../../raft-core/src/etcdctl/commands.txt");

/// Builds the project's site beside the page in `dist`.
pub fn site(dist: &Path) -> Result<(), Failure> {
    let app = place::root().join("app");
    let work = place::target().join("site");
    place::empty(&work)?;
    place::copy(&app.join("docs"), &work.join("docs"))?;
    place::copy(&app.join("docs-theme"), &work.join("docs-theme"))?;
    let write = |file: PathBuf, text: &str| {
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))
    };
    write(work.join("docs/etcdctl.md"), &etcdctl(COMMANDS))?;
    write(work.join("docs/lessons.md"), &lessons(&app.join("lessons"))?)?;
    let config =
        fs::read_to_string(app.join("mkdocs.yml")).map_err(|error| format!("app/mkdocs.yml: {error}"))?;
    write(work.join("mkdocs.yml"), &config)?;
    let mkdocs = tools::python_tool("mkdocs")?;
    let config = work.join("mkdocs.yml");
    // Without `--quiet`, which would also hide warnings from `--strict`.
    run(program(mkdocs)
        .args(["build", "--strict", "--config-file"])
        .arg(config)
        .arg("--site-dir")
        .arg(dist.join(SITE)))?;
    site_policy::seal(&dist.join(SITE))
}

/// Returns the page with all lessons: the aim of each and a link to it, in the order of their index.
///
/// A link out of the site is HTML: MkDocs warns of Markdown links that lead to no document of its own.
fn lessons(folder: &Path) -> Result<String, Failure> {
    let read = |name: &str| {
        let file = folder.join(name);
        fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))
    };
    let mut page = String::from(
        "# Lessons\n\nEach lesson is a scenario that plays on real nodes, asks for predictions, and stops where it matters. Leave it at any \
         point, try something of your own, and take it up again. The first one, here:\n",
    );
    for (number, line) in
        read("index.txt")?.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate()
    {
        if let Some(track) = line.strip_prefix('#') {
            page.push_str(&format!("\n## {}\n\n", track.trim()));
            continue;
        }
        let text = read(&format!("{line}.scenario"))?;
        let said = |word: &str| {
            let rest = text.lines().find_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
            rest.map(|rest| rest.trim().replace('<', "&lt;"))
        };
        let title = said("title").ok_or_else(|| format!("app/lessons/{line}.scenario has no title"))?;
        let goal = said("goal").unwrap_or_default();
        if number == 1 {
            let embed = format!(
                "<div>\n<raft-playground scenario=\"{line}\" title=\"{title}\" controls=\"full\"></raft-playground>\n</div>\n"
            );
            page.insert_str(page.find("\n## ").unwrap_or(page.len()), &format!("\n{embed}"));
        }
        page.push_str(&format!("- <a href=\"../index.html#lesson={line}\">{title}</a>: {goal}\n"));
    }
    Ok(page)
}

/// Returns the page on `etcdctl`: every command of the table with its options.
fn etcdctl(table: &str) -> String {
    let mut page = String::from(
        "# etcdctl\n\nThe terminals of the playground have etcd's own command line on every node. Its words, errors and exit \
         codes are those of `etcdctl` 3.4 with API 3. Lines are typed into a small shell with variables, quotes, history and \
         completion; `&` runs a command in the background. `etcdctl COMMAND --help` prints more.\n",
    );
    let cell = |text: &str| text.replace('|', "\\|").replace('<', "&lt;");
    let mut in_options = false;
    for line in table.lines() {
        if let Some(command) = line.strip_prefix('=') {
            let mut fields = command.splitn(3, '|');
            let mut next = || fields.next().unwrap_or_default();
            let (name, usage, about) = (next(), next(), next());
            page.push_str(&format!(
                "\n## {name}\n\n{}.\n\n    etcdctl {name} {usage}\n",
                cell(about).trim_end_matches('.')
            ));
            in_options = false;
        } else if let Some(option) = line.strip_prefix(['-', '*']) {
            let mut fields = option.splitn(5, '|');
            let mut next = || fields.next().unwrap_or_default();
            let (name, short, _, usual, about) = (next(), next(), next(), next(), next());
            if !in_options {
                page.push_str("\n| Option | Usually | Means |\n|---|---|---|\n");
                in_options = true;
            }
            let short = if short.is_empty() { String::new() } else { format!(", `-{short}`") };
            let usual = if usual.is_empty() { String::new() } else { format!("`{usual}`") };
            page.push_str(&format!("| `--{name}`{short} | {usual} | {} |\n", cell(about)));
        }
    }
    page
}

/// Returns the folder of the built examples: it has a folder for each, with the site and the playground.
pub fn built_examples() -> PathBuf {
    place::target().join("examples-of-embedding")
}

/// Builds every example, with the playground at the path that it expects. Returns the closing lines.
pub fn examples() -> Result<Vec<String>, Failure> {
    let dist = place::dist();
    if !dist.join("element/element.js").is_file() {
        return Err("there is no built page yet: run the step `page` first".to_owned());
    }
    let built = built_examples();
    let work = built.join("work");
    place::empty(&built)?;
    place::copy(&place::root().join("app/examples"), &work)?;
    for (name, build) in EXAMPLES {
        let started = std::time::Instant::now();
        let out = built.join(name);
        build(&work.join(name), &out).map_err(|failure| format!("{name}: {failure}"))?;
        place::copy(&dist, &out.join("playground"))?;
        println!("example {name}: built in {:.1} s", started.elapsed().as_secs_f64());
    }
    fs::remove_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    Ok(vec![format!("{} examples built", EXAMPLES.len())])
}

/// A function that builds one example from its folder into another.
type Build = fn(&Path, &Path) -> Result<(), Failure>;

const EXAMPLES: [(&str, Build); 7] = [
    ("plain-html", |from, to| place::copy(from, to)),
    ("mdbook", |from, to| {
        run(program(tools::python_tool("mdbook")?).arg("build").arg(from).arg("--dest-dir").arg(to))
    }),
    ("mkdocs", |from, to| {
        let config = from.join("mkdocs.yml");
        let mut mkdocs = program(tools::python_tool("mkdocs")?);
        run(mkdocs.args(["build", "--strict", "--config-file"]).arg(config).arg("--site-dir").arg(to))
    }),
    ("sphinx", |from, to| {
        run(program(tools::python_tool("sphinx-build")?).args(["-q", "-W", "-b", "html"]).arg(from).arg(to))
    }),
    ("hugo", |from, to| {
        let hugo = tools::python_tool("hugo")?;
        run(program(hugo).arg("--source").arg(from).arg("--destination").arg(to).arg("--quiet"))
    }),
    ("rustdoc", rustdoc),
    ("docusaurus", docusaurus),
];

/// Builds the example of rustdoc. Its snippet is printed by the project's own command.
fn rustdoc(from: &Path, to: &Path) -> Result<(), Failure> {
    let scenario = from.with_file_name("leader-fails.scenario");
    let snippet = output(
        cargo("run")
            .args(["--quiet", "--profile", "checked", "-p", "raft-core", "--bin", "raft-playground", "--"])
            .arg("embed")
            .arg(scenario)
            .args(["--source", "../playground"]),
    )
    .map_err(|(_, failure)| failure)?;
    let file = from.join("leader-fails.html");
    fs::write(&file, snippet).map_err(|error| format!("{}: {error}", file.display()))?;
    let target = from.join("target");
    run(cargo("doc").arg("--manifest-path").arg(from.join("Cargo.toml")).arg("--target-dir").arg(&target))?;
    place::copy(&target.join("doc"), to)
}

/// Builds the example of Docusaurus. Its packages are installed once, in the cache, and linked from the work
/// folder.
fn docusaurus(from: &Path, to: &Path) -> Result<(), Failure> {
    let modules = tools::docusaurus(&from.join("package.json"))?;
    let script = modules.join("@docusaurus/core/bin/docusaurus.mjs");
    // Node finds packages relative to the folder in which they are used.
    #[cfg(unix)]
    std::os::unix::fs::symlink(&modules, from.join("node_modules"))
        .map_err(|error| format!("{}: {error}", from.display()))?;
    #[cfg(not(unix))]
    place::copy(&modules, &from.join("node_modules"))?;
    let mut build = program("node");
    build.current_dir(from).env("BASE_URL", format!("{BASE}docusaurus/")).env("NO_UPDATE_NOTIFIER", "1");
    run(build.arg(script).args(["build", "--out-dir"]).arg(to))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_page_of_lessons_has_every_lesson_and_one_that_is_live() {
        let folder = place::root().join("app/lessons");
        let page = lessons(&folder).unwrap();
        let files = place::files_below(&folder, ".scenario").unwrap();
        assert_eq!(page.matches("<a href=\"../index.html#lesson=").count(), files.len());
        assert_eq!(page.matches("<raft-playground").count(), 1);
    }

    #[test]
    fn the_index_of_decisions_has_every_decision_in_order() {
        let folder = place::root().join("app/docs/decisions");
        let index = fs::read_to_string(folder.join("index.md")).unwrap();
        let listed: Vec<_> =
            index.lines().filter(|line| line.starts_with("- [")).map(str::to_owned).collect();
        let mut found = Vec::new();
        for file in place::files_below(&folder, ".md").unwrap() {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if name == "index.md" {
                continue;
            }
            let text = fs::read_to_string(&file).unwrap();
            let (number, _) = name.split_once('-').unwrap();
            let title = text
                .lines()
                .next()
                .and_then(|line| line.strip_prefix(&format!("# Decision {number}: ")))
                .expect(&name);
            assert!(text.contains("\n- Date: 20") && text.contains("\n- Status: "), "{name}");
            found.push(format!("- [{number}]({name}) {title}"));
        }
        assert_eq!(listed, found);
    }

    #[test]
    fn the_page_on_etcdctl_has_every_command_and_option() {
        let page = etcdctl(COMMANDS);
        assert!(
            page.contains("## get\n") && page.contains("    etcdctl get [options] <key> [range_end]\n"),
            "{page}"
        );
        assert!(
            page.contains("| `--interactive`, `-i` |  | Input transaction in interactive mode |"),
            "{page}"
        );
        assert_eq!(
            page.matches("\n## ").count(),
            COMMANDS.lines().filter(|line| line.starts_with('=')).count()
        );
    }
}
