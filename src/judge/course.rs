//! The course of a play: what is done next, what came of it, and what has become at the end of what was
//! left running.

use super::{
    Finding, Judge, Origin, Reason, Verdict, after_stuck, crashed, died, needs, not_played,
    not_reached, service_died,
};
use crate::document::Hidden;
use crate::observation::{Aftermath, Ended, LaterDeath, NotTyped, Observation};
use crate::plan::{Plan, Step};
use crate::secrets::Secrets;

/// What came of a step.
#[derive(Debug)]
pub struct Judged {
    /// What is said of it.
    pub finding: Finding,
    /// What it did, if it was played.
    pub observation: Option<Observation>,
    /// What was really typed, where that is not what the document has.
    pub typed_as: Option<String>,
    /// Something that is no fault, and that the author wants to know.
    pub note: Option<String>,
}

impl Judged {
    /// What its jobs in the background printed once it was over.
    pub fn later(&self) -> String {
        self.observation
            .as_ref()
            .map(|observation| observation.later.clone())
            .unwrap_or_default()
    }

    /// Of a step that was not played.
    fn of(finding: Finding) -> Judged {
        Judged {
            finding,
            observation: None,
            typed_as: None,
            note: None,
        }
    }
}

/// Of a step that the relay does not see.
const PAST_RELAY: &str = "it names a daemon itself, or an earlier one has, so it sees what others have there, and may change it";

/// Where a reader is stuck.
#[derive(Debug)]
struct Stuck {
    /// The number of the step on its page.
    number: usize,
    /// The page, if it is an earlier one.
    page: Option<String>,
    /// What was said of the step.
    verdict: Verdict,
}

impl Stuck {
    fn origin(&self) -> Origin {
        Origin {
            number: self.number,
            page: self.page.clone(),
        }
    }
}

/// How far a reader has come.
#[derive(Debug, Default)]
pub struct Course {
    /// The step at which a reader is stuck.
    stuck: Option<Stuck>,
    /// There is nothing to type into any more.
    is_lost: bool,
}

impl Course {
    /// What is said of a step that is not played, by its number on the page, or nothing if it is to be
    /// played. A reader who is stuck goes no further, unless `goes_on` says so; what is taken down at the end is taken down all the same.
    pub fn skips(
        &mut self,
        number: usize,
        step: &Step,
        goes_on: bool,
        is_interrupted: bool,
    ) -> Option<Judged> {
        let is_teardown = step.hidden == Some(Hidden::Teardown);
        let finding = not_played(step).or_else(|| match &self.stuck {
            _ if is_teardown && !self.is_lost => None,
            Some(stuck) if stuck.verdict != Verdict::Untestable && !goes_on => {
                Some(not_reached(stuck.origin()))
            }
            _ if is_interrupted => Some(Finding::untestable(Reason::AfterInterrupt)),
            Some(stuck) if stuck.verdict == Verdict::Untestable => {
                Some(Finding::untestable(Reason::Behind(stuck.origin())))
            }
            _ => None,
        })?;
        Some(self.weighed(number, step, Judged::of(finding)))
    }

    /// What came of a step that was played; `number` counts the steps of its page, from 1.
    pub fn saw(
        &mut self,
        number: usize,
        step: &Step,
        typed: &str,
        observation: Observation,
        judge: &mut Judge<'_>,
        secrets: &Secrets,
    ) -> Judged {
        self.is_lost |= matches!(observation.ended, Ended::NotTyped(NotTyped::NoStage(_)));
        let note = observation.past_relay.then(|| PAST_RELAY.to_owned());
        let judged = Judged {
            finding: judge.judge(number, step, &observation),
            observation: Some(observation),
            typed_as: (typed != step.written()).then(|| secrets.hide(typed)),
            note,
        };
        self.weighed(number, step, judged)
    }

    /// A teardown fails because of what was never made; and where a reader is stuck, the rest is not reached.
    fn weighed(&mut self, number: usize, step: &Step, mut judged: Judged) -> Judged {
        if let Some(stuck) = &self.stuck
            && step.hidden == Some(Hidden::Teardown)
        {
            judged.finding = after_stuck(judged.finding, stuck.origin());
        }
        if judged.finding.is_stuck && self.stuck.is_none() {
            self.stuck = Some(Stuck {
                number,
                page: None,
                verdict: judged.finding.verdict,
            });
        }
        judged
    }

    /// The page is over: on the next one, its steps are named with it.
    pub fn turns_over(&mut self, plan: &Plan) {
        if let Some(stuck) = &mut self.stuck {
            let page = &plan.document.source.path;
            stuck.page.get_or_insert_with(|| page.clone());
        }
    }
}

/// A container that a step left running has ended while the page went on. Where that made a later step fail,
/// the step that has left it is at fault, and the failure is the consequence; so it is where it ended badly
/// and no step of the page can have ended it.
fn died_later(plan: &Plan, number: usize, later: &LaterDeath, results: &mut [Judged]) {
    let noticed = number + (later.noticed - later.step);
    let is_broken = |judged: &Judged| judged.finding.verdict == Verdict::Broken;
    let wanting: Vec<usize> = (noticed.max(number + 1)..=results.len())
        .filter(|other| is_broken(&results[other - 1]))
        .filter(|other| needs(plan, number, *other, &later.death))
        .collect();
    // A program that is told to end, by whatever way, ends well or by a signal.
    let status = later.death.status;
    let may_be_told = status == 0 || (status > 128 && noticed > number);
    let Some(observation) = &mut results[number - 1].observation else {
        return;
    };
    observation.death = Some((later.death.clone(), later.words.clone()));
    let is_said = matches!(
        results[number - 1].finding.verdict,
        Verdict::Passed | Verdict::Unrecorded
    );
    let is_asked = plan.steps[number - 1].settings.alive.is_some();
    if !is_said || (wanting.is_empty() && !is_asked && may_be_told) {
        return;
    }
    let step = &plan.steps[number - 1];
    let finding = results[number - 1]
        .observation
        .as_ref()
        .and_then(|observation| died(plan, number, step, observation));
    let Some(finding) = finding else { return };
    results[number - 1].finding = finding;
    for (index, judged) in results.iter_mut().enumerate().skip(number) {
        if wanting.contains(&(index + 1)) {
            let origin = Origin { number, page: None };
            let finding = std::mem::replace(&mut judged.finding, Finding::passed());
            judged.finding = after_stuck(finding, origin);
        }
        if let Some(Reason::NotReached(because)) = &mut judged.finding.reason
            && because.page.is_none()
            && wanting.contains(&because.number)
        {
            because.number = number;
        }
    }
}

/// What is said of steps once everything is over: of each page, its plan and what came of its steps.
pub fn look_back(
    plans: &[&Plan],
    results: &mut [Vec<Judged>],
    aftermath: &Aftermath,
    is_interrupted: bool,
) {
    let place = |number: usize| {
        let mut number = number;
        let index = plans.iter().position(|plan| {
            let is_here = number <= plan.steps.len();
            number -= if is_here { 0 } else { plan.steps.len() };
            is_here
        });
        index.map(|index| (index, number))
    };
    for (page, number) in aftermath.busy.iter().copied().filter_map(place) {
        let note = "its program went on in the foreground until the end, and was ended then";
        results[page][number - 1].note = Some(note.to_owned());
    }
    for (page, number) in aftermath.meddled.iter().copied().filter_map(place) {
        results[page][number - 1].finding = Finding::broken(Reason::Meddled);
    }
    for (number, status) in &aftermath.ended_alone {
        let Some((page, number)) = place(*number) else {
            continue;
        };
        let result = &mut results[page][number - 1];
        if !is_interrupted
            && result.finding.verdict == Verdict::Passed
            && let Some(finding) = crashed(plans[page], number, *status)
        {
            result.finding = finding;
        }
    }
    for later in &aftermath.deaths {
        if let Some((page, number)) = place(later.step) {
            died_later(plans[page], number, later, &mut results[page]);
        }
    }
    for (number, text) in &aftermath.later {
        if let Some((page, number)) = place(*number)
            && let Some(observation) = &mut results[page][number - 1].observation
        {
            observation.later.clone_from(text);
        }
    }
    for (plan, results) in plans.iter().zip(results) {
        for (step, result) in plan.steps.iter().zip(results) {
            if let Some(observation) = &result.observation
                && result.finding.verdict == Verdict::Passed
                && let Some(finding) = service_died(
                    step,
                    &[observation.output.as_str(), &observation.later].concat(),
                )
            {
                result.finding = finding;
            }
        }
    }
}
