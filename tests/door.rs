//! What must not get in, and what must not get out: links, devices and bombs in a checkout, files that others could
//! read, secrets at every exit, names that would command a terminal.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, Instant};

use crate::support::{Tutorial, scratch_below};

const HI: &str = "\n```sh\necho hi\n```\n";

/// What is no file, or has no end, is not read.
#[test]
fn devices_pipes_and_what_has_no_end_are_refused_at_once() {
    let tutorial = Tutorial::new(HI);
    let start = Instant::now();
    let refused = |name: &str, arguments: &[&str], words: &str| {
        let _ = fs::remove_file(tutorial.path(name));
        symlink("/dev/zero", tutorial.path(name)).unwrap();
        tutorial.call(arguments).exits(2).complains(words);
        fs::remove_file(tutorial.path(name)).unwrap();
        let pipe = std::process::Command::new("mkfifo")
            .arg(tutorial.path(name))
            .status();
        assert!(pipe.unwrap().success());
        tutorial.call(arguments).exits(2).complains(words);
        fs::remove_file(tutorial.path(name)).unwrap();
    };
    refused("expectations/page.yaml", &["page.md"], "it is no file");
    refused("tutcheck.yaml", &["plan", "page.md"], "it is no file");
    refused("run.json", &["judge", "run.json"], "it is no file");
    refused(
        "a",
        &["compare", "--command", "ls", "a", "page.md"],
        "it is no file",
    );
    refused(".gitignore", &["plan", "."], ".gitignore is no file");
    fs::create_dir(tutorial.path("below")).unwrap();
    refused(
        "below/.gitignore",
        &["plan", "."],
        "below/.gitignore is no file, and no page of its folder is read",
    );
    refused("page.md", &["page.md"], "page.md is no file");
    tutorial.write("page.md", HI);
    for (name, mebibytes) in [
        ("tutcheck.yaml", 1),
        ("expectations/page.yaml", 8),
        ("page.md", 8),
    ] {
        let file = fs::File::create(tutorial.path(name)).unwrap();
        file.set_len((mebibytes << 20) + 1).unwrap();
        tutorial
            .call(&["page.md"])
            .exits(2)
            .complains(&format!("{name} is larger than {mebibytes} MiB"));
        fs::remove_file(tutorial.path(name)).unwrap();
        tutorial.write("page.md", HI);
    }
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn yaml_that_asks_for_too_much_is_refused_at_its_place() {
    let tutorial = Tutorial::new(HI);
    let mut bomb = format!("vars:\n  A: &o \"{}\"\n", "x".repeat(900_000));
    let uses = (0..1000).map(|number| format!("  A{number}: *o\n"));
    bomb += &uses.collect::<Vec<_>>().concat();
    tutorial.refuses(
        "tutcheck.yaml",
        &bomb,
        "its aliases unfold to more than 4 MiB",
    );
    fs::remove_file(tutorial.path("tutcheck.yaml")).unwrap();
    let deep = format!("tutcheck: 1\nsteps: {}", "[".repeat(100_000));
    tutorial.refuses("expectations/page.yaml", &deep, "too deep in each other");
}

/// Nobody else reads what a run has, whatever the umask is.
#[test]
fn what_a_run_makes_is_for_its_user_alone() {
    for umask in ["000", "022", "077"] {
        let tutorial = Tutorial::new(
            r#"
    ```sh
    stat -c %a "$HOME/.." "$STATE" "$STATE/runs" "$STATE"/runs/* > "$OUT"
    ```
"#,
        )
        .file("OUT", "out")
        .with_own_tmp();
        let state = tutorial.path("state/tutcheck").to_str().unwrap().to_owned();
        let tutorial = tutorial.variable("STATE", &state);
        let mut command = std::process::Command::new("sh");
        let call = tutorial.command(&["page.md"]);
        command
            .args(["-c", "umask $0; exec \"$@\"", umask])
            .arg(call.get_program())
            .args(call.get_args())
            .current_dir(tutorial.path(""));
        for (name, value) in call.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        assert!(command.output().unwrap().status.success());
        assert_eq!(
            tutorial.read("out"),
            "700\n700\n700\n600\n",
            "umask {umask}"
        );
    }
}

/// `clean` removes what runs have made, and nothing because a file says so.
#[test]
fn clean_believes_no_ledger_about_a_folder_that_is_no_scratch_directory() {
    let tutorial = Tutorial::new(HI);
    let runs = "state/tutcheck/runs";
    tutorial.write("victim/keep", "x");
    tutorial.write("tutcheck-abc123/keep", "x");
    for folder in ["victim", "tutcheck-abc123"] {
        let victim = tutorial.path(folder);
        let line = format!("{{\"run\":\"{folder}\",\"scratch\":{victim:?}}}\n");
        let ledger = format!("{runs}/{folder}.jsonl");
        tutorial.write(&ledger, &line);
        tutorial
            .call(&["clean"])
            .exits(3)
            .complains("it is not known for a scratch directory of that run");
        assert!(victim.join("keep").exists());
        fs::remove_file(tutorial.path(&ledger)).unwrap();
    }
    // A link or a pipe among them is none.
    tutorial.write("elsewhere", "");
    symlink(
        tutorial.path("elsewhere"),
        tutorial.path(runs).join("l.jsonl"),
    )
    .unwrap();
    tutorial.call(&["clean"]).exits(3);
    fs::remove_file(tutorial.path(runs).join("l.jsonl")).unwrap();
    let pipe = std::process::Command::new("mkfifo")
        .arg(tutorial.path(runs).join("p.jsonl"))
        .status();
    assert!(pipe.unwrap().success());
    tutorial
        .call(&["clean"])
        .exits(3)
        .complains("it is no file");
}

/// A state folder that is not ours is no place for what `clean` believes; where there is none, that is said.
#[test]
fn the_state_folder_is_ones_own() {
    let tutorial = Tutorial::new(HI);
    symlink(tutorial.path("elsewhere"), tutorial.path("link")).unwrap();
    let link = tutorial.path("link").to_str().unwrap().to_owned();
    let tutorial = tutorial.variable("TUTCHECK_STATE", &link);
    tutorial.call(&["page.md"]).exits(3).says("TUTCHECK_STATE");
    let state = tutorial.path("mine");
    let tutorial = tutorial.variable("TUTCHECK_STATE", state.to_str().unwrap());
    tutorial.call(&["page.md"]).exits(0);
    assert_eq!(
        fs::metadata(&state).unwrap().permissions().mode() & 0o777,
        0o700
    );
}

/// A start that fails leaves nothing.
#[test]
fn a_start_that_fails_leaves_nothing() {
    let tutorial = Tutorial::new(HI).with_own_tmp();
    for limit in ["ulimit -n 9", "umask 777"] {
        let call = tutorial.command(&["page.md"]);
        let mut command = std::process::Command::new("sh");
        command
            .args(["-c", &format!("{limit}; exec \"$0\" page.md")])
            .arg(call.get_program())
            .current_dir(tutorial.path(""))
            .env("TMPDIR", tutorial.path("tmp"))
            .env("XDG_STATE_HOME", tutorial.path("state"));
        let output = command.output().unwrap();
        assert!(
            !output.status.success() || limit.starts_with("umask"),
            "{output:?}"
        );
        assert!(scratch_below(&tutorial.path("tmp")).is_empty(), "{limit}");
        assert!(tutorial.ledgers().is_empty(), "{limit}");
    }
}

/// A secret is at no exit, whoever wrote it there.
#[test]
fn a_secret_leaves_by_no_exit() {
    let value = "p&<a>é-correct-horse";
    let page = format!(
        r#"
    ---
    tutcheck: {{secrets: [TOK]}}
    ---

    # About it

    ```console id={value}
    $ echo "$TOK"; python3 -c "import os, json, base64 as b; t = os.environ['TOK']; print(json.dumps(t), t.encode().hex(), b.b64encode(t.encode()).decode())"
    x
    $ mkdir "$TOK"; cd "$TOK"; ln -s / out
    $ echo {value}
    {value}
    $ false {value}
    ```

    ```text file=out/x
    q
    ```
"#
    );
    let tutorial = Tutorial::new(&page)
        .variable("TOK", value)
        .with("--keep-going");
    let mut exits = Vec::new();
    for arguments in [
        &["check", "page.md"][..],
        &["check", "page.md", "--report", "json", "--save", "run.json"],
        &[
            "check",
            "page.md",
            "--report",
            "text=report.txt",
            "--report",
            "json=report.json",
        ],
    ] {
        let said = tutorial.call(arguments);
        exits.extend([said.out, said.err]);
    }
    exits.extend(["run.json", "report.txt", "report.json"].map(|file| tutorial.read(file)));
    let tutorial = Tutorial::new(&page).variable("TOK", value);
    for arguments in [
        &["record", "page.md"][..],
        &["plan", "page.md"],
        &["plan", "page.md", "--report", "json"],
        &["lint", "page.md"],
        &["lint", "page.md", "--report", "json"],
    ] {
        let said = tutorial.call(arguments);
        exits.extend([said.out, said.err]);
    }
    let page =
        "---\ntutcheck: {secrets: [TOK]}\n---\n\n```sh\necho \"$TOK\" pass-word-of-ours\n```\n";
    let value = "pass-word-of-ours";
    let recorded = Tutorial::new(page).variable("TOK", value);
    recorded.record().exits(0);
    let recording = recorded.read("expectations/page.yaml");
    assert!(recording.contains("«TOK» «TOK»") && !recording.contains(value));
    recorded.call(&["page.md"]).exits(0);
    let marks = [
        "correct-horse",
        "636f7272656374",
        "Y29ycmVjd",
        "jb3JyZWN0",
        "b3JyZWN0LW",
    ];
    for exit in exits {
        for mark in marks {
            assert!(!exit.contains(mark), "{mark} in {exit}");
        }
    }
}

/// A page that shows the value is compared as its output is.
#[test]
fn a_page_that_shows_a_secret_is_not_broken_by_hiding() {
    let page = "
    ---
    tutcheck: {secrets: [DB_NAME]}
    ---

    ```console
    $ echo \"database orders created\"
    database orders created
    ```
";
    let tutorial = Tutorial::new(page).variable("DB_NAME", "orders");
    tutorial.call(&["page.md"]).exits(0);
    let common = Tutorial::new(page).variable("DB_NAME", "postgres");
    common
        .call(&["page.md"])
        .exits(0)
        .complains("the value of the secret DB_NAME is a word that everybody writes");
}

/// What others call their files commands no terminal.
#[test]
fn names_of_files_command_no_terminal() {
    let tutorial = Tutorial::new("");
    let name = "a\u{1b}]0;pwned\u{7}\nfake passed\u{202e}\u{200b}.md";
    fs::remove_file(tutorial.path("page.md")).unwrap();
    tutorial.write(name, "\n```console skp\n$ echo hi\nho\n```\n");
    for command in ["check", "plan", "lint", "record"] {
        let said = tutorial.call(&[command, "."]);
        for text in [said.out, said.err] {
            let is_odd = |c: char| {
                (c.is_control() && c != '\n' && c != '\t') || "\u{202e}\u{200b}".contains(c)
            };
            assert!(!text.contains(is_odd), "{command}: {text:?}");
            assert!(
                !text.lines().any(|line| line.starts_with("fake")),
                "{command}: {text}"
            );
        }
    }
}

/// A job that floods while something is waited for takes no memory.
#[test]
fn a_flood_while_one_waits_takes_little_memory() {
    let page = "
    ```sh
    yes &
    ```

    ```sh wait=\"log:never\" timeout=3s
    true
    ```
";
    let tutorial = Tutorial::new(page);
    let mut command = tutorial.command(&["page.md"]);
    let output = command.stdout(std::process::Stdio::null()).spawn();
    let pid = output.as_ref().unwrap().id();
    let mut most = 0;
    let mut child = output.unwrap();
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let high = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let high = high.and_then(|high| high.split_whitespace().next()?.parse().ok());
        most = most.max(high.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!((1..64 << 10).contains(&most), "{most} KiB");
}

/// A server that is never silent is ready once it has said what is waited for, long ago as it may be.
#[test]
fn what_was_waited_for_is_met_however_much_is_printed_afterwards() {
    for talk in ["echo tick; sleep 0.1", "echo tick"] {
        let page = format!(
            "\n```sh until=ready timeout=10s\nsh -c 'echo ready; while :; do {talk}; done'\n```\n\n```sh terminal=two\necho a\n```\n"
        );
        let tutorial = Tutorial::new(&page);
        tutorial.check().verdicts(&["passed", "passed"]);
    }
}

/// What the caller's shell is set to does not reach the page's: a failing command would end it, commands would be
/// shown, words would not be cut.
#[test]
fn options_of_the_callers_shell_stay_with_it() {
    let page = "
    ```console
    $ false; echo still here
    still here
    $ words='a b'; printf '%s.' $words
    a.b.
    ```
";
    for (name, value) in [
        ("SHELLOPTS", "errexit"),
        ("SHELLOPTS", "xtrace"),
        ("BASHOPTS", "nullglob"),
        ("IFS", "x"),
        ("POSIXLY_CORRECT", "1"),
        ("PROMPT_COMMAND", "echo prompted"),
        ("BASH_ENV", "/dev/stdin"),
        ("BASH_FUNC_echo%%", "() { printf exported; }"),
    ] {
        Tutorial::new(page).variable(name, value).check().exits(0);
    }
}

/// Whether this process may make a control group, looked for where it is simple: at the root of a hierarchy.
fn may_have_group() -> bool {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let own = fs::read_to_string("/proc/self/cgroup").unwrap();
    let is_at_root = |ending: &str| own.lines().any(|line| line.ends_with(ending));
    mounts.lines().any(|line| {
        let at = line.split(' ').nth(4).unwrap();
        let is_usable = (line.contains(" - cgroup2 ") && is_at_root("0::/"))
            || (line.ends_with(",pids") && is_at_root(":pids:/"));
        is_usable && tempfile::tempdir_in(at).is_ok()
    })
}

/// A process that has emptied its environment is found by where it is.
#[test]
fn after_a_kill_clean_finds_what_has_no_environment() {
    let open = "{ env -i setsid sh -c \"echo \\$\\$ > '$PID'; exec sleep 31415\" & }";
    // Nothing ties it to its run but the group of the run's processes.
    let hidden = format!("(cd /; {open} </dev/null >/dev/null 2>&1)");
    let mut pages = vec![open.to_owned()];
    if may_have_group() {
        pages.push(hidden);
    }
    for page in pages {
        let page = format!("\n    ```sh\n    {page}; sleep 0.3; kill -9 $PPID; sleep 1\n    ```\n");
        let tutorial = Tutorial::new(&page).file("PID", "pid").with_own_tmp();
        tutorial.call(&["page.md"]);
        tutorial.call(&["clean"]).exits(0).says("1 interrupted run");
        let pid = tutorial.read("pid");
        let line = fs::read(format!("/proc/{}/cmdline", pid.trim()));
        assert!(!line.is_ok_and(|line| line.starts_with(b"sleep")), "{page}");
        assert!(scratch_below(&tutorial.path("tmp")).is_empty());
    }
}

/// A step that reaches for the way between tutcheck and its shell is never green.
#[test]
fn nobody_speaks_to_the_shell_in_our_place() {
    const FORGED: &str =
        r#"for fd in 10 11 12; do printf '%s\0' "$__tutcheck" 0 "$PWD" >&$fd; done 2>/dev/null"#;
    let forged_by_job = FORGED.replace("; do", "; do sleep 0.1;");
    let pages = [
        // A job hands in what is to be run, in the place of a step or together with it.
        r#"(for i in $(seq 30); do echo true >"$__tutcheck/step"; done) & sleep 0.3 ¶ sleep 0.3; false"#.to_owned(),
        r#"(for i in $(seq 30); do echo return 0 >"$__tutcheck/step"; done) & sleep 0.3 ¶ false"#.to_owned(),
        r#"(sleep 0.1; exec 9>"$__tutcheck/step"; sleep 0.3; echo return 0 >&9) & ¶ sleep 0.2; false"#.to_owned(),
        r#"(exec 9<>"$__tutcheck/step"; sleep 0.5; echo return 0 >&9) & sleep 0.1 ¶ false"#.to_owned(),
        r#"(exec 9<>"$__tutcheck/step"; sleep 0.5) & sleep 0.1 ¶ true"#.to_owned(),
        r#"(cat "$__tutcheck/step" >/dev/null) & sleep 0.1 ¶ false"#.to_owned(),
        r#"rm -f "$__tutcheck/step"; echo true >"$__tutcheck/step" ¶ false"#.to_owned(),
        r#"rm -f "$__tutcheck/step"; mkfifo "$__tutcheck/step" ¶ false"#.to_owned(),
        r#"rm -f "$__tutcheck"/*; echo true >"$__tutcheck"/step ¶ false"#.to_owned(),
        // What is printed goes elsewhere.
        r#"for i in 0 1; do rm "$__tutcheck/out$i"; true >"$__tutcheck/out$i"; done ¶ echo a ¶ echo b"#.to_owned(),
        // What sources a step is the page's own function.
        r#".() { builtin . "$@"; return 0; } ¶ false"#.to_owned(),
        // Somebody says how it went.
        format!("{FORGED}; false"),
        format!("{FORGED}; exit 1"),
        format!("{FORGED}; exec false"),
        format!("({forged_by_job}) & ¶ sleep 0.5; false"),
        format!("({forged_by_job}) & ¶ true"),
        format!("{FORGED}; exec 10>/dev/null 11>/dev/null 12>/dev/null"),
    ];
    for page in pages {
        let steps = page.split(" ¶ ");
        let steps = steps.map(|step| format!("```sh timeout=5s\n{step}\n```\n"));
        let tutorial = Tutorial::new(&format!("\n{}", steps.collect::<Vec<_>>().join("\n")));
        let checked = tutorial.check();
        assert_ne!(checked.status, 0, "{page}: {:#}", checked.report);
    }
}

/// Where a file cannot grow, the old one stays, and no other.
#[test]
fn a_recording_that_cannot_be_written_leaves_the_old_one() {
    let tutorial = Tutorial::new("\n```sh\nseq 2000\n```\n");
    tutorial.record().exits(0);
    let old = tutorial.read("expectations/page.yaml");
    tutorial.write("page.md", "\n```sh\nseq 9000\n```\n");
    let call = tutorial.command(&["record", "page.md"]);
    let mut command = std::process::Command::new("bash");
    command
        .args(["-c", "ulimit -f 4; exec \"$0\" record page.md"])
        .arg(call.get_program())
        .current_dir(tutorial.path(""))
        .env("XDG_STATE_HOME", tutorial.path("state"));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(tutorial.read("expectations/page.yaml"), old);
    let files = fs::read_dir(tutorial.path("expectations")).unwrap();
    assert_eq!(files.count(), 1);
}

/// A link that leads out of the project shows nothing of what it leads to.
#[test]
fn what_a_link_leads_to_is_not_shown() {
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("private"), "root:PRIVATE:1:2\n").unwrap();
    let tutorial = Tutorial::new(HI);
    let private = elsewhere.path().join("private");
    symlink(private, tutorial.path("expectations/page.yaml")).unwrap();
    let said = tutorial.call(&["plan", "page.md"]);
    said.exits(2)
        .complains("is a link, and what it leads to is no recording");
    assert!(!said.err.contains("PRIVATE") && !said.out.contains("PRIVATE"));
}

/// A step that answers in the shell's place, makes the shell say what is not true, or cuts it off, is never green;
/// nor is what comes after it.
#[test]
fn who_speaks_for_the_shell_is_found_out_at_once() {
    for attack in [
        "trap 'return 0' ERR",
        "trap '__tutcheck_status=0' DEBUG",
        "set -T; trap 'return 0' RETURN",
        r#"trap 'builtin printf "%s\0" "$__tutcheck" 0 "$PWD"' DEBUG"#,
        "function builtin { :; }",
        "enable -n printf",
        "unset __tutcheck; __tutcheck=/tmp",
        "kill -STOP $$",
    ] {
        let page = format!("\n```sh\n{attack}\n```\n\n```sh\nfalse\n```\n");
        let start = Instant::now();
        let checked = Tutorial::new(&page).with("--keep-going").check();
        checked.exits(1);
        let verdict = |step: usize| checked.steps()[step]["verdict"] == "broken";
        assert!(verdict(1), "{attack}: {:?}", checked.steps());
        assert!(start.elapsed() < Duration::from_secs(8), "{attack}");
    }
    // What an author may want to see is none of that.
    for trap in ["echo \"$BASH_COMMAND\"", "echo \"line $LINENO\""] {
        let page = format!("\n```sh\ntrap '{trap}' DEBUG ERR\n```\n\n```sh\ntrue\n```\n");
        Tutorial::new(&page).check().exits(0);
    }
}

/// Nobody reads from a pipe that a report is to go into; a link that leads to what is not there yet is followed.
#[test]
fn what_is_written_does_not_wait_and_goes_where_a_link_leads() {
    let tutorial = Tutorial::new(HI);
    let pipe = std::process::Command::new("mkfifo")
        .arg(tutorial.path("pipe"))
        .status();
    assert!(pipe.unwrap().success());
    for arguments in [
        ["page.md", "--save", "pipe"],
        ["page.md", "--report", "json=pipe"],
    ] {
        let said = tutorial.call(&arguments);
        said.complains("cannot write pipe: nobody reads from it");
    }
    symlink("later.json", tutorial.path("link")).unwrap();
    tutorial.call(&["page.md", "--save", "link"]).exits(0);
    assert!(tutorial.read("later.json").starts_with('{'));
}

/// In place of a number in JSON there is no name; what reports are made of is no secret.
#[test]
fn reports_without_secrets_stay_json() {
    let tutorial = Tutorial::new("\n```sh\necho 4822 steps\n```\n");
    tutorial.write("tutcheck.yaml", "secrets: [PIN, WORD]\n");
    let tutorial = tutorial.variable("PIN", "4822").variable("WORD", "steps");
    let said = tutorial.call(&["page.md", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.exits(0).out).unwrap();
    let step = &report["documents"][0]["steps"][0];
    assert_eq!(step["run"], "echo «PIN» steps");
}
