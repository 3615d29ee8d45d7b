//! `tutcheck watch PAGE…`: checks again as the author saves. What does not change what a reader does is judged again by
//! what was seen; all else is played from the start.

mod folders;

use std::io::IsTerminal;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::check::check_all;
use super::fault;
use super::judge::{replayed, reports_of};
use super::loaded::{Loaded, Loading};
use super::playing::{is_in_ci, judges};
use super::project::{self, Old};
use super::series;
use super::targets::may_be_written;
use super::telling::Telling;
use crate::cli::CheckArguments;
use crate::judge::{Code, Lock};
use crate::plan;
use crate::saved::{Document, Saved};
use crate::settings::Settings;
use crate::terminal::Interrupt;
use crate::wording::{self, ASIDE, GOOD};
use folders::{Folders, Said};

/// The user ended it by a signal.
const INTERRUPTED: u8 = 130;

/// What was played last, and how the pages were then.
struct Played {
    runs: Vec<Vec<Rc<Loaded>>>,
    seen: Saved,
}

/// What is done about a change.
enum Next {
    /// It is judged by what was seen.
    Judge(Vec<Vec<Document>>),
    /// It is played, and why.
    Play(String),
}

pub(super) fn watch(arguments: &CheckArguments) -> u8 {
    super::set_color(arguments.play.given.color);
    let Some(mut interrupt) = super::listen() else {
        return super::UNABLE;
    };
    let Loading { documents, faults } = load(arguments);
    if documents.is_empty() && !faults.is_empty() {
        return fault::report(faults);
    }
    fault::report_some(faults);
    if let Err(message) = may_be_written(&arguments.told, &documents, None) {
        super::complain(&message);
        return super::WRONG;
    }
    let (folders, said) = match Folders::watch(&documents, &interrupt) {
        Ok(watched) => watched,
        Err(error) => {
            super::complain(&format!(
                "cannot watch the folders of these pages: {error}; `tutcheck PAGE` checks them once"
            ));
            return super::UNABLE;
        }
    };
    // What was saved until now is not missed: it is read behind the first look at it.
    let documents = match load(arguments) {
        Loading { documents, faults } if faults.is_empty() => documents,
        Loading { faults, .. } => {
            fault::report_some(faults);
            documents
        }
    };
    let mut played = play(&documents, arguments, &mut interrupt, &folders);
    loop {
        if interrupt.times() > 0 {
            return INTERRUPTED;
        }
        say_waiting();
        match heard(&said, &mut interrupt) {
            None => return INTERRUPTED,
            Some(Said::End) => return 0,
            Some(Said::Start) => {
                let Loading { documents, faults } = load(arguments);
                if fault::report_some(faults) {
                    continue;
                }
                super::remark(&format!("{ASIDE}from the start{ASIDE:#}\n"));
                played = play(&documents, arguments, &mut interrupt, &folders);
            }
            Some(Said::Saved) => {
                let start = Instant::now();
                let Loading { documents, faults } = load(arguments);
                if fault::report_some(faults) {
                    continue;
                }
                let why = match played.next(&documents) {
                    Next::Judge(seen) => match judge(&seen, &documents, arguments, start) {
                        None => continue,
                        Some(why) => why,
                    },
                    Next::Play(why) => why,
                };
                super::remark(&format!("{ASIDE}from the start: {why}{ASIDE:#}\n"));
                played = play(&documents, arguments, &mut interrupt, &folders);
            }
        }
    }
}

fn load(arguments: &CheckArguments) -> Loading {
    project::load(
        &arguments.paths,
        &arguments.play.given,
        arguments.play.timeout,
        Old::MustBeRead,
    )
}

fn say_waiting() {
    if std::io::stdin().is_terminal() {
        super::remark(&format!(
            "{ASIDE}watching; Enter plays from the start, q and Enter end it{ASIDE:#}\n"
        ));
    }
}

/// What happens next; nothing more, if the user ends it.
fn heard(said: &Receiver<Said>, interrupt: &mut Interrupt) -> Option<Said> {
    /// A signal is looked for so often.
    const OFTEN: Duration = Duration::from_millis(200);
    loop {
        match said.recv_timeout(OFTEN) {
            Ok(said) => return Some(said),
            Err(RecvTimeoutError::Timeout) if interrupt.times() == 0 => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        }
    }
}

/// Plays pages from the start; one who saves meanwhile ends it.
fn play(
    documents: &[Rc<Loaded>],
    arguments: &CheckArguments,
    interrupt: &mut Interrupt,
    folders: &Folders,
) -> Played {
    folders.knows(documents);
    folders.begins();
    let (seen, _) = check_all(documents, None, arguments, interrupt, Vec::new());
    if folders.ends() {
        // It was the author who went on, and nothing is over.
        interrupt.forget();
    }
    Played {
        runs: series::runs(documents),
        seen,
    }
}

impl Played {
    /// What is to be done about the pages as they are now.
    fn next(&self, documents: &[Rc<Loaded>]) -> Next {
        let runs = series::runs(documents);
        let shape = |runs: &[Vec<Rc<Loaded>>]| -> Vec<Vec<String>> {
            let titles = runs.iter().map(|run| run.iter().map(|page| page.title()));
            titles.map(Iterator::collect).collect()
        };
        if shape(&self.runs) != shape(&runs) {
            return Next::Play("other pages are played now".to_owned());
        }
        if self.seen.documents.iter().any(Document::is_interrupted) {
            return Next::Play("the last play was not over".to_owned());
        }
        let mut seen = Vec::new();
        let mut documents = self.seen.documents.iter();
        for (old, new) in self.runs.iter().zip(&runs) {
            let mut of_run = Vec::new();
            for (old, new) in old.iter().zip(new) {
                if let Some(number) = plan::first_change(&old.plan, &new.plan) {
                    return Next::Play(changed(new, number));
                }
                if !plays_alike(&old.settings, &new.settings) {
                    return Next::Play("its settings are others now".to_owned());
                }
                if new.settings.starts_in_project {
                    return Next::Play("it begins in the project's files".to_owned());
                }
                let Some(document) = documents.next() else {
                    return Next::Play("the last play was not over".to_owned());
                };
                of_run.push(document.clone().renamed(&old.plan, &new.plan));
            }
            seen.push(of_run);
        }
        Next::Judge(seen)
    }
}

/// Whether settings have a page played as others have it; what else they say is in its plan, or is judged.
fn plays_alike(old: &Settings, new: &Settings) -> bool {
    let of = |settings: &Settings| {
        (
            (settings.timeout, settings.retries, settings.docker),
            (settings.starts_in_project, settings.shares_daemon),
            (settings.hidden.clone(), settings.environment.clone()),
        )
    };
    of(old) == of(new)
}

/// `step 4 is another one now: docker ps`
fn changed(page: &Loaded, number: usize) -> String {
    let step = page.plan.steps.get(number - 1);
    let written = step.map_or("", |step| step.written().lines().next().unwrap_or_default());
    let written = wording::visible(written);
    match step {
        Some(_) => format!("step {number} is another one now: {written}"),
        None => format!("the page ends before step {number} now"),
    }
}

/// Judges pages by what was seen; why they must be played, if that is not enough.
fn judge(
    seen: &[Vec<Document>],
    documents: &[Rc<Loaded>],
    arguments: &CheckArguments,
    start: Instant,
) -> Option<String> {
    let mut told = arguments.told.clone();
    told.quiet = true;
    let mut telling = Telling::new(&told, arguments.strict);
    let runs = series::runs(documents);
    let mut reports = Vec::new();
    for (seen, run) in seen.iter().zip(&runs) {
        let mut judges = judges(run, Lock::of(arguments.locked, is_in_ci()));
        let outcome = replayed(
            seen,
            run,
            &mut judges,
            arguments.keep_going,
            &mut telling.screen,
        );
        reports.extend(reports_of(seen, run, &outcome, &judges));
    }
    let steps = reports.iter().flat_map(|report| &report.steps);
    let unseen = steps
        .into_iter()
        .find(|step| step.finding.code() == Some(Code::NotObserved));
    if let Some(step) = unseen {
        return Some(format!("step {} was not played", step.number));
    }
    super::remark(&format!(
        "{GOOD}{:>12}{GOOD:#} by what was seen\n",
        "Judged"
    ));
    for report in reports {
        telling.takes(report);
    }
    telling.ends(false, start.elapsed(), Vec::new());
    None
}
