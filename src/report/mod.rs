//! Verdicts → reports. Each format is a pure function of the same data.

mod github;
mod gitlab;
mod headline;
mod json;
mod junit;
mod lines;
mod markdown;
mod picture;
mod sarif;
mod sentences;
mod summary;
mod tap;
mod text;
mod wrapping;

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

pub use json::{json, json_of};
pub use lines::Lines;
pub use markdown::within as markdown_within;
pub use picture::{Typed, picture};
pub use sentences::{hint, reason};
pub use summary::summary;
pub use text::breaks;
pub use wrapping::wrapped;

use crate::diagnostic::{Diagnostic, Source};
use crate::digest::digest;
use crate::judge::{Code, Finding, Judged, Verdict};
use crate::observation::Ended;
use crate::plan::{Plan, Step};

/// A form of report for others than people before a terminal.
pub struct Form {
    /// Its name, as `--report` has it.
    pub name: &'static str,
    /// It is JSON throughout.
    pub is_json: bool,
    /// Writes it; the time is that of the whole call.
    pub write: fn(&Report, Duration) -> String,
}

/// Every such form.
pub const FORMS: &[Form] = &[
    form("json", true, |report, _| json(report)),
    form("junit", false, junit::junit),
    form("github", false, |report, _| github::github(report)),
    form("markdown", false, markdown::markdown),
    form("tap", false, |report, _| tap::tap(report)),
    form("sarif", true, |report, _| sarif::sarif(report)),
    form("gitlab", true, |report, _| gitlab::gitlab(report)),
];

const fn form(name: &'static str, is_json: bool, write: fn(&Report, Duration) -> String) -> Form {
    Form {
        name,
        is_json,
        write,
    }
}

/// What is told people of a step that went wrong, without colours.
fn told(document: &DocumentReport, step: &StepReport, strict: bool) -> String {
    let styled = text::break_of(document, step, strict);
    anstream::adapter::strip_str(&styled).to_string()
}

fn plain_summary(report: &Report, elapsed: Duration) -> String {
    let styled = summary(report, elapsed);
    let plain = anstream::adapter::strip_str(&styled).to_string();
    plain.lines().next().unwrap_or_default().to_owned()
}

/// A text of at most so many bytes: of a longer one, how it begins and how it ends.
fn kept_ends(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let head = text.floor_char_boundary(most / 2);
    let tail = text.ceil_char_boundary(text.len() - most / 2);
    let left_out = tail - head;
    format!(
        "{}\n… {left_out} bytes left out …\n{}",
        &text[..head],
        &text[tail..]
    )
}

/// What a finding is known by from run to run, whatever lines have moved.
fn fingerprint(document: &DocumentReport, step: &StepReport, code: Code) -> String {
    let of = [&document.source.path, &step.key, code.word()].join("\0");
    digest(&of).trim_start_matches("sha256:").to_owned()
}

/// A path as an address below the top of the repository.
fn address(path: &str) -> String {
    let mut address = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_./~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

/// What is to be said of a whole call.
#[derive(Debug)]
pub struct Report {
    /// The documents, in order.
    pub documents: Vec<DocumentReport>,
    /// Stale steps are at fault too.
    pub strict: bool,
    /// The user ended it.
    pub interrupted: bool,
}

/// What is to be said of a document.
#[derive(Debug)]
pub struct DocumentReport {
    /// The document.
    pub source: Arc<Source>,
    /// The way through it, where there are several.
    pub way: Option<String>,
    /// Recordings whose steps are gone.
    pub orphans: Vec<Diagnostic>,
    /// Its steps, in the order of playing.
    pub steps: Vec<StepReport>,
    /// Why it could not be played at all.
    pub trouble: Option<String>,
    /// What could not be removed after it.
    pub leftovers: Vec<String>,
}

/// What is to be said of a step.
#[derive(Debug, Clone)]
pub struct StepReport {
    /// Its number, from 1.
    pub number: usize,
    /// Its key.
    pub key: String,
    /// The line of its command.
    pub line: usize,
    /// The bytes of its command.
    pub span: Range<usize>,
    /// The command as the document has it.
    pub run: String,
    /// What was really typed, where it differs.
    pub typed_as: Option<String>,
    /// A reader does it, and it counts for the coverage.
    pub is_visible: bool,
    /// The verdict, and what led to it.
    pub finding: Finding,
    /// The exit status, where there was one.
    pub exit: Option<i32>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// What it printed last, for a step that went wrong.
    pub last_lines: String,
    /// What its jobs in the background printed once it was over.
    pub later: String,
    /// Something that is no fault, and that the author wants to know.
    pub note: Option<String>,
    /// It broke when it was played before, in this call: why it did.
    pub flaky: Option<String>,
    /// Where it was recorded: file and line.
    pub recorded_at: Option<(String, usize)>,
    /// The line that the first difference concerns, on the page or in the file of the recording.
    pub differs_at: Option<usize>,
}

impl StepReport {
    /// Of a step and its result.
    pub fn new(number: usize, plan: &Plan, step: &Step, result: &Judged) -> StepReport {
        let observation = result.observation.as_ref();
        let exit = observation.and_then(|observation| match observation.ended {
            Ended::Status(status) | Ended::Left(status) | Ended::ShellLeft(status) => Some(status),
            Ended::Stays
            | Ended::Meddled
            | Ended::TimeLimit(_)
            | Ended::Asks { .. }
            | Ended::Interrupted
            | Ended::NotReady(_)
            | Ended::NotSaved(_)
            | Ended::NotTyped(_) => None,
        });
        let went_wrong = !matches!(result.finding.verdict, Verdict::Passed | Verdict::Stale);
        let last_lines = observation
            .filter(|_| went_wrong && result.finding.difference.is_none())
            .map(|o| match &o.death {
                Some((_, words)) => tail(words),
                None => tail(&o.output),
            });
        let recorded_at = step
            .recorded
            .filter(|_| went_wrong)
            .and_then(|index| plan.recorded_at.get(index))
            .zip(plan.recorded_in.as_ref())
            .map(|(place, source)| (source.path.clone(), place.line));
        let difference = result.finding.difference.as_ref();
        let differs_at = difference.and_then(|difference| {
            let source = match &plan.recorded_in {
                Some(recorded_in) if !difference.is_shown => recorded_in,
                _ => &plan.document.source,
            };
            Some(source.line(difference.at()?.start))
        });
        StepReport {
            number,
            key: step.key.clone(),
            line: step.line,
            span: step.span.clone(),
            run: step.written().to_owned(),
            typed_as: result.typed_as.clone(),
            is_visible: step.is_visible(),
            finding: result.finding.clone(),
            exit,
            elapsed_ms: observation.map_or(0, |o| {
                u64::try_from(o.elapsed.as_millis()).unwrap_or(u64::MAX)
            }),
            last_lines: last_lines.unwrap_or_default(),
            later: result.later(),
            note: result.note.clone(),
            flaky: None,
            recorded_at,
            differs_at,
        }
    }

    /// Whether it makes the whole report red.
    pub fn is_red(&self, strict: bool) -> bool {
        match self.finding.verdict {
            Verdict::Broken | Verdict::Unrecorded => true,
            Verdict::Stale => strict,
            Verdict::Passed
            | Verdict::Untestable
            | Verdict::NotReached
            | Verdict::Gated
            | Verdict::Skipped
            | Verdict::Manual => false,
        }
    }
}

/// The last lines of an output; enough to see what went wrong.
fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.trim_end().lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

/// How much of what a reader does was verified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Steps that were looked at.
    pub verified: usize,
    /// Steps of those whose output was compared.
    pub compared: usize,
    /// Steps that a reader performs.
    pub total: usize,
}

impl Coverage {
    fn of(steps: &[StepReport]) -> Coverage {
        let visible = || steps.iter().filter(|step| step.is_visible);
        Coverage {
            verified: visible()
                .filter(|step| step.finding.verdict.is_verified())
                .count(),
            compared: visible()
                .filter(|step| step.finding.verdict.is_verified() && step.finding.is_compared)
                .count(),
            total: visible().count(),
        }
    }
}

impl DocumentReport {
    /// Of a plan, and of what came of its steps.
    pub fn new(plan: &Plan, results: &[Judged]) -> DocumentReport {
        let steps = plan.steps.iter().zip(results).enumerate();
        DocumentReport {
            source: Arc::clone(&plan.document.source),
            way: None,
            orphans: plan.orphans(),
            steps: steps
                .map(|(index, (step, result))| StepReport::new(index + 1, plan, step, result))
                .collect(),
            trouble: None,
            leftovers: Vec::new(),
        }
    }

    /// Notes of what passes now that it broke when it was played before.
    pub fn notes_what_is_flaky(&mut self, before: &DocumentReport, strict: bool) {
        for (step, before) in self.steps.iter_mut().zip(&before.steps) {
            let has_passed = matches!(step.finding.verdict, Verdict::Passed | Verdict::Stale);
            if has_passed && before.is_red(strict) {
                step.flaky = sentences::reason(&before.finding);
            } else if has_passed {
                step.flaky.clone_from(&before.flaky);
            }
        }
    }

    /// Its path, and the way through it where there are several.
    fn title(&self) -> String {
        let path = &self.source.path;
        match &self.way {
            Some(way) => format!("{path} ({way})"),
            None => path.clone(),
        }
    }

    /// How much of it was verified.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(&self.steps)
    }
}

impl Report {
    /// 0 all verified steps passed · 1 something is broken, or a recorded step is gone · 3 could not test ·
    /// 4 nothing to run · 130 interrupted.
    pub fn exit(&self) -> u8 {
        let steps = || self.documents.iter().flat_map(|document| &document.steps);
        let has_lost = self.documents.iter().any(|one| !one.orphans.is_empty());
        let troubled = self
            .documents
            .iter()
            .any(|document| document.trouble.is_some() || !document.leftovers.is_empty());
        if self.interrupted {
            130
        } else if has_lost || steps().any(|step| step.is_red(self.strict)) {
            1
        } else if troubled || steps().any(|step| step.finding.verdict == Verdict::Untestable) {
            3
        } else if steps().any(|step| step.is_visible && step.finding.verdict.is_verified()) {
            0
        } else {
            4
        }
    }
}

#[cfg(test)]
mod tests;
