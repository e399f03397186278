//! The page within another page.

use super::words;

words! {
    open = "Open in the playground";
    opens_anew = "The page around this one forbids new windows. This is the address:";
    the_address = "Address of the playground";
    copy = "Copy";
    copied = "Copied.";
    not_copied = "The browser does not allow it. The text is selected: press Ctrl+C.";
    read_only = "To try it yourself, open it in the playground.";
    real = "Real openraft nodes run here.";
    wrong_id(given) = "scenario={given}: the id of a lesson is accepted, of small letters, digits and hyphens";
    text_too_long(most) = "text: at most {most} characters are accepted";
    wrong_speed(given) = "speed={given}: virtual seconds a second are accepted, such as 0.05 or 1/20";
    wrong_instant(given) = "at={given}: an instant is accepted, such as 2.3s or 500ms";
    no_lesson(id) = "The lesson {id} could not be loaded, or there is none of this name.";
    no_scenario(error) = "This is not a scenario: {error}";
    one_file = "Download as one file";
    one_file_title = "The whole playground with this scenario, in one HTML file that also works offline";
    being_made = "The file is being made.";
    made = "The download has begun.";
    not_made = "The file could not be loaded: try again.";
    on_the_way = "moving to another instant: ask again when it is reached";
}
