//! How what came of documents is told: on the screen as it comes, then as reports.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use super::door;
use super::fault::Fault;
use super::files;
use super::loaded::Loading;
use super::targets::targets;
use super::ticker::Ticker;
use crate::cli::{ReportFormat, ReportTarget, ToldArguments};
use crate::progress::Progress;
use crate::report::{self, DocumentReport, Lines, Report, Shard, StepReport};
use crate::terminal;
use crate::wording::{self, GOOD};

/// What a call tells of documents, one after the other.
pub(super) struct Telling {
    /// Standard output while they are played.
    pub(super) screen: Screen,
    /// The word that lets GitHub hear commands again: what pages print commands nothing.
    silenced: Option<String>,
    targets: Vec<ReportTarget>,
    report: Report,
}

impl Telling {
    pub(super) fn new(told: &ToldArguments, strict: bool) -> Telling {
        let targets = targets(told);
        let mut screen = Screen::new(targets.iter().any(is_screen), told.quiet);
        let is_heard =
            |target: &ReportTarget| target.format == ReportFormat::Github && target.path.is_none();
        let silenced = targets.iter().any(is_heard).then(nobodys_word);
        if let Some(word) = &silenced {
            screen.write(&format!("::stop-commands::{word}\n"));
        }
        Telling {
            screen,
            silenced,
            targets,
            report: Report {
                strict,
                ..Report::default()
            },
        }
    }

    /// Says nothing at all.
    pub(super) fn silent(strict: bool) -> Telling {
        Telling {
            screen: Screen::new(false, true),
            silenced: None,
            targets: Vec::new(),
            report: Report {
                strict,
                ..Report::default()
            },
        }
    }

    /// The same, of a part of all pages, or of what was at fault before.
    pub(super) fn of(mut self, shard: Option<Shard>, is_rerun: bool) -> Telling {
        self.report.shard = shard;
        self.report.is_rerun = is_rerun;
        self
    }

    /// Takes a document in, and says what broke in it.
    pub(super) fn takes(&mut self, mut document: DocumentReport) {
        let breaks = report::breaks(&document, self.report.strict);
        self.screen.write(&breaks);
        // What is made of a text is not always found in what it was made into.
        document.hides(|text| door::hidden(text).into_owned());
        self.report.documents.push(document);
    }

    /// Says the rest: the summary, what is wrong with files, reports. The exit status.
    pub(super) fn ends(mut self, interrupted: bool, elapsed: Duration, faults: Vec<Fault>) -> u8 {
        self.report.interrupted = interrupted;
        self.report.elapsed = elapsed;
        self.screen.write(&report::summary(&self.report));
        if let Some(word) = &self.silenced {
            self.screen.write(&format!("::{word}::\n"));
        }
        self.screen.flush();
        let status = Loading::ends(faults, self.report.exit());
        match write_reports(&self.targets, &self.report) {
            Ok(()) => status,
            Err(message) => {
                super::complain(&message);
                super::WRONG
            }
        }
    }
}

/// A word that nobody can guess.
fn nobodys_word() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// Of more pages than these, only what went wrong is told where nobody watches.
const MANY: usize = 20;

/// Whether a report is written as it comes.
fn is_screen(target: &ReportTarget) -> bool {
    target.path.is_none() && target.format == ReportFormat::Text
}

/// Standard output while documents are played: buffered, unless somebody is watching.
pub(super) struct Screen {
    output: std::io::BufWriter<anstream::AutoStream<std::io::Stdout>>,
    is_on: bool,
    quiet: bool,
    is_watched: bool,
    ticker: Option<Ticker>,
    /// Who is told what goes on.
    pub(super) progress: Progress,
    /// How many pages have begun, and how many are expected.
    pages: (usize, usize),
    /// Which play it is, where there are several.
    time: String,
    /// How many columns prose has.
    columns: Option<usize>,
    lines: Lines,
}

impl Screen {
    pub(super) fn new(is_on: bool, quiet: bool) -> Screen {
        let is_watched = std::io::stdout().is_terminal();
        let progress = if is_on && is_watched && std::io::stderr().is_terminal() {
            Progress::watched()
        } else {
            Progress::default()
        };
        Screen {
            output: std::io::BufWriter::new(anstream::stdout()),
            is_on,
            quiet,
            is_watched,
            ticker: progress
                .is_watched()
                .then(|| Ticker::start(progress.clone())),
            progress,
            pages: (0, 0),
            time: String::new(),
            columns: columns(is_watched),
            lines: Lines::default(),
        }
    }

    /// What is played next is the first, the second … of so many plays.
    pub(super) fn plays(&mut self, number: u8, of: u8) {
        self.time = format!(", play {number} of {of}");
    }

    /// So many pages come.
    pub(super) fn expects(&mut self, pages: usize) {
        self.pages = (0, pages);
        self.quiet |= pages > MANY && !self.is_watched;
    }

    pub(super) fn begins(&mut self, document: &str, steps: usize) {
        self.pages.0 += 1;
        if !self.quiet {
            let page = match self.pages {
                (_, 0 | 1) => String::new(),
                (number, of) => format!(", page {number} of {of}"),
            };
            let time = &self.time;
            let steps = wording::count(steps, "step");
            let doing = if time.is_empty() {
                "Checking"
            } else {
                "Recording"
            };
            self.write(&format!(
                "{GOOD}{doing:>12}{GOOD:#} {document} ({steps}{page}{time})\n"
            ));
        }
    }

    pub(super) fn progress(&mut self, number: usize, total: usize, command: &str) {
        if let Some(ticker) = &self.ticker {
            let first = wording::visible(command.lines().next().unwrap_or_default());
            ticker.begins(format!("{number}/{total} {first}"));
        }
    }

    pub(super) fn step(&mut self, step: &StepReport, total: usize) {
        if let Some(ticker) = &self.ticker {
            ticker.clear();
        }
        if !self.quiet {
            let text = self.lines.step(step, total);
            self.put(&text);
        }
    }

    pub(super) fn write(&mut self, text: &str) {
        let rest = self.lines.rest();
        self.put(&rest);
        self.put(text);
    }

    fn put(&mut self, text: &str) {
        if self.is_on && !text.is_empty() {
            if let Some(ticker) = &self.ticker {
                ticker.clear();
            }
            let text = match self.columns {
                Some(columns) => report::wrapped(text, columns).into(),
                None => Cow::Borrowed(text),
            };
            door::tell_to(&mut self.output, &text);
            if self.is_watched {
                self.flush();
            }
        }
    }

    pub(super) fn flush(&mut self) {
        self.write("");
        door::heard(self.output.flush());
    }
}

/// How many columns prose has on standard output: those of the terminal, or those that the environment says
/// for a file or a pipe.
fn columns(is_terminal: bool) -> Option<usize> {
    if is_terminal {
        return terminal::columns().map(usize::from);
    }
    let said = std::env::var("COLUMNS").ok()?.parse().ok()?;
    Some(said).filter(|columns| *columns >= 20)
}

/// Prose, on standard output.
pub(super) fn say_prose(text: &str) {
    let text = match columns(std::io::stdout().is_terminal()) {
        Some(columns) => report::wrapped(text, columns).into(),
        None => Cow::Borrowed(text),
    };
    door::tell(&text);
}

fn write_reports(targets: &[ReportTarget], report: &Report) -> Result<(), String> {
    for target in targets {
        let form = report::FORMS
            .iter()
            .find(|form| form.name == target.format.word());
        let text = match form {
            Some(form) => (form.write)(report),
            None if target.path.is_none() => continue,
            None => plain_text(report),
        };
        let is_json = form.is_some_and(|form| form.is_json);
        hand_out(&text, target.path.as_deref(), is_json)?;
        if target.format == ReportFormat::Github {
            summarize(report)?;
        }
    }
    Ok(())
}

/// GitHub takes a summary of 1 MiB; one that is longer is refused as a whole.
const SUMMARY: usize = 900_000;

/// Adds to the summary of GitHub's job, where there is one.
fn summarize(report: &Report) -> Result<(), String> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let path = Path::new(&path);
    let text = report::markdown_within(report, SUMMARY);
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", files::shown(path));
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .append(true)
        .create(true)
        .open(path)
        .map_err(failed)?;
    file.write_all(door::hidden(&text).as_bytes())
        .map_err(failed)
}

/// Puts a report into a file, or on standard output; why it cannot be written.
pub(super) fn hand_out(text: &str, path: Option<&Path>, is_json: bool) -> Result<(), String> {
    let Some(path) = path else {
        if is_json {
            super::say_json(text);
        } else {
            super::say(text);
        }
        return Ok(());
    };
    let written = if is_json {
        files::replace_json(path, text)
    } else {
        files::replace(path, text)
    };
    written.map_err(|error| format!("cannot write {}: {error}", files::shown(path)))
}

fn plain_text(report: &Report) -> String {
    let mut text = String::new();
    for document in &report.documents {
        let mut lines = Lines::default();
        for step in &document.steps {
            text.push_str(&lines.step(step, document.steps.len()));
        }
        text.push_str(&lines.rest());
        text.push_str(&report::breaks(document, report.strict));
    }
    text.push_str(&report::summary(report));
    anstream::adapter::strip_str(&text).to_string()
}
