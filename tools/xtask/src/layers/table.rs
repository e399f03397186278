//! The tables of what each room may import.
//!
//! A room is the first folder or file below a crate's `src`. The lines of a table go from the lowest storey
//! up, one line per room. After `:` a line names every lower room that this room may import, and in app after
//! `|` the rooms of raft-core as well. A line that begins with `&` is on the same storey as the line before
//! it; rooms of one storey do not import each other.
//!
//! A line may name only rooms of lower storeys, and it must name only rooms that are imported. So imports
//! have no cycles, and the table states exactly what the code does.

/// The file that contains the tables.
pub const HERE: &str = "tools/xtask/src/layers/table.rs";

/// One crate's rooms.
pub struct Table {
    /// The name of the crate.
    pub name: &'static str,
    /// The folder of its sources, from the repository's root.
    pub source: &'static str,
    /// The common rooms, which hold what several rooms above them need.
    pub common: &'static [&'static str],
    /// The lines, from the lowest storey up.
    pub lines: &'static str,
}

/// The crate whose rooms others import from outside.
pub const CORE: &str = "raft-core";
/// The room of a crate's root, `lib.rs` or `main.rs`.
pub const ROOT: &str = "root";
/// The room of the programs below `src/bin`, which see their crate from outside.
pub const BIN: &str = "bin";

/// Both crates' tables. raft-core comes first: app's table names rooms of it.
pub const TABLES: [Table; 2] = [
    Table {
        name: CORE,
        source: "raft-core/src",
        common: &["model"],
        lines: "
            units:
            base64:
            digest:
            small_map:
            node_set: units
            kv: units digest
            runtime: units
            model: units kv
            safety: units small_map node_set kv model
            words: units kv model
            raft: digest kv runtime model
            recorder: units digest small_map node_set runtime model safety
            network: units small_map kv runtime model raft recorder
            disk: units small_map kv runtime model raft recorder
            node: units digest small_map kv runtime model raft recorder network disk
            client: units kv runtime model raft recorder network node
            cluster: units kv runtime model safety raft recorder network disk node client
            etcdctl: units base64 kv model cluster
            tape: units small_map model recorder cluster
            scenario: units kv model safety cluster etcdctl tape
            chaos: units kv runtime model cluster etcdctl scenario
            link: units base64 runtime scenario
            headless: units digest kv runtime model safety words cluster etcdctl tape scenario chaos
            fuzz: units kv runtime model cluster etcdctl scenario link
            bin: units safety tape scenario chaos link headless
            root:
        ",
    },
    Table {
        name: "app",
        source: "app/src",
        common: &["state", "kit"],
        lines: "
            time:
            browser:
            text: time | units model words cluster tape
            language: browser text
            session: time browser text | units model words cluster tape scenario
            state: time browser text session | units model cluster tape scenario link
            kit: browser text session state | units model scenario
            stage: browser text session state kit | units model cluster
            & timeline: time browser text session state kit | units model cluster tape scenario
            & views: browser text state kit | units model words cluster tape
            & terminal: browser text session state | units kv model cluster etcdctl scenario
            & stores: text state | units kv model cluster
            & checks: browser text state kit | units kv model safety words cluster
            & inspector: browser text session state kit | units model words tape
            & panels: browser text session state kit | units kv model words
            & lessons: time browser text state kit | units scenario link
            & chaos: time browser text session state kit | units model cluster scenario chaos
            & broken: text state kit | units model cluster scenario
            & glossary: browser text state kit
            & embed: time browser text state kit | units words scenario link
            & share: time browser text session state kit | units model cluster scenario link headless
            & narration: browser text session state kit | model words
            & welcome: browser text state kit | model
            & status: text state kit | units model
            shell: time browser text language session state kit stage timeline views terminal stores checks inspector panels lessons chaos broken glossary embed share narration welcome status | units model words link
            root: browser language shell
        ",
    },
];

/// A line of a table, parsed.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    pub room: &'static str,
    /// The storey of the room, from 0 at the bottom.
    pub storey: usize,
    /// The rooms of its own crate that it may import.
    pub may: Vec<&'static str>,
    /// The rooms of raft-core that it may import, for a crate outside it.
    pub core: Vec<&'static str>,
}

impl Table {
    /// Returns the lines, parsed.
    pub fn read(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let words = |text: &'static str| text.split_whitespace().collect();
        for line in self.lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (room, may) = line.split_once(':').unwrap_or((line, ""));
            let (may, core) = may.split_once('|').unwrap_or((may, ""));
            let beside = room.strip_prefix("& ");
            let storey = lines.last().map_or(0, |before| before.storey + usize::from(beside.is_none()));
            lines.push(Line { room: beside.unwrap_or(room), storey, may: words(may), core: words(core) });
        }
        lines
    }

    /// Returns the faults of the table itself: a line that names a room which is not below it, an unknown room, a
    /// room with two lines. `core` holds the rooms of raft-core, for a crate outside it.
    pub fn faults(&self, core: &[&str]) -> Vec<String> {
        let lines = self.read();
        let mut faults = Vec::new();
        for (index, Line { room, storey, may, core: outside }) in lines.iter().enumerate() {
            let place = format!("{HERE}: in the table of {}, the line of {room}", self.name);
            let below: Vec<&str> =
                lines.iter().filter(|line| line.storey < *storey).map(|line| line.room).collect();
            for named in may.iter().filter(|named| !below.contains(named)) {
                faults.push(format!("{place} names {named}, which stands on no storey below it"));
            }
            for named in outside.iter().filter(|named| !core.contains(named)) {
                faults.push(format!("{place} names {named}, which is no room of raft-core"));
            }
            if lines[..index].iter().any(|line| line.room == *room) {
                faults.push(format!("{place} is its second one"));
            }
        }
        for room in self.common.iter().filter(|room| lines.iter().all(|line| line.room != **room)) {
            faults.push(format!(
                "{HERE}: in the table of {}, common names {room}, which has no line",
                self.name
            ));
        }
        faults
    }

    /// Returns all rooms, from the lowest storey up.
    pub fn rooms(&self) -> Vec<&'static str> {
        self.read().into_iter().map(|line| line.room).collect()
    }
}
