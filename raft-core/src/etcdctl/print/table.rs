//! The table format: boxes drawn with characters, centred headings, right-aligned cells.

use super::{Item, member_row, snapshot_row, status_row};

/// The width above which a cell is wrapped at its spaces, in characters.
const CELL_WIDTH_MAX: usize = 30;

/// Returns the text; `None` if the tool does not support this format for the result.
pub(super) fn print(item: &Item<'_>) -> Option<String> {
    let rows: Vec<Vec<String>>;
    let heads: &[&str] = match item {
        Item::Members { members, .. } => {
            rows = members.iter().map(|member| member_row(member).to_vec()).collect();
            &["ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"]
        }
        Item::Health(all) => {
            let row = |health: &super::Health| {
                let is_healthy = health.error.is_empty().to_string();
                vec![health.endpoint.clone(), is_healthy, health.took.clone(), health.error.clone()]
            };
            rows = all.iter().map(row).collect();
            &["ENDPOINT", "HEALTH", "TOOK", "ERROR"]
        }
        Item::Status(all) => {
            rows = all.iter().map(|one| status_row(one).to_vec()).collect();
            &[
                "ENDPOINT",
                "ID",
                "VERSION",
                "DB SIZE",
                "IS LEADER",
                "IS LEARNER",
                "RAFT TERM",
                "RAFT INDEX",
                "RAFT APPLIED INDEX",
                "ERRORS",
            ]
        }
        Item::Hashes(all) => {
            rows = all.iter().map(|one| vec![one.endpoint.clone(), one.hash.to_string()]).collect();
            &["ENDPOINT", "HASH"]
        }
        Item::Snapshot(snapshot) => {
            rows = vec![snapshot_row(snapshot).to_vec()];
            &["HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE"]
        }
        _ => return None,
    };
    Some(draw(heads, &rows))
}

fn draw(heads: &[&str], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<Vec<String>>> =
        rows.iter().map(|row| row.iter().map(|cell| wrap(cell)).collect()).collect();
    let length = |text: &str| text.chars().count();
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let cells = rows.iter().filter_map(|row| row.get(column)).flatten();
            cells.map(|line| length(line)).max().unwrap_or(0).max(length(head))
        })
        .collect();
    let rule: String = widths.iter().map(|width| format!("+{}", "-".repeat(width + 2))).collect();
    let rule = rule + "+\n";
    let mut text = rule.clone();
    for (head, width) in heads.iter().zip(&widths) {
        let gap = width - length(head);
        text.push_str(&format!("| {}{head}{} ", " ".repeat(gap / 2), " ".repeat(gap - gap / 2)));
    }
    text.push_str("|\n");
    text.push_str(&rule);
    for row in &rows {
        let height = row.iter().map(Vec::len).max().unwrap_or(1);
        for line in 0..height {
            for (cell, width) in row.iter().zip(&widths) {
                let line = cell.get(line).map_or("", String::as_str);
                text.push_str(&format!("| {line:>width$} "));
            }
            text.push_str("|\n");
        }
    }
    if !rows.is_empty() {
        text.push_str(&rule);
    }
    text
}

fn wrap(cell: &str) -> Vec<String> {
    if cell.chars().count() <= CELL_WIDTH_MAX {
        return vec![cell.to_owned()];
    }
    let limit = cell.split(' ').map(str::len).max().unwrap_or(0).max(CELL_WIDTH_MAX);
    let mut lines: Vec<String> = Vec::new();
    for word in cell.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= limit => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
