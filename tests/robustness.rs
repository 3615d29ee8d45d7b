//! Steps and machines that fight back: no Docker here, but a real bash.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{Checked, Tutorial, kill, scratch_below, while_running};

fn checked(markdown: &str) -> Checked {
    Tutorial::new(markdown).check()
}

#[test]
fn no_bash() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    ls
    ```
",
    )
    .variable("PATH", "/nowhere");
    tutorial.check().exits(3);
    assert!(tutorial.ledgers().is_empty());
}

#[test]
fn a_page_that_is_a_pipe_is_refused_at_once() {
    let tutorial = Tutorial::new("");
    let made = std::process::Command::new("mkfifo")
        .arg(tutorial.path("pipe.md"))
        .status();
    assert!(made.unwrap().success());
    tutorial
        .call(&["pipe.md"])
        .exits(2)
        .complains("pipe.md is no file");
}

#[test]
fn a_full_disk_is_never_green() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    echo 1
    ```
",
    );
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for arguments in [
        &["page.md"][..],
        &["plan", "page.md"],
        &["page.md", "--report", "json"],
    ] {
        let output = tutorial.command(arguments).stdout(full()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {said}");
        assert_eq!(
            said.matches("cannot write standard output").count(),
            1,
            "{said}"
        );
    }
    tutorial
        .call(&["page.md", "--report", "json=/dev/full"])
        .exits(2)
        .complains("cannot write /dev/full");
    // It is still the device that it was.
    assert!(!std::fs::metadata("/dev/full").unwrap().is_file());
}

#[test]
fn a_gibibyte_from_one_step_takes_little_memory() {
    let tutorial = Tutorial::new(
        r"
    ```sh no-compare
    head -c 1073741824 /dev/zero | tr '\0' 'x'
    ```
",
    );
    let binary = env!("CARGO_BIN_EXE_tutcheck");
    let output = Command::new("bash")
        .args(["-c", "ulimit -v 400000; exec \"$0\" page.md", binary])
        .current_dir(tutorial.path("."))
        .env("XDG_STATE_HOME", tutorial.path("state"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    // The peak of what is really in memory, of this binary alone.
    let status = Command::new("bash")
        .args(["-c", "\"$0\" page.md >/dev/null & pid=$!; peak=0; while kill -0 $pid 2>/dev/null; do \
                      now=$(awk '/VmHWM/ {print $2}' /proc/$pid/status 2>/dev/null); peak=${now:-$peak}; sleep 0.02; done; echo $peak", binary])
        .current_dir(tutorial.path("."))
        .env("XDG_STATE_HOME", tutorial.path("state"))
        .output()
        .unwrap();
    let peak: u64 = String::from_utf8_lossy(&status.stdout)
        .trim()
        .parse()
        .unwrap();
    assert!((1..64 * 1024).contains(&peak), "{peak} KiB");
}

/// All steps together keep so much; of what comes then, a little of each.
#[test]
fn many_long_outputs_are_kept_in_part() {
    let step = "```sh\nyes x | head -c 3000000\n```\n\n";
    let tutorial = Tutorial::new(&step.repeat(6));
    tutorial.call(&["page.md", "--save", "run.json"]).exits(0);
    let saved = tutorial.read("run.json");
    // As JSON, two bytes are three.
    assert!(saved.len() < 14_000_000, "{} bytes", saved.len());
    assert!(saved.contains("bytes not kept"));
}

#[test]
fn whatever_a_step_prints_the_next_one_is_itself() {
    let page = r"
```sh
printf 'no newline'
printf 'bad \xff utf-8\n'
printf 'nul \0 byte\n'
exec >/dev/null
exec >&- 2>&-
trap 'echo trapped' EXIT
set -u
(sleep 0.3; echo late) &
```

```console
$ echo still here
still here
```
";
    checked(page).exits(0).verdicts(&["passed"; 9]);
}

#[test]
fn an_unclosed_quote_fails_and_the_next_block_still_runs() {
    let tutorial = Tutorial::new(
        r#"
    ```sh
    echo "open
    ```

    ```sh
    echo next
    ```
"#,
    )
    .with("--keep-going");
    tutorial
        .check()
        .exits(1)
        .verdicts(&["broken", "passed"])
        .reason(1, "a quote `\"` is never closed");
}

#[test]
fn ctrl_c_ends_the_step_and_leaves_nothing() {
    for signal in ["INT", "TERM", "HUP"] {
        let tutorial = Tutorial::new(
            r#"
    ```sh
    touch "$MARK"; sleep 60
    echo never
    ```
"#,
        );
        let (mark, temporary) = (tutorial.path("mark"), tutorial.path("tmp"));
        let tutorial = tutorial.file("MARK", "mark").with_own_tmp();
        let mut command = tutorial.command(&["page.md", "--report", "json"]);
        let start = Instant::now();
        let output = while_running(&mut command, || mark.exists(), |pid| kill(signal, pid));
        let checked = Checked::of(&output);
        checked
            .exits(130)
            .verdicts(&["untestable", "untestable"])
            .reason(1, "interrupted");
        assert!(start.elapsed() < Duration::from_secs(10));
        assert!(scratch_below(&temporary).is_empty());
        assert!(tutorial.ledgers().is_empty());
    }
}

#[test]
fn ctrl_c_is_heard_whenever_it_comes() {
    // The shell's parent is tutcheck; the signal comes before anybody waits for the step.
    let early = r"
    ```sh
    kill -INT $PPID
    echo never
    ```
";
    // Here nobody waits for the signal at all until the next step.
    let later = r"
    ```sh
    false
    ```

    ```sh
    kill -INT $PPID; sleep 60
    echo never
    ```
";
    let teardown = "\n<!-- tutcheck teardown\nsleep 0.1; echo done >>\"$OUT\"\n-->\n";
    for (page, verdicts) in [
        (early, &["untestable", "untestable", "passed"][..]),
        (later, &["broken", "untestable", "untestable", "passed"]),
    ] {
        let tutorial = Tutorial::new(&format!("{page}{teardown}")).with("--keep-going");
        let tutorial = tutorial.file("OUT", "out");
        let start = Instant::now();
        tutorial
            .check()
            .exits(130)
            .verdicts(verdicts)
            .reason(verdicts.len() - 1, "interrupted");
        assert!(start.elapsed() < Duration::from_secs(10));
        assert_eq!(tutorial.read("out"), "done\n");
    }
}

#[test]
fn what_steps_print_cannot_command_the_readers_terminal() {
    let said = Tutorial::new(
        r"
    ```console
    $ printf '\033]0;owned\007\033[2Jx\a\n'
    y
    ```
",
    )
    .call(&["page.md"]);
    said.exits(1);
    assert!(
        !said.out.contains('\u{1b}') && !said.out.contains('\u{7}'),
        "{:?}",
        said.out
    );
}

#[test]
fn a_step_that_removes_everything_leaves_a_whole_report() {
    checked(
        r"
    ```sh
    rm -rf ~/../*
    ```

    ```sh
    echo 1
    echo 2
    ```
",
    )
    .exits(3)
    .verdicts(&["passed", "untestable", "untestable"])
    .reason(2, "the way to the shell is gone")
    .reason(3, "because of step 2");
}

/// Git calls its hooks with variables that name the repository they are called for.
#[test]
fn a_page_that_is_played_by_a_hook_leaves_the_repository_alone() {
    let tutorial = Tutorial::new(
        "```console\n$ git init -q demo\n$ cd demo\n$ echo x > x.txt\n$ git add x.txt\n$ git status --short\nA  x.txt\n$ git rev-parse --git-dir\n.git\n```\n",
    );
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.args(arguments).current_dir(tutorial.path(""));
        let output = git.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["init", "-q"]);
    let before = git(&["status", "--short"]);
    let dir = tutorial.path(".git");
    let output = tutorial
        .command(&["page.md"])
        .env("GIT_DIR", &dir)
        .env("GIT_INDEX_FILE", dir.join("index"))
        .env("GIT_WORK_TREE", tutorial.path(""))
        .env("GIT_PREFIX", "")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert_eq!(
        git(&["status", "--short"]).replace("?? state/\n", ""),
        before
    );
    assert_eq!(git(&["ls-files"]), "");
    assert_eq!(git(&["config", "core.bare"]), "false\n");
}
