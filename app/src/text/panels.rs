//! The edges of the panels.

use super::words;

words! {
    side_edge = "Width of what stands beside the stage: drag, or use the arrow keys; Enter puts it away and brings it back";
    details_edge = "Height of what stands below the stage: drag, or use the arrow keys; Enter puts it away and brings it back";
}
