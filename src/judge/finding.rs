//! What is said of a step: a verdict, with what led to it.

use crate::matching::Comparison;

/// What tutcheck says of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As expected.
    Passed,
    /// The reader is stuck or sees something else.
    Broken,
    /// It works, and the page shows an outdated form.
    Stale,
    /// There is nothing to compare with, and there must be.
    Unrecorded,
    /// It says nothing about the tutorial.
    Untestable,
    /// Because of an earlier step.
    NotReached,
    /// Something is missing here.
    Gated,
    /// The author said so.
    Skipped,
    /// For a person.
    Manual,
}

impl Verdict {
    /// The word in reports for programs.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Broken => "broken",
            Verdict::Stale => "stale",
            Verdict::Unrecorded => "unrecorded",
            Verdict::Untestable => "untestable",
            Verdict::NotReached => "not_reached",
            Verdict::Gated => "gated",
            Verdict::Skipped => "skipped",
            Verdict::Manual => "manual",
        }
    }

    /// Whether the step was looked at.
    pub fn is_verified(self) -> bool {
        match self {
            Verdict::Passed | Verdict::Broken | Verdict::Stale | Verdict::Unrecorded => true,
            Verdict::Untestable
            | Verdict::NotReached
            | Verdict::Gated
            | Verdict::Skipped
            | Verdict::Manual => false,
        }
    }
}

/// A verdict with what led to it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What is said of the step.
    pub verdict: Verdict,
    /// A stable name for the kind of finding; empty for a pass.
    pub code: &'static str,
    /// Why, in one sentence.
    pub reason: Option<String>,
    /// The smallest change that would accept what happened.
    pub hint: Option<String>,
    /// The two texts, where they differ.
    pub difference: Option<Difference>,
    /// The reader cannot go on from here.
    pub is_stuck: bool,
    /// The comparison with the recording, for recording anew.
    pub renewal: Option<Comparison>,
    /// Warnings that are new: nobody is stuck because of them.
    pub warnings: Vec<String>,
}

impl Finding {
    pub(super) fn new(verdict: Verdict, code: &'static str, reason: impl Into<String>) -> Finding {
        Finding {
            reason: Some(reason.into()),
            code,
            ..Finding::passed()
        }
        .with(verdict)
    }

    pub(super) fn with(self, verdict: Verdict) -> Finding {
        Finding { verdict, ..self }
    }

    pub(super) fn stuck(self) -> Finding {
        Finding {
            is_stuck: true,
            ..self
        }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Finding {
        Finding {
            hint: Some(hint.into()),
            ..self
        }
    }

    pub(super) fn passed() -> Finding {
        Finding {
            verdict: Verdict::Passed,
            code: "",
            reason: None,
            hint: None,
            difference: None,
            is_stuck: false,
            renewal: None,
            warnings: Vec::new(),
        }
    }
}

/// Two texts that differ.
#[derive(Debug, Clone)]
pub struct Difference {
    /// What was expected.
    pub expected: String,
    /// Whether it is on the page, and not in the recording.
    pub is_shown: bool,
    /// What was printed.
    pub printed: String,
    /// Line by line.
    pub comparison: Comparison,
}
