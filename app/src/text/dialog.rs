//! The texts that all dialogs share.

use super::words;

words! {
    close = "Close";
}
