//! Pages that are played for an editor, each by a process of its own.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::terminal;

/// What is said of a play that has ended.
pub(super) struct Said {
    /// How bad it is, as the protocol counts.
    pub(super) kind: u8,
    pub(super) message: String,
}

/// What is being played.
pub(super) struct Plays {
    going: Vec<Child>,
    sender: Sender<Said>,
    ended: Receiver<Said>,
}

impl Default for Plays {
    fn default() -> Plays {
        let (sender, ended) = channel();
        Plays {
            going: Vec::new(),
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
                .args([command, "--color=never"])
                .arg(path)
                .current_dir(path.parent().unwrap_or(Path::new("/")))
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
        });
        let mut child = match started {
            Ok(child) => child,
            Err(error) => {
                let message = format!("tutcheck cannot be started: {error}");
                let kind = ERROR;
                let _ = self.sender.send(Said { kind, message });
                return;
            }
        };
        let output = child.stdout.take();
        let sender = self.sender.clone();
        let title = format!("tutcheck {command}");
        thread::spawn(move || {
            let said = output.and_then(|output| std::io::read_to_string(output).ok());
            let said = said.unwrap_or_default();
            let last = said.lines().rfind(|line| line.contains("Summary"));
            let last = last.or_else(|| said.lines().rfind(|line| !line.trim().is_empty()));
            let is_red = said.contains("error[");
            // An editor that has gone hears nothing.
            let _ = sender.send(Said {
                kind: if is_red { ERROR } else { INFORMATION },
                message: format!("{title}: {}", last.unwrap_or("it ended").trim()),
            });
        });
        self.going.push(child);
    }

    /// What has ended since the last time.
    pub(super) fn ended(&mut self) -> Vec<Said> {
        self.going
            .retain_mut(|child| !matches!(child.try_wait(), Ok(Some(_))));
        self.ended.try_iter().collect()
    }

    /// Ends all of it, and waits until nothing is left behind.
    pub(super) fn end(&mut self) {
        for child in &self.going {
            terminal::interrupt(child.id());
        }
        for child in &mut self.going {
            let _ = child.wait();
        }
    }
}
