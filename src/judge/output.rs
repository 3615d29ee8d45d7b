//! What was printed, against what was recorded and what the page shows.

use std::ops::Range;

use regex::Regex;

use super::{Difference, Finding, Hint, Judge, Reason, Verdict, not_found};
use crate::commandline::Foreground;
use crate::document;
use crate::expectation;
use crate::identity::Known;
use crate::matching::{self, Bindings, Comparison, Mismatch, Profile, Rules, Side};
use crate::observation::{Ended, Observation};
use crate::plan::{Action, Plan, Step};
use crate::programs;

/// What a step was compared with, and what came of it.
pub(super) struct Compared {
    pub(super) comparison: Comparison,
    /// What was expected.
    pub(super) text: String,
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
        let line = |number: &usize| observation.output.lines().nth(*number).map(str::to_owned);
        let warnings = compared
            .into_iter()
            .flat_map(|compared| &compared.comparison.warnings)
            .filter_map(line)
            .collect();
        let finding = self.compared(step, observation, recorded, shown);
        Finding {
            renewal,
            warnings,
            ..finding
        }
    }

    fn compared(
        &self,
        step: &Step,
        observation: &Observation,
        recorded: Option<Compared>,
        shown: Option<Compared>,
    ) -> Finding {
        let broken = |reason| Finding::new(Verdict::Broken, reason);
        let is_recorded = recorded.is_some();
        if let Some(recorded) = recorded {
            let run = self.plan.recording(step).map(|recorded| &recorded.run);
            if let Some(run) = run.filter(|run| *run != step.written()) {
                let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
                let reason = Reason::CommandChanged {
                    recorded: first(run),
                    now: first(step.written()),
                };
                return Finding {
                    difference: recorded.differs_from_recording(self.plan, step, observation),
                    ..broken(reason).hint(Hint::RecordCommand)
                };
            }
            if !recorded.comparison.is_same() {
                let hint = acceptance(&recorded.comparison);
                return Finding {
                    difference: recorded.differs_from_recording(self.plan, step, observation),
                    ..broken(Reason::OutputChanged).hint(hint)
                };
            }
        }
        match shown {
            Some(shown) if !shown.comparison.is_same() => Finding {
                difference: shown.differs_from_page(self.plan, step, observation),
                ..broken(Reason::PageDiffers).hint(Hint::MendOutput { is_recorded })
            },
            Some(shown) => outdated(&self.plan.profiles, step, &shown.text, observation)
                .unwrap_or_else(Finding::passed),
            None if is_recorded => Finding::passed(),
            None => self.with_nothing_to_compare(observation),
        }
    }

    fn with_nothing_to_compare(&self, observation: &Observation) -> Finding {
        if let Some(line) = not_found(&observation.output) {
            let reason = Reason::CommandNotFound(line.to_owned());
            return Finding::new(Verdict::Broken, reason).hint(Hint::ShowOrRecord);
        }
        if let Some(line) = programs::says_error(&observation.output)
            && observation.has_no_status
        {
            let reason = Reason::ErrorPrinted(line.to_owned());
            return Finding::broken(reason).hint(Hint::ShowOrRecord);
        }
        if self.locked {
            return Finding::new(Verdict::Unrecorded, Reason::Unrecorded)
                .hint(Hint::RecordOrDoNotCompare);
        }
        Finding::passed()
    }

    pub(super) fn against_recording(
        &mut self,
        number: usize,
        step: &Step,
        observation: &Observation,
    ) -> Option<Compared> {
        let recorded = self.plan.recording(step)?;
        let side = Side::whole(&recorded.output, &recorded.ids);
        let profiles = &self.plan.profiles;
        let bindings = &mut self.bindings;
        let comparison = compare(profiles, number, step, side, observation, bindings);
        Some(Compared {
            comparison,
            text: recorded.output.clone(),
        })
    }

    pub(super) fn against_page(
        &mut self,
        number: usize,
        step: &Step,
        observation: &Observation,
    ) -> Option<Compared> {
        let shown = self.plan.shown(step)?;
        let page = shown.text(&self.plan.document.source.text);
        let page =
            document::loosen(&document::fill_known(&page, &self.plan.placeholders)).into_owned();
        if let Some(pattern) = &shown.pattern {
            let comparison = matching::compare_with_pattern(pattern, &observation.output);
            return Some(Compared {
                comparison,
                text: page,
            });
        }
        let is_pressed = matches!(step.action, Action::Press { .. });
        let goes_on =
            observation.ended == Ended::Stays && matches!(step.in_front, Foreground::Goes(_));
        let nothing = Known::new();
        let side = Side {
            // What a program said before the key, and after what the page shows, is as it happens.
            begins_before: is_pressed,
            // How long a reader looks at one that goes on is the reader's choice.
            goes_on: is_pressed || goes_on,
            ..Side::of_page(&page, &nothing)
        };
        let profiles = &self.plan.profiles;
        if shown.with_before > 0 {
            let mut of_all = observation.clone();
            let first = number.saturating_sub(shown.with_before);
            let mut before = String::new();
            for (text, known) in self
                .printed
                .range(first..number)
                .map(|(_, printed)| printed)
            {
                before.push_str(text);
                of_all.known.extend(known.clone());
            }
            of_all.output.insert_str(0, &before);
            let mut bindings = self.page_bindings.clone();
            let comparison = compare(profiles, number, step, side, &of_all, &mut bindings);
            if !before.is_empty() && comparison.is_same() {
                self.page_bindings = bindings;
                return Some(Compared {
                    comparison,
                    text: page,
                });
            }
        }
        let bindings = &mut self.page_bindings;
        let comparison = compare(profiles, number, step, side, observation, bindings);
        Some(Compared {
            comparison,
            text: page,
        })
    }
}

impl Compared {
    fn differs_from_recording(
        self,
        plan: &Plan,
        step: &Step,
        observation: &Observation,
    ) -> Option<Difference> {
        let places = step
            .recorded
            .and_then(|index| plan.recorded_at.get(index))
            .zip(plan.recorded_in.as_deref())
            .map(|(place, source)| expectation::output_lines(source, place));
        self.differs(places.unwrap_or_default(), false, observation)
    }

    fn differs_from_page(
        self,
        plan: &Plan,
        step: &Step,
        observation: &Observation,
    ) -> Option<Difference> {
        let lines = plan.shown(step).map(|shown| shown.lines.clone());
        self.differs(lines.unwrap_or_default(), true, observation)
    }

    fn differs(
        self,
        places: Vec<Range<usize>>,
        is_shown: bool,
        observation: &Observation,
    ) -> Option<Difference> {
        (!self.comparison.is_same()).then(|| Difference {
            expected: self.text,
            is_shown,
            places,
            printed: observation.output.clone(),
            comparison: self.comparison,
        })
    }
}

fn compare(
    profiles: &[Profile],
    number: usize,
    step: &Step,
    expected: Side<'_>,
    observation: &Observation,
    bindings: &mut Bindings,
) -> Comparison {
    let live = Side::whole(&observation.output, &observation.known);
    let rules = rules(step, profiles);
    matching::compare(step.written(), expected, live, &rules, number, bindings)
}

/// The rules that an author's settings give; the patterns were tried when the document was read.
fn rules(step: &Step, profiles: &[Profile]) -> Rules {
    Rules {
        unordered: step.settings.unordered,
        masks: step
            .settings
            .masks
            .iter()
            .filter_map(|mask| Regex::new(mask).ok())
            .collect(),
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
