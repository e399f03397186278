//! Answers as the real tool prints them in its simple format.

use super::{Output, Style};
use crate::cluster::Outcome;
use crate::kv::{KeyValue, Response};

/// What the tool prints when its request has ended.
pub fn render(outcome: &Outcome, style: Style) -> Output {
    match outcome {
        Outcome::Ok(answer) => Output { stdout: text_of(&answer.response, style), ..Output::default() },
        Outcome::Called { .. } => Output::default(),
        Outcome::Rejected { error, .. } => Output::error(1, error.message()),
        Outcome::Refused { error, .. } => Output::error(1, error.message()),
        // The real tool cannot tell a write that failed from one whose fate is open, nor
        // why: its own clock ran out. The playground says more beside it.
        Outcome::Failed(_) | Outcome::Unknown(_) => Output::error(1, "context deadline exceeded"),
    }
}

fn text_of(response: &Response, style: Style) -> String {
    let mut text = String::new();
    match response {
        Response::Put(put) => {
            text.push_str("OK\n");
            put.prev_kv.iter().for_each(|pair| push_pair(&mut text, pair, style));
        }
        Response::Delete(delete) => {
            text.push_str(&format!("{}\n", delete.deleted));
            delete.prev_kvs.iter().for_each(|pair| push_pair(&mut text, pair, style));
        }
        Response::Range(range) => range.kvs.iter().for_each(|pair| push_pair(&mut text, pair, style)),
        // No command here asks for these yet.
        Response::Txn(_)
        | Response::Compact { .. }
        | Response::LeaseGrant(_)
        | Response::LeaseRevoke { .. }
        | Response::Alarm(_) => {}
    }
    text
}

fn push_pair(text: &mut String, pair: &KeyValue, style: Style) {
    if !style.values_only {
        text.push_str(&String::from_utf8_lossy(&pair.key));
        text.push('\n');
    }
    if !style.keys_only {
        text.push_str(&String::from_utf8_lossy(&pair.value));
    }
    // Without values each key is followed by an empty line, as in the real tool.
    text.push('\n');
}
