//! `tutcheck accept`, `tutcheck reject`, `tutcheck review`: what the last run of a page found, taken into the page and its
//! recording.

mod asking;
mod session;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::fault::{self, Fault};
use super::files;
use super::kept::{self, Kept};
use super::loaded::Loaded;
use crate::cli::{AcceptArguments, RejectArguments, ReviewArguments};
use crate::judge::Verdict;
use crate::review::{Proposal, Refusal};
use crate::wording::{self, BAD, GOOD, NOTE};
pub(super) use session::Run;

/// What an author has chosen: of which page of a run, which proposal, and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) page: usize,
    pub(super) proposal: usize,
    pub(super) into_page: bool,
    pub(super) into_recording: bool,
}

/// The user ended it, and nothing was written.
const INTERRUPTED: u8 = 130;

/// Something was refused, or, with `--check`, would be written.
const NOT_ALL: u8 = 1;

/// `tutcheck accept [KEY…] [PAGE…]`
pub(super) fn accept(arguments: &AcceptArguments) -> u8 {
    super::set_color(arguments.color);
    let (pages, keys) = pages_and_keys(&arguments.words);
    let (kept, runs) = match opened(pages) {
        Ok(opened) => opened,
        Err(faults) => return fault::report(faults),
    };
    if let Err(fault) = known(&runs, &keys) {
        return fault::report(vec![fault]);
    }
    let rejected = kept.rejected();
    let choices = runs.iter().map(|run| {
        let is_meant = |key: &str| {
            let is_named = keys.iter().any(|meant| meant == key);
            is_named || (keys.is_empty() && !rejected.contains(key))
        };
        choices_of(run, is_meant, arguments)
    });
    let choices: Vec<Vec<Choice>> = choices.collect();
    settle(&runs, &choices, arguments.check)
}

/// `tutcheck reject KEY…`
pub(super) fn reject(arguments: &RejectArguments) -> u8 {
    super::set_color(arguments.color);
    let (pages, keys) = pages_and_keys(&arguments.keys);
    if keys.is_empty() {
        super::complain("`reject` takes the keys of steps; `tutcheck accept --check` names them");
        return super::WRONG;
    }
    let (kept, runs) = match opened(pages) {
        Ok(opened) => opened,
        Err(faults) => return fault::report(faults),
    };
    if let Err(fault) = known(&runs, &keys) {
        return fault::report(vec![fault]);
    }
    for key in &keys {
        super::tell(&format!("{NOTE}{:>12}{NOTE:#} {key}\n", "Rejected"));
    }
    kept.reject(keys);
    0
}

/// `tutcheck review [PAGE…]`
pub(super) fn review(arguments: &ReviewArguments) -> u8 {
    super::set_color(arguments.color);
    match asking::ask(&arguments.pages) {
        Ok(Some((runs, choices))) => settle(&runs, &choices, false),
        Ok(None) => INTERRUPTED,
        Err(faults) => fault::report(faults),
    }
}

/// Words that name pages, and those that name steps.
fn pages_and_keys(words: &[String]) -> (Vec<PathBuf>, Vec<String>) {
    let is_page = |word: &String| {
        let path = Path::new(word.as_str());
        kept::is_page(path) || path.is_file()
    };
    let (pages, keys): (Vec<String>, Vec<String>) = words.iter().cloned().partition(is_page);
    (pages.iter().map(PathBuf::from).collect(), keys)
}

/// The last runs of pages; without pages, of those of the last call in this project.
fn opened(pages: Vec<PathBuf>) -> Result<(Kept, Vec<Run>), Vec<Fault>> {
    let (kept, pages) = Kept::of_pages(pages).map_err(|fault| vec![fault])?;
    let runs = session::runs(&kept, &pages)?;
    Ok((kept, runs))
}

/// Whether each key is one of a step that was played.
fn known(runs: &[Run], keys: &[String]) -> Result<(), Fault> {
    let all: BTreeSet<&str> = runs
        .iter()
        .flat_map(|run| &run.pages)
        .flat_map(|page| &page.plan.steps)
        .map(|step| step.key.as_str())
        .collect();
    match keys.iter().find(|key| !all.contains(key.as_str())) {
        None => Ok(()),
        Some(key) => Err(Fault::no_step(key, all.iter().copied())),
    }
}

/// What is chosen by words: of the steps that are meant, what would make each of them right, and what was asked for
/// besides.
fn choices_of(
    run: &Run,
    is_meant: impl Fn(&str) -> bool,
    arguments: &AcceptArguments,
) -> Vec<Choice> {
    let both = arguments.document == arguments.recording;
    let mut choices = Vec::new();
    for (page, proposals) in run.proposals.iter().enumerate() {
        for (index, proposal) in proposals.iter().enumerate() {
            if !is_meant(&proposal.key) {
                continue;
            }
            let choice = Choice {
                page,
                proposal: index,
                into_page: both || arguments.document,
                into_recording: both || arguments.recording,
            };
            choices.extend(meant(run, choice, arguments.show, arguments.recording));
        }
    }
    choices
}

/// A choice, as far as there is something to choose: a page that shows nothing of a step does so only if that is asked
/// for, and a step that nobody has recorded is recorded only where others are.
fn meant(run: &Run, choice: Choice, shows: bool, records: bool) -> Option<Choice> {
    let proposal = &run.proposals[choice.page][choice.proposal];
    let page = &run.pages[choice.page];
    let is_at_fault = is_at_fault(run, choice.page, proposal);
    let is_recorded = page
        .plan
        .recording(&page.plan.steps[proposal.number - 1])
        .is_some();
    let has_recording = page.plan.recorded_in.is_some();
    let into_page = match &proposal.page {
        Some(shown) if shown.is_first => shows,
        Some(_) => choice.into_page,
        None => false,
    };
    let is_first_recording = proposal.recording.is_some() && !is_recorded;
    let into_recording = choice.into_recording
        && proposal.recording.is_some()
        && (records || (is_at_fault && (has_recording || !is_first_recording)));
    (into_page || into_recording).then_some(Choice {
        into_page,
        into_recording,
        ..choice
    })
}

fn is_at_fault(run: &Run, page: usize, proposal: &Proposal) -> bool {
    let verdict = run.reports[page].steps[proposal.number - 1].finding.verdict;
    matches!(
        verdict,
        Verdict::Broken | Verdict::Stale | Verdict::Unrecorded
    )
}

/// Writes what was chosen, all at once, and says what became of it; or only says what would be written.
fn settle(runs: &[Run], choices: &[Vec<Choice>], only_checks: bool) -> u8 {
    let mut changes: Vec<files::Change> = Vec::new();
    let mut refused = 0;
    let mut said = String::new();
    let mut written: BTreeSet<PathBuf> = BTreeSet::new();
    for (run, choices) in runs.iter().zip(choices) {
        let (pages, not) = run.with(choices);
        for choice in choices {
            let why = not.iter().find(|(other, _)| other == choice);
            refused += usize::from(why.is_some());
            said.push_str(&line_of(run, choice, why.map(|(_, why)| *why), only_checks));
        }
        for (old, new) in run.pages.iter().zip(&pages) {
            let place = old.surroundings.project.root.join(&old.name);
            let its = session::files_of(old, new);
            if its.is_empty() {
                continue;
            }
            if !written.insert(place) {
                super::complain(&format!(
                    "{} was played in several ways: what was accepted of one is written, and `tutcheck accept` takes the others when it is called again",
                    old.plan.document.source.path
                ));
                refused += 1;
                continue;
            }
            changes.extend(its);
        }
    }
    said.push_str(&others(runs));
    super::tell(&said);
    let status = if refused > 0 { NOT_ALL } else { 0 };
    if changes.is_empty() {
        if refused == 0 {
            super::tell("there is nothing to accept\n");
        }
        return status;
    }
    let names: Vec<String> = changes.iter().map(files::Change::path).collect();
    if only_checks {
        let names = names.join(", ");
        super::tell(&format!("{NOTE}{:>12}{NOTE:#} {names}\n", "Would write"));
        return NOT_ALL;
    }
    match files::change(&changes) {
        Ok(()) => {
            let names = names.join(", ");
            super::tell(&format!("{GOOD}{:>12}{GOOD:#} {names}\n", "Written"));
            status
        }
        Err(message) => {
            super::complain(&message);
            super::WRONG
        }
    }
}

/// Says how many steps are at fault for something that cannot be accepted.
fn others(runs: &[Run]) -> String {
    let mut left = 0;
    for run in runs {
        for (report, proposals) in run.reports.iter().zip(&run.proposals) {
            let is_offered = |number| proposals.iter().any(|proposal| proposal.number == number);
            let red = report.steps.iter().filter(|step| step.is_red(true));
            left += red.filter(|step| !is_offered(step.number)).count();
        }
    }
    if left == 0 {
        return String::new();
    }
    let steps = wording::count(left, "step");
    format!(
        "{NOTE}{:>12}{NOTE:#} {steps} at fault for something else: `tutcheck judge` says what\n",
        "Not mended"
    )
}

/// `    Accepted page.md:12 run-it/docker-run: page, recording`
fn line_of(run: &Run, choice: &Choice, refused: Option<Refusal>, only_checks: bool) -> String {
    let proposal = &run.proposals[choice.page][choice.proposal];
    let page: &Rc<Loaded> = &run.pages[choice.page];
    let line = page.plan.steps[proposal.number - 1].line;
    let place = format!("{}:{line}", page.plan.document.source.path);
    let key = wording::visible(&proposal.key);
    if let Some(why) = refused {
        let why = why.why();
        return format!("{BAD}{:>12}{BAD:#} {place} {key}: {why}\n", "Refused");
    }
    let shown = proposal.page.as_ref().filter(|_| choice.into_page);
    let into = [
        shown.map(|_| "page"),
        choice.into_recording.then_some("recording"),
    ];
    let into = into.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let loses = shown.is_some_and(|shown| shown.rewrites[0].loses_pattern);
    let loses = if loses {
        " (what stood there for any text is a text now)"
    } else {
        ""
    };
    let word = if only_checks {
        "Would accept"
    } else {
        "Accepted"
    };
    format!("{GOOD}{word:>12}{GOOD:#} {place} {key}: {into}{loses}\n")
}
