//! What is typed into shells in containers, into other terminals, and at programs in the foreground.

use std::fs;
use std::path::Path;

use crate::daemon::World;
use crate::support::{Checked, Tutorial};

/// Plays a document of `tests/terminals`, which shows what is to come out.
#[track_caller]
fn plays(name: &str) -> Checked {
    let world = World::enter();
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/terminals")
        .join(name);
    let checked = Tutorial::new(&fs::read_to_string(path).unwrap()).check();
    checked
        .exits(0)
        .verdicts(&vec!["passed"; checked.steps().len()]);
    world.is_as_before();
    checked
}

#[test]
fn shells_in_containers() {
    plays("inner-shells.md");
}

#[test]
fn programs_that_take_commands() {
    plays("programs.md");
}

#[test]
fn clients_of_databases_and_shells_of_other_users() {
    plays("clients.md");
}

#[test]
fn more_than_one_terminal() {
    plays("terminals.md");
}

#[test]
fn programs_in_the_foreground() {
    let checked = plays("foreground.md");
    let last = checked.steps().last().unwrap();
    let note = last["note"].as_str().unwrap();
    assert!(
        note.contains("went on in the foreground until the end"),
        "{note}"
    );
    let log = checked.steps()[0]["printed_later"].as_str().unwrap();
    assert!(log.contains("GET / HTTP/1.1"), "{log}");
}

#[test]
fn waiting_for_something() {
    plays("waiting.md");
}

#[test]
fn keys_and_answers() {
    plays("keys.md");
}

#[test]
fn what_stands_on_the_screen() {
    plays("screens.md");
}

fn in_world(page: &str) -> Checked {
    let world = World::enter();
    let checked = Tutorial::new(page).check();
    world.is_as_before();
    checked
}

#[test]
fn an_inner_command_is_a_step_of_its_own() {
    let page = r"
    ```sh
    docker run -it --rm busybox sh
    ```

    ```sh
    echo one
    ls /nowhere
    echo two
    exit
    ```
";
    in_world(page)
        .exits(1)
        .verdicts(&["passed", "passed", "broken", "not_reached", "not_reached"])
        .reason(
            3,
            "exit 1 instead of 0: ls: /nowhere: No such file or directory",
        );
    let page = r"
    ```console
    $ docker run -it --rm busybox sh
    / # echo one
    two
    / # sleep 60
    / # exit
    ```
";
    let tutorial = Tutorial::new(page).with("--timeout=2s");
    let world = World::enter();
    tutorial
        .check()
        .exits(1)
        .verdicts(&["passed", "broken", "broken", "not_reached"])
        .reason(2, "not what the page shows: `one` instead of `two`")
        .reason(3, "not done within 2 s");
    world.is_as_before();
}

#[test]
fn an_inner_shell_that_dies_breaks_the_step_that_was_typed() {
    let page = r"
    ```sh
    docker run -it --rm busybox sh
    ```

    ```sh
    echo one
    exec sh -c 'exit 9'
    ```

    ```sh
    echo two
    ```
";
    in_world(page)
        .exits(1)
        .verdicts(&["passed", "passed", "broken", "not_reached"])
        .reason(3, "what it was typed into ended with it, with status 9");
    // `set -e` closes it without a word.
    let page = r"
    ```sh
    docker run -it --rm busybox sh
    ```

    ```sh
    set -e
    false
    ```
";
    in_world(page)
        .exits(1)
        .verdicts(&["passed", "passed", "broken"])
        .reason(3, "what it was typed into ended with it, with status 1");
}

#[test]
fn what_a_prompt_shows_is_compared() {
    let world = World::enter();
    let page = r"
    ```console
    $ docker run -it --rm debian:stable-slim bash
    root@0a1b2c3d4e5f:/# cd /tmp
    root@0a1b2c3d4e5f:/tmp# exit
    exit
    ```

    ```console
    $ docker run -it --rm debian:stable-slim bash
    root@0a1b2c3d4e60:/# exit
    exit
    ```
";
    Tutorial::new(page).check().exits(0);
    for (from, to, step, why) in [
        ("4e5f:/tmp#", "4e5f:/root#", 3, "the directory differs"),
        (
            "root@0a1b2c3d4e60",
            "me@0a1b2c3d4e60",
            5,
            "the user differs",
        ),
        ("4e60", "4e5f", 5, "two containers where one was shown"),
        ("root@0a1b2c3d4e60:/#", "/ #", 5, "the user differs"),
    ] {
        Tutorial::new(&page.replace(from, to))
            .check()
            .exits(1)
            .reason(step, why);
    }
    world.is_as_before();
}

#[test]
fn inner_steps_are_recorded_and_compared() {
    let world = World::enter();
    let page = r#"
    ```sh
    docker run -it --rm debian:stable-slim bash
    ```

    ```sh
    cat /etc/hostname
    cat $(echo "$HOME/.profile") | wc -l
    exit
    ```
"#;
    let tutorial = Tutorial::new(page);
    tutorial.record().exits(0);
    let recording = tutorial.read("expectations/page.yaml");
    assert!(
        !recording.contains("stty")
            && !recording.contains("@tut")
            && recording.contains(": container"),
        "{recording}"
    );
    tutorial.check().exits(0).verdicts(&["passed"; 4]);
    tutorial.record().exits(0).says("unchanged");
    tutorial
        .edit("wc -l", "wc -c")
        .check()
        .exits(1)
        .reason(3, "the recorded command is");
    world.is_as_before();
}

#[test]
fn a_terminal_in_which_a_program_goes_on_takes_no_commands() {
    let page = r"
    ```sh until=ready
    echo ready; sleep 60
    ```

    ```sh
    echo more
    ```
";
    let checked = Tutorial::new(page).check();
    checked.exits(1).verdicts(&["passed", "broken"]).reason(
        2,
        "the program of step 1 is still in front of this terminal",
    );
    let said = Tutorial::new(page).call(&["page.md"]);
    said.exits(1).says("`<!-- tutcheck key ctrl-c -->`");
}

#[test]
fn a_program_that_has_ended_takes_no_key() {
    let page = r"
    ```sh until=ready
    echo ready; sleep 1; (exit 3)
    ```

    ```sh terminal=two
    sleep 1.5
    ```

    <!-- tutcheck key ctrl-c -->
";
    Tutorial::new(page)
        .check()
        .exits(1)
        .verdicts(&["passed", "passed", "broken"])
        .reason(3, "the program in front has ended by itself, with status 3");
    Tutorial::new(
        r"
    ```sh
    true
    ```

    <!-- tutcheck key ctrl-c -->
",
    )
    .check()
    .exits(1)
    .reason(2, "there is no program in front that takes the key");
}

#[test]
fn what_does_not_come_is_not_waited_for_without_end() {
    for (wait, why) in [
        ("port:9", "nobody serves port 9 within 0.5 s"),
        (
            "http://127.0.0.1:9/",
            "http://127.0.0.1:9/ does not answer well within 0.5 s",
        ),
        ("log:never", "no program prints `never` within 0.5 s"),
        ("file:nowhere", "`nowhere` is not there within 0.5 s"),
    ] {
        let page = format!(
            r"
    ```sh wait={wait} timeout=500ms
    true
    ```
"
        );
        Tutorial::new(&page).check().exits(1).reason(1, why);
    }
}

#[test]
fn a_step_that_never_says_so_is_not_ready() {
    let page = r"
    ```sh until=ready timeout=500ms
    echo steady; sleep 60
    ```
";
    Tutorial::new(page)
        .check()
        .exits(1)
        .reason(1, "not done within 0.5 s: steady");
}

#[test]
fn a_pager_never_hangs() {
    // On a terminal, git would wait in its pager for a key.
    let page = r"
    ```sh tty timeout=5s
    git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first
    git log --format=%s
    ```

    ```text
    first
    ```
";
    Tutorial::new(page)
        .check()
        .exits(0)
        .verdicts(&["passed"; 2]);
    // A program that waits all the same says so at the limit.
    let page = r#"
    ```sh tty timeout=500ms
    bash -c 'read -n 1 -p "--More--" </dev/tty'
    ```
"#;
    Tutorial::new(page)
        .check()
        .exits(1)
        .reason(1, "it reads from the terminal, and nobody types: --More--");
}

#[test]
fn what_is_not_run_takes_what_is_typed_into_it_along() {
    let page = r#"
    ```sh skip="no such image"
    docker run -it nosuchimage bash
    ```

    ```sh
    ls
    exit
    ```

    ```sh
    true
    ```
"#;
    Tutorial::new(page)
        .check()
        .exits(0)
        .verdicts(&["skipped", "gated", "gated", "passed"])
        .reason(2, "line 2, which it is typed into, is not run");
}

/// tutcheck on a terminal of its own, and what is typed into it.
fn debugged(tutorial: &Tutorial, typed: &str) -> String {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let call = format!(
        "{} page.md --debug --timeout 5s --color never",
        env!("CARGO_BIN_EXE_tutcheck")
    );
    let mut script = Command::new("script")
        .args(["-qec", &call, "/dev/null"])
        .current_dir(tutorial.path("."))
        .env("XDG_STATE_HOME", tutorial.path("state"))
        .env("TERM", "xterm")
        .env_remove("CI")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keys = script.stdin.take().unwrap();
    for line in typed.split_inclusive('\r') {
        std::thread::sleep(std::time::Duration::from_millis(1000));
        keys.write_all(line.as_bytes()).unwrap();
    }
    let output = script.wait_with_output().unwrap();
    drop(keys);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_break_can_be_looked_into() {
    let page = r"
    ```sh
    name=value; mkdir -p deep; cd deep
    false
    ```
";
    let said = debugged(
        &Tutorial::new(page),
        "echo it is $name in ${PWD##*/}\rexit\r",
    );
    assert!(said.contains("step 2 broke"), "{said}");
    assert!(said.contains("it is value in deep"), "{said}");
    assert!(said.contains("1 passed, 1 broken"), "{said}");
    let tutorial = Tutorial::new(page).with("--debug");
    tutorial
        .call(&["page.md"])
        .exits(2)
        .complains("--debug needs a terminal");
}

#[test]
fn a_break_inside_a_container_can_be_looked_into() {
    let world = World::enter();
    let page = r"
    ```console
    $ docker run -it --rm busybox sh
    / # name=value
    / # echo one
    two
    / # echo $name
    value
    / # exit
    ```
";
    let said = debugged(&Tutorial::new(page), "echo it is $name\r\u{1d}");
    assert!(said.contains("it is value"), "{said}");
    // And it goes on as if nobody had been there.
    assert!(said.contains("4 passed, 1 broken"), "{said}");
    world.is_as_before();
}

#[test]
fn the_key_back_to_tutcheck_also_leaves_its_own_shell() {
    let page = r"
    ```console
    $ name=value
    $ echo one
    two
    $ echo $name
    value
    ```
";
    let said = debugged(&Tutorial::new(page), "echo never entered\u{1d}\r");
    assert!(said.contains("2 passed, 1 broken"), "{said}");
}

#[test]
fn what_was_printed_late_is_kept_when_its_terminal_is_closed() {
    let page = r"
    ```sh
    (sleep 0.2; echo late) &
    sleep 0.5
    exit
    ```

    ```sh
    false
    ```
";
    let checked = Tutorial::new(page).check();
    checked
        .exits(1)
        .verdicts(&["passed", "passed", "passed", "broken"]);
    assert_eq!(checked.steps()[0]["printed_later"], "late\n");
}

/// A shell in a container in one terminal, a server in another: whatever ends the run, nothing is left.
#[test]
fn an_end_in_the_middle_leaves_nothing_in_any_terminal() {
    use crate::support::{kill, scratch_below, while_running};
    let world = World::enter();
    let page = r"
    ```sh until=ready terminal=two
    docker run --rm --name server busybox sh -c 'echo ready; sleep 300'
    ```

    ```sh
    docker run -it --rm busybox sh
    ```

    ```sh
    sleep 200
    ```
";
    for (signal, status) in [("INT", 130), ("TERM", 130), ("HUP", 130), ("KILL", -1)] {
        let tutorial = Tutorial::new(page);
        let temporary = tutorial.path("tmp");
        let tutorial = tutorial.with_own_tmp();
        let is_busy = || crate::daemon::docker("ps -q").lines().count() == 2;
        let output = while_running(&mut tutorial.command(&["page.md"]), is_busy, |pid| {
            std::thread::sleep(std::time::Duration::from_millis(500));
            kill(signal, pid);
        });
        assert_eq!(
            output.status.code().unwrap_or(-1),
            status,
            "{signal}: {output:?}"
        );
        if signal == "KILL" {
            tutorial.call(&["clean"]).exits(0).says("1 interrupted run");
        }
        assert!(scratch_below(&temporary).is_empty(), "{signal}");
        assert!(tutorial.ledgers().is_empty(), "{signal}");
        assert_eq!(marked_processes(&temporary), 0, "{signal}");
        world.is_as_before();
    }
}

/// Processes of runs whose scratch directories are in a folder.
fn marked_processes(temporary: &Path) -> usize {
    let wanted = format!("HOME={}", temporary.display());
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|entry| fs::read(entry.path().join("environ")).ok())
        .filter(|variables| {
            variables
                .split(|byte| *byte == 0)
                .any(|variable| variable.starts_with(wanted.as_bytes()))
        })
        .count()
}

#[test]
fn a_shell_of_a_composition_is_typed_into() {
    let world = World::enter();
    let page = r"
    ```yaml file=compose.yaml
    services:
      box:
        image: busybox
        command: sleep 300
        stop_grace_period: 1s
    ```

    ```sh
    docker compose up -d
    ```

    ```sh
    docker compose exec box sh
    x=inside; echo $x
    ```

    ```text
    inside
    ```

    ```sh
    exit
    docker compose run --rm box sh
    echo again
    exit
    docker compose down
    ```
";
    Tutorial::new(page)
        .check()
        .exits(0)
        .verdicts(&["passed"; 9]);
    world.is_as_before();
}

#[test]
fn a_service_that_dies_in_the_foreground_breaks_the_step() {
    let world = World::enter();
    let page = r"
    ```yaml file=compose.yaml
    services:
      web:
        image: busybox
        command: sleep 300
        stop_grace_period: 1s
      app:
        image: busybox
        command: sh -c 'echo cannot start >&2; exit 1'
    ```

    ```sh
    docker compose up
    ```

    ```sh terminal=two
    sleep 1
    ```

    <!-- tutcheck key ctrl-c -->
";
    Tutorial::new(page)
        .check()
        .exits(1)
        .verdicts(&["passed", "broken", "passed", "passed"])
        .reason(2, "ended by itself, with status 1");
    world.is_as_before();
}

/// A reader's folder is the name of the composition.
#[test]
fn compositions_are_called_after_their_folders() {
    let world = World::enter();
    let page = r"
    ```sh
    mkdir shop && cd shop
    ```

    ```yaml file=compose.yaml
    services:
      box:
        image: busybox
        command: sleep 300
        stop_grace_period: 1s
    ```

    ```sh
    docker compose up -d
    ```

    ```console
    $ docker exec shop-box-1 echo hi
    hi
    $ docker network ls --filter name=shop_default --format '{{.Name}}'
    shop_default
    ```

    ```sh
    docker compose down
    ```
";
    Tutorial::new(page)
        .check()
        .exits(0)
        .verdicts(&["passed"; 6]);
    // The author's folder was called otherwise, and so was all that stands in the page.
    let page = r"
    ```yaml file=compose.yaml
    services:
      box:
        image: busybox
        command: sleep 300
        stop_grace_period: 1s
    ```

    ```console
    $ docker compose up -d
    [+] Running 2/2
     ✔ Network book_default  Created    0.1s
     ✔ Container book-box-1  Started    0.4s
    $ docker compose exec box tty
    /dev/pts/0
    $ docker ps --format '{{.Names}}'
    book-box-1
    $ docker compose run --rm box echo ran
    ran
    $ docker compose stop
    $ docker compose down
    $ echo end
    end
    ```
";
    Tutorial::new(page).check().exits(0);
    let wrong = page.replace("    book-box-1\n", "    book-boxes-1\n");
    Tutorial::new(&wrong).check().exits(1);
    world.is_as_before();
}

/// Files that a container made in a mount belong to root, and tutcheck need not be root.
#[test]
fn what_a_container_left_in_the_scratch_directory_is_removed() {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;
    let world = World::enter();
    let page = r#"
    ```sh
    docker run --rm -v "$PWD":/out busybox sh -c 'mkdir -p /out/deep/er && touch /out/deep/er/file && chmod 700 /out/deep'
    mkdir own && touch own/file && chmod 500 own
    ```
"#;
    let tutorial = Tutorial::new(page);
    let open =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let socket = std::env::var("DOCKER_HOST").unwrap();
    let socket = Path::new(socket.strip_prefix("unix://").unwrap());
    // Another user may use this daemon for a while, and finds programs outside of root's home.
    open(socket.parent().unwrap(), 0o711);
    open(socket, 0o666);
    open(&tutorial.path("."), 0o777);
    fs::create_dir_all(tutorial.path("bin")).unwrap();
    fs::create_dir_all(tutorial.path("tmp")).unwrap();
    let docker = Command::new("bash")
        .args(["-c", "readlink -f \"$(command -v docker)\""])
        .output()
        .unwrap();
    let docker = String::from_utf8(docker.stdout).unwrap();
    fs::copy(docker.trim(), tutorial.path("bin/docker")).unwrap();
    fs::copy(
        env!("CARGO_BIN_EXE_tutcheck"),
        tutorial.path("bin/tutcheck"),
    )
    .unwrap();
    for name in ["tmp", "state", "bin"] {
        open(&tutorial.path(name), 0o777);
    }
    let output = Command::new("setpriv")
        .args(["--reuid=1500", "--regid=1500", "--clear-groups"])
        .arg(tutorial.path("bin/tutcheck"))
        .args(["page.md", "--no-keep-images"])
        .current_dir(tutorial.path("."))
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", tutorial.path("bin").display()),
        )
        .env("XDG_STATE_HOME", tutorial.path("state"))
        .env("DOCKER_CONFIG", tutorial.path("state"))
        .env("TMPDIR", tutorial.path("tmp"))
        .env_remove("CI")
        .output()
        .unwrap();
    open(socket, 0o660);
    open(socket.parent().unwrap(), 0o700);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        fs::read_dir(tutorial.path("tmp")).unwrap().count(),
        0,
        "{output:?}"
    );
    world.is_as_before();
}

#[test]
fn a_file_step_does_not_follow_links_out_of_the_scratch_directory() {
    let outside = tempfile::tempdir().unwrap();
    let page = format!(
        r"
    ```sh
    ln -s {} out
    ```

    ```text file=out/file
    hello
    ```
",
        outside.path().display()
    );
    Tutorial::new(&page)
        .check()
        .exits(1)
        .reason(2, "would be saved outside of the scratch directory");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

/// Plays pages that a reader can follow, and pages that leave one stuck; each with its exit status.
#[track_caller]
fn each_ends_with(pages: &[(&str, i32)]) {
    let world = World::enter();
    for (page, status) in pages {
        let checked = Tutorial::new(page).check();
        assert_eq!(checked.status, *status, "{page}\n{:#}", checked.report);
    }
    world.is_as_before();
}

/// As strangers wrote them.
#[test]
fn odd_pages_are_understood() {
    each_ends_with(&[
        // A prompt with user and host is not the reader's own where something was opened.
        (
            r"
    ```console
    $ docker run -it --rm --hostname web debian:stable-slim bash
    root@web:/# cat /etc/hostname
    web
    ```
",
            0,
        ),
        (
            r"
    ```console
    $ docker run -it --rm -h myhost debian:stable-slim bash
    root@myhost:/# echo hi
    hi
    root@myhost:/# exit
    exit
    ```
",
            0,
        ),
        // A shell may have any prompt.
        (
            r"
    ```sh
    docker run -it --rm -e PS1='ready> ' busybox sh
    ```

    ```sh
    ls /nosuchdir
    exit
    ```
",
            1,
        ),
        // Programs say only in words that something went wrong.
        (
            r"
    ```sh
    docker run -it --rm python:3.13-slim
    ```

    ```python
    import nosuchmodule
    ```
",
            1,
        ),
        (
            r"
    ```sh
    docker run -it --rm python:3.13-slim
    ```

    ```python
    print('hi')
    for i in range(2):
        print(i)

    x = 5
    x
    ```

    ```text
    hi
    0
    1
    5
    ```
",
            0,
        ),
        // Another user's shell, on this machine.
        (
            r"
    ```sh timeout=20s
    su -s /bin/sh nobody
    id -un
    exit
    ```

    ```text
    nobody
    ```
",
            0,
        ),
        (
            r"
    ```console
    $ su -s /bin/sh nobody
    $ id -un
    nobody
    $ exit
    ```
",
            0,
        ),
        // A shell that wants `exit` and not Ctrl-D does not keep its terminal.
        (
            r"
    ```sh
    bash
    IGNOREEOF=100
    ```

    ```console
    $ echo outside
    outside
    ```
",
            0,
        ),
        // The sentence is for the terminal in which the program is.
        (
            r"
    ```sh until=up
    echo up; sleep 60
    ```

    In another terminal type the next one. Then press Ctrl+C in the first.

    ```sh terminal=two
    echo two
    ```

    ```sh
    echo one
    ```
",
            0,
        ),
        // What is written for a shell is not typed into Python.
        (
            r"
    ```sh
    docker run -it --rm python:3.13-slim
    ```

    ```sh
    ls -d .
    ```

    ```text
    .
    ```
",
            0,
        ),
        // A server in a container serves the container's port.
        (
            r"
    ```sh timeout=20s
    docker run -it --rm -p 8081:8000 python:3.13-slim bash
    python3 -um http.server
    ```
",
            0,
        ),
        (
            r#"
    ```sh timeout=20s
    docker run -it --rm debian:stable-slim bash -c "echo hi; exec bash"
    echo inside
    exit
    ```
"#,
            0,
        ),
        (
            r"
    ```sh timeout=20s
    bash --norc
    ```

    ```sh
    echo hi
    exit
    ```
",
            0,
        ),
        (
            r"
    ```sh type=yes
    read -p 'sure? ' a; echo got $a
    ```

    ```text
    sure? yes
    got yes
    ```
",
            0,
        ),
        (
            r"
    ```sh
    docker run --rm -it debian:stable-slim bash
    ```

    ```sh
    stty echo
    echo hi
    ```

    ```text
    hi
    ```
",
            0,
        ),
        (
            r"
    ```sh until=up
    echo up; sleep 60
    ```

    Do not press Ctrl+C yet.

    ```sh
    echo on
    ```
",
            1,
        ),
    ]);
    Tutorial::new(
        r"
    ```sh
    bash
    ```

    ```sh stream=stdout
    echo hi
    ```
",
    )
    .check_fails("`tty` and `stream` do not work inside");
}

#[test]
fn what_goes_on_and_what_does_not_is_understood() {
    each_ends_with(&[
        // How far something has come is no prompt.
        (
            r#"
    ```sh
    docker run -it --rm busybox sh -c 'printf "Loading 98%%"; sleep 1; echo; exit 3'
    ```
"#,
            1,
        ),
        // A job goes on printing after what it printed was waited for.
        (
            r"
    ```sh wait=log:two
    (echo one; sleep 0.5; echo two; sleep 0.5; touch finished; sleep 60) &
    ```

    ```sh
    sleep 1; ls finished
    ```
",
            0,
        ),
        // The server has crashed before the reader comes to end it.
        (
            r"
    ```sh until=ready
    echo ready; sleep 1; (exit 3)
    ```

    ```sh terminal=two
    sleep 2
    ```

    Now press Ctrl+C in the first terminal.

    ```sh
    echo on
    ```
",
            1,
        ),
        // A program that is never silent is ready some time.
        (
            r"
    ```sh
    docker run -d --name talker busybox sh -c 'while true; do echo tick; sleep 0.2; done'
    ```

    ```sh timeout=20s
    docker logs -f talker
    ```

    Press Ctrl+C to stop it.

    ```sh
    docker rm -f talker
    ```
",
            0,
        ),
        // What an environment puts before the prompt is no output.
        (
            r#"
    ```sh
    docker run -it --rm debian:stable-slim bash
    ```

    ```sh
    echo 'PS1="(venv) $PS1"' > activate
    . ./activate
    echo hi
    ```

    ```text
    hi
    ```

    ```sh
    exit
    ```
"#,
            0,
        ),
    ]);
}

#[test]
fn a_statement_that_is_never_closed_is_broken() {
    let page = r"
    ```sh
    docker run -it --rm tutcheck/programs sqlite3
    ```

    ```sql timeout=2s
    select 'it;
    select 1;
    ```
";
    let checked = in_world(page);
    checked
        .exits(1)
        .verdicts(&["passed", "broken", "not_reached"])
        .reason(2, "not done within 2 s");
    let hint = checked.steps()[1]["hint"].as_str().unwrap();
    assert!(hint.contains("the rest of what was typed"), "{hint}");
}

#[test]
fn ctrl_c_is_heard_while_a_container_is_watched() {
    let page = r"
    ```sh
    (sleep 1; kill -INT $PPID) &
    docker run -d --name watched -p 8098:80 busybox sleep 60
    echo never
    ```
";
    in_world(page)
        .exits(130)
        .verdicts(&["passed", "untestable", "untestable"])
        .reason(2, "interrupted");
}

#[test]
fn answers_that_a_page_shows_are_typed_into_containers() {
    let page = r#"
    ```console
    $ docker run -it --rm debian bash -c 'read -p "Your name: " n; echo "Hi $n"'
    Your name: Bob
    Hi Bob
    $ docker run -it --rm debian bash
    root@1a2b3c4d5e6f:/# read -p "Your name: " n; echo "Hi $n"
    Your name: Ann
    Hi Ann
    root@1a2b3c4d5e6f:/# printf 'Next: '; sleep 1; echo 'touch /typed'
    Next: touch /typed
    root@1a2b3c4d5e6f:/# ls /typed
    ls: cannot access '/typed': No such file or directory
    root@1a2b3c4d5e6f:/# exit
    ```

    ```sh
    docker run -it --rm debian sh -c 'printf "Waiting for it: "; sleep 3; echo up'
    ```
"#;
    in_world(page).exits(0).verdicts(&["passed"; 7]);
}

#[test]
fn a_project_tells_of_programs_of_its_own() {
    const DESK: &str = r#"#!/bin/sh
printf 'desk> '
while read -r line; do
    case "$line" in
    bye) exit 0 ;;
    *\;) echo "did $line"; printf 'desk> ' ;;
    *) printf 'more: ' ;;
    esac
done
"#;
    let page = format!(
        r"
    Save `desk`:

    ```sh file=desk
    {DESK}```

    ```sh
    chmod +x desk
    ./desk
    ```

    ```deskish
    open
    the drawer;
    close;
    bye
    ```

    ```sh
    echo outside
    ```
"
    );
    let tutorial = Tutorial::new(&page);
    tutorial.write(
        "tutcheck.yaml",
        "programs:\n- names: [desk]\n  speaks: [deskish]\n  prompts: ['desk>']\n  continues: ['more:']\n  \
         leaves: [bye]\n  statement: semicolon\n",
    );
    let world = World::enter();
    let checked = tutorial.check();
    checked.exits(0);
    let typed: Vec<&str> = checked.steps()[2..]
        .iter()
        .map(|step| step["run"].as_str().unwrap())
        .collect();
    assert_eq!(
        typed,
        [
            "./desk",
            "open\nthe drawer;",
            "close;",
            "bye",
            "echo outside"
        ]
    );
    world.is_as_before();
    for (text, words) in [
        ("programs:\n- names: [x]\n", "missing field `prompts`"),
        (
            "programs:\n- {names: [x], prompts: [], leaves: [q]}\n",
            "at least one word in `prompts`",
        ),
        (
            "programs:\n- {names: [x], prompts: [x], leaves: [q], statement: dot}\n",
            "unknown variant `dot`",
        ),
    ] {
        tutorial.refuses("tutcheck.yaml", text, words);
    }
}
