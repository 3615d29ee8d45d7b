//! `tutcheck watch PAGE…`: checks again as the author saves. What does not change what a reader does is judged again by
//! what was seen; of all else, a page is played from the last place that can be had again.

mod folders;
mod here;
mod next;

use std::io::IsTerminal;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::check::check_all;
use super::fault::{self, Fault};
use super::judge::{informed, replayed, reports_of};
use super::loaded::{Loaded, Loading};
use super::narrowed::narrowed;
use super::playing::{is_in_ci, judges};
use super::project::{self, Old};
use super::series;
use super::targets::may_be_written;
use super::telling::Telling;
use crate::cli::CheckArguments;
use crate::judge::{Code, Lock};
use crate::saved::Document;
use crate::terminal::Interrupt;
use crate::wording::{ASIDE, GOOD};
use folders::{Folders, Said};
use here::Here;
use next::{Behind, Next, Played, Resume};

/// The user ended it by a signal.
const INTERRUPTED: u8 = 130;

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
    let mut watch = Watch {
        arguments,
        interrupt: &mut interrupt,
        folders,
        here: None,
    };
    let status = watch.goes_on(&documents, &said);
    watch.clears();
    status
}

/// A watch that goes on.
struct Watch<'a> {
    arguments: &'a CheckArguments,
    interrupt: &'a mut Interrupt,
    folders: Folders,
    /// What was played in last, as it was left.
    here: Option<Here>,
}

impl Watch<'_> {
    /// Plays, and hears the author, to the end; the exit status.
    fn goes_on(&mut self, documents: &[Rc<Loaded>], said: &Receiver<Said>) -> u8 {
        let mut played = self.plays(documents);
        loop {
            if self.interrupt.times() > 0 {
                return INTERRUPTED;
            }
            say_waiting();
            let said = match heard(said, self.interrupt) {
                None => return INTERRUPTED,
                Some(Said::End) => return 0,
                Some(said) => said,
            };
            let start = Instant::now();
            let Loading { documents, faults } = load(self.arguments);
            if fault::report_some(faults) {
                continue;
            }
            if said == Said::Start {
                super::remark(&format!("{ASIDE}from the start{ASIDE:#}\n"));
                played = self.plays(&documents);
                continue;
            }
            let why = match played.next(&documents) {
                Next::Judge(seen, behind) => {
                    match judge(&seen, behind.as_deref(), &documents, self.arguments, start) {
                        None => continue,
                        Some(unseen) => match played.resume_at(&documents, unseen) {
                            Ok(resume) => self.resumes(&documents, resume, &mut played),
                            Err(why) => Some(why),
                        },
                    }
                }
                Next::Resume(resume) => self.resumes(&documents, *resume, &mut played),
                Next::Play(why) => Some(why),
            };
            if let Some(why) = why {
                super::remark(&format!("{ASIDE}from the start: {why}{ASIDE:#}\n"));
                played = self.plays(&documents);
            }
        }
    }

    /// Plays pages from the start; one who saves meanwhile ends it.
    fn plays(&mut self, documents: &[Rc<Loaded>]) -> Played {
        self.clears();
        self.folders.knows(documents);
        self.folders.begins();
        let runs = series::runs(documents);
        let seen = match Here::set(&runs, self.arguments, self.interrupt) {
            Some(here) => {
                let (here, seen) = here;
                self.here = here;
                seen
            }
            None => check_all(documents, None, self.arguments, self.interrupt, Vec::new()).0,
        };
        self.is_over();
        Played {
            runs,
            seen,
            behind: None,
        }
    }

    /// Plays what has changed, and what comes behind it, where that can be done; why not, otherwise.
    fn resumes(
        &mut self,
        documents: &[Rc<Loaded>],
        resume: Resume,
        played: &mut Played,
    ) -> Option<String> {
        let Some(here) = self.here.take() else {
            return Some(resume.why);
        };
        self.folders.knows(documents);
        self.folders.begins();
        let runs = series::runs(documents);
        let resumed = here.resumes(&runs[0][0], &resume, self.arguments, self.interrupt);
        let is_ended = self.interrupt.times() > 0;
        self.is_over();
        match resumed {
            Ok((here, seen, behind)) => {
                self.here = Some(here);
                *played = Played { runs, seen, behind };
                None
            }
            // Who has ended it, has saved, or wants an end.
            Err(_) if is_ended => None,
            Err(why) => Some(why),
        }
    }

    /// A play is over.
    fn is_over(&mut self) {
        if self.folders.ends() {
            // It was the author who went on, and nothing is over.
            self.interrupt.forget();
        }
    }

    /// Ends what runs, and removes what was made.
    fn clears(&mut self) {
        if let Some(here) = self.here.take() {
            here.clears(self.interrupt);
        }
    }
}

fn load(arguments: &CheckArguments) -> Loading {
    let loading = project::load(
        &arguments.paths,
        &arguments.play.given,
        arguments.play.timeout,
        Old::MustBeRead,
    );
    if !loading.faults.is_empty() {
        return loading;
    }
    match narrowed(loading.documents, arguments) {
        Ok(documents) => Loading {
            documents,
            faults: Vec::new(),
        },
        Err(message) => Loading {
            documents: Vec::new(),
            faults: vec![Fault::Plain(message)],
        },
    }
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

/// Judges pages by what was seen; the number of the first step that was not, if that is not enough.
fn judge(
    seen: &[Vec<Document>],
    behind: Option<&Behind>,
    documents: &[Rc<Loaded>],
    arguments: &CheckArguments,
    start: Instant,
) -> Option<usize> {
    let mut told = arguments.told.clone();
    told.quiet = true;
    let mut telling = Telling::new(&told, arguments.strict);
    let runs = series::runs(documents);
    let mut reports = Vec::new();
    for (seen, run) in seen.iter().zip(&runs) {
        let lock = Lock::of(arguments.locked, is_in_ci());
        let mut judges = judges(run, lock);
        let mut other = behind.map(|behind| {
            (
                behind.from,
                informed(&run[0].plan, lock, &behind.run, behind.from),
            )
        });
        let outcome = replayed(
            seen,
            run,
            &mut judges,
            other.as_mut().map(|(from, judge)| (*from, judge)),
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
        return Some(step.number);
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
