//! A tutorial in a project of its own, and what tutcheck says of it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use serde_json::Value;
use tempfile::TempDir;

/// No call of a test takes so long.
const HANGS: Duration = Duration::from_secs(600);

/// A project with one tutorial.
#[must_use]
pub struct Tutorial {
    folder: TempDir,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Tutorial {
    pub fn new(markdown: &str) -> Tutorial {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("expectations")).unwrap();
        fs::create_dir_all(folder.path().join("state")).unwrap();
        fs::write(folder.path().join("page.md"), as_written(markdown)).unwrap();
        Tutorial {
            folder,
            arguments: Vec::new(),
            variables: Vec::new(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Changes the page as an author would.
    pub fn edit(&self, from: &str, to: &str) -> &Tutorial {
        let page = self.read("page.md");
        assert!(page.contains(from), "the page has no {from:?}");
        fs::write(self.path("page.md"), page.replace(from, to)).unwrap();
        self
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Tutorial {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        let text = text.as_ref();
        match std::str::from_utf8(text) {
            Ok(page) => fs::write(self.path(name), as_written(page)).unwrap(),
            Err(_) => fs::write(self.path(name), text).unwrap(),
        }
        self
    }

    pub fn with(mut self, argument: &str) -> Tutorial {
        self.arguments.push(argument.to_owned());
        self
    }

    pub fn variable(mut self, name: &str, value: &str) -> Tutorial {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A variable that names a file of the tutorial's folder, which the steps of the page do not know else.
    pub fn file(self, variable: &str, name: &str) -> Tutorial {
        let path = self.path(name).to_str().unwrap().to_owned();
        self.variable(variable, &path)
    }

    /// What it leaves below the folder for temporary files is found in one of its own.
    pub fn with_own_tmp(self) -> Tutorial {
        std::fs::create_dir(self.path("tmp")).unwrap();
        self.file("TMPDIR", "tmp")
    }

    /// The call, ready to be started, in the tutorial's folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tutcheck"));
        command
            .args(arguments)
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .env("XDG_STATE_HOME", self.path("state"))
            .env("XDG_CACHE_HOME", self.path("state/cache"))
            .env("TUTCHECK_NO_KEEP_IMAGES", "true")
            .env_remove("CI")
            .env_remove("TUTCHECK_VAR_DOCKERHUB_USERNAME")
            .env_remove("TUTCHECK_HAVE")
            .envs(self.variables.iter().map(|(k, v)| (k, v)))
            .stdin(Stdio::null());
        command
    }

    pub fn call(&self, arguments: &[&str]) -> Said {
        Said::of(&output(&mut self.command(arguments)))
    }

    /// Checks the page; the report is JSON.
    ///
    /// What was observed is judged again, from a file, without programs and without a daemon: that must
    /// give the same report.
    #[track_caller]
    pub fn check(&self) -> Checked {
        let arguments = ["check", "page.md", "--report", "json", "--save", "run.json"];
        let output = output(&mut self.command(&arguments));
        let again = self.judge(&["--report", "json"]);
        if !output.stdout.is_empty() {
            assert_eq!(String::from_utf8_lossy(&output.stdout), again.out);
            assert_eq!(output.status.code(), Some(again.status));
        }
        Checked::of(&output)
    }

    /// Judges the run that the last check has saved.
    pub fn judge(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tutcheck"));
        command
            .args(["judge", "run.json"])
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("DOCKER_HOST", "unix:///nowhere")
            .stdin(Stdio::null());
        Said::of(&output(&mut command))
    }

    /// A file that belongs to the page is wrong: how and where is said, and nothing is played.
    #[track_caller]
    pub fn refuses(&self, name: &str, text: &str, words: &str) {
        self.write(name, text);
        self.call(&["page.md"])
            .exits(2)
            .complains(words)
            .complains(&format!("--> {name}:"));
    }

    /// The page itself is wrong, and it is said how.
    #[track_caller]
    pub fn check_fails(&self, words: &str) {
        self.call(&["check", "page.md"]).exits(2).complains(words);
    }

    pub fn record(&self) -> Said {
        self.call(&["record", "page.md"])
    }

    /// What runs have left in the state folder.
    pub fn ledgers(&self) -> Vec<PathBuf> {
        fs::read_dir(self.path("state/tutcheck/runs"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .collect()
    }
}

/// What a call said.
#[derive(Debug)]
pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    fn of(output: &Output) -> Said {
        Said {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    pub fn exits(&self, status: i32) -> &Said {
        assert_eq!(self.status, status, "{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn complains(&self, words: &str) -> &Said {
        assert!(self.err.contains(words), "no {words:?} in\n{}", self.err);
        self
    }

    #[track_caller]
    pub fn says(&self, words: &str) -> &Said {
        assert!(self.out.contains(words), "no {words:?} in\n{}", self.out);
        self
    }
}

/// The report of a check.
pub struct Checked {
    pub status: i32,
    pub report: Value,
    pub err: String,
}

impl Checked {
    pub fn of(output: &Output) -> Checked {
        let said = Said::of(output);
        let report =
            serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"));
        Checked {
            status: said.status,
            report,
            err: said.err,
        }
    }

    pub fn steps(&self) -> &Vec<Value> {
        self.report["documents"][0]["steps"].as_array().unwrap()
    }

    fn text(&self, step: usize, field: &str) -> &str {
        self.steps()[step - 1][field].as_str().unwrap_or_default()
    }

    #[track_caller]
    pub fn exits(&self, status: i32) -> &Checked {
        assert_eq!(self.status, status, "{:#}\n{}", self.report, self.err);
        assert_eq!(self.report["exit"], status);
        self
    }

    /// The verdicts of all steps, in a word each.
    #[track_caller]
    pub fn verdicts(&self, expected: &[&str]) -> &Checked {
        let verdicts: Vec<&str> = (1..=self.steps().len())
            .map(|step| self.text(step, "verdict"))
            .collect();
        assert_eq!(verdicts, expected, "{:#}", self.report);
        self
    }

    #[track_caller]
    pub fn reason(&self, step: usize, words: &str) -> &Checked {
        let reason = self.text(step, "reason");
        assert!(
            reason.contains(words),
            "step {step}: no {words:?} in {reason:?}"
        );
        self
    }
}

/// What a call says; one that hangs is ended, so that its test fails and the others have their turn.
fn output(command: &mut Command) -> Output {
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = piped.spawn().unwrap();
    let process = Pid::from_child(&child);
    let (ended, end) = mpsc::channel::<()>();
    std::thread::spawn(move || {
        if end.recv_timeout(HANGS) == Err(RecvTimeoutError::Timeout) {
            let _ = rustix::process::kill_process(process, Signal::KILL);
        }
    });
    let output = child.wait_with_output().unwrap();
    drop(ended);
    output
}

/// Starts a call, waits until `ready` says so, and then lets `act` do something to it.
pub fn while_running(
    command: &mut Command,
    ready: impl Fn() -> bool,
    act: impl FnOnce(u32),
) -> Output {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !ready() {
        assert!(Instant::now() < deadline, "it never came so far");
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::sleep(Duration::from_millis(5));
    }
    act(child.id());
    let mut stdout = Vec::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut stdout)
        .unwrap();
    let mut stderr = Vec::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_end(&mut stderr)
        .unwrap();
    Output {
        status: child.wait().unwrap(),
        stdout,
        stderr,
    }
}

pub fn kill(signal: &str, pid: u32) {
    let status = Command::new("kill")
        .args([format!("-{signal}"), pid.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

/// A scratch directory of a run whose temporary files go to `folder`.
pub fn scratch_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    entries
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("tutcheck-"))
        })
        .collect()
}

/// A text as it stands in a test: without the line that it begins in and the four blanks before each line.
pub fn outdented(text: &str) -> String {
    let lines = text.strip_prefix('\n').unwrap_or(text).lines();
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix("    ").unwrap_or(line))
        .collect();
    format!("{}\n", lines.join("\n").trim_end())
}

/// A page as it is saved: one that begins with a line end stands indented in its test.
pub fn as_written(text: &str) -> String {
    if text.starts_with("\n    ") {
        outdented(text)
    } else {
        text.to_owned()
    }
}
