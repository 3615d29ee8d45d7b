//! One thing that a reader does.

use std::ops::Range;
use std::sync::Arc;

use super::fate::Fate;
use crate::commandline::Foreground;
use crate::document::{self, Hidden, Place};

/// One thing that a reader does.
#[derive(Debug)]
pub struct Step {
    /// Stable from run to run: `section/words-of-the-command`.
    pub key: String,
    /// The line of the command, counted from 1.
    pub line: usize,
    /// The bytes of the command in the document.
    pub span: Range<usize>,
    /// The number of its block in the document, from 0.
    pub block: usize,
    /// The number of its part of the block, from 0; none where the block is one thing to do.
    pub part: Option<usize>,
    /// What is done.
    pub action: Action,
    /// For a step that no reader sees: which directive.
    pub hidden: Option<Hidden>,
    /// Whether it is done.
    pub fate: Fate,
    /// Which recording it has, by index.
    pub recorded: Option<usize>,
    /// What the author set for it.
    pub settings: Arc<document::BlockSettings>,
    /// The terminal that it is typed into, where that is not `main`.
    pub terminal: Option<String>,
    /// What is typed into it: the terminal's own shell, or what an earlier step has opened there.
    pub place: Place,
    /// A placeholder in it stands for an object that the page has made.
    pub is_bound: bool,
    /// The prompt that the page shows before it.
    pub prompt: Option<String>,
    /// The prose before it says to press Ctrl-C.
    pub after_interrupt: bool,
    /// What is typed into the program that it starts, one by one as it asks.
    pub answers: Vec<String>,
    /// It is the last of its block: what the block waits for, it waits for.
    pub is_last: bool,
    /// What it leaves in front of its terminal.
    pub in_front: Foreground,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A command is typed.
    Run {
        /// As the document has it.
        written: String,
        /// With placeholders filled, where it has any.
        filled: Option<String>,
    },
    /// A file is saved.
    Save {
        /// Relative to where the shell is.
        path: String,
        /// Added to its end.
        append: bool,
        /// What is saved.
        content: String,
    },
    /// Keys are pressed.
    Press {
        /// Their names.
        names: String,
        /// What they send.
        characters: String,
    },
    /// Something that a person does, in the author's words or in ours.
    Person(String),
}

impl Step {
    /// The command, or what is done in its place, as the document has it.
    pub fn written(&self) -> &str {
        match &self.action {
            Action::Run { written, .. } => written,
            Action::Save { path, .. } => path,
            Action::Press { names, .. } => names,
            Action::Person(what) => what,
        }
    }

    /// The command with its placeholders filled.
    pub fn typed(&self) -> &str {
        match &self.action {
            Action::Run {
                filled: Some(filled),
                ..
            } => filled,
            Action::Run { .. } | Action::Save { .. } | Action::Press { .. } | Action::Person(_) => {
                self.written()
            }
        }
    }

    /// Whether a reader does it.
    pub fn is_visible(&self) -> bool {
        matches!(self.hidden, None | Some(Hidden::Manual | Hidden::Key))
    }

    /// The terminal that it is typed into.
    pub fn terminal(&self) -> &str {
        self.terminal.as_deref().unwrap_or("main")
    }

    /// Whether its output is compared with a recording.
    pub fn is_recorded(&self) -> bool {
        matches!(self.action, Action::Run { .. }) && self.hidden.is_none()
    }
}
