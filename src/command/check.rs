//! `tutcheck [check] PATH…`

use std::env;
use std::io::IsTerminal;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use super::chosen::{Chosen, chosen};
use super::fault::{self, Fault};
use super::files;
use super::kept;
use super::loaded::{Loaded, Loading};
use super::project::{self, Old};
use super::series;
use super::telling::{self, Screen, Telling};
use crate::cli::{CheckArguments, PlayArguments};
use crate::judge::{Judge, Lock};
use crate::plan::Plan;
use crate::play::{self, Event, Manner, Outcome, Page};
use crate::report::{DocumentReport, Shard, StepReport};
use crate::run::{self, Live, Options, Over};
use crate::saved::{self, Saved};
use crate::secrets::Secrets;
use crate::settings::Settings;
use crate::stage::Stage;
use crate::terminal::Interrupt;

pub(super) fn check(arguments: &CheckArguments) -> u8 {
    super::set_color(arguments.play.given.color);
    if arguments.debug && !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        super::complain("--debug needs a terminal for its input and its output");
        return super::WRONG;
    }
    // A whole play is long to wait for a word that a file cannot be written.
    if let Some(path) = &arguments.save
        && let Err(error) = files::may_write(path)
    {
        super::complain(&unwritable(path, &error));
        return super::WRONG;
    }
    let Loading { documents, faults } = project::load(
        &arguments.paths,
        &arguments.play.given,
        arguments.play.timeout,
        Old::MustBeRead,
    );
    if documents.is_empty() && !faults.is_empty() {
        return fault::report(faults);
    }
    if let Err(message) = telling::may_be_written(&arguments.told, &documents) {
        super::complain(&message);
        return super::WRONG;
    }
    let Chosen { documents, shard } = match chosen(documents, arguments, faults.is_empty()) {
        Ok(chosen) => chosen,
        Err(status) => return status,
    };
    let Some(mut interrupt) = super::listen() else {
        return super::UNABLE;
    };
    let (seen, status) = check_all(&documents, shard, arguments, &mut interrupt, faults);
    let saved = arguments.save.as_ref().map_or(Ok(()), |path| {
        let text = seen.text();
        let written = text.map_err(Into::into);
        let written = written.and_then(|text| files::replace_json(path, &text));
        written.map_err(|error| unwritable(path, &error))
    });
    match saved {
        Ok(()) => status,
        Err(message) => {
            super::complain(&message);
            super::WRONG
        }
    }
}

/// Plays documents, says what came of them, and keeps what was seen; the exit status.
pub(super) fn check_all(
    documents: &[Rc<Loaded>],
    shard: Option<Shard>,
    arguments: &CheckArguments,
    interrupt: &mut Interrupt,
    faults: Vec<Fault>,
) -> (Saved, u8) {
    let start = Instant::now();
    let mut telling = Telling::new(&arguments.told, arguments.strict).of(shard);
    let runs = series::runs(documents);
    let number = runs.iter().map(Vec::len).sum();
    telling.screen.expects(number);
    let mut seen: Vec<saved::Document> = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        if interrupt.times() > 0 {
            break;
        }
        let (reports, saved) = check_until_green(run, arguments, interrupt, &mut telling.screen);
        for report in reports {
            telling.takes(report);
        }
        for mut document in saved {
            document.run = number;
            seen.push(document);
        }
    }
    let elapsed = start.elapsed();
    let manner = saved::Manner {
        locked: arguments.locked,
        in_ci: is_in_ci(),
        strict: arguments.strict,
        keep_going: arguments.keep_going,
    };
    let pages: Vec<Rc<Loaded>> = runs.concat();
    kept::keep(&seen, &pages, manner, elapsed);
    let seen = Saved::new(seen, number, manner, elapsed);
    let status = telling.ends(interrupt.times() > 0, elapsed, faults);
    (seen, status)
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
}

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

/// Plays the pages of a run, and again what was red, as often as that is asked for.
fn check_until_green(
    run: &[Rc<Loaded>],
    arguments: &CheckArguments,
    interrupt: &mut Interrupt,
    screen: &mut Screen,
) -> (Vec<DocumentReport>, Vec<saved::Document>) {
    let (mut reports, mut documents) = check_run(run, arguments, interrupt, screen);
    let is_red = |step: &StepReport| step.is_red(arguments.strict);
    let is_quarantined = |(loaded, report): (&Rc<Loaded>, &DocumentReport)| {
        let steps = loaded.plan.steps.iter().zip(&report.steps);
        let mut red = steps.filter(|(_, report)| is_red(report));
        red.all(|(step, _)| step.settings.flaky.is_some())
    };
    let asked = u8::from(run.iter().zip(&reports).all(is_quarantined));
    for _ in 0..arguments.retries.max(asked) {
        let has_broken = reports.iter().flat_map(|report| &report.steps).any(is_red);
        if !has_broken || interrupt.times() > 0 {
            break;
        }
        super::remark(&format!(
            "{}: it broke, and is played again\n",
            run[0].title()
        ));
        let before = reports;
        (reports, documents) = check_run(run, arguments, interrupt, screen);
        for (report, before) in reports.iter_mut().zip(&before) {
            report.notes_what_is_flaky(before, arguments.strict);
        }
    }
    for (document, report) in documents.iter_mut().zip(&reports) {
        let flaky = report.steps.iter();
        document.flaky = flaky
            .filter_map(|step| Some((step.key.clone(), step.flaky.clone()?)))
            .collect();
    }
    (reports, documents)
}

fn check_run(
    run: &[Rc<Loaded>],
    arguments: &CheckArguments,
    interrupt: &mut Interrupt,
    screen: &mut Screen,
) -> (Vec<DocumentReport>, Vec<saved::Document>) {
    let manner = Manner {
        goes_on: arguments.keep_going,
        debug: arguments.debug,
    };
    say_other_pages(run);
    let options = options(&arguments.play, run);
    let mut judges = judges(run, Lock::of(arguments.locked, is_in_ci()));
    let played = play(run, &mut judges, &options, manner, interrupt, screen);
    let mut reports = reports(run, &played.outcome);
    let mut documents = observed(run, &played.outcome, interrupt.times() > 0);
    let last = reports.len() - 1;
    match played.over {
        Ok(over) => {
            if let Some(scratch) = &over.scratch {
                super::remark(&format!("kept: {}\n", scratch.display()));
            }
            reports[last].leftovers = over.leftovers;
            let engine = over.facts.map(|facts| facts.engine);
            for document in &mut documents {
                document.engine.clone_from(&engine);
                document.images.clone_from(&over.images);
            }
        }
        Err(error) => {
            reports[last].trouble = Some(options[0].secrets.hide(&error.to_string()));
        }
    }
    for (report, document) in reports.iter_mut().zip(&documents) {
        report.engine.clone_from(&document.engine);
        report.images.clone_from(&document.images);
    }
    if let Some(document) = documents.last_mut() {
        document.trouble.clone_from(&reports[last].trouble);
        document.leftovers.clone_from(&reports[last].leftovers);
    }
    (reports, documents)
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

pub(super) fn reports(run: &[Rc<Loaded>], outcome: &Outcome) -> Vec<DocumentReport> {
    run.iter()
        .zip(&outcome.results)
        .map(|(loaded, results)| DocumentReport {
            way: loaded.way.clone(),
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
    let pages = run
        .iter()
        .zip(options)
        .map(|(loaded, options)| run::Page {
            plan: &loaded.plan,
            options,
            folder: &loaded.surroundings.document_folder,
        })
        .collect();
    let waits = &mut |why: &str| super::remark(&format!("waiting: {why}\n"));
    let mut surroundings = run[0].surroundings.clone();
    surroundings.progress = screen.progress.clone();
    let of_git = run
        .iter()
        .map(|loaded| &loaded.surroundings.project.remotes);
    if let Some(remotes) = of_git.max_by_key(|remotes| remotes.len()) {
        surroundings.project.remotes.clone_from(remotes);
    }
    let mut live = match Live::set(pages, &surroundings, interrupt, waits) {
        Ok(live) => live,
        Err(error) => return nothing(Err(error)),
    };
    let outcome = play_on(&mut live, run, judges, &options[0].secrets, manner, screen);
    // Whatever happened, the stage is cleared before anything else is said.
    Played {
        outcome,
        over: Ok(live.clear()),
    }
}

/// What came of a run in which no step was played.
pub(super) fn nothing_played(run: &[Rc<Loaded>]) -> Outcome {
    Outcome {
        results: run.iter().map(|_| Vec::new()).collect(),
        ..Outcome::default()
    }
}

/// Plays the pages of a run on a stage while the screen shows how it goes.
pub(super) fn play_on<'r>(
    stage: &mut dyn Stage,
    run: &'r [Rc<Loaded>],
    judges: &mut [Judge<'r>],
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
