//! What kind of output a command prints, and what of it is said rather than shown on the way.
//!
//! A profile may leave out lines of progress and bring two forms of the same facts into one. It
//! never leaves out a line that starts like an error.

mod build;
mod pull;

use std::borrow::Cow;

/// A line that is compared: its words, and which line of the output it was.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line<'a> {
    pub(super) text: Cow<'a, str>,
    /// Counted from 0.
    pub(super) number: usize,
}

/// What a command's output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    /// Nothing is known of it.
    General,
    /// Some other command of docker's: it may pull before.
    Docker,
    /// A table whose columns are as wide as their widest cell.
    Table,
    /// Both builders.
    Build,
    /// All of it is about the machine: `docker version`, `docker info`.
    Environment,
}

/// The profile of a command, by its words.
pub(super) fn of(command: &str) -> Profile {
    let mut words = command
        .split_whitespace()
        .skip_while(|word| *word == "sudo" || word.contains('='));
    if words.next() != Some("docker") {
        let later = command.split_whitespace().any(|word| word == "docker");
        return if later {
            Profile::Docker
        } else {
            Profile::General
        };
    }
    // With another program behind it, what is printed is that program's.
    if command.contains('|') {
        return Profile::Docker;
    }
    let formatted =
        command.contains("--format") || command.contains(" -q") || command.contains("--quiet");
    let words: Vec<&str> = words
        .filter(|word| !word.starts_with('-'))
        .take(2)
        .collect();
    match words.as_slice() {
        ["build" | "buildx", ..] | ["image" | "builder", "build"] => Profile::Build,
        ["images" | "ps" | "history", ..] | [_, "ls" | "list" | "ps" | "history"] if !formatted => {
            Profile::Table
        }
        ["version" | "info", ..] | ["system", "info"] | [] => Profile::Environment,
        _ => Profile::Docker,
    }
}

impl Profile {
    /// Nothing of it can be compared.
    pub(super) fn is_environment(self) -> bool {
        self == Profile::Environment
    }

    /// Any number of blanks is as good as another.
    pub(super) fn has_columns(self) -> bool {
        self == Profile::Table
    }

    /// Which form an output has, where there are several.
    pub(super) fn form(self, text: &str) -> Option<&'static str> {
        match self {
            Profile::Build => build::form(text),
            Profile::General | Profile::Docker | Profile::Table | Profile::Environment => None,
        }
    }

    /// The lines of both sides that are compared.
    pub(super) fn lines<'a>(
        self,
        expected: &'a str,
        live: &'a str,
    ) -> (Vec<Line<'a>>, Vec<Line<'a>>) {
        match self {
            Profile::General | Profile::Table | Profile::Environment => (all(expected), all(live)),
            Profile::Docker => (
                pull::without_progress(all(expected)),
                pull::without_progress(all(live)),
            ),
            Profile::Build => build::facts(expected, live),
        }
    }
}

/// Every line, without blanks at its end; blank lines at the very end do not count.
fn all(text: &str) -> Vec<Line<'_>> {
    let text = text.trim_end();
    if text.is_empty() {
        return Vec::new();
    }
    let line = |(number, line): (usize, &'_ str)| (number, line.trim_end().len());
    text.split('\n')
        .enumerate()
        .map(|(number, whole)| {
            let (number, length) = line((number, whole));
            Line {
                text: Cow::Borrowed(&whole[..length]),
                number,
            }
        })
        .collect()
}

/// A line that says that something went wrong; no profile may drop it.
fn is_error(line: &str) -> bool {
    let line = line.trim_start();
    [
        "Error",
        "ERROR",
        "error",
        "E:",
        "denied",
        "fatal",
        "panic",
        "Traceback",
        "failed",
        "toomanyrequests",
    ]
    .iter()
    .any(|start| line.starts_with(start))
}
