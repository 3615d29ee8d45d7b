//! What a step really did: data, for the run that sees it, the judge, and the file of a saved run.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::identity::Known;

/// What a step really did.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Observation {
    /// What was printed, as a reader sees it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub output: String,
    /// Its identifiers, as the witness knows them.
    #[serde(default, skip_serializing_if = "Known::is_empty")]
    pub known: Known,
    /// How it ended.
    pub ended: Ended,
    /// How long it took.
    pub elapsed: Duration,
    /// The daemon pulled an image for it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pulled: bool,
    /// The daemon was gone after it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub daemon_lost: bool,
    /// What it wrote past its output to the terminal, such as a question.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub on_terminal: String,
    /// At the limit, it was reading from the terminal.
    #[serde(default, skip_serializing_if = "is_false")]
    pub waits_for_input: bool,
    /// What its jobs in the background printed once it was over.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub later: String,
    /// A container that it left running, and that ended by itself; and its last words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub death: Option<(Death, String)>,
    /// The prompt of what it was typed into, unless that is the terminal's own shell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// What it wanted, and something else had before the run began: `port 8080`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub had_before: Option<String>,
    /// It may have spoken to a daemon past the relay.
    #[serde(default, skip_serializing_if = "is_false")]
    pub past_relay: bool,
    /// It was typed into a program that says only in words that something went wrong.
    #[serde(default, skip_serializing_if = "is_false")]
    pub has_no_status: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(crate) fn is_false(value: &bool) -> bool {
    !*value
}

impl Observation {
    /// Of a step that was not typed.
    pub fn not_typed(why: NotTyped) -> Observation {
        Observation::new(Ended::NotTyped(why), Duration::ZERO)
    }

    /// Of a step that printed nothing.
    pub fn new(ended: Ended, elapsed: Duration) -> Observation {
        Observation {
            output: String::new(),
            known: Known::new(),
            ended,
            elapsed,
            pulled: false,
            daemon_lost: false,
            on_terminal: String::new(),
            waits_for_input: false,
            later: String::new(),
            death: None,
            prompt: None,
            had_before: None,
            past_relay: false,
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

/// A container that a step had left running and that ended by itself while the page went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterDeath {
    /// The number of the step.
    pub step: usize,
    /// The number of the step that was played when it was noticed.
    pub noticed: usize,
    /// What has ended.
    pub death: Death,
    /// Its last words.
    pub words: String,
}

/// What was seen when a play was over. Steps are counted through all of its pages, from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aftermath {
    /// Steps whose programs were still in front.
    pub busy: Vec<usize>,
    /// Steps whose programs were left in front and have ended by themselves, with their status.
    pub ended_alone: Vec<(usize, i32)>,
    /// Last steps of shells that somebody else has spoken to, or that are gone without a word.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meddled: Vec<usize>,
    /// Containers that steps had left running and that have ended by themselves while the page went on,
    /// with their last words.
    pub deaths: Vec<LaterDeath>,
    /// What was printed after its step was over, by the number of the step.
    pub later: BTreeMap<usize, String>,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
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
    /// Nobody knows how: it has used the pipes by which the shell is told what to do, or something has.
    Meddled,
    /// Because it asked something, and nobody typed.
    Asks {
        /// The question; may be empty.
        question: String,
        /// A reader would type without showing it.
        is_secret: bool,
    },
    /// Because of the time limit.
    TimeLimit(Duration),
    /// Because the user wanted it.
    Interrupted,
    /// A file could not be saved, and why.
    NotSaved(String),
    /// Not: it was not typed, and why.
    NotTyped(NotTyped),
}

/// Why a step was not typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotTyped {
    /// The program of an earlier step has the terminal, by that step's number on the same page.
    TerminalBusy(Option<usize>),
    /// What it was to be typed into is not open.
    NothingOpen,
    /// A key, and nothing was in front; its status, if it has ended by itself.
    NothingInFront(Option<i32>),
    /// The shell, or its place, was lost to tutcheck itself, and why.
    NoStage(String),
    /// A saved run has nothing of it.
    NotObserved,
}
