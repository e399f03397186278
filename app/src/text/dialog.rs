//! What all dialogs say.

use super::words;

words! {
    close = "Close";
}
