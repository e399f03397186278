//! The kit with which features are built: lazy parts, dialogs, movable edges, links to the glossary,
//! downloads, and the looks of terms and nodes.

mod dialog;
mod download;
mod events_file;
mod field;
mod hue;
mod lazy;
mod node_actions;
mod node_sign;
mod one_file;
mod pace;
mod percent;
mod place;
mod splitter;
mod tenths;
mod term;

pub use dialog::{Modal, Opener, Window};
pub use download::{OneFile, hand_over, keep};
pub use events_file::{as_lines, as_text};
pub use field::{has_own_use, in_field, on_button};
pub use hue::term_hue;
pub(crate) use lazy::lazy_view;
pub use lazy::{Lazy, Load, Make};
pub use node_actions::Actions;
pub use node_sign::{glyph, look_of, sample};
pub use pace::{Beat, follow};
pub use percent::{share, share_text};
pub use place::place;
pub use splitter::{Edge, Splitter};
pub use tenths::Tenths;
pub use term::{LIST, Term};
