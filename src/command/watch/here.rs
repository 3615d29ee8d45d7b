//! The place that a page was played in, left as it is until the author saves again.

use std::rc::Rc;
use std::time::Instant;

use super::next::{Behind, Resume};
use crate::cli::CheckArguments;
use crate::command::check::{kept_run, manner, reported};
use crate::command::judge::informed;
use crate::command::loaded::Loaded;
use crate::command::playing::{
    Played, is_in_ci, judges, nothing_played, options, pages, play_on, say_other_pages, set,
    surroundings,
};
use crate::command::remark;
use crate::command::telling::Telling;
use crate::judge::{Judge, Judged, Lock};
use crate::observation::Ended;
use crate::plan::Plan;
use crate::play::Outcome;
use crate::run::{Live, Options, Over, Place, Return};
use crate::saved::{Document, Replay, Saved};
use crate::stage::{Resumed, Stage};
use crate::terminal::Interrupt;
use crate::wording::ASIDE;

/// A page, and the place that it was played in.
pub(super) struct Here {
    place: Place,
    run: Vec<Rc<Loaded>>,
    options: Vec<Options>,
}

impl Here {
    /// Plays a page from the start in a place that is kept; nothing, if that is not done with pages like these. Where
    /// there was no place to play in, none is kept.
    pub(super) fn set(
        runs: &[Vec<Rc<Loaded>>],
        arguments: &CheckArguments,
        interrupt: &mut Interrupt,
    ) -> Option<(Option<Here>, Saved)> {
        let [run] = runs else {
            return None;
        };
        let [page] = run.as_slice() else {
            return None;
        };
        let mut steps = page.plan.steps.iter();
        let is_flaky = arguments.retries > 0 || steps.any(|step| step.settings.flaky.is_some());
        let is_other = arguments.debug || arguments.play.keep || page.plan.steps.is_empty();
        if is_flaky || is_other {
            return None;
        }
        let options = options(&arguments.play, run);
        let mut show = Show::begins(run, arguments);
        let mut live = match set(run, &options, interrupt, &show.telling.screen) {
            Ok(live) => live,
            Err(error) => {
                let played = Played {
                    outcome: nothing_played(run),
                    over: Err(error),
                };
                return Some((None, show.ends(played, &options, false, usize::MAX, None)));
            }
        };
        live.keeps_marks();
        let outcome = show.plays(&mut live, None, &options);
        let played = Played {
            outcome,
            over: Ok(used(&live)),
        };
        let seen = show.ends(played, &options, live.is_interrupted(), usize::MAX, None);
        let place = live.leaves();
        let run = run.clone();
        Some((
            Some(Here {
                place,
                run,
                options,
            }),
            seen,
        ))
    }

    /// Plays some steps of another version of the page, from the last place that can be had again; why not, if there is
    /// none. What is left then is cleared.
    pub(super) fn resumes(
        self,
        page: &Rc<Loaded>,
        resume: &Resume,
        arguments: &CheckArguments,
        interrupt: &mut Interrupt,
    ) -> Result<(Here, Saved, Option<Behind>), String> {
        let run = vec![Rc::clone(page)];
        let options = options(&arguments.play, &run);
        let mut show = Show::begins(&run, arguments);
        let around = surroundings(&run, &show.telling.screen);
        let all = pages(&run, &options);
        let (mut live, is_theirs) = Live::takes_up(self.place, all, &around, interrupt);
        let found = is_theirs.map_err(str::to_owned).and_then(|()| {
            let found = live.goes_back(resume.steps.start);
            found.map_err(|why| format!("{}, and {why}", resume.why))
        });
        let found = match found {
            Ok(found) => found,
            Err(why) => {
                cleared(live);
                return Err(why);
            }
        };
        let only_look = resume.only_look && stands_alone(&page.plan, resume.steps.end);
        let end = if only_look {
            resume.steps.end
        } else {
            page.plan.steps.len()
        };
        let steps = found.steps..end;
        let mut replay = Replay::new(&[&resume.seen], &[&page.plan]);
        let mut stage = Resumed {
            played: steps.clone(),
            to_the_end: !only_look,
            live: &mut live,
            seen: &mut replay,
        };
        let mut other = only_look.then(|| show.informed(&resume.run, end));
        let other = other.as_mut().map(|judge| (end, judge));
        let outcome = show.plays(&mut stage, other, &options);
        let results = outcome.results[0].iter().enumerate();
        let number = results
            .filter(|(index, judged)| steps.contains(index) && judged.observation.is_some())
            .count();
        let elapsed = show.start.elapsed().as_secs_f64();
        let played = Played {
            outcome,
            over: Ok(used(&live)),
        };
        let has_failed = |judged: &Judged| {
            let seen = judged.observation.as_ref();
            seen.is_some_and(|seen| seen.ended != Ended::Status(0)) && !judged.finding.is_stuck
        };
        let played_steps = &played.outcome.results[0][resume.steps.start..end];
        let is_interrupted = live.is_interrupted();
        let is_heard_of = only_look && !is_interrupted && played_steps.iter().any(has_failed);
        let before = only_look.then(|| resume.seen.clone());
        // What is kept of it is of one run.
        let is_one_run = found.steps == resume.steps.start && !resume.is_another_run;
        let kept = if only_look && !is_one_run {
            end
        } else {
            page.plan.steps.len()
        };
        let seen = show.ends(played, &options, is_interrupted, kept, before);
        remark(&format!(
            "{ASIDE}{}{ASIDE:#}\n",
            told(&found, number, elapsed)
        ));
        let place = live.leaves();
        let here = Here {
            place,
            run,
            options,
        };
        if is_heard_of {
            // What comes behind it may look at how it ended.
            let rest = Resume {
                steps: end..page.plan.steps.len(),
                only_look: false,
                run: resume.run.clone(),
                is_another_run: false,
                seen: seen.documents.into_iter().next().unwrap_or_default(),
                why: "a look has failed".to_owned(),
            };
            return here.resumes(page, &rest, arguments, interrupt);
        }
        let behind = only_look.then(|| Behind {
            from: end,
            run: resume.run.clone(),
        });
        Ok((here, seen, behind))
    }

    /// Ends what runs, and removes what was made.
    pub(super) fn clears(self, interrupt: &mut Interrupt) {
        let around = &self.run[0].surroundings;
        let all = pages(&self.run, &self.options);
        let (live, _) = Live::takes_up(self.place, all, around, interrupt);
        cleared(live);
    }
}

/// Whether no output of several commands stands in one across a step, by its number from 0.
fn stands_alone(plan: &Plan, at: usize) -> bool {
    plan.steps.iter().enumerate().skip(at).all(|(index, step)| {
        let before = plan.shown(step).map_or(0, |shown| shown.with_before);
        before == 0 || index - before.min(index) >= at
    })
}

/// Ends what runs, and says what could not be removed.
fn cleared(live: Live<'_>) {
    for leftover in live.clear().leftovers {
        remark(&format!("{leftover}\n"));
    }
}

/// `from step 9, since step 12 may have changed `web` (4 played, 0.4 s)`
fn told(found: &Return, played: usize, seconds: f64) -> String {
    if played == 0 {
        return "what was played before is all there is to play".to_owned();
    }
    let since = found.because.as_ref().map(|(step, what)| match step {
        0 => format!(", since `{what}` may have changed"),
        step => format!(", since step {step} may have changed `{what}`"),
    });
    format!(
        "from step {}{} ({played} played, {seconds:.1} s)",
        found.steps + 1,
        since.unwrap_or_default()
    )
}

/// What is known of the daemon before anything is over.
fn used(live: &Live<'_>) -> Over {
    let (facts, images) = live.used();
    Over {
        facts,
        images,
        ..Over::default()
    }
}

/// A page that is played, and told of.
struct Show<'r> {
    run: &'r [Rc<Loaded>],
    judges: Vec<Judge<'r>>,
    arguments: &'r CheckArguments,
    telling: Telling,
    start: Instant,
}

impl<'r> Show<'r> {
    fn begins(run: &'r [Rc<Loaded>], arguments: &'r CheckArguments) -> Show<'r> {
        let mut telling = Telling::new(&arguments.told, arguments.strict);
        telling.screen.expects(1);
        telling
            .screen
            .begins(&run[0].title(), run[0].plan.steps.len());
        say_other_pages(run);
        Show {
            run,
            judges: judges(run, Lock::of(arguments.locked, is_in_ci())),
            arguments,
            telling,
            start: Instant::now(),
        }
    }

    /// A judge who has seen another run, up to a step by its number from 0.
    fn informed(&self, seen: &Document, before: usize) -> Judge<'r> {
        let lock = Lock::of(self.arguments.locked, is_in_ci());
        informed(&self.run[0].plan, lock, seen, before)
    }

    fn plays(
        &mut self,
        stage: &mut dyn Stage,
        behind: Option<(usize, &mut Judge<'r>)>,
        options: &[Options],
    ) -> Outcome {
        play_on(
            stage,
            self.run,
            &mut self.judges,
            behind,
            &options[0].secrets,
            manner(self.arguments),
            &mut self.telling.screen,
        )
    }

    /// Says what came of it, and keeps it of so many steps; what was seen, and of steps that were not reached, what was
    /// seen before.
    fn ends(
        mut self,
        played: Played,
        options: &[Options],
        is_interrupted: bool,
        kept: usize,
        before: Option<Document>,
    ) -> Saved {
        let (reports, documents) =
            reported(self.run, played, &self.judges, options, is_interrupted);
        for report in reports {
            self.telling.takes(report);
        }
        let elapsed = self.start.elapsed();
        let plan = &self.run[0].plan;
        let of_one_run = documents.iter().cloned().map(|document| {
            let steps = plan.steps.iter().take(kept);
            document.renamed((plan, plan), steps.map(|step| (step, step)))
        });
        let of_one_run = of_one_run.collect();
        let mut saved = kept_run(of_one_run, self.run, self.arguments, elapsed);
        saved.documents = documents;
        self.telling.ends(is_interrupted, elapsed, Vec::new());
        if let (Some(before), Some(document)) = (before, saved.documents.first_mut()) {
            *document = std::mem::take(document).and(before);
        }
        saved
    }
}
