//! Plan + observations → verdicts. A mismatch is a value with a reason, never an error.

mod cause;
mod course;
mod ending;
mod finding;
mod prompt;

use std::collections::BTreeMap;

use regex::Regex;

use crate::commandline::{self, Foreground};
use crate::document::{self, Exit};
use crate::expectation::Recorded;
use crate::identity::Known;
use crate::matching::{self, Bindings, Comparison, Profile, Rules, Side};
use crate::observation::{Ended, Observation};
use crate::plan::{Action, Plan, Step};
use crate::programs;
use ending::{
    crashed, died, ended_badly, never_completed, not_found, not_typed, service_died, unable_to_test,
};

pub use course::{Course, Judged, look_back};
pub use finding::{Difference, Finding, Verdict};

/// Judges the steps of one play of a document, in order.
#[derive(Debug)]
pub struct Judge<'p> {
    plan: &'p Plan,
    locked: bool,
    /// What recorded identifiers stand for, and what those on the page do: the page may be older.
    bindings: Bindings,
    page_bindings: Bindings,
    /// What each step printed so far, and what of it the daemon knew: a page may show the output of
    /// several commands below all of them.
    printed: BTreeMap<usize, (String, Known)>,
}

impl<'p> Judge<'p> {
    /// Begins; with `locked`, a step without anything to compare is `unrecorded`.
    pub fn new(plan: &'p Plan, locked: bool) -> Judge<'p> {
        Judge {
            plan,
            locked,
            bindings: Bindings::default(),
            page_bindings: Bindings::of_page(),
            printed: BTreeMap::new(),
        }
    }

    /// What is really typed for a command: identifiers from the page, or from the recording,
    /// become the live ones.
    pub fn typed(&self, command: &str) -> String {
        self.bindings.typed(&self.page_bindings.typed(command))
    }

    /// What has been bound to what so far.
    pub fn bindings(&self) -> &Bindings {
        &self.bindings
    }

    /// What is to be said of a step that was played; `number` counts the steps from 1.
    pub fn judge(&mut self, number: usize, step: &Step, observation: &Observation) -> Finding {
        if self.plan.shows_several {
            let printed = (observation.output.clone(), observation.known.clone());
            self.printed.insert(number, printed);
        }
        if let Ended::NotTyped(why) = &observation.ended {
            return not_typed(step, why);
        }
        let expected = expected_exit(step, self.plan.recording(step));
        let uses_docker = self.plan.uses_docker;
        if let Some(finding) = unable_to_test(step, observation, uses_docker, expected) {
            return finding;
        }
        let ended_badly =
            ended_badly(step, observation, expected).or_else(|| died(step, observation));
        if let Some(finding) = ended_badly
            && !self.page_shows_the_failure(number, step, observation)
        {
            // The recording is compared all the same, for what it binds and for a new recording.
            let renewal = self
                .against_recording(number, step, observation)
                .map(|(comparison, _)| comparison);
            let cause = cause::hint(self.plan, number, step, &observation.output);
            let hint = cause.or(finding.hint);
            return Finding {
                hint,
                renewal,
                ..finding
            };
        }
        if let Some(finding) = self.prompt(number, step, observation) {
            return finding;
        }
        let is_pressed = matches!(step.action, Action::Press { .. }) && step.shown.is_none();
        if step.hidden.is_some()
            || is_pressed
            || matches!(step.action, Action::Save { .. })
            || step.settings.no_compare
        {
            return Finding::passed();
        }
        self.output(number, step, observation)
    }

    /// Whether a command fails, and the page shows just that, an error as its last line: a reader goes on.
    fn page_shows_the_failure(
        &mut self,
        number: usize,
        step: &Step,
        observation: &Observation,
    ) -> bool {
        let has_failed = matches!(observation.ended, Ended::Status(status) if status != 0);
        if !has_failed || step.settings.exit.is_some() {
            return false;
        }
        let shown = self.against_page(number, step, observation);
        shown.is_some_and(|(comparison, page)| {
            let last = page.trim_end().lines().next_back().unwrap_or_default();
            comparison.is_same() && matching::is_error(last)
        })
    }

    /// What the page's prompt shows of user, host and directory.
    fn prompt(&mut self, number: usize, step: &Step, observation: &Observation) -> Option<Finding> {
        let page = prompt::read(step.prompt.as_ref()?)?;
        let live = observation.prompt.as_ref()?;
        let known = &observation.known;
        let why = prompt::difference(&page, live, known, number, &mut self.page_bindings)?;
        let reason = format!(
            "the page shows the prompt `{page}`, a reader sees `{live}`: {why}",
            page = step.prompt.as_ref()?,
            live = live.trim()
        );
        Some(
            Finding::new(Verdict::Broken, "prompt-differs", reason)
                .hint("mend the prompt on the page"),
        )
    }

    fn output(&mut self, number: usize, step: &Step, observation: &Observation) -> Finding {
        let recorded = self.against_recording(number, step, observation);
        let shown = self.against_page(number, step, observation);
        let renewal = recorded.as_ref().map(|(comparison, _)| comparison.clone());
        let compared = recorded
            .as_ref()
            .map(|(comparison, _)| comparison)
            .or(shown.as_ref().map(|(comparison, _)| comparison));
        let line = |number: &usize| observation.output.lines().nth(*number).map(str::to_owned);
        let warnings = compared
            .into_iter()
            .flat_map(|comparison| &comparison.warnings)
            .filter_map(line)
            .collect();
        let finding = match (recorded, shown) {
            (Some((comparison, recorded)), _) if recorded.run != step.written() => {
                let now = step.written().lines().next().unwrap_or_default();
                let then = recorded.run.lines().next().unwrap_or_default();
                let reason = format!("the recorded command is `{then}`, the document has `{now}`");
                let difference = differing(comparison, &recorded.output, false, observation);
                Finding {
                    difference,
                    ..Finding::new(Verdict::Broken, "command-changed", reason)
                }
                .hint(record_hint(self.plan, "if the new command is meant"))
            }
            (Some((comparison, recorded)), _) if !comparison.is_same() => {
                let reason = comparison
                    .reason()
                    .unwrap_or_else(|| "the output differs".to_owned());
                let hint = acceptance(self.plan, &comparison);
                let difference = differing(comparison, &recorded.output, false, observation);
                Finding {
                    difference,
                    ..Finding::new(Verdict::Broken, "output-changed", reason)
                }
                .hint(hint)
            }
            (recorded, Some((comparison, page))) if !comparison.is_same() => {
                let reason = comparison
                    .reason()
                    .unwrap_or_else(|| "the output differs".to_owned());
                let reason = format!("not what the page shows: {reason}");
                let difference = differing(comparison, &page, true, observation);
                let hint = if recorded.is_some() {
                    "mend the output on the page; `...` on a line of its own leaves lines out"
                } else {
                    "mend the output on the page, or write `<!-- tutcheck: no-compare -->` before the block; `...` leaves lines out"
                };
                Finding {
                    difference,
                    ..Finding::new(Verdict::Broken, "page-differs", reason)
                }
                .hint(hint)
            }
            (None, None) if let Some(line) = not_found(&observation.output) => Finding::new(
                Verdict::Broken,
                "command-not-found",
                format!("its exit status is as expected, but it printed: {line}"),
            )
            .hint("if a reader should see that, show it on the page or record it"),
            (None, None)
                if let Some(line) = programs::says_error(&observation.output)
                    .filter(|_| observation.has_no_status) =>
            {
                Finding::new(
                    Verdict::Broken,
                    "error-printed",
                    format!("the program says that something went wrong: {line}"),
                )
                .stuck()
                .hint("if a reader should see that, show it on the page or record it")
            }
            (None, None) if self.locked => Finding::new(
                Verdict::Unrecorded,
                "unrecorded",
                "there is nothing to compare its output with",
            )
            .hint(record_hint(
                self.plan,
                "or write `<!-- tutcheck: no-compare -->` before the block",
            )),
            (_, Some((_, page))) => outdated(&self.plan.profiles, step, &page, observation)
                .unwrap_or_else(Finding::passed),
            _ => Finding::passed(),
        };
        Finding {
            renewal,
            warnings,
            ..finding
        }
    }

    fn against_recording(
        &mut self,
        number: usize,
        step: &Step,
        observation: &Observation,
    ) -> Option<(Comparison, Recorded)> {
        let recorded = self.plan.recording(step)?.clone();
        let side = Side {
            text: &recorded.output,
            known: &recorded.ids,
            complete: true,
        };
        let profiles = &self.plan.profiles;
        let bindings = &mut self.bindings;
        let comparison = compare(profiles, number, step, side, observation, bindings);
        Some((comparison, recorded))
    }

    fn against_page(
        &mut self,
        number: usize,
        step: &Step,
        observation: &Observation,
    ) -> Option<(Comparison, String)> {
        let shown = step.shown.as_ref()?;
        let page = shown.text(&self.plan.document.source.text);
        let page =
            document::loosen(&document::fill_known(&page, &self.plan.placeholders)).into_owned();
        let page = match (&step.action, &observation.ended) {
            // What a program said before the key, and after what the page shows, is as it happens.
            (Action::Press { .. }, _) => format!("...\n{page}...\n"),
            // How long a reader looks at one that goes on is the reader's choice.
            (_, Ended::Stays) if matches!(step.in_front, Foreground::Goes(_)) => {
                format!("{page}...\n")
            }
            _ => page,
        };
        if let Some(pattern) = &shown.pattern {
            let comparison = matching::compare_with_pattern(pattern, &observation.output);
            return Some((comparison, page));
        }
        let profiles = &self.plan.profiles;
        let none = Known::new();
        let side = Side {
            text: &page,
            known: &none,
            complete: false,
        };
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
                return Some((comparison, page));
            }
        }
        let bindings = &mut self.page_bindings;
        let comparison = compare(profiles, number, step, side, observation, bindings);
        Some((comparison, page))
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
    let live = Side {
        text: &observation.output,
        known: &observation.known,
        complete: true,
    };
    matching::compare(
        step.written(),
        expected,
        live,
        &rules(step, profiles),
        number,
        bindings,
    )
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
    let reason = format!("the page shows the output of {shown}; a reader sees that of {live}");
    (shown != live).then(|| Finding::new(Verdict::Stale, "outdated-form", reason))
}

/// What is done with a step that is not played.
fn not_played(step: &Step) -> Option<Finding> {
    use crate::plan::Fate;
    match &step.fate {
        Fate::Runs if matches!(step.action, Action::Run { .. }) => {
            commandline::is_cut_short(step.typed())
                .then(|| never_completed("it ends in a backslash"))
        }
        Fate::Runs => None,
        Fate::Skipped(why) => Some(Finding::new(Verdict::Skipped, "skipped", why)),
        Fate::Manual(why) => Some(Finding::new(Verdict::Manual, "manual", why)),
        Fate::Gated(why) => Some(Finding::new(Verdict::Gated, "gated", why)),
    }
}

/// What is said of a step that comes after one where a reader is stuck.
fn not_reached(because_of: &str) -> Finding {
    Finding::new(
        Verdict::NotReached,
        "not-reached",
        format!("because of {because_of}"),
    )
}

/// What is said of a teardown that fails because what it is to remove was never made.
fn after_stuck(finding: Finding, because_of: &str) -> Finding {
    if finding.verdict != Verdict::Broken {
        return finding;
    }
    let reason = finding.reason.unwrap_or_default();
    let reason = format!("because of {because_of}; it was tried: {reason}");
    Finding::new(Verdict::NotReached, "not-reached", reason)
}

/// What is said of a step that comes after the end of the daemon, or of the run.
fn untestable(reason: &str) -> Finding {
    Finding::new(Verdict::Untestable, "untestable", reason)
}

/// What is said of the step at which the shell, or its place, was lost to tutcheck itself.
fn no_stage(why: &str) -> Finding {
    Finding::new(Verdict::Untestable, "could-not-test", why).stuck()
}

/// The rules that an author's settings give; the patterns were tried when the document was read.
pub fn rules(step: &Step, profiles: &[Profile]) -> Rules {
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

/// What the author says counts; what was recorded only makes `fails` exact.
fn expected_exit(step: &Step, recorded: Option<&Recorded>) -> Exit {
    match (step.settings.exit, recorded.map(|recorded| recorded.exit)) {
        (Some(Exit::Fails), Some(status))
            if status != 0 && !matching::has_varying_failure(step.typed()) =>
        {
            Exit::Status(status)
        }
        (Some(exit), _) => exit,
        (None, _) => Exit::Status(0),
    }
}

fn differing(
    comparison: Comparison,
    expected: &str,
    is_shown: bool,
    observation: &Observation,
) -> Option<Difference> {
    (!comparison.is_same()).then(|| Difference {
        expected: expected.to_owned(),
        is_shown,
        printed: observation.output.clone(),
        comparison,
    })
}

fn record_hint(plan: &Plan, otherwise: &str) -> String {
    format!(
        "`tutcheck record {}` writes it down, {otherwise}",
        plan.document.source.path
    )
}

fn acceptance(plan: &Plan, comparison: &Comparison) -> String {
    if let Some(setting) = &comparison.acceptance {
        let otherwise = record_hint(plan, "if the new output is meant");
        return format!(
            "if it is so each time, write `<!-- tutcheck: {setting} -->` before the block; {otherwise}"
        );
    }
    let exact = comparison
        .reason()
        .is_some_and(|reason| reason.contains("compared exactly"));
    if exact {
        return "if it differs each time, write `<!-- tutcheck: mask=/regex/ -->` before the block"
            .to_owned();
    }
    record_hint(plan, "if the new output is meant")
}
