//! The state that the features share: what is open, selected, played and pointed at. Features depend on each
//! other only through these signals.

mod crash_record;
mod groups;
mod page;
mod playback;
mod scene;
pub mod script;
mod selection;
mod sight;

pub use crash_record::{EVENT_LINES, LESSON, RUN, about_to_play, lesson_is_about_to_play, put};
pub use groups::{Groups, cut_in_two, ids, leader_alone, leader_in_majority, leader_in_minority};
pub use page::{Detail, Dialog, Page, Tab, use_page};
pub use playback::Playback;
pub use scene::Scene;
pub use selection::{Selection, follow_selection};
pub use sight::{Filter, Sight};
