//! What stands before the first command: what the script is, and the functions that it uses.

use std::fmt::Write;

use crate::scenario::Scenario;

/// A function of the script: its name, and its text.
const FUNCTIONS: [(&str, &str); 13] = [
    (
        "endpoint",
        r#"# endpoint N: where node N listens. With fewer endpoints than nodes, one stands for several.
endpoint() {
    count=$(printf '%s\n' "$ENDPOINTS" | tr ',' '\n' | wc -l)
    printf '%s\n' "$ENDPOINTS" | tr ',' '\n' | sed -n "$((($1 - 1) % count + 1))p"
}
"#,
    ),
    (
        "at",
        r#"# at N LINE: the terminal of node N, with files of its own; LINE is that of the scenario.
at() {
    here=$1
    mkdir -p "$work/node$here" && cd "$work/node$here" || exit 1
    if [ -n "${EXPORT_MARKS-}" ]; then
        printf '@@ %s\n' "$2"
        printf '@@ %s\n' "$2" >&2
    fi
}
"#,
    ),
    (
        "member",
        r#"# member N: the member id of node N.
member() {
    etcdctl --endpoints="$ENDPOINTS" member list | grep -F "//$(endpoint "$1" | sed 's,.*//,,')" | cut -d, -f1
}
"#,
    ),
    (
        "leader",
        r#"# leader, follower: the number of the node that leads, of the first one that does not.
leader() { role true; }
follower() { role false; }
role() {
    for number in $NODES; do
        if etcdctl --endpoints="$(endpoint "$number")" endpoint status 2>/dev/null |
            cut -d, -f5 | grep -q "$1"; then
            echo "$number" && return
        fi
    done
    echo 1
}
"#,
    ),
    (
        "begun",
        r#"# begun JOB S: notes a command that goes on in the background, and gives it time to get to work.
begun() {
    echo "$!" >"$work/$1.pid"
    sleep "$2"
}
"#,
    ),
    (
        "later",
        r#"# later JOB N: waits for N more lines of a command in the background, or for its end; shows them.
later() {
    told=$(cat "$work/$1.told" 2>/dev/null || echo 0)
    left=600
    while [ "$(cat "$work/$1.out" "$work/$1.err" | wc -l)" -lt "$((told + $2))" ] &&
        kill -0 "$(cat "$work/$1.pid")" 2>/dev/null && [ "$left" -gt 0 ]; do
        left=$((left - 1))
        sleep 0.2
    done
    sleep 0.2
    cat "$work/$1.out" "$work/$1.err" >"$work/all"
    wc -l <"$work/all" >"$work/$1.told"
    tail -n "+$((told + 1))" "$work/all" >"$work/out"
    cat "$work/out"
}
"#,
    ),
    (
        "interrupt",
        r#"# interrupt JOB: ends a command in the background. A script's are deaf to INT, so it is TERM.
interrupt() {
    number=$(cat "$work/$1.pid")
    kill -TERM "$number" 2>/dev/null
    wait "$number" 2>/dev/null
}
"#,
    ),
    (
        "await",
        r#"# await S COMMAND: runs it again and again until it succeeds, for at most about S seconds.
await() {
    left=$(($1 * 5))
    shift
    until "$@"; do
        left=$((left - 1))
        if [ "$left" -le 0 ]; then
            echo "waited in vain: $*" >&2
            return
        fi
        sleep 0.2
    done
}
"#,
    ),
    (
        "answers",
        r#"# answers: whether there is a leader with a quorum.
answers() { etcdctl --endpoints="$ENDPOINTS" get / >/dev/null 2>&1; }
"#,
    ),
    (
        "holds",
        r#"# holds KEY VALUE NODE...: whether their own copies hold it; an empty VALUE stands for any.
holds() {
    key=$1 value=$2
    shift 2
    for number in "$@"; do
        found=$(etcdctl --endpoints="$(endpoint "$number")" get --consistency=s "$key" 2>/dev/null)
        if [ -z "$found" ]; then return 1; fi
        if [ -n "$value" ] && [ "$found" != "$(printf '%s\n%s' "$key" "$value")" ]; then return 1; fi
    done
}
"#,
    ),
    (
        "lacks",
        r#"# lacks KEY NODE...: whether none of their own copies holds it.
lacks() {
    key=$1
    shift
    for number in "$@"; do
        found=$(etcdctl --endpoints="$(endpoint "$number")" get --consistency=s "$key" 2>/dev/null) || return 1
        if [ -n "$found" ]; then return 1; fi
    done
}
"#,
    ),
    (
        "leased",
        r#"# leased ID, expired ID: whether there is such a lease.
leased() { etcdctl --endpoints="$ENDPOINTS" lease timetolive "$1" 2>/dev/null | grep -q remaining; }
expired() { etcdctl --endpoints="$ENDPOINTS" lease timetolive "$1" 2>/dev/null | grep -q expired; }
"#,
    ),
    (
        "shows",
        r#"# shows TEXT JOB...: whether one of these commands in the background has printed it.
shows() {
    text=$1
    shift
    for number in "$@"; do
        if cat "$work/$number.out" "$work/$number.err" 2>/dev/null | grep -qF -- "$text"; then return 0; fi
    done
    return 1
}
"#,
    ),
];

/// Functions that stand together, by any of their names.
const ALIASES: [(&str, &str); 2] = [("follower", "leader"), ("expired", "leased")];

/// The head of a script whose commands are these.
pub(super) fn prelude(scenario: &Scenario, name: &str, bash: bool, body: &str) -> String {
    let shell = if bash { "bash" } else { "sh" };
    let settings = &scenario.settings;
    let title = scenario.about.title.as_deref().unwrap_or("A scenario");
    let mut text = format!(
        "#!/{}\n# {title}\n#\n\
         # The commands of the scenario {name}, for a real etcd; made by `raft-playground shell`.\n\
         # Run it against a cluster that holds nothing else, with etcdctl 3.4 or newer on PATH:\n#\n\
         #     ENDPOINTS=http://10.0.0.1:2379,http://10.0.0.2:2379 {shell} FILE\n#\n\
         # ENDPOINTS lists where the nodes listen, node1 first; the scenario has {} of them. With fewer\n\
         # endpoints they stand for the other nodes again, from the first on. What begins with \"Now\" is\n\
         # for a person at the machines: the script does not do it.\n",
        if bash { "usr/bin/env bash" } else { "bin/sh" },
        settings.nodes,
    );
    if settings.quota > 0 {
        let _infallible =
            writeln!(text, "# The members want the flag --quota-backend-bytes={}.", settings.quota);
    }
    text.push_str("set -u\nunset ETCDCTL_ENDPOINTS\nexport ETCDCTL_API=3 LC_ALL=C\nENDPOINTS=\"${ENDPOINTS:-http://127.0.0.1:2379}\"\n");
    let uses = |word: &str| contains_word(body, word);
    if uses("leader") || uses("follower") {
        let nodes: Vec<String> = (1..=settings.nodes).map(|node| node.to_string()).collect();
        let _infallible = writeln!(text, "NODES=\"{}\"", nodes.join(" "));
    }
    text.push_str("exec </dev/null\nwork=$(mktemp -d) || exit 1\n");
    if uses("begun") {
        text.push_str(
            "trap 'cat \"$work\"/*.pid 2>/dev/null | xargs kill 2>/dev/null; rm -rf \"$work\"' EXIT\n",
        );
    } else {
        text.push_str("trap 'rm -rf \"$work\"' EXIT\n");
    }
    text.push_str("trap 'exit 130' INT TERM\n");
    if uses("reach") {
        text.push_str(REACH);
    }
    for (name, function) in FUNCTIONS {
        let also = ALIASES.iter().any(|(alias, function)| *function == name && uses(alias));
        if uses(name) || also {
            text.push('\n');
            text.push_str(function);
        }
    }
    text
}

const REACH: &str = r#"
began=$(date +%s)
# reach S: waits until the script has run for so many seconds.
reach() {
    left=$(($1 - $(date +%s) + began))
    if [ "$left" -gt 0 ]; then sleep "$left"; fi
}
"#;

/// Whether a line that is no comment uses a function.
fn contains_word(body: &str, word: &str) -> bool {
    let lines = body.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')).any(|w| w == word)
}
