//! The loop between a judge and a stage. The judge stands beside the stage and not behind it, because a
//! later command is typed with the identifiers that earlier outputs were bound to, and because a reader
//! who is stuck goes no further. The stage is live, or a run that was saved.

use std::ops::Range;

use crate::document::Hidden;
use crate::judge::{Course, Judge, Judged, Verdict, look_back};
use crate::observation::Aftermath;
use crate::plan::{Plan, Step};
use crate::secrets::Secrets;
use crate::stage::Stage;

/// A page to be played.
pub struct Page<'a, 'p> {
    /// What is to be done.
    pub plan: &'p Plan,
    /// Who judges it.
    pub judge: &'a mut Judge<'p>,
    /// What nobody may see.
    pub secrets: &'a Secrets,
    /// Who judges the last steps, from this one on, by its number from 0, if that is somebody else: they were played in
    /// another run, in which things had other names.
    pub behind: Option<(usize, &'a mut Judge<'p>)>,
}

/// What came of a play.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Of each page, what came of its steps.
    pub results: Vec<Vec<Judged>>,
    /// What was seen when it was over.
    pub aftermath: Aftermath,
}

/// How far a reader goes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Also where a reader would be stuck.
    pub goes_on: bool,
    /// After the first break, the user gets the shell.
    pub debug: bool,
}

/// What is told while pages are played.
#[derive(Debug)]
pub enum Event<'a> {
    /// The steps of a page come next.
    Opens,
    /// A step begins.
    Begins {
        /// Its number, from 1.
        number: usize,
        /// The step.
        step: &'a Step,
    },
    /// The user gets the shell of a step that broke.
    Lends {
        /// The step's number, from 1.
        number: usize,
    },
    /// A step is over.
    Ends {
        /// Its number, from 1.
        number: usize,
        /// The step.
        step: &'a Step,
        /// What came of it.
        result: &'a Judged,
    },
}

/// Plays pages, one after the other as parts of one tutorial, from the first step to the last. With what
/// is told comes the number of the page, from 0.
pub fn play(
    pages: &mut [Page<'_, '_>],
    manner: Manner,
    stage: &mut dyn Stage,
    tell: &mut dyn FnMut(usize, Event<'_>),
) -> Outcome {
    let mut player = Player {
        manner,
        stage,
        course: Course::default(),
        has_broken: false,
    };
    let mut results: Vec<Vec<Judged>> = Vec::with_capacity(pages.len());
    for (index, page) in pages.iter_mut().enumerate() {
        player.stage.turn_to(index);
        let mut tell = |event: Event<'_>| tell(index, event);
        tell(Event::Opens);
        let steps = 0..teardown(page.plan);
        results.push(player.play(page, steps, &mut tell));
        player.course.turns_over(page.plan);
    }
    // What a page takes down at its end, the pages behind it may need until then.
    for (index, page) in pages.iter_mut().enumerate().rev() {
        player.stage.turn_to(index);
        let steps = teardown(page.plan)..page.plan.steps.len();
        let mut tell = |event: Event<'_>| tell(index, event);
        let played = player.play(page, steps, &mut tell);
        results[index].extend(played);
    }
    let aftermath = player.stage.look_back();
    let plans: Vec<&Plan> = pages.iter().map(|page| page.plan).collect();
    let is_interrupted = player.stage.is_interrupted();
    look_back(&plans, &mut results, &aftermath, is_interrupted);
    Outcome { results, aftermath }
}

/// Where the steps of a plan begin that run at the end whatever happened.
fn teardown(plan: &Plan) -> usize {
    let is_teardown = |step: &Step| step.hidden == Some(Hidden::Teardown);
    plan.steps.partition_point(|step| !is_teardown(step))
}

struct Player<'s> {
    manner: Manner,
    stage: &'s mut dyn Stage,
    course: Course,
    has_broken: bool,
}

impl Player<'_> {
    fn play(
        &mut self,
        page: &mut Page<'_, '_>,
        steps: Range<usize>,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Vec<Judged> {
        let mut results = Vec::with_capacity(steps.len());
        for index in steps {
            let (number, step) = (index + 1, &page.plan.steps[index]);
            let is_interrupted = self.stage.is_interrupted();
            let skipped = self
                .course
                .skips(number, step, self.manner.goes_on, is_interrupted);
            let result = skipped.unwrap_or_else(|| {
                tell(Event::Begins { number, step });
                let judge = match &mut page.behind {
                    Some((from, other)) if index >= *from => &mut **other,
                    _ => &mut *page.judge,
                };
                let typed = judge.typed(step.typed());
                let observation = self.stage.play(number, step, &typed);
                self.course
                    .saw(number, step, &typed, observation, judge, page.secrets)
            });
            tell(Event::Ends {
                number,
                step,
                result: &result,
            });
            let is_broken = result.finding.verdict == Verdict::Broken;
            if self.manner.debug && is_broken && !std::mem::replace(&mut self.has_broken, true) {
                tell(Event::Lends { number });
                self.stage.lend(step);
            }
            results.push(result);
        }
        results
    }
}
