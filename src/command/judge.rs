//! `tutcheck judge RUN.json…`

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use super::fault::{self, Fault};
use super::kept::{self, Kept};
use super::loaded::Loaded;
use super::playing::{judges, play_on, reports, say_other_pages};
use super::project;
use super::telling::{Screen, Telling};
use crate::cli::JudgeArguments;
use crate::judge::{Judge, Lock, Verdict};
use crate::plan::Plan;
use crate::play::{Manner, Outcome};
use crate::report::DocumentReport;
use crate::saved::{Document, Replay, Saved};
use crate::settings::Settings;
use crate::stage::Stage;

pub(super) fn judge(arguments: &JudgeArguments) -> u8 {
    super::set_color(arguments.color);
    let mut faults = Vec::new();
    let mut files = Vec::new();
    match runs(&arguments.runs) {
        Ok(runs) => {
            for run in runs {
                match run {
                    Ok(saved) => files.push(saved),
                    Err(fault) => faults.push(fault),
                }
            }
        }
        Err(fault) => faults.push(fault),
    }
    if files.is_empty() {
        return fault::report(faults);
    }
    let strict = arguments.strict || files.iter().any(|saved| saved.manner.strict);
    let mut telling = Telling::new(&arguments.told, strict);
    let mut interrupted = false;
    telling
        .screen
        .expects(files.iter().map(|saved| saved.pages).sum());
    for saved in &files {
        let lock = Lock::of(arguments.locked || saved.manner.locked, saved.manner.in_ci);
        for run in saved.documents.chunk_by(|one, next| one.run == next.run) {
            match judge_run(run, lock, saved.manner.keep_going, &mut telling) {
                Ok(()) => {}
                Err(more) => faults.extend(more),
            }
            interrupted |= run.iter().any(Document::is_interrupted);
        }
    }
    let elapsed: Duration = files.iter().map(|saved| saved.elapsed).sum();
    telling.ends(interrupted, elapsed, faults)
}

/// The runs that paths mean: a file of one, the last one of a page, or, without a path, those of the last call.
fn runs(paths: &[PathBuf]) -> Result<Vec<Result<Saved, Fault>>, Fault> {
    let (pages, files): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| kept::is_page(path));
    let mut runs: Vec<Result<Saved, Fault>> = files.iter().map(|path| kept::read(path)).collect();
    if files.is_empty() || !pages.is_empty() {
        let (kept, pages) = Kept::of_pages(pages)?;
        runs.extend(pages.iter().map(|page| kept.newest(page)));
    }
    Ok(runs)
}

/// Judges the pages of a run, as they are now, by what was seen then.
fn judge_run(
    run: &[Document],
    lock: Lock,
    keep_going: bool,
    telling: &mut Telling,
) -> Result<(), Vec<Fault>> {
    for report in judged(run, lock, keep_going, &mut telling.screen)? {
        telling.takes(report);
    }
    Ok(())
}

/// What is to be said of the pages of a run, as they are now, by what was seen then.
pub(super) fn judged(
    run: &[Document],
    lock: Lock,
    keep_going: bool,
    screen: &mut Screen,
) -> Result<Vec<DocumentReport>, Vec<Fault>> {
    let mut pages: Vec<Rc<Loaded>> = Vec::new();
    for document in run {
        pages.push(Rc::new(project::load_saved(document, None)?));
    }
    say_other_pages(&pages);
    screen.begins(&pages[0].title(), pages[0].plan.steps.len());
    let mut judges = judges(&pages, lock);
    let outcome = replayed(run, &pages, &mut judges, None, keep_going, screen);
    Ok(reports_of(run, &pages, &outcome, &judges))
}

/// Lets judges see what was seen then.
pub(super) fn replayed<'p>(
    run: &[Document],
    pages: &'p [Rc<Loaded>],
    judges: &mut [Judge<'p>],
    behind: Option<(usize, &mut Judge<'p>)>,
    keep_going: bool,
    screen: &mut Screen,
) -> Outcome {
    let plans: Vec<&Plan> = pages.iter().map(|loaded| &loaded.plan).collect();
    let was_played = run.iter().all(|document| document.trouble.is_none())
        && plans.iter().any(|plan| !plan.steps.is_empty());
    if !was_played {
        return super::playing::nothing_played(pages);
    }
    let documents: Vec<&Document> = run.iter().collect();
    let secrets = Settings::secrets_of(pages.iter().map(|loaded| &loaded.settings));
    let manner = Manner {
        goes_on: keep_going,
        debug: false,
    };
    let mut replay = Replay::new(&documents, &plans);
    play_on(&mut replay, pages, judges, behind, &secrets, manner, screen)
}

/// A judge who has seen all that was seen before a step, by its number from 0.
pub(super) fn informed<'p>(
    plan: &'p Plan,
    lock: Lock,
    seen: &Document,
    before: usize,
) -> Judge<'p> {
    let mut judge = Judge::new(plan, lock);
    let mut replay = Replay::new(&[seen], &[plan]);
    for (index, step) in plan.steps[..before].iter().enumerate() {
        let observation = replay.play(index + 1, step, step.typed());
        judge.judge(index + 1, step, &observation);
    }
    judge
}

/// What is to be said of pages, with what is known of their run.
pub(super) fn reports_of(
    run: &[Document],
    pages: &[Rc<Loaded>],
    outcome: &Outcome,
    judges: &[Judge<'_>],
) -> Vec<DocumentReport> {
    let mut reports = reports(pages, outcome, judges);
    for (report, document) in reports.iter_mut().zip(run) {
        report.trouble.clone_from(&document.trouble);
        report.leftovers.clone_from(&document.leftovers);
        report.engine.clone_from(&document.engine);
        report.images.clone_from(&document.images);
        for step in &mut report.steps {
            let has_passed = matches!(step.finding.verdict, Verdict::Passed | Verdict::Stale);
            step.flaky = document
                .flaky
                .get(&step.key)
                .filter(|_| has_passed)
                .cloned();
        }
    }
    reports
}
