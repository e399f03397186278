//! The terminals: the page's texts around them. The output is the tool's own.

use super::words;

words! {
    welcome = "etcdctl 3.4, API 3, and the words of API 2. Tab completes; \"What can I type?\" has examples.";
    aside = "in the background, still running";
    new_cluster = "A new cluster: what ran here ended with the old one.";
    too_many_lines = "That is too many lines at once: the last ones were left out.";
    hint = "Tab completes; Esc, then Tab, leaves";
    no_clipboard = "The browser does not let the page copy. The text is selected: press Ctrl-C.";
    copied = "Copied.";
    time_stands = "Time stands still: nothing can answer.";
    ended(line) = "ended: {line}";
    exit_code(exit) = "exit code {exit}";
    exit_cause(exit, cause, advice) = "exit code {exit}. {cause} {advice}";
    did_you_mean(exit, line) = "exit code {exit}. Did you mean: etcdctl {line}";
    waiting(passed) = "waiting, {passed} of cluster time";
    waiting_reads(passed) = "reads what you type, waiting, {passed} of cluster time";
    ask_another(node) = "Ask another one: --endpoints=node{node}:2379";
    is_down(node) = "node{node} is down: connection refused. etcdctl keeps trying until its timeout.";
    never_started(node) = "node{node} was added and never started: nobody listens. Press Start in its card.";
    has_ended(node) = "node{node} is no longer a member and has ended: nobody listens.";
    stands_still(node) = "node{node} is paused: it accepts a connection and answers nothing.";

    in_view = "Terminals in view";
    one_more = "One more terminal on the node used last";
    what_can_i_type = "What can I type?";
    copy = "Copy";
    clear = "Clear";
    clear_key = "Ctrl-L";
    ahead_one = "1 line typed ahead: waits for the command that runs";
    ahead_many(count) = "{count} lines typed ahead: wait for the command that runs";
    end_it = "End it";
    play = "Play";
    interrupt = "Interrupt";
    interrupt_key = "Ctrl-C";
    put_aside = "Put aside";
    put_aside_means = "It runs on; the prompt is free for the next command";
    end_of_input = "End of input";
    end_of_input_key = "Ctrl-D";
    run_fast = "Run fast until it ends";
    many_lines(count, last) = "{count} lines, the last: {last}";
    searching(wanted) = "lines with \"{wanted}\": Ctrl-R for an older one, Esc ends";
    for_the_command = "a line for the command; Ctrl-D ends its input";
    waits_until_ended = "what you type now waits until it has ended";
    tab_leaves = "Tab leaves the prompt";
    command_line(node) = "Command line of node{node}";
    complete = "Complete";
    tab = "Tab";
    earlier_line = "Earlier line";
    later_line = "Later line";
    run = "Run";
    may_stand_here = "What may stand here";
    and_more = "and more";
    no_earlier_line = "no earlier line";
    nothing_completes = "nothing completes this; Esc, then Tab, leaves";
    one_way = "1 way to choose from";
    many_ways(count) = "{count} ways to choose from";
    more_bytes(count) = "… {count} more bytes";
    then_tab = "then press Tab";

    try_two_nodes = "Write on one node, read on another";
    try_keys = "Keys, revisions, history";
    try_watch = "Watch a key; keep it running, write elsewhere";
    try_status = "Who leads, who agrees";
    try_lock = "A lock: the second waits until the first lets go";
    try_lease = "Keys that live as long as a lease";
    try_transaction = "A transaction";
    try_files = "Files, pipes, a node's own copy";

    key_enter = "Enter";
    does_enter = "runs what is typed; after an open quote, a \\ or <<EOF more lines follow";
    key_up = "Up, Down";
    does_up = "earlier lines; kept when the page is loaded again";
    does_tab = "completes commands, flags, keys, leases and files; Esc, then Tab, leaves the prompt";
    key_search = "Ctrl-R";
    does_search = "the newest line that holds what is typed; again: an older one";
    does_interrupt = "ends the command that runs; with text marked it copies";
    does_end_of_input = "ends the input of a command that reads";
    does_clear = "clears the screen";
    key_beside = "… &";
    does_beside = "runs a command beside others";
    key_quotes = "\"a b\"";
    does_quotes = "quotes, \\, $NAME, #, |, ;, &&, <, > and >> mean what they mean in a shell";
}

/// Returns how many lines wait for the running command.
pub fn ahead(count: usize) -> String {
    if count == 1 { ahead_one().to_owned() } else { ahead_many(count) }
}

/// Returns how many completions there are.
pub fn ways(count: usize) -> String {
    if count == 1 { one_way().to_owned() } else { many_ways(count) }
}
