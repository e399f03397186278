//! The edges of the panels.

use super::words;

words! {
    side_edge = "Width of the panel beside the stage: drag, or use the arrow keys; Enter hides and shows it";
    details_edge = "Height of the panel below the stage: drag, or use the arrow keys; Enter hides and shows it";
}
