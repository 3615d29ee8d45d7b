//! `tutcheck judge RUN.json…`

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use super::check::{judges, play_on, reports, say_other_pages};
use super::fault::{self, Fault};
use super::files;
use super::loaded::Loaded;
use super::project;
use super::telling::{Screen, Telling};
use crate::cli::JudgeArguments;
use crate::judge::Lock;
use crate::plan::Plan;
use crate::play::Manner;
use crate::report::DocumentReport;
use crate::saved::{Document, Replay, Saved};
use crate::settings::Settings;

pub(super) fn judge(arguments: &JudgeArguments) -> u8 {
    super::set_color(arguments.color);
    let mut faults = Vec::new();
    let mut files = Vec::new();
    for path in &arguments.runs {
        match read(path) {
            Ok(saved) => files.push(saved),
            Err(fault) => faults.push(fault),
        }
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
        pages.push(Rc::new(project::load_saved(document)?));
    }
    let plans: Vec<&Plan> = pages.iter().map(|loaded| &loaded.plan).collect();
    let documents: Vec<&Document> = run.iter().collect();
    let secrets = Settings::secrets_of(pages.iter().map(|loaded| &loaded.settings));
    let manner = Manner {
        goes_on: keep_going,
        debug: false,
    };
    say_other_pages(&pages);
    screen.begins(&pages[0].title(), plans[0].steps.len());
    let mut judges = judges(&pages, lock);
    let was_played = run.iter().all(|document| document.trouble.is_none())
        && plans.iter().any(|plan| !plan.steps.is_empty());
    let outcome = if was_played {
        let mut replay = Replay::new(&documents, &plans);
        play_on(&mut replay, &pages, &mut judges, &secrets, manner, screen)
    } else {
        super::check::nothing_played(&pages)
    };
    let mut reports = reports(&pages, &outcome);
    for (report, document) in reports.iter_mut().zip(run) {
        report.trouble.clone_from(&document.trouble);
        report.leftovers.clone_from(&document.leftovers);
    }
    Ok(reports)
}

pub(super) fn read(path: &Path) -> Result<Saved, Fault> {
    let text = files::read(path, files::SAVED)?;
    Saved::read(&text).map_err(|error| Fault::Plain(format!("{}: {error}", files::shown(path))))
}
