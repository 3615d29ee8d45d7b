//! What was printed, against what was recorded and what the page shows.

use std::ops::Range;

use regex::Regex;

use super::{Difference, Finding, Hint, Judge, Reason, Verdict, cause, complaint, telling};
use crate::commandline::Foreground;
use crate::document;
use crate::expectation;
use crate::identity::Known;
use crate::matching::{self, Aligned, Bindings, Comparison, Mismatch, Profile, Rules, Side};
use crate::observation::{Ended, Observation};
use crate::plan::{Action, Plan, Step};
use crate::programs;

/// What a step was compared with, and what came of it.
pub(super) struct Compared {
    pub(super) comparison: Comparison,
    /// What was expected.
    pub(super) text: String,
}

/// So many ways are tried to take commands before together with a step.
const MOST_BEFORE: usize = 8;

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
        let is_compared = compared.is_some();
        let has_new_error = compared.is_some_and(|compared| compared.has_new_error(observation));
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
        recorded: Option<Compared>,
        shown: Option<Compared>,
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
                    difference: recorded.differs_from_recording(self.plan, step, observation),
                    ..broken(reason).hint(Hint::RecordCommand)
                };
            }
            // What the page leaves out may be anything but an error that was not recorded.
            let is_left_out = shown
                .as_ref()
                .is_some_and(|shown| shown.has_gaps() && shown.comparison.is_same())
                && !recorded.has_new_error(observation);
            if !recorded.comparison.is_same() && !is_left_out {
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
        let rules = Rules {
            varying: recorded.varying(),
            ..rules(step, profiles)
        };
        let comparison = compare(rules, number, step.written(), side, observation, bindings);
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
        let page = match self.status_shown(step, observation) {
            Some((_, page)) => page,
            None => self.plan.text_shown(shown),
        };
        let page =
            document::loosen(&document::fill_known(&page, &self.plan.placeholders)).into_owned();
        self.composition
            .learns(self.plan, step, &page, &observation.output);
        let page = self.composition.as_here(&page).into_owned();
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
        // Of a text that something is put before, the places would be others.
        let recorded = self.plan.recording(step).filter(|_| !is_pressed);
        let varying = recorded.map_or_else(Vec::new, |recorded| {
            let varying = recorded.varying();
            let spots = matching::carried(&recorded.output, &varying, &page);
            matching::placed(&page, &spots)
        });
        let mut alone = self.page_bindings.clone();
        let command = step.written();
        let rules = || Rules {
            loose: shown.is_loose,
            varying: varying.clone(),
            ..rules(step, profiles)
        };
        let mut comparison = compare(rules(), number, command, side, observation, &mut alone);
        let mut bindings = alone;
        // A page may show what all commands of a block print, or only the last of them.
        let all = (shown.with_before > 0).then_some(shown.with_before);
        for before in all
            .into_iter()
            .chain(1..shown.with_before)
            .take(MOST_BEFORE)
        {
            if comparison.is_same() {
                break;
            }
            let (command, of_all) = self.with_before(number, before, step, observation);
            let mut together = self.page_bindings.clone();
            let of_all = compare(rules(), number, &command, side, &of_all, &mut together);
            // Said is what is nearer to what the page shows.
            if of_all.differences() < comparison.differences() {
                (comparison, bindings) = (of_all, together);
            }
        }
        self.page_bindings = bindings;
        Some(Compared {
            comparison,
            text: page,
        })
    }

    /// The commands of a block up to a step, and all that they printed.
    fn with_before(
        &self,
        number: usize,
        before: usize,
        step: &Step,
        observation: &Observation,
    ) -> (String, Observation) {
        let first = number.saturating_sub(before).max(1);
        let mut of_all = observation.clone();
        let mut printed = String::new();
        let mut command = String::new();
        for number in first..number {
            if let Some((text, known)) = self.printed.get(&number) {
                printed.push_str(text);
                of_all.known.extend(known.clone());
            }
            command.push_str(self.plan.steps[number - 1].written());
            command.push('\n');
        }
        of_all.output.insert_str(0, &printed);
        command.push_str(step.written());
        (command, of_all)
    }
}

impl Compared {
    /// Whether a line that says that something went wrong is not as it was expected.
    fn has_new_error(&self, observation: &Observation) -> bool {
        let printed: Vec<&str> = observation.output.lines().collect();
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

    /// Whether the page shows just what a command that fails has printed, to the last line: a reader goes on.
    pub(super) fn is_the_failure(&self, observation: &Observation) -> bool {
        let last = self.text.trim_end().lines().next_back();
        let is_literal = last.is_some_and(matching::is_literal);
        self.comparison.is_same() && is_literal && !observation.output.trim().is_empty()
    }

    pub(super) fn differs_from_page(
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
fn rules(step: &Step, profiles: &[Profile]) -> Rules {
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
