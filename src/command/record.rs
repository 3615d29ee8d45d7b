//! `tutcheck record PATH…`

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::door;
use super::fault;
use super::files;
use super::kept;
use super::loaded::{Loaded, Loading};
use super::playing::{judges, observed, options, play, reports};
use super::project::{self, Old};
use super::recording::expectations;
use super::series;
use super::settle;
use super::telling::Screen;
use crate::cli::{Format, RecordArguments};
use crate::diagnostic::Source;
use crate::document::Document;
use crate::expectation::Expectations;
use crate::judge::{Code, Lock, Verdict};
use crate::plan::Plan;
use crate::play::Manner;
use crate::report::{self, DocumentReport, StepReport};
use crate::saved;
use crate::terminal::Interrupt;
use crate::wording::{self, GOOD};

/// There is nothing to record.
const NOTHING: u8 = 4;

/// Two plays are so far apart that they do not begin within the same second.
const APART: Duration = Duration::from_secs(1);

pub(super) fn record(arguments: &RecordArguments) -> u8 {
    super::set_color(arguments.play.given.color);
    let Loading { documents, faults } = project::load(
        &arguments.paths,
        &arguments.play.given,
        arguments.play.timeout,
        Old::MayBeLost,
    );
    if documents.is_empty() && !faults.is_empty() {
        return fault::report(faults);
    }
    // Two whole plays are long to wait for a word that a file cannot be written.
    for page in &documents {
        if let Err(error) = files::may_write(&page.expectations) {
            return cannot_write(page, &error);
        }
    }
    let Some(mut interrupt) = super::listen_for(&arguments.play) else {
        return super::UNABLE;
    };
    if documents.iter().all(|loaded| loaded.plan.steps.is_empty()) {
        super::complain("there is nothing to record: no step in these documents");
        return NOTHING;
    }
    let mut told = Told {
        screen: Screen::new(arguments.format == Format::Text, false),
        run: 0,
        recordings: Vec::new(),
        plays: Vec::new(),
        seen: BTreeMap::new(),
    };
    let start = Instant::now();
    let mut worst = 0;
    let runs = series::runs(&documents);
    for (number, run) in runs.iter().enumerate() {
        told.run = number;
        let status = record_run(run, &documents, arguments, &mut interrupt, &mut told);
        worst = worst.max(status);
        if interrupt.times() > 0 {
            worst = 130;
            break;
        }
    }
    let seen: Vec<saved::Document> = std::mem::take(&mut told.seen)
        .into_values()
        .flatten()
        .collect();
    kept::keep(
        &seen,
        &runs.concat(),
        saved::Manner::default(),
        start.elapsed(),
    );
    let status = if worst == 130 {
        worst
    } else {
        Loading::ends(faults, worst)
    };
    if arguments.format == Format::Json {
        let Told {
            recordings, plays, ..
        } = told;
        let value = json!({ "recordings": recordings, "plays": plays, "exit": status });
        super::say_json(&format!("{value:#}\n"));
    }
    status
}

/// What is told, to people as it comes and to programs at the end.
struct Told {
    screen: Screen,
    /// The number of the run that is played.
    run: usize,
    /// Each file that was written, or is as it was.
    recordings: Vec<Value>,
    /// The report of each play.
    plays: Vec<Value>,
    /// What the last play of each run has seen.
    seen: BTreeMap<usize, Vec<saved::Document>>,
}

/// Plays the pages of a run twice or more, and writes what is new of those that were asked for.
fn record_run(
    run: &[Rc<Loaded>],
    asked: &[Rc<Loaded>],
    arguments: &RecordArguments,
    interrupt: &mut Interrupt,
    told: &mut Told,
) -> u8 {
    let plays = if arguments.no_verify {
        1
    } else {
        arguments.plays
    };
    let mut began = Instant::now();
    told.screen.plays(1, plays);
    told.screen.expects(run.len());
    let first = match play_once(run, Time::First, arguments, interrupt, told) {
        Ok(first) => first,
        Err(status) => return status,
    };
    let is_asked = |page: &Rc<Loaded>| asked.iter().any(|other| Rc::ptr_eq(page, other));
    let mut status = 0;
    let mut fresh: Vec<Option<Expectations>> = Vec::new();
    for (page, take) in run.iter().zip(first).filter(|(page, _)| is_asked(page)) {
        if take.expectations.steps.is_empty() && page.plan.recorded_in.is_none() {
            super::complain("nothing was recorded: this document has no output to write down");
            status = status.max(if take.played { take.status } else { NOTHING });
            fresh.push(None);
            continue;
        }
        status = status.max(take.status);
        fresh.push(Some(take.expectations));
    }
    if fresh.iter().all(Option::is_none) {
        return status;
    }
    for number in 2..=plays {
        if interrupt.sleep(APART.saturating_sub(began.elapsed())) {
            return 130;
        }
        began = Instant::now();
        told.screen.plays(number, plays);
        told.screen.expects(run.len());
        let mut recordings = fresh.iter();
        let pages: Result<Vec<Rc<Loaded>>, u8> = run
            .iter()
            .map(
                |page| match is_asked(page).then(|| recordings.next()).flatten() {
                    Some(Some(recording)) => again(page, &recording.write()).map(Rc::new),
                    _ => Ok(Rc::clone(page)),
                },
            )
            .collect();
        let takes =
            pages.and_then(|pages| play_once(&pages, Time::Again, arguments, interrupt, told));
        let takes = match takes {
            Ok(takes) => takes,
            Err(status) => return status,
        };
        let asked = run.iter().zip(takes).filter(|(page, _)| is_asked(page));
        for ((_, take), fresh) in asked.zip(&mut fresh) {
            status = status.max(take.status);
            for step in &take.differing {
                status = status.max(settle::settle(step, fresh.as_mut(), arguments.settle));
            }
        }
    }
    if interrupt.times() > 0 {
        return 130;
    }
    for (page, fresh) in run.iter().filter(|page| is_asked(page)).zip(fresh) {
        if let Some(fresh) = fresh {
            let (word, its_status) = write(page, &fresh.write());
            status = status.max(its_status);
            let steps = wording::count(fresh.steps.len(), "step");
            let path = &page.expectations_shown;
            if its_status == 0 {
                let line = format!("{GOOD}{word:>12}{GOOD:#} {path} ({steps})\n");
                told.screen.write(&line);
            }
            told.recordings.push(json!({
                "document": page.name,
                "path": path,
                "status": word,
                "steps": fresh.steps.len(),
            }));
        }
    }
    status
}

/// Writes a recording, if it is another one than before; what has become of it, and the exit status.
fn write(page: &Loaded, text: &str) -> (&'static str, u8) {
    let old = page.plan.recorded_in.as_ref();
    if old.is_some_and(|old| old.text == door::hidden(text)) {
        return ("unchanged", 0);
    }
    match files::replace(&page.expectations, text) {
        Ok(()) => ("recorded", 0),
        Err(error) => ("not written", cannot_write(page, &error)),
    }
}

fn cannot_write(page: &Loaded, error: &std::io::Error) -> u8 {
    super::complain(&format!(
        "cannot write {}: {error}",
        page.expectations_shown
    ));
    super::WRONG
}

/// Which of the plays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    First,
    Again,
}

/// What a play gave for the recording of a page.
struct Recording {
    expectations: Expectations,
    /// Whether any step was played at all.
    played: bool,
    /// 1 where the page does not show what was printed.
    status: u8,
    /// Steps that differ from the recording they were played against.
    differing: Vec<StepReport>,
}

fn play_once(
    run: &[Rc<Loaded>],
    time: Time,
    arguments: &RecordArguments,
    interrupt: &mut Interrupt,
    told: &mut Told,
) -> Result<Vec<Recording>, u8> {
    let screen = &mut told.screen;
    let mut judges = judges(run, Lock::Never);
    let options = options(&arguments.play, run);
    let manner = Manner::default();
    let played = play(run, &mut judges, &options, manner, interrupt, screen);
    let mut seen = observed(run, &played.outcome, interrupt.times() > 0);
    for document in &mut seen {
        document.run = told.run;
    }
    told.seen.insert(told.run, seen);
    let mut reports = reports(run, &played.outcome, &judges);
    let mut say = |report: &DocumentReport| {
        screen.write(&report::breaks(report, false));
        screen.flush();
    };
    let last = run.len() - 1;
    let over = match played.over {
        Ok(over) => over,
        Err(error) => {
            reports[last].trouble = Some(error.to_string());
            say(&reports[last]);
            told.plays.push(report::json_of(&reports));
            return Err(3);
        }
    };
    reports[last].leftovers.clone_from(&over.leftovers);
    for report in &mut reports {
        // To forget them is what it is called for.
        report.orphans.clear();
    }
    let steps = || reports.iter().flat_map(|report| &report.steps);
    if let Some(first) = steps().find(|step| is_failure(step)) {
        let untestable = first.finding.verdict == Verdict::Untestable;
        if time != Time::First {
            reports.iter_mut().for_each(called_flaky);
        }
        reports.iter().for_each(&mut say);
        told.plays.push(report::json_of(&reports));
        if !over.interrupted {
            let titles: Vec<String> = run.iter().map(|page| page.title()).collect();
            super::complain(&format!(
                "{}: nothing was recorded: mend what is above first, or say that it is meant",
                titles.join(", ")
            ));
        }
        return Err(if untestable { 3 } else { 1 });
    }
    if arguments.format == Format::Json {
        told.plays.push(report::json_of(&reports));
    }
    let mut takes = Vec::new();
    for (page, mut report) in reports.into_iter().enumerate() {
        let (loaded, results) = (&run[page], &played.outcome.results[page]);
        let expectations = expectations(loaded, results, &over, run.len(), &judges[page]);
        let steps = std::mem::take(&mut report.steps);
        let has_played = steps.iter().any(|step| step.finding.verdict.is_verified());
        let (shown, others): (Vec<StepReport>, Vec<StepReport>) = steps
            .into_iter()
            .partition(|step| step.finding.code() == Some(Code::PageDiffers));
        // What is to be settled may be all that the page shows otherwise.
        let is_early = time == Time::First && arguments.settle && !arguments.no_verify;
        let shown = if is_early { Vec::new() } else { shown };
        let status = u8::from(!shown.is_empty());
        report.steps = shown;
        say(&report);
        takes.push(Recording {
            expectations,
            played: has_played,
            status,
            differing: others
                .into_iter()
                .filter(|step| step.finding.code() == Some(Code::OutputChanged))
                .collect(),
        });
    }
    Ok(takes)
}

/// Whether a step must not be written down as it is.
fn is_failure(step: &StepReport) -> bool {
    let finding = &step.finding;
    let is_error = finding.code() == Some(Code::ErrorPrinted);
    finding.is_stuck || finding.verdict == Verdict::Untestable || is_error
}

/// Says of steps that failed at a later play only that they did.
fn called_flaky(report: &mut DocumentReport) {
    let path = report.source.path.clone();
    let broken =
        |step: &&mut StepReport| step.finding.verdict == Verdict::Broken && is_failure(step);
    for step in report.steps.iter_mut().filter(broken) {
        step.called_flaky(&path);
    }
}

/// The same document with the new recording, for the second play.
fn again(loaded: &Loaded, text: &str) -> Result<Loaded, u8> {
    let source = Arc::new(Source::new(loaded.expectations_shown.as_str(), text));
    let document = &loaded.plan.document.source;
    let plan = Document::parse(
        &document.path,
        document.text.clone(),
        &loaded.settings.reader,
    )
    .and_then(|document| Plan::new(document, &loaded.settings, Some(source)))
    .map_err(super::diagnose)?;
    Ok(loaded.with_plan(plan))
}
