//! Clients' requests and their outcomes.

use super::words;

words! {
    client = "Client";
    what_to_ask = "What to ask";
    write = "Write";
    read = "Read";
    delete = "Delete";
    stress = "Stress";
    key = "Key";
    value = "Value";
    which_keys = "Which keys";
    this_key = "this key";
    with_prefix = "every key with this prefix";
    everything = "everything";
    how_fresh = "How fresh";
    linearizable = "linearizable: never stale, needs a majority";
    serializable = "serializable: this node's own copy, may be old";
    rate = "Writes per second (cluster time)";
    seconds = "For how many seconds";
    whole_numbers(most) = "Rate and time are whole numbers: 1 to {most} writes per second, for 1 to 600 seconds.";
    stress_what = "Writes distinct keys under /stress/. Turn the speed up to see much of it.";
    writes_left(left) = "{left} writes still to be sent.";

    life = "Life of this request";
    answered = "Answered.";
    rejected_end = "Rejected: certainly not done.";
    failed_end = "Failed: certainly not done.";
    unknown_end = "Unknown: nobody can say yet whether it is done.";
    waits(passed, most) = "No answer yet: {passed} of at most {most} of cluster time.";
    goes_on(passed) = "Still running: {passed} of cluster time.";
    hurry = "Run fast until it ends";
    how_plain(revision, node, span) = "Revision {revision}, answered by node{node} in {span}.";
    how_linearizable(revision, node, span) = "Revision {revision}, answered by node{node} in {span}, linearizable.";
    how_serializable(revision, node, span) = "Revision {revision}, answered by node{node} in {span}, serializable: this node's own copy, it may be old.";
    one_deleted = "1 key deleted";
    many_deleted(count) = "{count} keys deleted";
    one_more = "and 1 more key";
    many_more(count) = "and {count} more keys";
    no_such_key = "No such key";
    unknown = "Unknown";
    failed = "Failed";
    rejected = "Rejected";
    after(span) = "After {span}.";
}
