//! The run as a text and as a link, the errors in one, and the endpoints of a request.

use super::words;

words! {
    ends_early(at) = "More was done than a scenario holds: it ends at {at}, before the first deed that did not fit.";
    one_untold = "1 deed could not be told in the language, so this plays again to another trace.";
    many_untold(count) = "{count} deeds could not be told in the language, so this plays again to another trace.";
    trace(trace, at) = "trace {trace} at {at} s";
    copied = "Copied.";
    not_copied = "The browser does not allow it. The text is selected: press Ctrl+C.";
    what_was_done = "What was done, at the virtual times at which it was done. Edit it, or bring another text: paste it here, or drop a file on the page.";
    plays_again = "plays it again, to the same trace.";
    shell_script = "Shell script (.sh)";
    shell_meaning = "The same commands for a real etcd cluster; what is done to nodes and network stands in it as instructions for a person.";
    makes_a_script = "makes a shell script of it for a real cluster: the same commands, and what is done to nodes and network as instructions.";
    the_scenario = "The scenario";
    copy = "Copy the text";
    download = "Download";
    its_turn = "its turn";
    name = "Name";
    no_name = "unnamed";
    name_needs_scenario = "The name stands in the text, which has to be a scenario first.";
    play = "Play this text";
    play_meaning = "A new cluster begins, and the text plays on it.";
    beside = "Edit beside the stage";
    beside_meaning = "The text stands beside the ring, and a run can be made up to the line of the cursor.";
    open_file = "Open a file";
    as_recorded = "Back to what was done";
    reads_well(steps) = "A scenario of {steps} steps.";
    wrong(line, column, found, accepted) = "Line {line}, column {column}: {found} is not accepted here. Accepted: {accepted}.";
    wrong_near(line, column, found, meant, accepted) = "Line {line}, column {column}: {found} is not accepted here. Did you mean “{meant}”? Accepted: {accepted}.";
    go_to_line(line) = "Go to line {line}";
    export = "Export";
    what_is_exported = "The picture shows the instant that is seen. Transcript and trace tell what happens when the text above is played, in the words of the command raft-playground.";
    picture_svg = "Picture (SVG)";
    picture_png = "Picture (PNG)";
    diagram_svg = "Space-time diagram (SVG)";
    no_diagram = "The space-time diagram is not open. Open it below the ring, then come back.";
    transcript_text = "Transcript (text)";
    transcript_markdown = "Transcript (Markdown)";
    trace_lines = "Trace (JSON lines)";
    animation_svg = "Animation (SVG)";
    animation_from = "From (s)";
    animation_to = "To (s)";
    animation_meaning(seconds) = "The animation shows the recorded run between these instants, at most {seconds} s of virtual time, at the speed that is chosen on the page, over and over and without a script.";
    animation_seconds = "From and To are virtual seconds, such as 2.3.";
    animation_at(at) = "The animation is made: {at}";
    animation_of_another_run = "Another run began meanwhile, so no animation was made.";
    plays_apart(at) = "The text is played: {at}";
    handed(name) = "{name} has been made.";
    not_handed = "The browser could not make a file of it.";
    link = "Link";
    copy_link = "Copy the link";
    link_title = "A link to this run";
    opens_at = "It opens";
    opens_now(at) = "at {at}, as it is seen now";
    opens_start = "at the start, and plays";
    no_link(reason) = "No link can be made: {reason}";
    no_link_yet = "There will be a link when the text is a scenario.";
    length(letters) = "{letters} letters: short enough for any chat or mail.";
    too_long_for(letters, places) = "{letters} letters: too long for a message in {places}. The file always fits.";
    instead = "Download the file instead";
    discord = "Discord (2,000)";
    discord_telegram = "Discord (2,000) or Telegram (4,096)";
    discord_telegram_slack = "Discord (2,000), Telegram (4,096) or Slack (40,000)";
    file_too_large(bytes, most) = "The file has {bytes} bytes; a scenario has at most {most}.";
    file_not_read = "The file could not be read as text.";
    drop_here = "Drop the file to open it as a scenario";
    link_broken(reason) = "The link cannot be opened: {reason} A fresh cluster runs here instead.";
    kept_broken = "What this page kept of the run before could not be read. A fresh cluster runs here instead.";
    branches_dropped(count) = "Branches that could not be kept while the page was loaded anew: {count}. This tab's storage had no room for them, or they hold what no scenario can tell.";
    see_text = "See its text";
    restored(at) = "The run from before the page was loaded anew, at {at}.";
    start_afresh = "Start afresh";
    opened(title) = "Opened from a link: {title}";
    opened_untitled = "Opened from a link.";
    other_build = "Another build of this page made the link, so its trace may differ here.";
    trace_differs(at, recorded, found) = "At {at} this run differs from the one that was recorded: its trace is {found}, and was {recorded}. What you see may not be what was meant.";
    not_played(reason) = "The run cannot be played: {reason}";

    link_empty = "it is empty. A link begins with v1: or v0: after the #.";
    link_no_version(found) = "it begins with “{found}”. A link begins with v1: or v0: after the #.";
    link_unknown_version(version) = "it is of version v{version}, and this build reads v0 and v1. Load a newer build of the page.";
    link_too_long(letters, most) = "it has {letters} letters, and at most {most} are accepted.";
    link_too_much(most) = "what it holds is larger than the {most} bytes that are accepted.";
    link_form(found) = "its form is “{found}”, and t (plain) or z (packed) is accepted.";
    link_letter(at, found) = "its letter {at} is “{found}”. Letters, digits, - and _ are accepted, in the plain form . and ~ too.";
    link_percent(found) = "it holds “{found}”. After % two digits from 0 to 9 and A to F are accepted.";
    link_damaged = "its end is missing, or a letter was changed on the way. Copy the whole link once more.";
    link_packed = "what is packed in it cannot be unpacked. Copy the whole link once more.";
    link_no_text = "it holds bytes that are not text.";
    link_head(found, accepted) = "it says to look at “{found}”. Accepted: {accepted}.";
    link_scenario(line, column, found, accepted) = "the scenario in it is wrong. Line {line}, column {column}: {found} is not accepted. Accepted: {accepted}.";
    link_steps(steps, most) = "the scenario has {steps} steps, and a link holds at most {most}.";
    link_late(reaches, most) = "the scenario reaches {reaches} s of virtual time, and a link holds at most {most} s.";
}

/// Returns how many actions could not be exported.
pub fn untold(count: usize) -> String {
    if count == 1 { one_untold().to_owned() } else { many_untold(count) }
}
