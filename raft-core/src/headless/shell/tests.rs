//! Tests of scripts: whole ones, the syntax of every scenario's script, and lines that no script may run.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::scenario::parse;

use super::line::{Place, translate};
use super::{script, steps};

fn line(text: &str) -> Result<String, String> {
    let captures = BTreeSet::from(["L".to_owned()]);
    let variables = BTreeSet::from(["A".to_owned()]);
    translate(text, &Place { node: "3", captures: &captures, variables: &variables }).map(|line| line.text)
}

#[test]
fn a_line_keeps_its_meaning() {
    let here = "etcdctl --endpoints=\"$(endpoint 3)\"";
    let cases = [
        (r#"etcdctl put /a "b  c" 'd $A'"#, format!(r#"{here} put /a "b  c" 'd $A'"#)),
        ("etcdctl get a* [b] ~ x&y (z)", format!(r"{here} get a\* \[b\] \~ x\&y \(z\)")),
        (
            "etcdctl put $A ${A}b $B \"$A$(id)`id`\"",
            format!(r#"{here} put "$A" "${{A}}"b "" "$A\$(id)\`id\`""#),
        ),
        ("etcdctl lease revoke {L}; ls", format!(r#"{here} lease revoke "$got_L"; ls"#)),
        ("etcdctl put k 'x{L}' \"{L}\" {M}", format!(r#"{here} put k 'x'"$got_L"'' "${{got_L}}" \{{M\}}"#)),
        ("cat f | etcdctl put d > e # not this", format!("cat f | {here} put d >e")),
        ("etcdctl get a --endpoints=node2:2379", "etcdctl get a --endpoints=\"$(endpoint 2)\"".to_owned()),
        (
            "etcdctl --endpoints http://node1:2379,localhost:2379 get a",
            "etcdctl --endpoints \"$(endpoint 1),$(endpoint 3)\" get a".to_owned(),
        ),
        ("ETCDCTL_WRITE_OUT=json etcdctl get a", format!("ETCDCTL_WRITE_OUT=json {here} get a")),
        ("etcdctl watch k -- etcdctl get k", format!("{here} watch k -- {here} get k")),
        ("; export A=1 ;; echo $A", "export A=1; echo \"$A\"".to_owned()),
        ("Z=1; echo $Z", "Z=1; echo \"${Z-}\"".to_owned()),
        ("etcdctl set /k v", format!("{here} put /k v")),
        ("etcdctl member remove 7e9e53934c7edef", format!("{here} member remove \"$(member 5)\"")),
        ("etcdctl put k $'\\t'", format!("{here} put k $'\\t'")),
    ];
    for (typed, wanted) in cases {
        assert_eq!(line(typed), Ok(wanted), "{typed}");
    }
}

#[test]
fn lines_that_could_do_harm_are_refused() {
    let refused = [
        "vi",
        "rm -rf x",
        "$A get",
        "'etcdctl' get a",
        "echo x > /etc/passwd",
        "echo x > ../up",
        "echo x > $A",
        "cat /etc/passwd",
        "cat < ../up",
        "PATH=. etcdctl get a",
        "export LD_PRELOAD=x.so",
        "here=.. ; ls",
        "ETCDCTL_API=2 etcdctl ls",
        "etcdctl watch k -- rm -rf x",
        "etcdctl watch k -- etcdctl lock j rm x",
        "etcdctl watch $A rm -- echo",
        "etcdctl watch -i",
        "etcdctl lock j rm -rf x",
        "etcdctl lock j etcdctl lock k rm x",
        "etcdctl lock --ttl 5 j",
        "etcdctl lock $A echo rm",
        "etcdctl --$A lock put rm",
        "etcdctl --command-timeout 5s lock j rm",
        "etcdctl $A j rm",
        "etcdctl loc j rm",
        "etcdctl wat k -- rm x",
        "etcdctl snapshot save /tmp/x",
        "etcdctl defrag --data-dir=/var/lib/etcd",
        "etcdctl migrate",
        "etcdctl put <<END",
        "etcdctl put 'a",
        "etcdctl get a |",
        "etcdctl mk /a 1",
        "",
    ];
    for typed in refused {
        assert!(line(typed).is_err(), "{typed}: {:?}", line(typed));
    }
}

fn scenarios() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    assert!(found.len() > 40, "{} scenarios", found.len());
    found.sort();
    found
}

/// Checks the syntax of a script with a shell, without running it; `None` if there is no such shell.
fn accepts(shell: &str, options: &[&str], script: &str) -> Option<Result<(), String>> {
    let file = std::env::temp_dir().join(format!("raft-playground-{shell}-{}.sh", std::process::id()));
    std::fs::write(&file, script).unwrap();
    let output = Command::new(shell).args(options).arg(&file).output().ok();
    std::fs::remove_file(&file).unwrap();
    output.map(|output| {
        let said = [output.stdout, output.stderr].concat();
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&said).into_owned()) }
    })
}

#[test]
fn shells_accept_the_script_of_every_scenario() {
    for path in scenarios() {
        let scenario = parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let text = script(&scenario, "x.scenario");
        let bash = accepts("bash", &["-n"], &text);
        let sh = if text.starts_with("#!/bin/sh") { accepts("sh", &["-n"], &text) } else { bash.clone() };
        for verdict in [bash, sh].into_iter().flatten() {
            assert_eq!(verdict, Ok(()), "{}:\n{text}", path.display());
        }
        // shellcheck is slow, so only the scenarios about etcd are checked: they use every function. SC2034:
        // a node's name may be unused.
        let is_about_etcd = path.parent().is_some_and(|folder| folder.ends_with("etcd"));
        let checked =
            is_about_etcd.then(|| accepts("shellcheck", &["-S", "warning", "-e", "SC2034"], &text)).flatten();
        if let Some(verdict) = checked {
            assert_eq!(verdict, Ok(()), "{}", path.display());
        }
    }
}

#[test]
fn a_scenario_becomes_a_script() {
    let scenario = parse(
        "title  A story\nseed 1\n\nwait leader\n# A comment\nnode1$ etcdctl lease grant 60\n> lease {L} granted with TTL(60s)\n\
         leader$ etcdctl put /a 1 --lease={L}\n> OK\nname old = leader\nkill old\nwait leader not old\n\
         node2$ etcdctl watch /a &\n@+500ms say Look.\nold$ vi\nnode3$ etcdctl txn\n< put /a {L}\n<\n\
         wait node2 shows \"PUT\" within 5s\nnode2> PUT\ninterrupt node2\nwait no lease {L} on all\n\
         partition old | rest\nexpect no /a on all\nwait 1500ms\n",
    )
    .unwrap();
    let (body, bash) = steps::body(&scenario);
    let wanted = include_str!("golden.sh");
    assert_eq!(body, wanted);
    assert!(!bash);
}

#[test]
fn later_input_is_moved_to_its_command() {
    let text = "\
@400ms node1$ etcdctl watch /a
@500ms node2$ etcdctl txn -i <
@600ms node2<
@610ms node2< put /b 1
@620ms eof node2
@700ms node2$
  | etcdctl txn <<END
  | put /a 'x'
  | END
@750ms node3$ etcdctl put /k <
@760ms node3:2$ etcdctl watch /b &
@800ms interrupt node3
@900ms interrupt node1
@910ms interrupt node3:2 %1
@920ms node1$
  | etcdctl get 'a
  | b'
";
    let (body, _) = steps::body(&parse(text).unwrap());
    let parts = [
        "etcdctl --endpoints=\"$(endpoint 1)\" watch /a >\"$work/1.out\" 2>\"$work/1.err\" &\nbegun 1 1\n",
        "txn -i <<'END'\n\nput /b 1\nEND\n",
        "txn <<'END'\nput /a 'x'\nEND\n",
        "put /k </dev/null\n",
        "# interrupt node3: the script runs no command there\n",
        "interrupt 1\nlater 1 1\n",
        "interrupt 2\nlater 2 1\n",
        "# The script does not run this: it has more than one line.\n",
    ];
    let mut rest = body.as_str();
    for part in parts {
        rest = rest.split_once(part).unwrap_or_else(|| panic!("{part:?} is missing in {body}")).1;
    }
}
