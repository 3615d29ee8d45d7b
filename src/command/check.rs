//! `tutcheck [check] PATH…`

use std::env;
use std::io::{IsTerminal, Write};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use super::project::{self, Fault, Loaded, Loading};
use super::{series, ways};
use crate::cli::{CheckArguments, Format, PlayArguments, ReportTarget};
use crate::judge::Judge;
use crate::report::{self, DocumentReport, Report, StepReport};
use crate::run::{self, Event, Options, Played};
use crate::settings::Settings;
use crate::terminal::Interrupt;
use crate::wording::{self, GOOD, NOTE};

pub(super) fn check(arguments: &CheckArguments) -> u8 {
    super::set_color(arguments.play.given.color);
    if arguments.debug && !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        super::complain("--debug needs a terminal for its input and its output");
        return super::WRONG;
    }
    let Loading { documents, faults } = project::load(
        &arguments.paths,
        &arguments.play.given,
        arguments.play.timeout,
    );
    if documents.is_empty() && !faults.is_empty() {
        return project::report(faults);
    }
    let documents = if arguments.every_arm {
        match ways::every_way(&documents) {
            Ok(documents) => documents,
            Err(faults) => return project::report(faults),
        }
    } else {
        documents
    };
    let orphans: Vec<Fault> = documents
        .iter()
        .flat_map(|loaded| loaded.plan.orphans())
        .map(Fault::Placed)
        .collect();
    let Some(mut interrupt) = super::listen() else {
        return super::UNABLE;
    };
    let start = Instant::now();
    let targets = targets(&arguments.report);
    let in_text = targets
        .iter()
        .any(|target| target.path.is_none() && target.format == Format::Text);
    let mut screen = Screen::new(in_text, arguments.quiet);
    let mut report = Report {
        documents: Vec::new(),
        strict: arguments.strict,
        interrupted: false,
        outdated: !orphans.is_empty(),
    };
    for run in series::runs(&documents) {
        if interrupt.times() > 0 {
            break;
        }
        for document in check_run(&run, arguments, &mut interrupt, &mut screen) {
            screen.write(&report::breaks(&document, arguments.strict));
            report.documents.push(document);
        }
    }
    report.interrupted = interrupt.times() > 0;
    screen.write(&report::summary(&report, start.elapsed()));
    screen.flush();
    // A step may be gone by mistake: what that does to a reader has been said before.
    project::report(orphans);
    let status = Loading::ends(faults, report.exit());
    match write_reports(&targets, &report, start, in_text) {
        Ok(()) => status,
        Err(message) => {
            super::complain(&message);
            super::WRONG
        }
    }
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
        ..Options::default()
    };
    run.iter().map(of_page).collect()
}

fn check_run(
    run: &[Rc<Loaded>],
    arguments: &CheckArguments,
    interrupt: &mut Interrupt,
    screen: &mut Screen,
) -> Vec<DocumentReport> {
    let locked = arguments.locked || env::var("CI").is_ok_and(|ci| ci == "true");
    let mut options = options(&arguments.play, run);
    for options in &mut options {
        options.keep_going = arguments.keep_going;
        options.debug = arguments.debug;
        options.locked = locked;
    }
    for plan in run.iter().map(|loaded| &loaded.plan) {
        if let Some(reason) = &plan.document.other_page {
            super::remark(&format!(
                "{}: nothing is played: {reason}\n",
                plan.document.source.path
            ));
        }
    }
    let mut judges: Vec<Judge<'_>> = run
        .iter()
        .map(|loaded| Judge::new(&loaded.plan, locked))
        .collect();
    let (outcome, steps) = play(run, &mut judges, &options, interrupt, screen);
    let mut documents: Vec<DocumentReport> = run
        .iter()
        .zip(steps)
        .map(|(loaded, steps)| DocumentReport {
            source: Arc::clone(&loaded.plan.document.source),
            steps,
            trouble: None,
            leftovers: Vec::new(),
        })
        .collect();
    let last = documents.last_mut().expect("a run has a page");
    match outcome {
        Ok(played) => {
            if let Some(scratch) = &played.scratch {
                super::remark(&format!("kept: {}\n", scratch.display()));
            }
            last.leftovers = played.leftovers;
            for (document, results) in documents.iter_mut().zip(&played.results) {
                for (step, result) in document.steps.iter_mut().zip(results) {
                    step.later = result.later();
                    step.note.clone_from(&result.note);
                    // A server may have ended since.
                    step.finding.clone_from(&result.finding);
                }
            }
        }
        Err(error) => {
            last.trouble = Some(options[0].secrets.hide(&error.to_string()));
        }
    }
    documents
}

/// Plays the pages of a run while the screen shows how it goes; with the outcome, what is to be said of
/// each page's steps.
pub(super) fn play<'r>(
    run: &'r [Rc<Loaded>],
    judges: &mut [Judge<'r>],
    options: &[Options],
    interrupt: &mut Interrupt,
    screen: &mut Screen,
) -> (Result<Played, run::Error>, Vec<Vec<StepReport>>) {
    let mut steps: Vec<Vec<StepReport>> = run.iter().map(|_| Vec::new()).collect();
    let begins = |screen: &mut Screen, page: usize| {
        screen.begins(&run[page].title(), run[page].plan.steps.len());
    };
    begins(screen, 0);
    if run.iter().all(|loaded| loaded.plan.steps.is_empty()) {
        return (Ok(Played::default()), steps);
    }
    let mut pages: Vec<run::Page<'_, '_>> = run
        .iter()
        .zip(judges)
        .zip(options)
        .map(|((loaded, judge), options)| run::Page {
            plan: &loaded.plan,
            judge,
            options,
            folder: &loaded.surroundings.document_folder,
        })
        .collect();
    let surroundings = &run[0].surroundings;
    let outcome = run::play(&mut pages, surroundings, interrupt, &mut |page, event| {
        let plan = &run[page].plan;
        let total = plan.steps.len();
        match event {
            Event::Waiting => super::remark("another run uses this daemon; waiting for its end\n"),
            Event::Opens if page > 0 => begins(screen, page),
            Event::Opens => {}
            Event::Lends { number } => super::remark(&format!(
                "\nstep {number} broke; this is its shell. `exit` goes on (inside a container: Ctrl-])\n"
            )),
            Event::Begins { number, step } => screen.progress(number, total, step.written()),
            Event::Ends {
                number,
                step,
                result,
            } => {
                let step = StepReport::new(number, plan, step, result);
                screen.step(&step, total);
                steps[page].push(step);
            }
        }
    });
    (outcome, steps)
}

/// Standard output while documents are played: buffered, unless somebody is watching.
pub(super) struct Screen {
    output: std::io::BufWriter<anstream::AutoStream<std::io::Stdout>>,
    is_on: bool,
    quiet: bool,
    is_watched: bool,
    shows_progress: bool,
}

impl Screen {
    pub(super) fn new(is_on: bool, quiet: bool) -> Screen {
        let is_watched = std::io::stdout().is_terminal();
        Screen {
            output: std::io::BufWriter::new(anstream::stdout()),
            is_on,
            quiet,
            is_watched,
            shows_progress: is_on && is_watched && std::io::stderr().is_terminal(),
        }
    }

    pub(super) fn begins(&mut self, document: &str, steps: usize) {
        if !self.quiet {
            let style = GOOD;
            self.write(&format!(
                "{style}{:>12}{style:#} {document} ({})\n",
                "Checking",
                wording::count(steps, "step")
            ));
        }
    }

    fn progress(&mut self, number: usize, total: usize, command: &str) {
        if self.shows_progress {
            let first: String = wording::visible(command.lines().next().unwrap_or_default())
                .chars()
                .take(60)
                .collect();
            super::remark(&format!(
                "\r\x1b[K{NOTE}{:>12}{NOTE:#} {number}/{total} {first}",
                "playing"
            ));
        }
    }

    fn step(&mut self, step: &StepReport, total: usize) {
        if self.shows_progress {
            super::remark("\r\x1b[K");
        }
        if !self.quiet {
            self.write(&report::step_line(step, total));
        }
    }

    pub(super) fn write(&mut self, text: &str) {
        if self.is_on {
            super::heard(self.output.write_all(text.as_bytes()));
            if self.is_watched {
                self.flush();
            }
        }
    }

    pub(super) fn flush(&mut self) {
        super::heard(self.output.flush());
    }
}

/// Text on standard output, unless another report goes there.
fn targets(asked: &[ReportTarget]) -> Vec<ReportTarget> {
    let mut targets = asked.to_vec();
    if asked.iter().all(|target| target.path.is_some()) {
        targets.push(ReportTarget {
            format: Format::Text,
            path: None,
        });
    }
    targets
}

fn write_reports(
    targets: &[ReportTarget],
    report: &Report,
    start: Instant,
    in_text: bool,
) -> Result<(), String> {
    for target in targets {
        let text = match (target.format, &target.path) {
            // It was written as it came.
            (Format::Text, None) if in_text => continue,
            (Format::Text, _) => plain_text(report, start),
            (Format::Json, _) => report::json(report),
        };
        match &target.path {
            None => super::say(&text),
            Some(path) => project::replace(path, &text)
                .map_err(|error| format!("cannot write {}: {error}", path.display()))?,
        }
    }
    Ok(())
}

fn plain_text(report: &Report, start: Instant) -> String {
    let mut text = String::new();
    for document in &report.documents {
        for step in &document.steps {
            text.push_str(&report::step_line(step, document.steps.len()));
        }
        text.push_str(&report::breaks(document, report.strict));
    }
    text.push_str(&report::summary(report, start.elapsed()));
    anstream::adapter::strip_str(&text).to_string()
}
