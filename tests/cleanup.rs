//! What a run leaves, whatever way it ended: nothing.

use std::fs;
use std::time::{Duration, Instant};

use crate::support::{Tutorial, kill, scratch_below, while_running};

fn tutorial_clean(tutorial: &Tutorial, pid: u32) {
    let deadline = Instant::now() + Duration::from_secs(5);
    let gone = || {
        fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |stat| stat.contains(") Z"))
    };
    while !gone() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    tutorial
        .call(&["clean"])
        .exits(0)
        .says("cleaned up after 1 interrupted run");
}

#[test]
fn teardown_runs_whatever_happened() {
    let page = r#"
    <!-- tutcheck teardown
    echo done >"$OUT"
    -->

    ```sh
    exit 1
    ```

    ```sh
    echo 1
    ```
"#;
    let tutorial = Tutorial::new(page);
    let tutorial = tutorial.file("OUT", "out");
    tutorial
        .check()
        .exits(1)
        .verdicts(&["broken", "not_reached", "passed"]);
    assert_eq!(tutorial.read("out"), "done\n");
}

#[test]
fn after_a_kill_clean_removes_what_is_left() {
    let tutorial = Tutorial::new(
        r#"
    ```sh
    setsid sleep 1234 & echo $! >"$MARK"; sleep 60
    ```
"#,
    );
    let (mark, temporary) = (tutorial.path("mark"), tutorial.path("tmp"));
    let tutorial = tutorial.file("MARK", "mark").with_own_tmp();
    let ready = || fs::read_to_string(&mark).is_ok_and(|text| text.ends_with('\n'));
    while_running(
        tutorial
            .command(&["page.md"])
            .stdout(std::process::Stdio::null()),
        ready,
        |pid| {
            // A run that is going on is left alone.
            tutorial
                .call(&["clean"])
                .exits(0)
                .says("nothing to clean: a run is still going on");
            kill("KILL", pid);
            // Its output pipes are held by what it left running; that must not be waited for here.
            tutorial_clean(&tutorial, pid);
        },
    );
    let sleeper = tutorial.read("mark");
    assert!(
        !fs::read(format!("/proc/{}/cmdline", sleeper.trim()))
            .is_ok_and(|line| line.starts_with(b"sleep"))
    );
    assert!(scratch_below(&temporary).is_empty());
    assert!(tutorial.ledgers().is_empty());
    tutorial.call(&["clean"]).exits(0).says("nothing to clean");
}

#[test]
fn what_a_step_mounts_is_not_removed() {
    let page = r#"
    ```console
    $ mkdir m && mount --bind "$OUTSIDE" m && ls m
    file
    ```
"#;
    let tutorial = Tutorial::new(page);
    tutorial.write("outside/file", "theirs\n");
    let outside = tutorial.path("outside").to_string_lossy().into_owned();
    let tutorial = tutorial.variable("OUTSIDE", &outside);
    // Nobody but this run sees the mount; where that is not allowed, the step fails and mounts nothing.
    let mut command = std::process::Command::new("unshare");
    let inner = tutorial.command(&["page.md"]);
    command
        .arg("--mount")
        .arg(inner.get_program())
        .args(inner.get_args());
    command.envs(
        inner
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let folder = inner.get_current_dir().unwrap().to_owned();
    let output = command.current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed"), "{said}");
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(tutorial.read("outside/file"), "theirs\n");
}
