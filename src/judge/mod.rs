//! Plan + observations → verdicts. A mismatch is a value with a reason, never an error.

mod cause;
mod complaint;
mod composition;
mod course;
mod ending;
mod finding;
mod hint;
mod lost;
mod needed;
mod objects;
mod output;
mod page;
mod prompt;
mod reason;
mod saved_file;
mod silence;
mod status;
mod telling;

use std::collections::BTreeMap;

use crate::commandline;
use crate::document::Exit;
use crate::expectation::Recorded;
use crate::identity::Known;
use crate::matching::{self, Bindings, Rewrite};
use crate::observation::{Ended, Observation};
use crate::plan::{Action, Fate, Plan, Step};
use composition::Composition;
use ending::{
    crashed, died, ended_badly, never_completed, not_typed, service_died, unable_to_test,
};
use needed::needs;

pub use course::{Course, Judged, look_back};
pub use finding::{Difference, Finding, Verdict};
pub use hint::{Directive, Hint};
pub use prompt::Differs;
pub use reason::{Code, Origin, Reason, Unfinished, Waiting};

/// Where a step that prints something, and has nothing to compare that with, is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Nowhere.
    Never,
    /// On a page that has a recording.
    WhereRecorded,
    /// On every page.
    Always,
}

impl Lock {
    /// Where an author has asked for it, and on a machine of CI.
    pub fn of(is_asked: bool, in_ci: bool) -> Lock {
        match (is_asked, in_ci) {
            (true, _) => Lock::Always,
            (false, true) => Lock::WhereRecorded,
            (false, false) => Lock::Never,
        }
    }
}

/// Judges the steps of one play of a document, in order.
#[derive(Debug)]
pub struct Judge<'p> {
    plan: &'p Plan,
    is_locked: bool,
    /// What recorded identifiers stand for, and what those on the page do: the page may be older.
    bindings: Bindings,
    page_bindings: Bindings,
    /// What each step printed so far, and what of it the daemon knew: a page may show the output of
    /// several commands below all of them.
    printed: BTreeMap<usize, (String, Known)>,
    /// What the page's composition is called on it, and here.
    composition: Composition,
    /// How what the page shows of a step would be, for one who asked.
    rewrites: Option<BTreeMap<usize, [Rewrite; 2]>>,
}

impl<'p> Judge<'p> {
    /// Begins; where it is locked, a step without anything to compare is `unrecorded`.
    pub fn new(plan: &'p Plan, lock: Lock) -> Judge<'p> {
        let is_recorded = plan.recorded_in.is_some();
        Judge {
            plan,
            is_locked: lock == Lock::Always || (lock == Lock::WhereRecorded && is_recorded),
            bindings: Bindings::default(),
            page_bindings: Bindings::of_page(),
            printed: BTreeMap::new(),
            composition: Composition::default(),
            rewrites: None,
        }
    }

    /// The same, and it keeps how what the page shows would be so that it says what was printed.
    #[must_use]
    pub fn who_writes(self) -> Judge<'p> {
        Judge {
            rewrites: Some(BTreeMap::new()),
            ..self
        }
    }

    /// How what the page shows of a step, by its number from 1, would be: in as few words as can be, and as a whole.
    pub fn rewrites(&self, number: usize) -> Option<&[Rewrite; 2]> {
        self.rewrites.as_ref()?.get(&number)
    }

    fn keep_rewrites(&mut self, number: usize, found: [Rewrite; 2]) {
        if let Some(rewrites) = &mut self.rewrites {
            rewrites.insert(number, found);
        }
    }

    /// What is really typed for a command: identifiers from the page, or from the recording,
    /// become the live ones.
    pub fn typed(&self, command: &str) -> String {
        self.bindings.typed(&self.page_bindings.typed(command))
    }

    /// Which words of the recording and of the page stand for which live ones, and by which step.
    pub fn pairs(&self) -> Vec<(&str, &str, usize)> {
        let mut pairs = self.bindings.pairs();
        pairs.extend(self.page_bindings.pairs());
        pairs.sort_unstable_by_key(|(_, _, step)| *step);
        pairs
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
            return not_typed(self.plan, number, why);
        }
        let expected = expected_exit(step, self.plan.recording(step));
        let status_shown = self.status_shown(step, observation);
        let is_on_page = status_shown.is_some() && step.settings.exit.is_none();
        let expected = match status_shown {
            Some((status, _)) if step.settings.exit.is_none() => Exit::Status(status),
            None if step.settings.exit.is_none() => self
                .status_echoed(number, step)
                .map_or(expected, Exit::Status),
            _ => expected,
        };
        if let Some(finding) = unable_to_test(self.plan, number, observation, expected) {
            return finding;
        }
        let ended_badly = ended_badly(step, observation, expected)
            .or_else(|| died(self.plan, number, step, observation));
        if let Some(finding) = ended_badly {
            let has_failed = matches!(observation.ended, Ended::Status(status) if status != 0);
            let shown = has_failed
                .then(|| self.against_page(number, step, observation))
                .flatten();
            let is_told = step.settings.exit.is_some() || is_on_page;
            if !is_told
                && shown
                    .as_ref()
                    .is_some_and(|shown| shown.is_the_failure(observation))
            {
                return self.goes_on(number, step, observation);
            }
            // The recording is compared all the same, for what it binds and for a new recording.
            let renewal = self
                .against_recording(number, step, observation)
                .map(|recorded| recorded.comparison);
            let last_words = observation.death.as_ref().map_or("", |(_, words)| words);
            let said = format!("{}\n{last_words}", observation.output);
            let cause = cause::hint(self.plan, number, step, &said, &observation.ended);
            let hint = cause.or(finding.hint);
            let hint = if is_on_page {
                Some(Hint::MendStatus)
            } else {
                hint
            };
            // Below what it should print, a reader sees best what it did.
            let difference = shown.and_then(|shown| shown.differs_from_page(self.plan, step));
            return Finding {
                hint,
                difference: finding.difference.or(difference),
                renewal,
                ..finding
            };
        }
        self.goes_on(number, step, observation)
    }

    /// What is said of a step that ended as it should, or as the page shows.
    fn goes_on(&mut self, number: usize, step: &Step, observation: &Observation) -> Finding {
        if let Some(finding) = self.prompt(number, step, observation) {
            return finding;
        }
        let is_pressed =
            matches!(step.action, Action::Press { .. }) && self.plan.shown(step).is_none();
        if step.hidden.is_some()
            || is_pressed
            || matches!(step.action, Action::Save { .. })
            || step.settings.no_compare
        {
            return Finding::passed();
        }
        if self.rewrites.is_some() && self.plan.shown(step).is_none() {
            let found = self.as_shown(step, observation);
            self.keep_rewrites(number, found);
        }
        self.output(number, step, observation)
    }

    /// The status that the page shows below the output, and the output without it.
    fn status_shown(&self, step: &Step, observation: &Observation) -> Option<(i32, String)> {
        let page = self.plan.text_shown(self.plan.shown(step)?);
        let (status, rest) = status::shown(&page, &observation.output)?;
        Some((status, rest.to_owned()))
    }

    /// The status that the page shows by `echo $?` right behind the step.
    fn status_echoed(&self, number: usize, step: &Step) -> Option<i32> {
        let next = self.plan.steps.get(number)?;
        let is_asked = matches!(next.typed().trim(), "echo $?" | "echo \"$?\"");
        if !is_asked || next.fate != Fate::Runs || next.terminal() != step.terminal() {
            return None;
        }
        let shown = self.plan.text_shown(self.plan.shown(next)?);
        shown.trim().parse::<u8>().ok().map(i32::from)
    }

    /// What the page's prompt shows of user, host and directory.
    fn prompt(&mut self, number: usize, step: &Step, observation: &Observation) -> Option<Finding> {
        let page = prompt::read(step.prompt.as_ref()?)?;
        let live = observation.prompt.as_ref()?;
        let known = &observation.known;
        let why = prompt::difference(&page, live, known, number, &mut self.page_bindings)?;
        let reason = Reason::PromptDiffers {
            page: step.prompt.clone()?,
            live: live.trim().to_owned(),
            why,
        };
        Some(Finding::new(Verdict::Broken, reason).hint(Hint::MendPrompt))
    }
}

/// What is done with a step that is not played.
fn not_played(step: &Step) -> Option<Finding> {
    match &step.fate {
        Fate::Runs if matches!(step.action, Action::Run { .. }) => {
            commandline::is_cut_short(step.typed()).then(|| never_completed(Unfinished::Backslash))
        }
        Fate::Runs => None,
        Fate::Skipped(why) => {
            let reason = Reason::Skipped(why.clone());
            Some(Finding::new(Verdict::Skipped, reason))
        }
        Fate::Manual(task) => Some(Finding::new(Verdict::Manual, Reason::Manual(task.clone()))),
        Fate::Gated(gate) => Some(Finding::new(Verdict::Gated, Reason::Gated(gate.clone()))),
    }
}

/// What is said of a step that comes after one where a reader is stuck.
fn not_reached(because_of: Origin) -> Finding {
    Finding::new(Verdict::NotReached, Reason::NotReached(because_of))
}

/// What is said of a teardown that fails because what it is to remove was never made.
fn after_stuck(finding: Finding, because_of: Origin) -> Finding {
    if finding.verdict != Verdict::Broken {
        return finding;
    }
    Finding {
        verdict: Verdict::NotReached,
        tried_after: Some(because_of),
        hint: None,
        is_stuck: false,
        ..finding
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
