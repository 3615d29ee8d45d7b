//! What a step really did: data, for the run that sees it, the judge, and the file of a saved run.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::identity::Known;

/// What a step really did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Observation {
    /// What was printed, as a reader sees it.
    pub output: String,
    /// Its identifiers, as the witness knows them.
    pub known: Known,
    /// How it ended.
    pub ended: Ended,
    /// How long it took.
    pub elapsed: Duration,
    /// The daemon was gone after it.
    pub daemon_lost: bool,
    /// What it wrote past its output to the terminal, such as a question.
    pub on_terminal: String,
    /// At the limit, it was reading from the terminal.
    pub waits_for_input: bool,
    /// What its jobs in the background printed once it was over.
    pub later: String,
    /// A container that it left running, and that ended by itself; and its last words.
    pub death: Option<(Death, String)>,
    /// The prompt of what it was typed into, unless that is the terminal's own shell.
    pub prompt: Option<String>,
    /// It was typed into a program that says only in words that something went wrong.
    pub has_no_status: bool,
}

impl Observation {
    /// Of a step that printed nothing.
    pub fn new(ended: Ended, elapsed: Duration) -> Observation {
        Observation {
            output: String::new(),
            known: Known::new(),
            ended,
            elapsed,
            daemon_lost: false,
            on_terminal: String::new(),
            waits_for_input: false,
            later: String::new(),
            death: None,
            prompt: None,
            has_no_status: false,
        }
    }
}

/// A container that ended by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Death {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its exit status.
    pub status: i32,
    /// It was started again and again.
    pub restarts: bool,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// With this status.
    Status(i32),
    /// Not: what it put in front is still there.
    Stays,
    /// With what it was typed into, with this status.
    Left(i32),
    /// What it was to wait for did not come, and why.
    NotReady(String),
    /// With the whole shell, with this status.
    ShellLeft(i32),
    /// Because of the time limit.
    TimeLimit(Duration),
    /// Because the user wanted it.
    Interrupted,
    /// A file could not be saved, and why.
    NotSaved(String),
}
