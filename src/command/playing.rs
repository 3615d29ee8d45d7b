//! Pages on a stage: what is handed over, who judges, what is shown meanwhile.

use std::env;
use std::rc::Rc;

use super::loaded::Loaded;
use super::telling::Screen;
use crate::cli::PlayArguments;
use crate::judge::{Judge, Lock};
use crate::plan::Plan;
use crate::play::{self, Event, Manner, Outcome, Page};
use crate::report::{Bound, DocumentReport, StepReport};
use crate::run::{self, Live, Options, Over, Surroundings};
use crate::saved;
use crate::secrets::Secrets;
use crate::settings::Settings;
use crate::stage::Stage;
use crate::terminal::Interrupt;

/// Whether this is a machine of CI, as such machines say.
pub(super) fn is_in_ci() -> bool {
    env::var("CI").is_ok_and(|ci| ci == "true")
}

/// How often a step is tried again that failed because of a registry.
const RETRIES: u32 = 2;

/// The options with which each page of a run is played, as far as the command line has them.
pub(super) fn options(arguments: &PlayArguments, run: &[Rc<Loaded>]) -> Vec<Options> {
    let secrets = Settings::secrets_of(run.iter().map(|loaded| &loaded.settings));
    let of_page = |loaded: &Rc<Loaded>| Options {
        timeout: loaded.settings.timeout,
        retries: loaded.settings.retries.unwrap_or(RETRIES),
        secrets: secrets.clone(),
        keep: arguments.keep,
        keep_images: match (arguments.keep_images, arguments.no_keep_images) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        },
        shares_daemon: arguments.share_daemon || loaded.settings.shares_daemon,
        ..Options::default()
    };
    run.iter().map(of_page).collect()
}

/// What was observed of the pages of a run, to be judged again.
pub(super) fn observed(
    run: &[Rc<Loaded>],
    outcome: &Outcome,
    is_interrupted: bool,
) -> Vec<saved::Document> {
    let plans: Vec<&Plan> = run.iter().map(|loaded| &loaded.plan).collect();
    let mut documents = saved::seen(&plans, outcome, is_interrupted);
    for (document, loaded) in documents.iter_mut().zip(run) {
        document.given.clone_from(&loaded.given);
        let way = loaded.settings.reader.way.clone();
        document.way = loaded.way.is_some().then(|| (way, loaded.way.clone()));
    }
    documents
}

/// Says which pages are for readers of another system as a whole.
pub(super) fn say_other_pages(run: &[Rc<Loaded>]) {
    for plan in run.iter().map(|loaded| &loaded.plan) {
        if let Some(reason) = &plan.document.other_page {
            super::remark(&format!(
                "{}: nothing is played: {reason}\n",
                plan.document.source.path
            ));
        }
    }
}

pub(super) fn judges(run: &[Rc<Loaded>], lock: Lock) -> Vec<Judge<'_>> {
    run.iter()
        .map(|loaded| Judge::new(&loaded.plan, lock))
        .collect()
}

pub(super) fn reports(
    run: &[Rc<Loaded>],
    outcome: &Outcome,
    judges: &[Judge<'_>],
) -> Vec<DocumentReport> {
    let bound = |judge: &Judge<'_>| {
        let pairs = judge.pairs().into_iter();
        let bound = pairs.map(|(expected, live, step)| Bound {
            expected: expected.to_owned(),
            live: live.to_owned(),
            step,
        });
        bound.collect()
    };
    run.iter()
        .zip(&outcome.results)
        .zip(judges)
        .map(|((loaded, results), judge)| DocumentReport {
            way: loaded.way.clone(),
            bound: bound(judge),
            ..DocumentReport::new(&loaded.plan, results)
        })
        .collect()
}

/// What came of a run.
pub(super) struct Played {
    /// What came of its steps.
    pub(super) outcome: Outcome,
    /// What is left of it, or why it could not be played.
    pub(super) over: Result<Over, run::Error>,
}

/// Plays the pages of a run on this machine while the screen shows how it goes.
pub(super) fn play<'r>(
    run: &'r [Rc<Loaded>],
    judges: &mut [Judge<'r>],
    options: &[Options],
    manner: Manner,
    interrupt: &mut Interrupt,
    screen: &mut Screen,
) -> Played {
    screen.begins(&run[0].title(), run[0].plan.steps.len());
    let nothing = |over| Played {
        outcome: nothing_played(run),
        over,
    };
    if run.iter().all(|loaded| loaded.plan.steps.is_empty()) {
        return nothing(Ok(Over::default()));
    }
    let mut live = match set(run, options, interrupt, screen) {
        Ok(live) => live,
        Err(error) => return nothing(Err(error)),
    };
    let secrets = &options[0].secrets;
    let outcome = play_on(&mut live, run, judges, None, secrets, manner, screen);
    // Whatever happened, the stage is cleared before anything else is said.
    Played {
        outcome,
        over: Ok(live.clear()),
    }
}

/// The pages of a run, as a stage knows them.
pub(super) fn pages<'r>(run: &'r [Rc<Loaded>], options: &'r [Options]) -> Vec<run::Page<'r>> {
    let page = |(loaded, options): (&'r Rc<Loaded>, &'r Options)| run::Page {
        plan: &loaded.plan,
        options,
        folder: &loaded.surroundings.document_folder,
    };
    run.iter().zip(options).map(page).collect()
}

/// What is around a run.
pub(super) fn surroundings(run: &[Rc<Loaded>], screen: &Screen) -> Surroundings {
    let mut surroundings = run[0].surroundings.clone();
    surroundings.progress = screen.progress.clone();
    let of_git = run
        .iter()
        .map(|loaded| &loaded.surroundings.project.remotes);
    if let Some(remotes) = of_git.max_by_key(|remotes| remotes.len()) {
        surroundings.project.remotes.clone_from(remotes);
    }
    surroundings
}

/// Makes a place on this machine for the pages of a run.
pub(super) fn set<'r>(
    run: &'r [Rc<Loaded>],
    options: &'r [Options],
    interrupt: &'r mut Interrupt,
    screen: &Screen,
) -> Result<Live<'r>, run::Error> {
    let waits = &mut |why: &str| super::remark(&format!("waiting: {why}\n"));
    let surroundings = surroundings(run, screen);
    Live::set(pages(run, options), &surroundings, interrupt, waits)
}

/// What came of a run in which no step was played.
pub(super) fn nothing_played(run: &[Rc<Loaded>]) -> Outcome {
    Outcome {
        results: run.iter().map(|_| Vec::new()).collect(),
        ..Outcome::default()
    }
}

/// Plays the pages of a run on a stage while the screen shows how it goes. The last steps of the first page may be
/// judged by another, from a step by its number from 0.
pub(super) fn play_on<'r>(
    stage: &mut dyn Stage,
    run: &'r [Rc<Loaded>],
    judges: &mut [Judge<'r>],
    mut behind: Option<(usize, &mut Judge<'r>)>,
    secrets: &Secrets,
    manner: Manner,
    screen: &mut Screen,
) -> Outcome {
    let mut pages: Vec<Page<'_, '_>> = run
        .iter()
        .zip(judges)
        .map(|(loaded, judge)| Page {
            plan: &loaded.plan,
            judge,
            secrets,
            behind: behind.take(),
        })
        .collect();
    play::play(&mut pages, manner, stage, &mut |page, event| {
        let plan = &run[page].plan;
        let total = plan.steps.len();
        match event {
            Event::Opens if page > 0 => screen.begins(&run[page].title(), total),
            Event::Opens => {}
            Event::Lends { number } => super::remark(&format!(
                "\nstep {number} broke; this is its shell. `exit` goes on (inside a container: Ctrl-])\n"
            )),
            Event::Begins { number, step } => {
                screen.progress(number, total, step.written());
            }
            Event::Ends {
                number,
                step,
                result,
            } => screen.step(&StepReport::new(number, plan, step, result), total),
        }
    })
}
