//! The rooms of the page, with the classes and the sheet of each.

/// A room: its classes begin with one of its prefixes and are defined in its sheets.
pub struct Room {
    /// A class belongs to the room if it is one of these words, or begins with one and a hyphen.
    pub prefixes: &'static [&'static str],
    /// The names of the sheets, without folder and extension. Each class is defined in one of them.
    pub sheets: &'static [&'static str],
    /// The files and folders whose components use these classes: parts of their path, without extension.
    pub homes: &'static [&'static str],
}

const fn room(
    prefixes: &'static [&'static str],
    sheets: &'static [&'static str],
    homes: &'static [&'static str],
) -> Room {
    Room { prefixes, sheets, homes }
}

/// All rooms. The styles of the first view are in `main`, the later ones in a sheet of `late`.
pub const ROOMS: [Room; 31] = [
    room(&["page", "side"], &["main"], &["shell"]),
    room(&["status"], &["main"], &["status"]),
    // The help shows nodes and cells as the stage draws them.
    room(&["stage"], &["main", "stage"], &["stage", "node_sign", "help"]),
    room(&["time"], &["main", "time"], &["timeline", "transport"]),
    room(&["first"], &["first-paint"], &["index"]),
    room(&["crash"], &["crash"], &["boot", "crash"]),
    room(&["details"], &["details"], &["details"]),
    room(&["terminal"], &["details"], &["terminal"]),
    room(&["stores"], &["details"], &["stores"]),
    room(&["requests", "endpoints"], &["panels"], &["requests", "endpoints"]),
    room(&["result", "life"], &["panels"], &["result"]),
    room(&["card"], &["panels"], &["node_card"]),
    room(&["partition"], &["panels"], &["partition"]),
    room(&["settings", "stability"], &["panels"], &["settings", "dials", "new_cluster"]),
    room(&["splitter"], &["panels"], &["splitter"]),
    room(&["broken"], &["panels"], &["broken"]),
    // Chaos uses the frame of a lesson.
    room(&["guide"], &["lessons"], &["lessons", "chaos"]),
    room(&["lesson", "ask"], &["lessons"], &["lessons"]),
    room(&["workshop"], &["lessons"], &["workshop"]),
    room(&["chaos"], &["chaos"], &["chaos"]),
    room(&["share"], &["share"], &["share"]),
    room(&["events"], &["views"], &["events"]),
    room(&["ledger"], &["views"], &["views"]),
    room(&["spacetime"], &["views"], &["spacetime"]),
    room(&["chart", "charts"], &["views"], &["views"]),
    room(&["checks"], &["views"], &["checks"]),
    room(&["glossary"], &["words"], &["glossary"]),
    room(&["help"], &["words"], &["help", "licences"]),
    room(&["welcome"], &["words"], &["welcome"]),
    room(&["inspector"], &["words"], &["inspector"]),
    room(&["narration"], &["words"], &["narration"]),
];

/// Rooms whose sheets also contain the effects of a root attribute on all rooms.
pub const MODES: [Room; 3] = [
    room(&["notes"], &["notes"], &["notes"]),
    room(&[], &["modes"], &[]),
    room(&["embed"], &["embed"], &["embed"]),
];

/// Sheets that all rooms use: their classes have no room's prefix.
pub const KIT: [&str; 2] = ["kit", "forms"];
/// Sheets without classes: they only set variables.
pub const PLAIN: [&str; 2] = ["tokens", "dark"];
/// Classes without a style, which tests use.
pub const HOOKS: [&str; 2] = ["glossary", "time-here"];

/// Returns the room of a class.
pub fn room_of(class: &str) -> Option<&'static Room> {
    let begins = |prefix: &&str| {
        class.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    ROOMS.iter().chain(&MODES).find(|room| room.prefixes.iter().any(begins))
}
