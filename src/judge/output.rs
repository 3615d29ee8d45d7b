//! What was printed, against what was recorded and what the page shows.

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;

use super::{Difference, Finding, Hint, Judge, Reason, Verdict, cause, complaint, telling};
use crate::expectation;
use crate::matching::{self, Aligned, Bindings, Comparison, Mismatch, Profile, Rules, Side};
use crate::observation::{Ended, Observation};
use crate::plan::{Plan, Step};
use crate::programs;

/// What a step was compared with, and what came of it.
pub(super) struct Compared<'o> {
    pub(super) comparison: Comparison,
    /// What was expected.
    pub(super) text: String,
    /// What was printed: by the step, or by several that the page shows in one.
    pub(super) printed: Cow<'o, str>,
}

impl Judge<'_> {
    /// What is said of a step that ended as it should.
    pub(super) fn output(
        &mut self,
        number: usize,
        step: &Step,
        observation: &Observation,
    ) -> Finding {
        let recorded = self.against_recording(number, step, observation);
        let shown = self.against_page(number, step, observation);
        let renewal = recorded
            .as_ref()
            .map(|recorded| recorded.comparison.clone());
        let compared = recorded.as_ref().or(shown.as_ref());

        let warnings = compared.map(Compared::warnings).unwrap_or_default();
        let is_compared = compared.is_some();
        let has_new_error = compared.is_some_and(Compared::has_new_error);
        let mut finding = self.compared(step, observation, recorded, shown);
        let is_silent = observation.output.trim().is_empty();
        if finding.verdict == Verdict::Broken && (has_new_error || is_silent) {
            let said = &observation.output;
            let cause = cause::hint(self.plan, number, step, said, &observation.ended);
            finding.hint = cause.or(finding.hint);
        }
        Finding {
            is_compared,
            renewal,
            warnings,
            ..finding
        }
    }

    fn compared(
        &self,
        step: &Step,
        observation: &Observation,
        recorded: Option<Compared<'_>>,
        shown: Option<Compared<'_>>,
    ) -> Finding {
        let broken = |reason| Finding::new(Verdict::Broken, reason);
        let is_recorded = recorded.is_some();
        if let Some(recorded) = recorded {
            let run = self.plan.recording(step).map(|recorded| &recorded.run);
            let written = self.plan.secrets.hide(step.written());
            if let Some(run) = run.filter(|run| **run != written && *run != step.written()) {
                let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
                let reason = Reason::CommandChanged {
                    recorded: first(run),
                    now: first(step.written()),
                };
                return Finding {
                    difference: recorded.differs_from_recording(self.plan, step),
                    ..broken(reason).hint(Hint::RecordCommand)
                };
            }
            // What the page leaves out may be anything but an error that was not recorded.
            let is_left_out = shown
                .as_ref()
                .is_some_and(|shown| shown.has_gaps() && shown.comparison.is_same())
                && !recorded.has_new_error();
            if !recorded.comparison.is_same() && !is_left_out {
                let hint = acceptance(&recorded.comparison);
                return Finding {
                    difference: recorded.differs_from_recording(self.plan, step),
                    ..broken(Reason::OutputChanged).hint(hint)
                };
            }
        }
        match shown {
            Some(shown) if !shown.comparison.is_same() => Finding {
                difference: shown.differs_from_page(self.plan, step),
                ..broken(Reason::PageDiffers).hint(Hint::MendOutput { is_recorded })
            },
            Some(shown) => outdated(&self.plan.profiles, step, &shown.text, observation)
                .unwrap_or_else(Finding::passed),
            None if is_recorded => Finding::passed(),
            None => self
                .in_a_silent_place(step, observation)
                .unwrap_or_else(|| self.with_nothing_to_compare(step, observation)),
        }
    }

    fn with_nothing_to_compare(&self, step: &Step, observation: &Observation) -> Finding {
        if let Some(line) = telling::not_found(&observation.output)
            && !complaint::provides_for_failure(step.typed())
        {
            let reason = Reason::CommandNotFound(line.to_owned());
            return Finding::new(Verdict::Broken, reason).hint(Hint::ShowOrRecord);
        }
        if let Some(line) = programs::says_error(&observation.output)
            && observation.has_no_status
        {
            let reason = Reason::ErrorPrinted(line.to_owned());
            return Finding::broken(reason).hint(Hint::ShowOrRecord);
        }
        let ended_well = observation.ended == Ended::Status(0);
        if let Some(line) = complaint::printed(step.typed(), &observation.output)
            && ended_well
        {
            let reason = Reason::Complained(line.trim().to_owned());
            return Finding::new(Verdict::Broken, reason).hint(Hint::ShowIt);
        }
        if self.is_locked && !observation.output.trim().is_empty() {
            return Finding::new(Verdict::Unrecorded, Reason::Unrecorded)
                .hint(Hint::RecordOrDoNotCompare);
        }
        Finding::passed()
    }

    pub(super) fn against_recording<'o>(
        &mut self,
        number: usize,
        step: &Step,
        observation: &'o Observation,
    ) -> Option<Compared<'o>> {
        let recorded = self.plan.recording(step)?;
        let side = Side::whole(&recorded.output, &recorded.ids);
        let profiles = &self.plan.profiles;
        let bindings = &mut self.bindings;
        let rules = Rules {
            varying: recorded.varying(),
            ..rules(step, profiles)
        };
        let comparison = compare(rules, number, step.written(), side, observation, bindings);
        Some(Compared {
            comparison,
            text: recorded.output.clone(),
            printed: Cow::Borrowed(&observation.output),
        })
    }
}

impl Compared<'_> {
    /// Warnings that are new.
    fn warnings(&self) -> Vec<String> {
        let line = |number: &usize| self.printed.lines().nth(*number).map(str::to_owned);
        let warnings = self.comparison.warnings.iter();
        warnings.filter_map(line).collect()
    }

    /// Whether a line that says that something went wrong is not as it was expected.
    fn has_new_error(&self) -> bool {
        let printed: Vec<&str> = self.printed.lines().collect();
        let new = self.comparison.lines.iter().filter_map(|line| match line {
            Aligned::Extra { live, .. } | Aligned::Changed { live, .. } => printed.get(*live),
            Aligned::Missing { .. } | Aligned::Same { .. } | Aligned::Noted { .. } => None,
        });
        new.into_iter()
            .any(|line| matching::is_error(line.trim_start()))
    }

    /// Whether an author has left something out of it.
    fn has_gaps(&self) -> bool {
        !self.text.lines().all(matching::is_literal)
    }

    fn differs_from_recording(self, plan: &Plan, step: &Step) -> Option<Difference> {
        let places = step
            .recorded
            .and_then(|index| plan.recorded_at.get(index))
            .zip(plan.recorded_in.as_deref())
            .map(|(place, source)| expectation::output_lines(source, place));
        self.differs(places.unwrap_or_default(), false)
    }

    /// Whether the page shows just what a command that fails has printed, to the last line: a reader goes on.
    pub(super) fn is_the_failure(&self, observation: &Observation) -> bool {
        let last = self.text.trim_end().lines().next_back();
        let is_literal = last.is_some_and(matching::is_literal);
        self.comparison.is_same() && is_literal && !observation.output.trim().is_empty()
    }

    pub(super) fn differs_from_page(self, plan: &Plan, step: &Step) -> Option<Difference> {
        let lines = plan.shown(step).map(|shown| shown.lines.clone());
        self.differs(lines.unwrap_or_default(), true)
    }

    fn differs(self, places: Vec<Range<usize>>, is_shown: bool) -> Option<Difference> {
        (!self.comparison.is_same()).then(|| Difference {
            expected: self.text,
            is_shown,
            places,
            printed: self.printed.into_owned(),
            comparison: self.comparison,
        })
    }
}

pub(super) fn compare(
    rules: Rules,
    number: usize,
    command: &str,
    expected: Side<'_>,
    observation: &Observation,
    bindings: &mut Bindings,
) -> Comparison {
    let live = Side::whole(&observation.output, &observation.known);
    let rules = Rules {
        pulled: observation.pulled,
        ..rules
    };
    matching::compare(command, expected, live, &rules, number, bindings)
}

/// The rules that an author's settings give; the patterns were tried when the document was read.
pub(super) fn rules(step: &Step, profiles: &[Profile]) -> Rules {
    Rules {
        unordered: step.settings.unordered,
        loose: false,
        pulled: false,
        masks: step
            .settings
            .masks
            .iter()
            .filter_map(|mask| Regex::new(mask).ok())
            .collect(),
        varying: Vec::new(),
        strict: step.settings.strict.clone(),
        profiles: profiles.to_vec(),
    }
}

/// The page shows the same facts in the form of an older Docker.
fn outdated(
    profiles: &[Profile],
    step: &Step,
    page: &str,
    observation: &Observation,
) -> Option<Finding> {
    let shown = matching::form(step.written(), page, profiles)?;
    let live = matching::form(step.written(), &observation.output, profiles)?;
    (shown != live).then(|| Finding::new(Verdict::Stale, Reason::OutdatedForm { shown, live }))
}

/// The way out, where the recording differs.
fn acceptance(comparison: &Comparison) -> Hint {
    if let Some(setting) = &comparison.acceptance {
        return Hint::Accept(setting.clone());
    }
    match comparison.first() {
        Some(Mismatch::Changed(why)) if why.is_exact() => Hint::Mask,
        _ => Hint::RecordOutput,
    }
}
