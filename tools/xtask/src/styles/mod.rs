//! Checks that the style sheets keep to their rooms.
//!
//! A class is defined by a rule whose subject has it. Each class is defined by one sheet, the one that
//! [`rooms`] gives it; a rule of a room names a class of that room, so that it reaches no other. Each sheet
//! is a layer, and the first sheet states the order of all layers: the result does not depend on the order in
//! which sheets arrive. Each class is used, and each used class is defined.

mod css;
mod rooms;
mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use self::css::{Rule, Selector, Sheet};
use self::rooms::{HOOKS, KIT, MODES, PLAIN, ROOMS, Room, room_of};
use self::uses::Uses;
use crate::{Failure, checks, place};

/// The folder of the sheets.
const STYLES: &str = "style";
/// Folders and files with components.
const COMPONENTS: [&str; 3] = ["app/src", "app/public", "index.html"];
/// Scripts whose elements have their own styles, because they are used in other pages.
const ELSEWHERE: [&str; 1] = ["app/public/element.js"];
/// The texts of the page: their words are no classes.
const WORDS: &str = "app/src/text/";
/// The sheet that states the order of the layers.
const ORDER: &str = "tokens";

/// What is checked: sheets by name, and components by path.
#[derive(Default)]
struct Page {
    sheets: BTreeMap<String, Sheet>,
    files: BTreeMap<String, Uses>,
    /// Paths of sheets that a document or a component loads.
    loads: String,
}

/// The step of `cargo xtask test`.
pub fn styles() -> checks::Closing {
    let page = read_page(Path::new("."))?;
    let faults = faults(&page);
    if !faults.is_empty() {
        return Err(format!("{} faults of the style sheets:\n  {}", faults.len(), faults.join("\n  ")));
    }
    let classes: BTreeSet<&String> = page.sheets.values().flat_map(mentioned).collect();
    Ok(vec![format!("{} classes in {} sheets, each in its room", classes.len(), page.sheets.len())])
}

fn read_page(root: &Path) -> Result<Page, Failure> {
    let mut page = Page::default();
    let text = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    for path in place::files_below(&root.join(STYLES), ".css")? {
        let sheet = css::read(&text(&path)?).map_err(|fault| format!("{}: {fault}", path.display()))?;
        if page.sheets.insert(stem(&path), sheet).is_some() {
            return Err(format!("{}: another sheet has this name", path.display()));
        }
    }
    for place in COMPONENTS {
        let place = root.join(place);
        let files = if place.is_dir() { place::files_below(&place, "")? } else { vec![place] };
        for path in files {
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string().replace('\\', "/");
            let uses = match path.extension().and_then(|ending| ending.to_str()) {
                _ if name.starts_with(WORDS) => continue,
                Some("rs") => uses::of_rust(&text(&path)?),
                Some("js" | "html") if !ELSEWHERE.contains(&name.as_str()) => uses::of_page(&text(&path)?),
                _ => continue,
            };
            page.loads.push_str(&text(&path)?);
            page.files.insert(name, uses);
        }
    }
    Ok(page)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn faults(page: &Page) -> Vec<String> {
    let mut faults = of_table(page);
    faults.extend(of_layers(page));
    let mut homes = BTreeMap::new();
    for (name, sheet) in &page.sheets {
        for rule in &sheet.rules {
            for selector in &rule.selectors {
                let wrong = of_selector(name, rule, selector, &mut homes);
                faults.extend(
                    wrong.map(|wrong| format!("{name}.css:{}: {}: {wrong}", rule.line, selector.text)),
                );
            }
        }
    }
    faults.extend(of_uses(page));
    faults
}

/// Checks that the table and the sheets agree, and that every sheet is loaded.
fn of_table(page: &Page) -> Vec<String> {
    let listed = ROOMS.iter().chain(&MODES).flat_map(|room| room.sheets).chain(&KIT).chain(&PLAIN);
    let listed: BTreeSet<&str> = listed.copied().collect();
    let mut faults = Vec::new();
    for sheet in &listed {
        if !page.sheets.contains_key(*sheet) {
            faults.push(format!("{sheet}.css is in the table of rooms, but there is no such sheet"));
        }
    }
    for sheet in page.sheets.keys() {
        if !listed.contains(sheet.as_str()) {
            faults.push(format!("{sheet}.css is in no row of the table of rooms"));
        }
        if !page.loads.contains(&format!("/{sheet}.css\"")) {
            faults.push(format!("{sheet}.css is loaded by nothing"));
        }
    }
    faults
}

/// Checks that each sheet is the layer of its name, and that the order of all layers is stated once, in the
/// first sheet.
fn of_layers(page: &Page) -> Vec<String> {
    let mut faults = Vec::new();
    let order = page.sheets.get(ORDER).map(|sheet| sheet.order.as_slice()).unwrap_or_default();
    for name in page.sheets.keys() {
        if order.iter().filter(|layer| *layer == name).count() != 1 {
            faults.push(format!("{ORDER}.css states the layer {name} not once in the order of layers"));
        }
    }
    for layer in order.iter().filter(|layer| !page.sheets.contains_key(*layer)) {
        faults.push(format!("{ORDER}.css states the layer {layer}, but there is no such sheet"));
    }
    for (name, sheet) in &page.sheets {
        if name != ORDER && !sheet.order.is_empty() {
            faults.push(format!("{name}.css states an order of layers: {ORDER}.css does"));
        }
        for rule in sheet.rules.iter().filter(|rule| rule.layer != [name.as_str()]) {
            faults.push(format!(
                "{name}.css:{}: the rule lies in the layer {:?}, not in {name}",
                rule.line,
                rule.layer.join(".")
            ));
        }
    }
    faults
}

/// Returns the fault of a selector. `homes` has the sheet of each class that is defined so far.
fn of_selector(
    sheet: &str,
    rule: &Rule,
    selector: &Selector,
    homes: &mut BTreeMap<String, String>,
) -> Option<String> {
    let all = || selector.named.iter().chain(&selector.excluded);
    let foreign = |class: &&String| room_of(class).is_some_and(|room| !room.sheets.contains(&sheet));
    let own = |class: &&String| room_of(class).is_some_and(|room| room.sheets.contains(&sheet));
    if PLAIN.contains(&sheet) {
        return all().next().map(|class| format!("a sheet of variables names the class {class}"));
    }
    if KIT.contains(&sheet) {
        if let Some(class) = all().find(|class| room_of(class).is_some()) {
            return Some(format!("the kit names the class {class} of a room"));
        }
        return selector.subject.iter().find_map(|class| define(sheet, class, homes));
    }
    if MODES.iter().any(|room| room.sheets.contains(&sheet)) && is_of_root(&selector.text) {
        // It changes classes of other sheets.
        return None;
    }
    if let Some(class) = all().find(foreign) {
        return Some(format!("{class} is a class of another room"));
    }
    let variables = rule.properties.iter().all(|name| name.starts_with("--"));
    let variables_of_page = selector.text == ":root" && variables;
    let is_tied = selector.has_id || selector.named.iter().any(|class| own(&class)) || variables_of_page;
    if !is_tied {
        return Some("it names no class of its room, so it reaches other rooms".to_owned());
    }
    // It sets the look of the kit's classes in the room.
    selector.subject.iter().filter(own).find_map(|class| define(sheet, class, homes))
}

/// Whether a selector begins with an attribute of the root.
fn is_of_root(selector: &str) -> bool {
    selector.strip_prefix(":root").unwrap_or(selector).starts_with("[data-")
}

fn define(sheet: &str, class: &str, homes: &mut BTreeMap<String, String>) -> Option<String> {
    let home = homes.entry(class.to_owned()).or_insert_with(|| sheet.to_owned());
    (home != sheet).then(|| format!("{class} is defined by {home}.css"))
}

/// Returns the classes without a use, and the uses without a class.
fn of_uses(page: &Page) -> Vec<String> {
    let mut faults = Vec::new();
    let classes: BTreeSet<&String> = page.sheets.values().flat_map(mentioned).collect();
    for (name, sheet) in &page.sheets {
        for class in mentioned(sheet) {
            if !page.files.values().any(|uses| uses.has(class)) {
                faults.push(format!("{name}.css: no component uses the class {class}"));
            }
        }
    }
    let defined = |word: &str| classes.iter().any(|class| uses::fits(word, class)) || HOOKS.contains(&word);
    for (path, uses) in &page.files {
        for (word, line) in &uses.given {
            if !defined(word) {
                faults.push(format!("{path}:{line}: no sheet has the class {word}"));
            } else if let Some(room) = room_of(word).filter(|room| !is_home(room, path)) {
                faults.push(format!(
                    "{path}:{line}: {word} is a class of the room {}",
                    room.prefixes.join(", ")
                ));
            }
        }
    }
    faults
}

fn is_home(room: &Room, path: &str) -> bool {
    let path = path.rsplit_once('.').map_or(path, |(before, _)| before);
    path.split('/').any(|part| room.homes.contains(&part))
}

/// Returns all classes that a sheet names.
fn mentioned(sheet: &Sheet) -> BTreeSet<&String> {
    let selectors = sheet.rules.iter().flat_map(|rule| &rule.selectors);
    selectors.flat_map(|selector| selector.named.iter().chain(&selector.excluded)).collect()
}

#[cfg(test)]
mod tests;
