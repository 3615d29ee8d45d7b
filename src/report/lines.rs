//! A line for each step as it comes; one for all of those in a row that nobody reached.

use std::fmt::Write;

use super::StepReport;
use crate::judge::Verdict;
use crate::wording::{self, ASIDE};

/// Takes steps in and gives lines out, of which the last may be held back until it is known how many
/// steps it is for.
#[derive(Debug, Default)]
pub struct Lines {
    held: Option<Held>,
}

/// Steps that were not reached, for one reason.
#[derive(Debug)]
struct Held {
    first: StepReport,
    last: usize,
    total: usize,
}

impl Lines {
    /// What is to be written once this step has come.
    pub fn step(&mut self, step: &StepReport, total: usize) -> String {
        let is_unreached = step.finding.verdict == Verdict::NotReached && !step.finding.is_late;
        if let Some(held) = &mut self.held
            && is_unreached
            && step.number == held.last + 1
            && held.first.finding.reason == step.finding.reason
        {
            held.last = step.number;
            return String::new();
        }
        let mut text = self.rest();
        if is_unreached {
            self.held = Some(Held {
                first: step.clone(),
                last: step.number,
                total,
            });
        } else {
            text.push_str(&line(step, total));
        }
        text
    }

    /// What was held back.
    pub fn rest(&mut self) -> String {
        let Some(held) = self.held.take() else {
            return String::new();
        };
        let (first, total) = (&held.first, held.total);
        if held.last == first.number {
            return line(first, total);
        }
        let (word, style) = wording::verdict(first.finding.verdict);
        let reason = first.finding.reason.as_deref().unwrap_or_default();
        format!(
            "{style}{word:>12}{style:#} [        ] {}–{}/{total} {ASIDE}({}){ASIDE:#}\n",
            first.number,
            held.last,
            wording::visible(reason)
        )
    }
}

/// `      passed [   0.412s] 1/9 docker pull hello-world`
fn line(step: &StepReport, total: usize) -> String {
    let (word, style) = wording::verdict(step.finding.verdict);
    let width = total.to_string().len();
    #[expect(clippy::cast_precision_loss, reason = "a step takes no centuries")]
    let seconds = step.elapsed_ms as f64 / 1000.0;
    let mut line = format!(
        "{style}{word:>12}{style:#} [{seconds:>8.3}s] {:>width$}/{total} {}",
        step.number,
        first_line(&step.run)
    );
    let reason = step
        .finding
        .reason
        .as_ref()
        .filter(|reason| **reason != step.run);
    if let (false, Some(reason)) = (step.finding.verdict == Verdict::Passed, reason) {
        let _ = write!(line, " {ASIDE}({}){ASIDE:#}", wording::visible(reason));
    }
    line.push('\n');
    line
}

fn first_line(run: &str) -> String {
    let first = wording::visible(run.lines().next().unwrap_or_default());
    if run.lines().count() > 1 {
        format!("{first} …")
    } else {
        first.into_owned()
    }
}
