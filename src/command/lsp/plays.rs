//! Pages that are played for an editor, each by a process of its own.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::terminal;

/// What is said of a play that has ended.
pub(super) struct Said {
    /// How bad it is, as the protocol counts.
    pub(super) kind: u8,
    pub(super) message: String,
    /// The process that played.
    process: Option<u32>,
}

/// What is being played.
pub(super) struct Plays {
    going: BTreeSet<u32>,
    sender: Sender<Said>,
    ended: Receiver<Said>,
}

impl Default for Plays {
    fn default() -> Plays {
        let (sender, ended) = channel();
        Plays {
            going: BTreeSet::new(),
            sender,
            ended,
        }
    }
}

const ERROR: u8 = 1;
const INFORMATION: u8 = 3;

impl Plays {
    /// Plays a page as the command does.
    pub(super) fn start(&mut self, command: &str, path: &Path) {
        let started = std::env::current_exe().and_then(|this| {
            Command::new(this)
                .args([command, "--held", "--color=never"])
                .arg(path)
                .current_dir(
                    path.parent()
                        .filter(|folder| folder.is_dir())
                        .unwrap_or(Path::new("/")),
                )
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
        });
        let sender = self.sender.clone();
        let mut child = match started {
            Ok(child) => child,
            Err(error) => {
                let said = Said {
                    kind: ERROR,
                    message: format!("tutcheck cannot be started: {error}"),
                    process: None,
                };
                let _ = sender.send(said);
                return;
            }
        };
        let process = child.id();
        self.going.insert(process);
        let title = format!("tutcheck {command}");
        thread::spawn(move || {
            // It ends when this is let go: also where we are killed.
            let _held = child.stdin.take();
            let said = match child.wait_with_output() {
                Ok(output) => of_output(&title, process, &output),
                Err(error) => Said {
                    kind: ERROR,
                    message: format!("{title}: {error}"),
                    process: Some(process),
                },
            };
            // An editor that has gone hears nothing.
            let _ = sender.send(said);
        });
    }

    /// What has ended since the last time.
    pub(super) fn ended(&mut self) -> Vec<Said> {
        let ended: Vec<Said> = self.ended.try_iter().collect();
        for process in ended.iter().filter_map(|said| said.process) {
            self.going.remove(&process);
        }
        ended
    }

    /// Ends all of it, and waits until nothing is left behind.
    pub(super) fn end(&mut self) {
        self.ended();
        for process in &self.going {
            terminal::interrupt(*process);
        }
        while !self.going.is_empty() {
            match self.ended.recv() {
                Ok(said) => drop(said.process.map(|process| self.going.remove(&process))),
                Err(_) => return,
            }
        }
    }
}

/// The summary of a play, or the last that it complained of.
fn of_output(title: &str, process: u32, output: &Output) -> Said {
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    let summary = said.lines().rfind(|line| line.contains("Summary"));
    let last = || {
        let mut all = said.lines().chain(complained.lines());
        all.rfind(|line| !line.trim().is_empty())
    };
    let is_well = output.status.success();
    Said {
        kind: if is_well { INFORMATION } else { ERROR },
        message: format!(
            "{title}: {}",
            summary.or_else(last).unwrap_or("it ended").trim()
        ),
        process: Some(process),
    }
}
