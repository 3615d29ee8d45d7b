//! How much of a page was verified.

use serde::Serialize;

use super::{DocumentReport, StepReport};

/// How much of what a reader does was verified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Steps that were looked at.
    pub verified: usize,
    /// Steps of those whose output was compared.
    pub compared: usize,
    /// Steps that a reader performs.
    pub total: usize,
}

impl Coverage {
    fn of(steps: &[StepReport]) -> Coverage {
        let visible = || steps.iter().filter(|step| step.is_visible);
        Coverage {
            verified: visible()
                .filter(|step| step.finding.verdict.is_verified())
                .count(),
            compared: visible()
                .filter(|step| step.finding.verdict.is_verified() && step.finding.is_compared)
                .count(),
            total: visible().count(),
        }
    }
}

impl DocumentReport {
    /// How much of it was verified.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(&self.steps)
    }
}
