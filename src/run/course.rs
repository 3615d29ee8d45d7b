//! The course of a run: each page's steps in order, as far as a reader comes, then what is taken down,
//! then what has become of what was left running.

use std::ops::Range;

use super::{Event, Page, Stage, StepResult};
use crate::document::Hidden;
use crate::judge::{self, Verdict};
use crate::matching;
use crate::plan::{Plan, Step};
use crate::terminal::{Interrupt, Terminal};

/// How far a reader has come.
#[derive(Default)]
struct Course {
    /// The step at which a reader is stuck, in words, and what was said of it.
    stuck_at: Option<(String, Verdict)>,
    /// There is nothing to type into any more.
    is_lost: bool,
    /// A step is broken.
    has_broken: bool,
}

impl Course {
    /// The page is over: on the next one, its steps are named with it.
    fn turns_over(&mut self, plan: &Plan) {
        if let Some((at, _)) = &mut self.stuck_at
            && !at.contains(" of ")
        {
            *at = format!("{at} of {}", plan.document.source.path);
        }
    }
}

/// Where the steps of a plan begin that run at the end whatever happened.
fn teardown(plan: &Plan) -> usize {
    let is_teardown = |step: &Step| step.hidden == Some(Hidden::Teardown);
    plan.steps.partition_point(|step| !is_teardown(step))
}

impl Stage {
    pub(super) fn play_all(
        &mut self,
        pages: &mut [Page<'_, '_>],
        interrupt: &mut Interrupt,
        tell: &mut dyn FnMut(usize, Event<'_>),
    ) -> Vec<Vec<StepResult>> {
        let mut course = Course::default();
        let mut results: Vec<Vec<StepResult>> = pages.iter().map(|_| Vec::new()).collect();
        for (index, page) in pages.iter_mut().enumerate() {
            self.turn_to(page, interrupt);
            let mut tell = |event: Event<'_>| tell(index, event);
            tell(Event::Opens);
            let steps = 0..teardown(page.plan);
            let played = self.play_some(page, steps, &mut course, interrupt, &mut tell);
            results[index] = played;
            self.before += page.plan.steps.len();
            course.turns_over(page.plan);
        }
        // What a page takes down at its end, the pages behind it may need until then.
        for (index, page) in pages.iter_mut().enumerate().rev() {
            self.before -= page.plan.steps.len();
            self.turn_to(page, interrupt);
            let steps = teardown(page.plan)..page.plan.steps.len();
            let mut tell = |event: Event<'_>| tell(index, event);
            let played = self.play_some(page, steps, &mut course, interrupt, &mut tell);
            results[index].extend(played);
        }
        self.look_back(pages, &mut results, interrupt);
        results
    }

    /// Another page is played from here on.
    fn turn_to(&mut self, page: &Page<'_, '_>, interrupt: &mut Interrupt) {
        self.secrets = page.options.secrets.clone();
        if self.folder != page.folder {
            page.folder.clone_into(&mut self.folder);
            self.tell_folder(interrupt);
        }
    }

    fn play_some(
        &mut self,
        page: &mut Page<'_, '_>,
        steps: Range<usize>,
        course: &mut Course,
        interrupt: &mut Interrupt,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Vec<StepResult> {
        let Page {
            plan,
            judge,
            options,
            ..
        } = page;
        let mut results: Vec<StepResult> = Vec::with_capacity(steps.len());
        for index in steps {
            let (number, step) = (index + 1, &plan.steps[index]);
            let is_teardown = step.hidden == Some(Hidden::Teardown);
            let skipped = judge::not_played(step).or_else(|| match &course.stuck_at {
                _ if is_teardown && !course.is_lost => None,
                Some((at, verdict)) if *verdict != Verdict::Untestable && !options.keep_going => {
                    Some(judge::not_reached(at))
                }
                _ if interrupt.times() > 0 => Some(judge::untestable("interrupted")),
                Some((at, Verdict::Untestable)) => {
                    Some(judge::untestable(&format!("because of {at}")))
                }
                _ => None,
            });
            let mut result = match skipped {
                Some(finding) => StepResult::of(finding),
                None => {
                    tell(Event::Begins { number, step });
                    let played = self.step(number, step, judge, options, interrupt);
                    played.unwrap_or_else(|error| {
                        course.is_lost = true;
                        StepResult::of(judge::no_stage(&self.secrets.hide(&error.to_string())))
                    })
                }
            };
            if let Some((at, _)) = course.stuck_at.as_ref().filter(|_| is_teardown) {
                result.finding = judge::after_stuck(result.finding, at);
            }
            tell(Event::Ends {
                number,
                step,
                result: &result,
            });
            let is_broken = result.finding.verdict == Verdict::Broken;
            if options.debug && is_broken && !std::mem::replace(&mut course.has_broken, true) {
                tell(Event::Lends { number });
                // A terminal that is gone shows itself at the next step.
                let _ = self.seats.with(step.terminal(), interrupt, Terminal::lend);
                interrupt.act();
            }
            if result.finding.is_stuck && course.stuck_at.is_none() {
                course.stuck_at = Some((format!("step {number}"), result.finding.verdict));
            }
            results.push(result);
        }
        results
    }

    /// What has become of the programs that steps left in the foreground and in the background.
    fn look_back(
        &mut self,
        pages: &[Page<'_, '_>],
        results: &mut [Vec<StepResult>],
        interrupt: &mut Interrupt,
    ) {
        // The terminals have counted the steps of all pages on.
        let place = |number: usize| {
            let mut number = number;
            let index = pages.iter().position(|page| {
                let is_here = number <= page.plan.steps.len();
                number -= if is_here { 0 } else { page.plan.steps.len() };
                is_here
            });
            index.map(|index| (index, number))
        };
        for (page, number) in self.seats.busy().into_iter().filter_map(place) {
            let note = "its program went on in the foreground until the end, and was ended then";
            results[page][number - 1].note = Some(note.to_owned());
        }
        self.ended_alone.extend(self.seats.ended_alone());
        for (number, status) in std::mem::take(&mut self.ended_alone) {
            let Some((page, number)) = place(number) else {
                continue;
            };
            let result = &mut results[page][number - 1];
            if interrupt.times() == 0
                && result.finding.verdict == Verdict::Passed
                && let Some(finding) = judge::crashed(pages[page].plan, number, status)
            {
                result.finding = finding;
            }
        }
        self.gather_late_output();
        for (number, text) in std::mem::take(&mut self.later) {
            if let Some((page, number)) = place(number)
                && let Some(observation) = &mut results[page][number - 1].observation
            {
                // Hidden only here: a secret may have come in two pieces.
                observation.later = pages[page].options.secrets.hide(&text);
            }
        }
        for (page, results) in pages.iter().zip(results) {
            for (step, result) in page.plan.steps.iter().zip(results) {
                if let Some(observation) = &result.observation
                    && result.finding.verdict == Verdict::Passed
                    && let Some(finding) = judge::service_died(
                        step,
                        &[observation.output.as_str(), &observation.later].concat(),
                    )
                {
                    result.finding = finding;
                }
            }
        }
    }

    /// Takes what was printed since its step was over, before the terminals go.
    fn gather_late_output(&mut self) {
        for (number, bytes) in self.seats.late_output() {
            let text = matching::plain(&bytes);
            self.later.entry(number).or_default().push_str(&text);
        }
    }
}
