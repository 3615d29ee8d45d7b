//! `tutcheck record PATH…`

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::check::{judges, options, play, reports};
use super::fault;
use super::files;
use super::loaded::{Loaded, Loading};
use super::project;
use super::series;
use super::settle;
use super::telling::Screen;
use crate::cli::RecordArguments;
use crate::diagnostic::Source;
use crate::document::Document;
use crate::expectation::{Conditions, Expectations, Recorded, join, renew};
use crate::judge::{Code, Hint, Judge, Judged, Lock, Reason, Verdict};
use crate::matching;
use crate::observation::Ended;
use crate::plan::Plan;
use crate::play::Manner;
use crate::report::{self, DocumentReport, StepReport};
use crate::run::Over;
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
    let Some(mut interrupt) = super::listen() else {
        return super::UNABLE;
    };
    if documents.iter().all(|loaded| loaded.plan.steps.is_empty()) {
        super::complain("there is nothing to record: no step in these documents");
        return NOTHING;
    }
    let mut worst = 0;
    for run in series::runs(&documents) {
        let status = record_run(&run, &documents, arguments, &mut interrupt);
        if interrupt.times() > 0 {
            return 130;
        }
        worst = worst.max(status);
    }
    Loading::ends(faults, worst)
}

/// Plays the pages of a run twice or more, and writes what is new of those that were asked for.
fn record_run(
    run: &[Rc<Loaded>],
    asked: &[Rc<Loaded>],
    arguments: &RecordArguments,
    interrupt: &mut Interrupt,
) -> u8 {
    let mut screen = Screen::new(true, false);
    let mut began = Instant::now();
    let first = match play_once(run, Time::First, arguments, interrupt, &mut screen) {
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
    let plays = if arguments.no_verify {
        1
    } else {
        arguments.plays
    };
    for _ in 1..plays {
        if interrupt.sleep(APART.saturating_sub(began.elapsed())) {
            return 130;
        }
        began = Instant::now();
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
        let takes = pages
            .and_then(|pages| play_once(&pages, Time::Again, arguments, interrupt, &mut screen));
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
            status = status.max(write(page, &fresh.write(), fresh.steps.len()));
        }
    }
    status
}

/// Writes a recording, if it is another one than before; the exit status.
fn write(page: &Loaded, text: &str, steps: usize) -> u8 {
    let shown = &page.expectations_shown;
    let old = page.plan.recorded_in.as_ref();
    if old.is_some_and(|old| old.text == text) {
        super::say(&format!("{GOOD}{:>12}{GOOD:#} {shown}\n", "unchanged"));
        return 0;
    }
    if let Err(error) = files::replace(&page.expectations, text) {
        return cannot_write(page, &error);
    }
    super::say(&format!(
        "{GOOD}{:>12}{GOOD:#} {shown} ({})\n",
        "recorded",
        wording::count(steps, "step")
    ));
    0
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
    screen: &mut Screen,
) -> Result<Vec<Recording>, u8> {
    let mut judges = judges(run, Lock::Never);
    let options = options(&arguments.play, run);
    let manner = Manner::default();
    let played = play(run, &mut judges, &options, manner, interrupt, screen);
    let mut reports = reports(run, &played.outcome);
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
        if !over.interrupted {
            super::complain(
                "nothing was recorded: mend what is above first, or say that it is meant",
            );
        }
        return Err(if untestable { 3 } else { 1 });
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
    let broken =
        |step: &&mut StepReport| step.finding.verdict == Verdict::Broken && is_failure(step);
    for step in report.steps.iter_mut().filter(broken) {
        step.finding.reason = step
            .finding
            .reason
            .take()
            .map(|why| Reason::Flaky(Box::new(why)));
        step.finding.hint = Some(Hint::TryAgain);
        // The file of the first play is not written.
        step.recorded_at = None;
    }
}

/// The recording that a play gives, with as little changed as can be.
fn expectations(
    loaded: &Loaded,
    results: &[Judged],
    over: &Over,
    pages: usize,
    judge: &Judge<'_>,
) -> Expectations {
    let plan = &loaded.plan;
    let mut steps = Vec::new();
    for (step, result) in plan.steps.iter().zip(results) {
        if !step.is_recorded() {
            continue;
        }
        let old = plan.recording(step);
        let Some(observation) = &result.observation else {
            // Not played here; elsewhere it may be.
            steps.extend(old.map(|old| Recorded {
                step: step.key.clone(),
                ..old.clone()
            }));
            continue;
        };
        if step.settings.no_compare {
            continue;
        }
        let exit = match observation.ended {
            Ended::Status(status) | Ended::ShellLeft(status) => status,
            // It has no status yet, or one that no reader sees.
            Ended::Stays | Ended::Left(_) => 0,
            _ => continue,
        };
        let command = step.written();
        let cleaned = |output: &str| {
            without_trailing_blanks(&matching::without_pull(command, output, observation.pulled))
        };
        let output = cleaned(&observation.output);
        // The prompt, too, may have the name of a container.
        let mut ids = observation.known.clone();
        ids.retain(|word, _| output.contains(word.as_str()));
        let fresh = Recorded {
            step: step.key.clone(),
            run: command.to_owned(),
            exit,
            ids,
            output,
            varies: Vec::new(),
        };
        let (earlier, bindings) = (&plan.expectations.steps, judge.bindings());
        let recorded = match (old, &result.finding.renewal) {
            (Some(old), Some(comparison)) => renew(old, fresh, comparison, earlier, bindings),
            _ => join(fresh, earlier, bindings),
        };
        // An older recording may have more than is written today.
        let cleaned = cleaned(&recorded.output);
        steps.push(if cleaned == recorded.output {
            recorded
        } else {
            recorded.with_output(cleaned)
        });
    }
    let recorded = over.facts.as_ref().map(|facts| Conditions {
        engine: facts.engine.clone(),
        builder: facts.builder.clone(),
        platform: facts.platform.clone(),
    });
    let mut images = over.images.clone();
    if pages > 1 {
        // Of the images of several pages, those that this one names.
        let is_named = |image: &str| {
            let name = image.split([':', '@']).next().unwrap_or(image);
            plan.document.source.text.contains(name)
        };
        images.retain(|image, _| is_named(image));
    }
    let old = &plan.expectations;
    let unchanged = old.steps == steps && old.images == images && plan.recorded_in.is_some();
    Expectations {
        tutcheck: 1,
        document: loaded.name.clone(),
        // The daemon it was first true with stays named, as long as nothing else changes.
        recorded: if unchanged {
            old.recorded.clone()
        } else {
            recorded
        },
        images,
        steps,
    }
}

/// The same document with the new recording, for the second play.
fn again(loaded: &Loaded, text: &str) -> Result<Loaded, u8> {
    let source = Arc::new(Source {
        path: loaded.expectations_shown.clone(),
        text: text.to_owned(),
    });
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

/// Blanks at the ends of lines, which nobody sees and nothing is compared with. With them, YAML would
/// have the whole text on one line.
fn without_trailing_blanks(output: &str) -> String {
    let lines: Vec<&str> = output
        .split('\n')
        .map(|line| line.trim_end_matches([' ', '\t']))
        .collect();
    lines.join("\n")
}
