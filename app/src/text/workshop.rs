//! The workshop.

use super::words;

words! {
    open = "Workshop";
    open_what = "Show this to a room: full screen, large type, one stop at a time (M)";
    next_stop = "next stop";
    back = "back";
    blank = "blank";
    replay = "replay this stop";
    code = "code of the address";
    leave = "leave";
    notes = "Speaker notes";
    code_button = "Code";
    leave_button = "Leave";
    blanked = "The screen is blank. Press B to show it again.";
    no_window = "The browser did not open a second window for the speaker notes. Allow windows for this page, and try again.";
    timer = "Time since the beginning; press to start again";
    before_the_first = "Before the first stop";
    after_the_last = "This is the last stop.";
    code_name = "The address of this page as a code";
    too_long = "The address is too long for a code that can be read off a wall. Share it as a file instead.";
    file = "Download the scenario";
}
