//! Which room of the page has which classes, and the sheet where each stands.

/// A room: its classes begin with one of its prefixes, and stand in its sheets.
pub struct Room {
    /// A class is of the room when it is this word, or begins with it and a hyphen.
    pub prefixes: &'static [&'static str],
    /// Names of sheets, without folder and ending. A class stands in one of them.
    pub sheets: &'static [&'static str],
    /// Files and folders whose components have these classes: parts of their path, without ending.
    pub homes: &'static [&'static str],
}

const fn room(
    prefixes: &'static [&'static str],
    sheets: &'static [&'static str],
    homes: &'static [&'static str],
) -> Room {
    Room { prefixes, sheets, homes }
}

/// Every room. What the first view shows stands in `main`, what comes later in a sheet of `late`.
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
    // The frame of a lesson is that of chaos, too.
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

/// Rooms whose sheets also say what an attribute of the root changes in all rooms.
pub const MODES: [Room; 3] = [
    room(&["notes"], &["notes"], &["notes"]),
    room(&[], &["modes"], &[]),
    room(&["embed"], &["embed"], &["embed"]),
];

/// Sheets of what all rooms use: their classes have no room's name.
pub const KIT: [&str; 2] = ["kit", "forms"];
/// Sheets without classes: what they say is said by variables.
pub const PLAIN: [&str; 2] = ["tokens", "dark"];
/// Classes that no sheet gives a look: tests ask for them.
pub const HOOKS: [&str; 2] = ["glossary", "time-here"];

/// The room of a class.
pub fn room_of(class: &str) -> Option<&'static Room> {
    let begins = |prefix: &&str| {
        class.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    ROOMS.iter().chain(&MODES).find(|room| room.prefixes.iter().any(begins))
}
