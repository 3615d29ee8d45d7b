//! `tutcheck [check] PATH…`

use std::io::IsTerminal;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::chosen::{Chosen, chosen};
use super::fault::{self, Fault};
use super::files;
use super::jobs;
use super::kept;
use super::loaded::{Loaded, Loading};
use super::narrowed::narrowed;
use super::playing::{Played, is_in_ci, judges, observed, options, play, reports, say_other_pages};
use super::project::{self, Old};
use super::series;
use super::targets;
use super::telling::{Screen, Telling};
use crate::cli::CheckArguments;
use crate::judge::{Judge, Lock};
use crate::play::Manner;
use crate::report::{DocumentReport, Shard, StepReport};
use crate::run::Options;
use crate::saved::{self, Saved};
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
    let mut given = arguments.play.given.clone();
    given.is_checked = arguments.worker;
    let Loading { documents, faults } = project::load(
        &arguments.paths,
        &given,
        arguments.play.timeout,
        Old::MustBeRead,
    );
    if documents.is_empty() && !faults.is_empty() {
        return fault::report(faults);
    }
    // A saved run is written behind the reports, and would take the place of one.
    let others = arguments.save.iter().chain(&arguments.rerun);
    let may_be = targets::may_be_written(&arguments.told, &documents, others);
    let saved = arguments.save.iter();
    let mut saved = saved.map(|path| targets::is_free(path, &documents));
    if let Err(message) = may_be.and_then(|()| saved.try_for_each(|free| free)) {
        super::complain(&message);
        return super::WRONG;
    }
    let documents = match narrowed(documents, arguments) {
        Ok(documents) => documents,
        Err(message) => {
            super::complain(&message);
            return super::WRONG;
        }
    };
    let Chosen { documents, shard } = match chosen(documents, arguments, faults.is_empty()) {
        Ok(chosen) => chosen,
        Err(status) => return status,
    };
    let Some(mut interrupt) = super::listen_for(&arguments.play) else {
        return super::UNABLE;
    };
    let (seen, status) = check_all(&documents, shard, arguments, &mut interrupt, faults);
    if arguments.worker {
        super::say_json(&seen.text().unwrap_or_default());
    }
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
    let mut telling = if arguments.worker {
        Telling::silent(arguments.strict)
    } else {
        Telling::new(&arguments.told, arguments.strict).of(shard, arguments.rerun.is_some())
    };
    let runs = series::runs(documents);
    let number = runs.iter().map(Vec::len).sum();
    telling.screen.expects(number);
    let mut seen: Vec<saved::Document> = Vec::new();
    let mut workers = jobs::workers(&runs, arguments);
    for (number, run) in runs.iter().enumerate() {
        let screen = &mut telling.screen;
        let played = match &mut workers {
            Some(workers) => workers.take(number, run, arguments, interrupt, screen),
            None if interrupt.times() > 0 => None,
            None => Some(check_until_green(run, arguments, interrupt, screen)),
        };
        let Some((reports, saved)) = played else {
            continue;
        };
        for report in reports {
            telling.takes(report);
        }
        for mut document in saved {
            document.run = number;
            seen.push(document);
        }
    }
    let elapsed = start.elapsed();
    let pages: Vec<Rc<Loaded>> = runs.concat();
    let seen = kept_run(seen, &pages, arguments, elapsed);
    let status = telling.ends(interrupt.times() > 0, elapsed, faults);
    (seen, status)
}

/// What was seen in a call; it is kept, unless another process has called.
pub(super) fn kept_run(
    seen: Vec<saved::Document>,
    pages: &[Rc<Loaded>],
    arguments: &CheckArguments,
    elapsed: Duration,
) -> Saved {
    let manner = saved::Manner {
        locked: arguments.locked,
        in_ci: is_in_ci(),
        strict: arguments.strict,
        keep_going: arguments.keep_going,
    };
    if !arguments.worker {
        kept::keep(&seen, pages, manner, elapsed);
    }
    Saved::new(seen, pages.len(), manner, elapsed)
}

/// How far a reader goes, as the call says.
pub(super) fn manner(arguments: &CheckArguments) -> Manner {
    Manner {
        goes_on: arguments.keep_going,
        debug: arguments.debug,
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
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
    say_other_pages(run);
    let options = options(&arguments.play, run);
    let mut judges = judges(run, Lock::of(arguments.locked, is_in_ci()));
    let manner = manner(arguments);
    let played = play(run, &mut judges, &options, manner, interrupt, screen);
    let is_interrupted = interrupt.times() > 0;
    reported(run, played, &judges, &options, is_interrupted)
}

/// What is to be said of a run, and what was seen of it.
pub(super) fn reported(
    run: &[Rc<Loaded>],
    played: Played,
    judges: &[Judge<'_>],
    options: &[Options],
    is_interrupted: bool,
) -> (Vec<DocumentReport>, Vec<saved::Document>) {
    let mut reports = reports(run, &played.outcome, judges);
    let mut documents = observed(run, &played.outcome, is_interrupted);
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
