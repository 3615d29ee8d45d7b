//! A page that shows nothing below a command, though it does below others.

use super::{Finding, Hint, Judge, Reason, Verdict, complaint};
use crate::commandline::{self, Foreground};
use crate::document::{Part, Role};
use crate::observation::{Ended, Observation};
use crate::plan::Step;

impl Judge<'_> {
    /// The page shows what the commands around it print, and nothing below this one.
    pub(super) fn in_a_silent_place(
        &self,
        step: &Step,
        observation: &Observation,
    ) -> Option<Finding> {
        let block = &self.plan.document.blocks[step.block];
        let shows = |part: &Part| match part {
            Part::Command(command) => command.shown.is_some(),
            Part::Keys(_) | Part::File { .. } => false,
        };
        let (before, behind) = block.parts.split_at_checked(step.part?)?;
        let is_between = block.role == Role::Transcript
            && before.iter().any(shows)
            && behind.iter().skip(1).any(shows);
        let is_id = |word: &str| observation.known.contains_key(word);
        let output = &observation.output;
        // What opens something greets, and what leaves it takes its leave.
        let is_door = step.in_front != Foreground::Nothing
            || commandline::leaves(step.typed())
            || observation.ended != Ended::Status(0)
            || observation.has_no_status;
        if !is_between
            || is_door
            || observation.pulled
            || complaint::is_aside(step.written(), output, is_id)
        {
            return None;
        }
        let finding = Finding::new(Verdict::Broken, Reason::NotSilent);
        Some(finding.hint(Hint::MendOutput { is_recorded: false }))
    }
}
