//! A real bash on a real pseudo-terminal; nothing here is simulated.

use std::time::Duration;

use super::pump::GRACE;
use super::*;

struct Stand {
    terminal: Terminal,
    interrupt: Interrupt,
    _folder: tempfile::TempDir,
}

fn manner(limit: Duration) -> PlayOptions<'static> {
    PlayOptions {
        number: 7,
        streams: Streams::Both,
        screen: None,
        answers: Vec::new(),
        shown: String::new(),
        stays: Stays::Never,
        limit,
    }
}

fn stand() -> Stand {
    let folder = tempfile::tempdir().expect("a scratch directory");
    let control = folder.path().join("control");
    let directory = folder.path().join("home");
    std::fs::create_dir(&control).expect("a folder for pipes");
    std::fs::create_dir(&directory).expect("a home");
    let setup = Setup {
        group: None,
        control,
        progress: crate::progress::Progress::default(),
        variables: vec![(
            "HOME".into(),
            Some(directory.to_string_lossy().into_owned()),
        )],
        directory,
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
    fn perform(&mut self, step: &str, streams: Streams, limit: Duration) -> Performance {
        let manner = PlayOptions {
            streams,
            ..manner(limit)
        };
        self.in_manner(step, manner)
    }

    fn in_manner(&mut self, step: &str, manner: PlayOptions<'_>) -> Performance {
        let mut around = Meanwhile {
            interrupt: &mut self.interrupt,
            others: None,
        };
        self.terminal
            .play(step, manner, &mut around)
            .expect("the step is played")
    }

    fn play_within(&mut self, step: &str, limit: Duration) -> (String, End) {
        let played = self.perform(step, Streams::Both, limit);
        (
            String::from_utf8_lossy(&played.output).into_owned(),
            played.ended,
        )
    }

    fn play(&mut self, step: &str) -> (String, End) {
        self.play_within(step, Duration::from_secs(20))
    }

    #[track_caller]
    fn prints(&mut self, step: &str, output: &str, status: i32) {
        assert_eq!(
            self.play(step),
            (output.to_owned(), End::Status(status)),
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
fn another_shell_becomes_what_a_shell_is() {
    let mut stand = stand();
    stand.prints(
        "x='a b'; declare -ar list=(a 'b  c' $'d\ne'); declare -A map=([k]=v); export OUT='\"x'; f() { echo f$x; }; alias hi='echo hello'; unset MAILCHECK; mkdir -p deep 'my folder'; cd deep; pushd '../my folder' >/dev/null; set -- 1 '2 3'; shopt -s extglob nullglob; g() { [[ $1 == @(a|b) ]]; }; umask 027; trap 'echo bye' TERM; IFS=,; set -u -C -f; (exit 3)",
        "",
        3,
    );
    let mut around = Meanwhile {
        interrupt: &mut stand.interrupt,
        others: None,
    };
    let state = stand.terminal.state(&mut around).expect("it can be told");
    stand.prints("echo $? $x", "3 a b\n", 0);
    let mut other = self::stand();
    let mut around = Meanwhile {
        interrupt: &mut other.interrupt,
        others: None,
    };
    assert!(
        other
            .terminal
            .becomes(&state, &mut around)
            .expect("it is played")
    );
    other.prints("echo $?", "3\n", 0);
    other.prints(
        "hi; f; echo \"${list[1]}\" \"${map[k]}\" \"$OUT\"",
        "hello\nfa b\nb  c v \"x\n",
        0,
    );
    other.prints(
        "echo \"${list[2]}\"; echo $#:$2; echo ${MAILCHECK-none}",
        "d\ne\n2:2 3\nnone\n",
        0,
    );
    other.prints(
        "g a && echo yes; umask; trap -p TERM; printf '%q\\n' \"$IFS\"",
        "yes\n0027\ntrap -- 'echo bye' SIGTERM\n\\,\n",
        0,
    );
    other.prints(
        "echo ${PWD##*/}; popd >/dev/null; echo ${PWD##*/}; echo *",
        "my folder\ndeep\n*\n",
        0,
    );
    let (said, _) = other.play("echo $nothing; list=1");
    assert!(said.contains("nothing: unbound variable"), "{said}");
    let mut around = Meanwhile {
        interrupt: &mut other.interrupt,
        others: None,
    };
    assert_ne!(other.terminal.state(&mut around), None);
}

#[test]
fn what_no_words_bring_back_has_none() {
    for step in [
        "sleep 60 &",
        "trap 'echo x' DEBUG",
        "set -e; if false; then :; fi; ! true || :",
    ] {
        let mut stand = stand();
        let (_, ended) = stand.play(step);
        let mut around = Meanwhile {
            interrupt: &mut stand.interrupt,
            others: None,
        };
        let state = stand.terminal.state(&mut around);
        let is_harmless = step.starts_with("set") && ended == End::Status(0);
        assert_eq!(state.is_some(), is_harmless, "{step}");
    }
    let mut stand = stand();
    let state = |stand: &mut Stand| {
        let mut around = Meanwhile {
            interrupt: &mut stand.interrupt,
            others: None,
        };
        stand.terminal.state(&mut around).expect("it can be told")
    };
    let before = state(&mut stand);
    stand.prints("exec 3>kept", "", 0);
    assert!(!state(&mut stand).has_files_like(&before));
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
    assert_eq!(ended, End::Status(2));
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
    assert_eq!(stand.play("false").1, End::Status(1));
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
    let limit = Duration::from_secs(5);
    let played = stand.perform("printf 'a\\0b\\xff\\r\\n'", Streams::Both, limit);
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
        let played = stand.perform("echo out; echo err >&2", streams, Duration::from_secs(5));
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
        assert_eq!(stand.play(step).1, End::ShellLeft(status), "{step}");
        assert!(start.elapsed() < Duration::from_secs(2));
        assert_eq!(stand.terminal.left(), Some(status));
    }
    // Also as the very first step.
    assert_eq!(stand().play("exit 4").1, End::ShellLeft(4));
}

#[test]
fn a_job_in_the_background_keeps_its_output_to_its_step() {
    let mut stand = stand();
    let (output, ended) = stand.play("(sleep 0.2; echo late) & echo now");
    assert_eq!(ended, End::Status(0));
    assert!(
        output.contains("now\n") && !output.contains("late"),
        "{output}"
    );
    stand.prints("echo second", "second\n", 0);
    stand.prints("sleep 0.4", "", 0);
    assert_eq!(stand.terminal.late_output(), [(7, b"late\n".to_vec())]);
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
        assert_eq!(ended, End::TimeLimit, "{step}");
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
    assert_eq!((output.as_str(), ended), ("deaf\n", End::TimeLimit));
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

impl Stand {
    /// Plays a step that opens a shell or a program with a prompt; its output.
    fn open(&mut self, step: &str) -> String {
        let played = self.in_manner(
            step,
            PlayOptions {
                screen: Some(SIZE),
                stays: Stays::AtPrompt {
                    surely: true,
                    is_shell: step.contains("PS1"),
                },
                ..manner(Duration::from_secs(20))
            },
        );
        assert_eq!(played.ended, End::Stays, "{played:?}");
        String::from_utf8_lossy(&played.output).into_owned()
    }

    fn press(&mut self, keys: &str) -> Performance {
        let mut around = Meanwhile {
            interrupt: &mut self.interrupt,
            others: None,
        };
        self.terminal
            .press(keys, manner(Duration::from_secs(20)), &mut around)
            .expect("the key is pressed")
    }

    #[track_caller]
    fn prints_inside(&mut self, step: &str, output: &str, ended: End) {
        let (printed, how) = self.play(step);
        assert_eq!(
            (printed.replace('\r', "").as_str(), how),
            (output, ended),
            "{step}"
        );
    }
}

#[test]
fn commands_are_typed_into_an_inner_shell() {
    for shell in ["bash --norc", "sh", "dash"] {
        let mut stand = stand();
        stand.prints("x=outside", "", 0);
        assert_eq!(stand.open(shell), "", "{shell}");
        assert_eq!(stand.terminal.front(), Front::Inside);
        stand.prints_inside("x=inside; echo $x", "inside\n", End::Status(0));
        stand.prints_inside("(exit 3)", "", End::Status(3));
        stand.prints_inside(
            "for i in 1 2; do\n  echo $i\ndone",
            "1\n2\n",
            End::Status(0),
        );
        stand.prints_inside("cat <<END\n\ttab $x\nEND", "\ttab inside\n", End::Status(0));
        stand.prints_inside("printf 'no newline'", "no newline", End::Status(0));
        // Once more inside, and out again.
        assert_eq!(stand.open("sh"), "");
        stand.prints_inside("echo $x", "\n", End::Status(0));
        let (_, ended) = stand.play("exit 4");
        assert_eq!(ended, End::Left(4));
        stand.prints_inside("echo $x", "inside\n", End::Status(0));
        assert_eq!(stand.press("\u{4}").ended, End::Left(0), "{shell}");
        assert_eq!(stand.terminal.front(), Front::Shell);
        stand.prints("echo $x", "outside\n", 0);
    }
}

#[test]
fn what_is_typed_to_enter_a_shell_is_not_in_its_history() {
    let mut stand = stand();
    stand.open("bash --norc");
    stand.prints_inside("echo one", "one\n", End::Status(0));
    let (output, _) = stand.play("history");
    assert!(
        !output.contains("stty") && output.contains("echo one"),
        "{output}"
    );
}

#[test]
fn an_inner_command_that_takes_too_long_is_interrupted_and_the_shell_stays() {
    let mut stand = stand();
    stand.open("bash --norc");
    let (_, ended) = stand.play_within("sleep 30", Duration::from_millis(200));
    assert_eq!(ended, End::TimeLimit);
    stand.prints_inside("echo here", "here\n", End::Status(0));
    let (_, ended) = stand.play_within("echo 'never closed", Duration::from_millis(200));
    assert_eq!(ended, End::TimeLimit);
    stand.prints_inside("echo here", "here\n", End::Status(0));
}

#[test]
fn a_program_in_the_foreground_stays_until_a_key_ends_it() {
    let mut stand = stand();
    let mut says_ready =
        |printed: &Output, _: Duration| printed.last(100).windows(5).any(|words| words == b"ready");
    let played = stand.in_manner(
        "echo ready; sleep 0.2; echo later; exec sleep 30",
        PlayOptions {
            stays: Stays::Once(&mut says_ready),
            ..manner(Duration::from_secs(20))
        },
    );
    assert_eq!(
        (played.output.as_slice(), played.ended),
        (&b"ready\n"[..], End::Stays)
    );
    assert_eq!(stand.terminal.front(), Front::Busy(7));
    std::thread::sleep(Duration::from_millis(400));
    assert_eq!(stand.terminal.late_output(), [(7, b"later\n".to_vec())]);
    // `exec` made it the shell itself.
    assert_eq!(stand.press("\u{3}").ended, End::ShellLeft(130));
}

#[test]
fn a_program_that_ends_alone_is_told_of() {
    let mut stand = stand();
    let mut at_once = |printed: &Output, _: Duration| !printed.is_empty();
    let played = stand.in_manner(
        "echo up; sleep 0.1; (exit 5)",
        PlayOptions {
            stays: Stays::Once(&mut at_once),
            ..manner(Duration::from_secs(20))
        },
    );
    assert_eq!(played.ended, End::Stays);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(stand.terminal.front(), Front::Shell);
    assert_eq!(
        stand.terminal.ended_alone().map(|(_, status)| status),
        Some(5)
    );
    stand.prints("echo back", "back\n", 0);
}

#[test]
fn questions_are_answered() {
    let mut stand = stand();
    let played = stand.in_manner(
        "read -p 'name? ' name; read -s word; echo $name $word",
        PlayOptions {
            answers: vec!["me\r".to_owned(), "you\r".to_owned()],
            ..manner(Duration::from_secs(20))
        },
    );
    let output = String::from_utf8_lossy(&played.output).into_owned();
    assert!(output.ends_with("me you\n"), "{output}");
}

#[test]
fn a_step_may_have_its_output_on_the_terminal() {
    let mut stand = stand();
    let played = stand.in_manner(
        "test -t 1 && stty size && echo $COLUMNS",
        PlayOptions {
            screen: Some((60, 20)),
            ..manner(Duration::from_secs(20))
        },
    );
    assert_eq!(String::from_utf8_lossy(&played.output), "20 60\r\n60\r\n");
    stand.prints("stty size; echo $COLUMNS; test -t 1", "40 120\n120\n", 1);
}

#[test]
fn a_program_is_known_by_its_prompt() {
    let mut stand = stand();
    let program = "while IFS= read -r -e -p 'db> ' line; do [ \"$line\" = quit ] && break; echo \"got $line\"; done";
    let banner = stand.open(&format!(
        "echo Welcome; bash --norc -c '{}'",
        program.replace('\'', "'\\''")
    ));
    assert!(banner.starts_with("Welcome"), "{banner}");
    let played = stand.perform("six times seven", Streams::Both, Duration::from_secs(5));
    let output = String::from_utf8_lossy(&played.output).replace('\r', "");
    assert_eq!(played.asks_again.as_deref(), Some("db> "));
    assert!(output.contains("got six times seven\n"), "{output}");
    assert!(matches!(stand.play("quit").1, End::Left(0)));
    stand.prints("echo back", "back\n", 0);
}

#[test]
fn a_shell_whose_prompt_is_changed_is_still_one() {
    let mut stand = stand();
    stand.open("bash --norc");
    stand.prints_inside("x=1", "", End::Status(0));
    stand.open("PS1='> '");
    stand.prints_inside("echo $x; false", "1\n", End::Status(1));
    stand.open("exec sh");
    stand.prints_inside("echo here", "here\n", End::Status(0));
    assert_eq!(stand.play("exit 2").1, End::Left(2));
    stand.prints("echo back", "back\n", 0);
}

#[test]
fn what_a_step_prints_of_the_prompt_has_no_marks() {
    let mut stand = stand();
    stand.open("bash --norc");
    let (output, ended) = stand.play("echo \"<$PS1>\"");
    assert_eq!(ended, End::Status(0));
    assert!(
        !output.contains("@tut") && output.starts_with('<'),
        "{output}"
    );
}

#[test]
fn a_terminal_that_a_program_left_in_disorder_is_put_in_order() {
    let mut stand = stand();
    let (_, ended) = stand.play_within("stty raw -echo; sleep 30", Duration::from_millis(300));
    assert_eq!(ended, End::TimeLimit);
    stand.prints("stty -a | grep -c -- '-icanon'", "0\n", 1);
    // What a step sets and ends well with is its own wish.
    stand.prints("stty -echo", "", 0);
    stand.prints("stty -a | grep -c -- ' -echo '", "1\n", 0);
}
