//! What all dialogs say.

words! {
    close = "Close";
}
