//! Lessons, and the scenario that is played.

use super::words;

words! {
    title = "Lessons";
    intro = "A lesson plays on a real cluster and stops to ask what you expect. The controls stay yours: act at any time, and come back.";
    start = "Start";
    again = "Again";
    after(lesson) = "after {lesson}";
    loading = "The lessons are being loaded.";
    not_there = "The lessons could not be loaded. Check the connection, and open this list again.";
    cannot_play(problem) = "This lesson cannot be played: {problem}.";
    no_such_lesson(id) = "There is no lesson called {id}. The list of lessons has them all.";
    done = "done";
    done_of(done, all) = "{done} of {all} done";
    text = "Text";
    show_text = "Show the text of the scenario, to read along and to change";
    text_of_run = "The text of the run";
    in_english = "The lessons' own texts are in English.";
    text_of_scenario = "The text of the scenario";
    to_cursor = "Run to the cursor";
    to_cursor_key = "Play it anew up to the line of the cursor (Ctrl+Enter)";
    from_start = "Run from the start";
    close = "Close the lesson";
    goal = "Goal";
    go_on = "Go on";
    skip = "Go on without it";
    play = "Play";
    skip_ahead = "Skip ahead";
    back_to_lesson = "Back to the lesson";
    start_over = "Start over";
    all_lessons = "All lessons";
    next_lesson(title) = "Next: {title}";
    waits_for(condition) = "Waits for: {condition}";
    stands_still = "The clock stands still. Choose what you expect, then go on.";
    stop = "The clock stands still. Go on when you have seen it.";
    your_turn = "Your turn: the controls are yours, and the lesson notices when it has happened.";
    you_took_over(at) = "You took over at {at}. Play as you like; the lesson waits where you left it.";
    went_wrong = "The run took another way than the text expected.";
    is_done = "The end. Everything the lesson expected has happened.";
    right = "Right.";
    not_right = "Not quite.";
    saw = "What you just saw";
    next = "Try next";
    hint = "Hint";
    look = "Look";
    step_of(step, all) = "step {step} of {all}";
    go_to(at) = "Look at {at} again";
    reached(condition) = "✓ {condition}";
    same_trace = "The run is the same as when it was recorded.";
    other_trace = "This build of the page plays the run differently from the one in which it was recorded: what follows may differ.";
    first_lesson = "Or begin with the first lesson";
    first_lesson_what = "One write, five copies, with questions before the answers.";
}
