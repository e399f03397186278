//! The page's folder, made from `index.html` and the files that its marked tags name.
//!
//! A tag with the attribute `data-trunk` stands for files: `rel="css"`, `rel="icon"` and a script become tags
//! that name a copy, whose name contains a digest; `rel="copy-file"` and `rel="copy-dir"` are copied under
//! their own names and removed from the page; `rel="rust"` becomes the two tags by which `boot.js` finds the
//! engine. The page needs no inline script for that, and nothing is preloaded: an embed that waits to be seen
//! loads nothing heavy before.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use crate::{Failure, place};

/// The mark of a tag that stands for files.
const MARK: &str = " data-trunk";

/// The engine as wasm-bindgen writes it: `NAME.js`, `NAME_bg.wasm` and `snippets/` in one folder.
pub struct Engine {
    pub folder: PathBuf,
    pub name: &'static str,
    /// The digest of the compiled module, which the published names contain.
    pub digest: u64,
}

/// Writes the page into an empty or new folder. With `script`, an address, the page loads that script as
/// well.
///
/// # Errors
/// A named file is missing, a tag is not recognized, or the folder cannot be written.
pub fn bundle(engine: &Engine, folder: &Path, script: Option<&str>) -> Result<(), Failure> {
    let root = place::root();
    make(folder)?;
    let html = read(&root.join("index.html"))?;
    let html = String::from_utf8(html).map_err(|_| "index.html is not UTF-8")?;
    let mut page = String::with_capacity(html.len());
    for line in html.split_inclusive('\n') {
        match marked(line)? {
            None => page.push_str(line),
            Some(tag) => page.push_str(&placed(&tag, engine, &root, folder)?),
        }
    }
    if let Some(script) = script {
        page = page.replace("</head>", &format!("<script src=\"{script}\" defer></script>\n</head>"));
    }
    write(&folder.join("index.html"), page.as_bytes())
}

/// A marked tag.
#[derive(Debug, PartialEq)]
struct Tag<'a> {
    /// The kind of files: its `rel`, or `script`.
    kind: &'a str,
    /// The file or folder.
    file: &'a str,
    /// The tag without its mark, with `{}` in place of the file.
    rest: String,
}

/// Returns the marked tag that a line consists of. Each has a line of its own.
fn marked(line: &str) -> Result<Option<Tag<'_>>, Failure> {
    if !line.contains(MARK) {
        return Ok(None);
    }
    let tag = line.trim();
    let value = |name: &str| {
        let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        tag[start..].split_once('"').map(|(value, _)| value)
    };
    let (kind, file) = if tag.starts_with("<script ") && tag.ends_with("></script>") {
        (Some("script"), value("src"))
    } else if tag.starts_with("<link ") && tag.ends_with('>') && tag.matches('<').count() == 1 {
        (value("rel"), value("href"))
    } else {
        (None, None)
    };
    let (Some(kind), Some(file)) = (kind, file) else {
        return Err(format!("index.html: this is no link and no script in a line of its own: {tag}"));
    };
    let rest = tag.replacen(MARK, "", 1).replacen(&format!("\"{file}\""), "\"{}\"", 1) + "\n";
    Ok(Some(Tag { kind, file, rest }))
}

/// Puts the files of a tag into the page's folder. Returns the text that replaces the tag in the page.
fn placed(tag: &Tag, engine: &Engine, root: &Path, folder: &Path) -> Result<String, Failure> {
    let source = root.join(tag.file);
    let name =
        Path::new(tag.file).file_name().ok_or_else(|| format!("index.html: {} has no name", tag.file))?;
    match tag.kind {
        "css" | "icon" | "script" => {
            let bytes = read(&source)?;
            let name = with_digest(Path::new(name), digest(&bytes));
            write(&folder.join(&name), &bytes)?;
            Ok(tag.rest.replace("rel=\"css\"", "rel=\"stylesheet\"").replace("{}", &format!("./{name}")))
        }
        "copy-file" => {
            write(&folder.join(name), &read(&source)?)?;
            Ok(String::new())
        }
        "copy-dir" => {
            place::copy(&source, &folder.join(name))?;
            Ok(String::new())
        }
        "rust" => {
            let published = format!("{}-{:x}", engine.name, engine.digest);
            let [script, module] = [format!("{published}.js"), format!("{published}_bg.wasm")];
            let of = |ending: &str| engine.folder.join(format!("{}{ending}", engine.name));
            write(&folder.join(&script), &read(&of(".js"))?)?;
            write(&folder.join(&module), &read(&of("_bg.wasm"))?)?;
            // There are none when nothing was split off.
            let snippets = engine.folder.join("snippets");
            if snippets.is_dir() {
                place::copy(&snippets, &folder.join("snippets"))?;
            }
            Ok(engine_tags(&script, &module))
        }
        other => Err(format!(
            "index.html: {other:?} is not understood; css, icon, copy-file, copy-dir and rust are"
        )),
    }
}

/// Returns the tags by which `boot.js` finds the engine's script and module.
fn engine_tags(script: &str, module: &str) -> String {
    format!(
        "<meta name=\"engine-script\" content=\"./{script}\">\n<meta name=\"engine-module\" content=\"./{module}\">\n"
    )
}

/// Returns a name such as `main-0123456789abcdef.css` for `main.css`.
fn with_digest(name: &Path, digest: u64) -> String {
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    format!("{}-{digest:x}.{}", part(name.file_stem()), part(name.extension()))
}

/// Returns a digest, which is the same for the same bytes.
pub fn digest(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(file, bytes).map_err(|error| format!("{}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn marked_tags_are_understood_and_others_left_alone() {
        let sheet = marked("<link data-trunk rel=\"css\" href=\"style/dark.css\" media=\"print\">\n")
            .unwrap()
            .unwrap();
        assert_eq!((sheet.kind, sheet.file), ("css", "style/dark.css"));
        assert_eq!(sheet.rest, "<link rel=\"css\" href=\"{}\" media=\"print\">\n");
        let script = marked("  <script data-trunk src=\"app/boot.js\" defer></script>").unwrap().unwrap();
        assert_eq!((script.kind, script.file), ("script", "app/boot.js"));
        assert_eq!(marked("<link rel=\"css\" href=\"a.css\">"), Ok(None));
        for wrong in
            ["<p data-trunk>", "<link data-trunk rel=\"css\">", "<link data-trunk rel=\"css\" href=\"a\"><p>"]
        {
            assert!(marked(wrong).unwrap_err().contains(wrong), "{wrong}");
        }
    }

    #[test]
    fn trunk_would_name_the_engine_by_the_same_tags() {
        let settings = fs::read_to_string(place::root().join("Trunk.toml")).unwrap();
        for (pattern, file) in [("pattern_script", "{js}"), ("pattern_preload", "{wasm}")] {
            let line = settings.lines().find(|line| line.starts_with(pattern)).unwrap();
            let tag = line.split('\'').nth(1).unwrap().replace("{base}", "./").replace(file, "NAME");
            assert!(engine_tags("NAME", "NAME").contains(&tag), "{tag}");
        }
    }

    #[test]
    fn the_page_names_every_copy_by_its_digest_and_keeps_the_rest() {
        let work = place::target().join("test-of-bundle");
        let _absent = fs::remove_dir_all(&work);
        let (made, folder) = (work.join("engine"), work.join("page"));
        fs::create_dir_all(made.join("snippets/lazy-1")).unwrap();
        for name in ["page.js", "page_bg.wasm", "snippets/lazy-1/lazy.js"] {
            fs::write(made.join(name), name).unwrap();
        }
        let engine = Engine { folder: made, name: "page", digest: 0x2a };
        bundle(&engine, &folder, Some("/reload.js")).unwrap();
        let html = fs::read_to_string(folder.join("index.html")).unwrap();
        assert!(
            !html.contains("data-trunk")
                && html.contains("<script src=\"/reload.js\" defer></script>\n</head>")
        );
        assert!(html.contains("<meta name=\"engine-script\" content=\"./page-2a.js\">\n"), "{html}");
        assert!(html.contains("<meta name=\"engine-module\" content=\"./page-2a_bg.wasm\">\n"), "{html}");
        let named: Vec<&str> =
            html.split("=\"./").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(named.len() > 4 && named.iter().all(|name| folder.join(name).is_file()), "{named:?}");
        assert!(
            folder.join("snippets/lazy-1/lazy.js").is_file() && folder.join("lessons/index.txt").is_file()
        );
        fs::remove_dir_all(&work).unwrap();
    }
}
