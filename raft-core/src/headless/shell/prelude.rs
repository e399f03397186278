//! The head of a script: a description, and the functions that the script uses.

use std::fmt::Write;

use crate::scenario::Scenario;

/// The functions of scripts: the name and the text of each.
const FUNCTIONS: [(&str, &str); 13] = [
    (
        "endpoint",
        r#"# endpoint N: the endpoint of node N. With fewer endpoints than nodes, one serves several nodes.
endpoint() {
    count=$(printf '%s\n' "$ENDPOINTS" | tr ',' '\n' | wc -l)
    printf '%s\n' "$ENDPOINTS" | tr ',' '\n' | sed -n "$((($1 - 1) % count + 1))p"
}
"#,
    ),
    (
        "at",
        r#"# at N LINE: enters the folder of node N's terminal; LINE is the line of the scenario.
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
        r#"# leader, follower: the number of the leader, of the first follower.
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
        r#"# begun JOB S: notes the process of a background command, and gives it S seconds to start.
begun() {
    echo "$!" >"$work/$1.pid"
    sleep "$2"
}
"#,
    ),
    (
        "later",
        r#"# later JOB N: waits for N more lines of a background command, or for its end, and prints them.
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
        r#"# interrupt JOB: ends a background command. Those of a script ignore INT, so TERM is sent.
interrupt() {
    number=$(cat "$work/$1.pid")
    kill -TERM "$number" 2>/dev/null
    wait "$number" 2>/dev/null
}
"#,
    ),
    (
        "await",
        r#"# await S COMMAND: repeats the command until it succeeds, for at most about S seconds.
await() {
    left=$(($1 * 5))
    shift
    until "$@"; do
        left=$((left - 1))
        if [ "$left" -le 0 ]; then
            echo "timed out waiting for: $*" >&2
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
        r#"# holds KEY VALUE NODE...: whether the stores of these nodes hold it; an empty VALUE stands for any.
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
        r#"# lacks KEY NODE...: whether the stores of these nodes lack it.
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
        r#"# leased ID, expired ID: whether the lease is valid, whether it is expired.
leased() { etcdctl --endpoints="$ENDPOINTS" lease timetolive "$1" 2>/dev/null | grep -q remaining; }
expired() { etcdctl --endpoints="$ENDPOINTS" lease timetolive "$1" 2>/dev/null | grep -q expired; }
"#,
    ),
    (
        "shows",
        r#"# shows TEXT JOB...: whether one of these background commands has printed the text.
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

/// Further names of functions, with the name of their entry in [`FUNCTIONS`].
const ALIASES: [(&str, &str); 2] = [("follower", "leader"), ("expired", "leased")];

/// Returns the head of a script with this body.
pub(super) fn prelude(scenario: &Scenario, name: &str, bash: bool, body: &str) -> String {
    let shell = if bash { "bash" } else { "sh" };
    let settings = &scenario.settings;
    let title = scenario.about.title.as_deref().unwrap_or("A scenario");
    let mut text = format!(
        "#!/{}\n# {title}\n#\n\
         # The commands of the scenario {name}, for a real etcd; made by `raft-playground shell`.\n\
         # Run it against an empty cluster, with etcdctl 3.4 or newer on PATH:\n#\n\
         #     ENDPOINTS=http://10.0.0.1:2379,http://10.0.0.2:2379 {shell} FILE\n#\n\
         # ENDPOINTS lists the endpoints of the nodes, node1 first; the scenario has {} nodes. If there are\n\
         # fewer endpoints, they are used again from the first on. A line that begins with \"Now\" is an\n\
         # instruction for a person at the machines: the script does not do it.\n",
        if bash { "usr/bin/env bash" } else { "bin/sh" },
        settings.nodes,
    );
    if settings.quota > 0 {
        let _infallible =
            writeln!(text, "# The members need the flag --quota-backend-bytes={}.", settings.quota);
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
# reach S: waits until the script has run for S seconds.
reach() {
    left=$(($1 - $(date +%s) + began))
    if [ "$left" -gt 0 ]; then sleep "$left"; fi
}
"#;

/// Returns whether a line other than a comment uses a function.
fn contains_word(body: &str, word: &str) -> bool {
    let lines = body.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')).any(|w| w == word)
}
