//! Steps that do something to single messages.

use super::ast::Deed;
use super::cursor::{Cursor, ParseError};
use super::step::optional_link;
use crate::cluster::MessageClass;

/// Reads what follows one of the words `drop`, `delay` and `duplicate`.
pub(super) fn fault(word: &str, cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    match word {
        "drop" if cursor.take("next") => drop_next(cursor),
        "drop" if cursor.take("none") => Ok(Deed::CancelDrops),
        "drop" => match message(cursor)? {
            Some(id) => Ok(Deed::Drop(id)),
            None => Err(cursor.error("message and its number, next and a kind of message, or none")),
        },
        "delay" => {
            let Some(message) = message(cursor)? else {
                return Err(cursor.error("message and its number, such as message 12 by 20ms"));
            };
            if !cursor.take("by") {
                return Err(cursor.error("by and a time, such as by 20ms"));
            }
            Ok(Deed::Delay(message, cursor.duration()?))
        }
        _ => match message(cursor)? {
            Some(id) => Ok(Deed::Duplicate(id)),
            None if cursor.peek_word().starts_with(|c: char| c.is_ascii_digit()) => {
                Ok(Deed::Duplication(cursor.percent_ppm()?, optional_link(cursor)?))
            }
            None => Err(cursor.error("message and its number, or a share such as 5%")),
        },
    }
}

/// `message 12`; `None` when something else stands there.
fn message(cursor: &mut Cursor<'_>) -> Result<Option<u64>, ParseError> {
    if cursor.take("message") { cursor.number("the number of a message").map(Some) } else { Ok(None) }
}

fn drop_next(cursor: &mut Cursor<'_>) -> Result<Deed, ParseError> {
    match MessageClass::ALL.into_iter().find(|class| cursor.take(class.name())) {
        Some(class) => Ok(Deed::DropNext(class, optional_link(cursor)?)),
        None => {
            let names = MessageClass::ALL.map(MessageClass::name).join(", ");
            Err(cursor.error(format!("a kind of message: {names}")))
        }
    }
}
