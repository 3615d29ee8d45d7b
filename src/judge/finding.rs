//! What is said of a step: a verdict, with what led to it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::hint::Hint;
use super::reason::{Code, Origin, Reason};
use crate::matching::{Aligned, Comparison};

/// What tutcheck says of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

    /// All of them.
    pub const ALL: &[Verdict] = &[
        Verdict::Passed,
        Verdict::Broken,
        Verdict::Stale,
        Verdict::Unrecorded,
        Verdict::Untestable,
        Verdict::NotReached,
        Verdict::Gated,
        Verdict::Skipped,
        Verdict::Manual,
    ];

    /// What it means.
    pub fn means(self) -> &'static str {
        match self {
            Verdict::Passed => "The step did what a reader should see.",
            Verdict::Broken => {
                "The reader is stuck here, or sees something else. It makes the run red."
            }
            Verdict::Stale => {
                "The step works, and the page shows an outdated form, such as the old builder's. Red only with `--strict`."
            }
            Verdict::Unrecorded => {
                "There is nothing to compare its output with, and there must be: with `--locked`, or where `CI=true` on a page that has a recording. Red."
            }
            Verdict::Untestable => {
                "The daemon, a registry or the network failed: it says nothing about the tutorial. Exit status 3."
            }
            Verdict::NotReached => "A reader is stuck at an earlier step, and never comes here.",
            Verdict::Gated => {
                "Something that the step needs is not here: a capability, an account, a value."
            }
            Verdict::Skipped => "The author says that it is not run.",
            Verdict::Manual => "A person does it: it counts as not verified.",
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is said of the step.
    pub verdict: Verdict,
    /// Why; nothing for a pass.
    pub reason: Option<Reason>,
    /// An earlier step left the reader stuck, and this one, a teardown, was tried all the same: that it
    /// failed is no news.
    pub tried_after: Option<Origin>,
    /// The smallest change that would accept what happened.
    pub hint: Option<Hint>,
    /// The two texts, where they differ.
    pub difference: Option<Difference>,
    /// The reader cannot go on from here.
    pub is_stuck: bool,
    /// Its output was compared with the recording or the page; else only how it ended was looked at.
    pub is_compared: bool,
    /// The comparison with the recording, for recording anew.
    pub renewal: Option<Comparison>,
    /// Warnings that are new: nobody is stuck because of them.
    pub warnings: Vec<String>,
}

impl Finding {
    pub(super) fn new(verdict: Verdict, reason: Reason) -> Finding {
        Finding {
            verdict,
            reason: Some(reason),
            ..Finding::passed()
        }
    }

    /// A reader cannot go on from here.
    pub(super) fn broken(reason: Reason) -> Finding {
        Finding::new(Verdict::Broken, reason).stuck()
    }

    /// It says nothing about the tutorial.
    pub(super) fn untestable(reason: Reason) -> Finding {
        Finding::new(Verdict::Untestable, reason)
    }

    /// The stable name of its kind; none for a pass.
    pub fn code(&self) -> Option<Code> {
        let code = self.reason.as_ref().map(Reason::code)?;
        Some(self.tried_after.as_ref().map_or(code, |_| Code::NotReached))
    }

    pub(super) fn stuck(self) -> Finding {
        Finding {
            is_stuck: true,
            ..self
        }
    }

    pub(super) fn hint(self, hint: Hint) -> Finding {
        Finding {
            hint: Some(hint),
            ..self
        }
    }

    pub(super) fn passed() -> Finding {
        Finding {
            verdict: Verdict::Passed,
            reason: None,
            tried_after: None,
            hint: None,
            difference: None,
            is_stuck: false,
            is_compared: false,
            renewal: None,
            warnings: Vec::new(),
        }
    }
}

/// Two texts that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What was expected.
    pub expected: String,
    /// Whether it is on the page, and not in the recording.
    pub is_shown: bool,
    /// The bytes of its lines, on the page or in the file of the recording; one range for all of them
    /// where the recording has them on one line.
    pub places: Vec<Range<usize>>,
    /// What was printed.
    pub printed: String,
    /// Line by line.
    pub comparison: Comparison,
}

impl Difference {
    /// The bytes of an expected line, by its number from 0.
    pub fn place(&self, line: usize) -> Option<&Range<usize>> {
        self.places.get(line).or(self.places.last())
    }

    /// The bytes that the first difference concerns: the expected line, or the one before what is new.
    pub fn at(&self) -> Option<&Range<usize>> {
        let mut before = 0;
        for line in &self.comparison.lines {
            match line {
                Aligned::Same { expected, .. } => before = *expected,
                Aligned::Changed { expected, .. } | Aligned::Missing { expected, .. } => {
                    return self.place(*expected);
                }
                Aligned::Extra { .. } => break,
                Aligned::Noted { .. } => {}
            }
        }
        self.place(before)
    }
}
