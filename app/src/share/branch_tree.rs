//! The other branches of the run, as they are stored while the page is reloaded: each as a scenario, which is
//! played when the branch is opened.
//!
//! The text holds: the address; the current branch's label, and how many branches were not kept; its name;
//! then for each branch its number, the branch and the instant from which it began, the instant at which it
//! was left, and the number of lines of its scenario; its name; these lines. A hyphen stands for a missing
//! value.

use std::rc::Rc;

use raft_core::model::Settings;
use raft_core::scenario::{Journal, parse};
use raft_core::units::Nanos;

use crate::session::{ActionList, BranchInfo, BranchPlayer, BranchTree, Label, Recorded};
use crate::state::Page;
use crate::state::script::remake;
use crate::text::{self, share as words};

/// The bound on all branches together, in bytes: a storage holds about five million.
const BYTES_MAX: usize = 1_000_000;

/// Writes all branches. Returns `None` while there is no recorder.
pub(super) fn written(page: Page, address: &str) -> Option<String> {
    Some(write(page.session.memory()?.branches(), address))
}

fn write(tree: BranchTree, address: &str) -> String {
    let (mut blocks, mut bytes, mut dropped) = (Vec::new(), 0, 0);
    // The newest are the most useful.
    for BranchInfo { label, until, actions } in tree.left.into_iter().rev() {
        let text = match actions {
            ActionList::Written(text) => Some(text.to_string()),
            ActionList::Noted(settings, journal) => told(&settings, &journal, until),
        };
        let block = text.map(|text| {
            let lines = text.lines().count();
            format!(
                "{} {until} {lines}\n{}\n{}\n",
                origin(&label),
                line(&label.name),
                text.trim_end_matches('\n')
            )
        });
        match block.filter(|block| bytes + block.len() <= BYTES_MAX) {
            Some(block) => {
                bytes += block.len();
                blocks.push(block);
            }
            None => dropped += 1,
        }
    }
    blocks.reverse();
    format!("{address}\n{} {dropped}\n{}\n{}", origin(&tree.here), line(&tree.here.name), blocks.concat())
}

/// Returns a branch as a scenario that ends where it was left; `None` when it cannot be exported whole.
fn told(settings: &Settings, journal: &Journal, until: Nanos) -> Option<String> {
    // The last step states the instant; the trace there is not known any more, and nothing checks it.
    let export = journal.export(settings, until, 0);
    let is_whole = export.ends_early.is_none() && export.untold == 0;
    let mut scenario = export.scenario;
    scenario.comments.clear();
    is_whole.then(|| scenario.to_string())
}

fn origin(label: &Label) -> String {
    match label.from {
        Some((parent, at)) => format!("{} {parent} {at}", label.number),
        None => format!("{} - -", label.number),
    }
}

/// Returns a name as a single line.
fn line(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Reads what `write` wrote, and how many branches are missing in it. Returns `None` for any other text.
fn read(text: &str) -> Option<(BranchTree, usize)> {
    let mut lines = text.lines().skip(1);
    let mut head = lines.next()?.split(' ');
    let mut here = label(&mut head)?;
    let dropped = head.next()?.parse().ok()?;
    lines.next()?.clone_into(&mut here.name);
    let mut left = Vec::new();
    while let Some(next) = lines.next() {
        let mut head = next.split(' ');
        let mut label = label(&mut head)?;
        let until = head.next()?.parse().ok()?;
        let count: usize = head.next()?.parse().ok()?;
        lines.next()?.clone_into(&mut label.name);
        let scenario: Vec<&str> = lines.by_ref().take(count).collect();
        if scenario.len() != count {
            return None;
        }
        left.push(BranchInfo { label, until, actions: ActionList::Written(scenario.join("\n").into()) });
    }
    Some((BranchTree { here, left }, dropped))
}

fn label<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Label> {
    let number = words.next()?.parse().ok()?;
    let from = match (words.next()?, words.next()?) {
        ("-", "-") => None,
        (parent, at) => Some((parent.parse().ok()?, at.parse().ok()?)),
    };
    Some(Label { number, name: String::new(), from })
}

/// Restores the stored branches. Any other text is ignored: it can only come from this tab's storage.
pub(super) fn restore(page: Page, text: &str) {
    let session = page.session;
    let (Some((tree, dropped)), Some(memory)) = (read(text), session.memory()) else { return };
    let play: BranchPlayer = Rc::new(move |text: &str, until: Nanos, done: Box<dyn FnOnce(Recorded)>| {
        let made = parse(text).map_err(|error| error.to_string());
        if let Err(problem) = made.and_then(|scenario| remake(page, scenario, until, done)) {
            session.tell(words::not_played(text::sentence(&problem)), true);
        }
    });
    memory.restore(tree, play);
    if dropped > 0 {
        session.tell(words::branches_dropped(dropped), false);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use raft_core::model::Action;
    use raft_core::scenario::Noted;
    use raft_core::units::SECOND;

    use super::*;

    fn label(number: u32, name: &str, from: Option<(u32, Nanos)>) -> Label {
        Label { number, name: name.to_owned(), from }
    }

    fn noted() -> ActionList {
        let mut journal = Journal::default();
        journal.note(SECOND, Noted::Action(Action::Crash(3)));
        ActionList::Noted(Settings::with_seed(7), journal)
    }

    #[test]
    fn branches_are_read_as_they_were_written_and_play_again_to_where_they_were_left() {
        let info = |number, actions| BranchInfo {
            label: label(number, "a\nb", Some((1, 5))),
            until: 2 * SECOND,
            actions,
        };
        let tree = BranchTree {
            here: label(4, "Here", Some((2, 9))),
            left: vec![info(1, noted()), info(2, noted())],
        };
        let text = write(tree, "#x");
        let (tree, dropped) = read(&text).unwrap();
        assert_eq!((tree.here, dropped), (label(4, "Here", Some((2, 9))), 0));
        assert_eq!(tree.left.len(), 2);
        let first = &tree.left[0];
        assert_eq!((&first.label, first.until), (&label(1, "a b", Some((1, 5))), 2 * SECOND));
        let ActionList::Written(scenario) = &first.actions else { panic!("it is a text") };
        let mut player = raft_core::scenario::Player::new(parse(scenario).unwrap()).unwrap();
        player.finish();
        assert_eq!(player.cluster().now(), 2 * SECOND);
        assert!(!player.failed() && scenario.contains("node3"), "{scenario}");
        // Writing what was read gives the same text.
        assert_eq!(write(read(&text).unwrap().0, "#x"), text);
    }

    #[test]
    fn what_does_not_fit_is_counted_and_the_newest_stay() {
        let large = || ActionList::Written("say x\n".repeat(BYTES_MAX / 10).into());
        let info = |number, actions| BranchInfo { label: label(number, "n", None), until: 0, actions };
        let left = vec![info(1, large()), info(2, large()), info(3, large()), info(4, noted())];
        let (tree, dropped) = read(&write(BranchTree { here: label(5, "h", None), left }, "")).unwrap();
        let numbers: Vec<u32> = tree.left.iter().map(|info| info.label.number).collect();
        assert_eq!((numbers, dropped), (vec![3, 4], 2));
    }

    #[test]
    fn what_is_something_else_is_no_family() {
        for text in ["", "#x", "#x\n1 - -", "#x\n1 - - 0\nn\n2 1 5 9 3\nname\nseed 1", "#x\nfew words\n\n"] {
            assert!(read(text).is_none(), "{text:?}");
        }
    }
}
