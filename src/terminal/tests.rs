//! A real bash on a real pseudo-terminal; nothing here is simulated.

use std::time::Duration;

use super::*;

struct Stand {
    terminal: Terminal,
    interrupt: Interrupt,
    _folder: tempfile::TempDir,
}

fn stand() -> Stand {
    let folder = tempfile::tempdir().expect("a scratch directory");
    let control = folder.path().join("control");
    let directory = folder.path().join("home");
    std::fs::create_dir(&control).expect("a folder for pipes");
    std::fs::create_dir(&directory).expect("a home");
    let setup = Setup {
        control,
        directory,
        variables: vec![("HOME".into(), None)],
    };
    let terminal = Terminal::open(&setup).expect("bash is installed");
    let interrupt = Interrupt::listen().expect("signals can be listened to");
    Stand {
        terminal,
        interrupt,
        _folder: folder,
    }
}

impl Stand {
    fn play_within(&mut self, step: &str, limit: Duration) -> (String, Ended) {
        let played = self
            .terminal
            .play(step, Streams::Both, limit, &mut self.interrupt)
            .expect("the step is played");
        (
            String::from_utf8_lossy(&played.output).into_owned(),
            played.ended,
        )
    }

    fn play(&mut self, step: &str) -> (String, Ended) {
        self.play_within(step, Duration::from_secs(20))
    }

    #[track_caller]
    fn prints(&mut self, step: &str, output: &str, status: i32) {
        assert_eq!(
            self.play(step),
            (output.to_owned(), Ended::Status(status)),
            "{step}"
        );
    }
}

#[test]
fn state_lives_from_step_to_step() {
    let mut stand = stand();
    stand.prints(
        "x=1; f() { echo f$x; }; declare -a list=(a b); alias hi='echo hello'",
        "",
        0,
    );
    stand.prints("f; echo ${list[1]}; hi", "f1\nb\nhello\n", 0);
    stand.prints("mkdir deep && cd deep", "", 0);
    assert!(stand.terminal.directory().ends_with("home/deep"));
    stand.prints("(exit 42)", "", 42);
    stand.prints("echo $?", "42\n", 0);
    stand.prints("exec 3>kept", "", 0);
    stand.prints("echo line >&3; cat kept", "line\n", 0);
}

#[test]
fn errors_read_as_they_do_at_a_prompt() {
    let mut stand = stand();
    stand.prints(
        "no-such-program",
        "bash: no-such-program: command not found\n",
        127,
    );
    stand.prints(
        "cd /no-such-folder",
        "bash: cd: /no-such-folder: No such file or directory\n",
        1,
    );
    let (output, ended) = stand.play("echo \"never closed");
    assert_eq!(ended, Ended::Status(2));
    assert!(output.contains("unexpected EOF"), "{output}");
    stand.prints("echo still here", "still here\n", 0);
}

#[test]
fn the_input_is_a_terminal_and_the_output_is_not() {
    let mut stand = stand();
    stand.prints(
        "test -t 0; echo $?; test -t 1; echo $?; stty size; tty >/dev/null && echo tty",
        "0\n1\n40 120\ntty\n",
        0,
    );
}

#[test]
fn hostile_steps_do_not_end_the_terminal() {
    let mut stand = stand();
    stand.prints("exec >/dev/null", "", 0);
    stand.prints("echo back", "back\n", 0);
    stand.prints("exec >&- 2>&-", "", 0);
    stand.prints("echo back", "back\n", 0);
    stand.prints("printf 'no newline'", "no newline", 0);
    stand.prints(
        "read() { echo mine; }; printf() { echo mine; }; read",
        "mine\n",
        0,
    );
    stand.prints(
        "unset -f read printf; trap 'echo trapped' USR1; kill -USR1 $$; sleep 0.01",
        "trapped\n",
        0,
    );
    stand.prints(
        "set -u; echo $not_set",
        "bash: not_set: unbound variable\n",
        1,
    );
    stand.prints("set +u; return 5", "", 5);
    stand.prints("trap 'echo bug' DEBUG", "", 0);
    stand.prints("trap - DEBUG; trap 'printf \"0\\0/\\0\"' ERR", "", 0);
    assert_eq!(stand.play("false").1, Ended::Status(1));
    stand.prints("trap - ERR; trap - DEBUG", "", 0);
    stand.prints("break", "", 0);
    stand.prints("continue", "", 0);
    stand.prints("(exit 6)", "", 6);
    stand.prints("IFS=x; set -f; cd /; echo *", "*\n", 0);
    stand.prints("PATH=", "", 0);
    stand.prints("echo still here", "still here\n", 0);
}

#[test]
fn bytes_are_kept_as_they_are() {
    let mut stand = stand();
    let played = stand
        .terminal
        .play(
            "printf 'a\\0b\\xff\\r\\n'",
            Streams::Both,
            Duration::from_secs(5),
            &mut stand.interrupt,
        )
        .expect("the step is played");
    assert_eq!(played.output, b"a\0b\xff\r\n");
}

#[test]
fn streams_can_be_told_apart() {
    let mut stand = stand();
    for (streams, output) in [
        (Streams::Stdout, "out\n"),
        (Streams::Stderr, "err\n"),
        (Streams::Both, "out\nerr\n"),
    ] {
        let played = stand
            .terminal
            .play(
                "echo out; echo err >&2",
                streams,
                Duration::from_secs(5),
                &mut stand.interrupt,
            )
            .expect("the step is played");
        assert_eq!(String::from_utf8_lossy(&played.output), output);
    }
}

#[test]
fn exit_ends_the_terminal_and_is_noticed_at_once() {
    for (step, status) in [
        ("exit 3", 3),
        ("set -e; false", 1),
        ("exec true", 0),
        ("kill -KILL $$", 137),
    ] {
        let mut stand = stand();
        stand.prints("echo first", "first\n", 0);
        let start = Instant::now();
        assert_eq!(stand.play(step).1, Ended::ShellLeft(status), "{step}");
        assert!(start.elapsed() < Duration::from_secs(2));
        assert_eq!(stand.terminal.left(), Some(status));
    }
    // Also as the very first step.
    assert_eq!(stand().play("exit 4").1, Ended::ShellLeft(4));
}

#[test]
fn a_job_in_the_background_keeps_its_output_to_its_step() {
    let mut stand = stand();
    let (output, ended) = stand.play("(sleep 0.2; echo late) & echo now");
    assert_eq!(ended, Ended::Status(0));
    assert!(
        output.contains("now\n") && !output.contains("late"),
        "{output}"
    );
    stand.prints("echo second", "second\n", 0);
    stand.prints("sleep 0.4", "", 0);
    assert_eq!(stand.terminal.late_output(), [(0, b"late\n".to_vec())]);
}

#[test]
fn the_time_limit_ends_a_step_and_the_shell_lives_on() {
    for step in [
        "sleep 30",
        "cat",
        "read line",
        "while true; do sleep 0.1; done",
        "sleep 30 | cat",
    ] {
        let mut stand = stand();
        stand.prints("x=kept; echo started", "started\n", 0);
        let start = Instant::now();
        let (_, ended) = stand.play_within(step, Duration::from_millis(200));
        assert_eq!(ended, Ended::TimeLimit, "{step}");
        assert!(
            start.elapsed() < Duration::from_secs(2),
            "{step} took {:?}",
            start.elapsed()
        );
        stand.prints("echo $x", "kept\n", 0);
    }
}

#[test]
fn a_step_that_refuses_to_end_is_ended_for_certain() {
    let mut stand = stand();
    let start = Instant::now();
    let (output, ended) = stand.play_within(
        "trap '' INT TERM; echo deaf; sleep 30; sleep 30",
        Duration::from_millis(100),
    );
    assert_eq!((output.as_str(), ended), ("deaf\n", Ended::TimeLimit));
    assert!(start.elapsed() < 3 * GRACE);
    assert!(stand.terminal.left().is_some());
}

#[test]
fn closing_ends_what_still_runs() {
    let mut stand = stand();
    let (_, _) = stand.play("sleep 1000 & echo $! >pid");
    let (pid, _) = stand.play("cat pid");
    stand.terminal.close();
    let gone = || {
        !std::path::Path::new(&format!("/proc/{}/cmdline", pid.trim())).exists()
            || std::fs::read(format!("/proc/{}/cmdline", pid.trim()))
                .unwrap_or_default()
                .is_empty()
    };
    let deadline = Instant::now() + Duration::from_secs(2);
    while !gone() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(gone());
}
