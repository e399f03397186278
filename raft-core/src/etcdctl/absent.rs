//! Commands of the real tool that the playground lacks. They check the number of their words with
//! the real tool's errors, then report that they are missing.

use super::tool::{BAD_ARGUMENTS, ERROR, Exit, fail};

/// Each command with its minimum and maximum number of words and its error for other numbers.
const WORDS: [(&str, usize, usize, &str); 17] = [
    ("snapshot restore", 1, 1, "snapshot restore requires exactly one argument"),
    ("make-mirror", 1, 1, "make-mirror takes one destination argument"),
    ("auth enable", 0, 0, "auth enable command does not accept any arguments"),
    ("auth disable", 0, 0, "auth disable command does not accept any arguments"),
    ("user add", 1, 1, "user add command requires user name as its argument"),
    ("user delete", 1, 1, "user delete command requires user name as its argument"),
    ("user get", 1, 1, "user get command requires user name as its argument"),
    ("user list", 0, 0, "user list command requires no arguments"),
    ("user passwd", 1, 1, "user passwd command requires user name as its argument"),
    ("user grant-role", 2, 2, "user grant command requires user name and role name as its argument"),
    ("user revoke-role", 2, 2, "user revoke-role requires user name and role name as its argument"),
    ("role add", 1, 1, "role add command requires role name as its argument"),
    ("role delete", 1, 1, "role delete command requires role name as its argument"),
    ("role get", 1, 1, "role get command requires role name as its argument"),
    ("role list", 0, 0, "role list command requires no arguments"),
    (
        "role grant-permission",
        3,
        usize::MAX,
        "role grant command requires role name, permission type, and key [endkey] as its argument",
    ),
    (
        "role revoke-permission",
        2,
        usize::MAX,
        "role revoke-permission command requires role name and key [endkey] as its argument",
    ),
];

/// Returns the failure of a command that the playground lacks.
pub(super) fn end(path: &str, words: usize) -> Exit {
    let wrong =
        WORDS.iter().find(|(known, least, most, _)| *known == path && !(*least..=*most).contains(&words));
    match wrong {
        Some((_, _, _, text)) => fail(BAD_ARGUMENTS, *text),
        None => fail(ERROR, format!("{path} is not part of the playground")),
    }
}
