//! The report as a value: plain data, which is written down as JSON, read again, and merged.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use super::{Orphan, Place, Told, kept_ends, tail};
use crate::diagnostic::Source;
use crate::judge::{Judged, Verdict};
use crate::observation::Ended;
use crate::plan::{Plan, Step};

/// What is to be said of a whole call.
#[derive(Debug, Default, Deserialize)]
pub struct Report {
    /// The documents, in order.
    pub documents: Vec<DocumentReport>,
    /// Stale steps are at fault too.
    pub strict: bool,
    /// The user ended it.
    pub interrupted: bool,
    /// How long all of it took.
    #[serde(rename = "elapsed_ms", deserialize_with = "milliseconds")]
    pub elapsed: Duration,
    /// Which part of all pages it is, where it is one.
    #[serde(default)]
    pub shard: Option<Shard>,
    /// It is of what was at fault in a report before.
    #[serde(default, rename = "rerun")]
    pub is_rerun: bool,
}

/// A part of the pages, as several machines share them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which, from 1.
    pub index: usize,
    /// Of how many.
    pub of: usize,
    /// The same in all parts of one whole.
    pub fingerprint: String,
    /// The pages of the whole.
    pub pages: Vec<String>,
}

fn milliseconds<'d, D: Deserializer<'d>>(from: D) -> Result<Duration, D::Error> {
    u64::deserialize(from).map(Duration::from_millis)
}

/// What is to be said of a document.
#[derive(Debug, Serialize, Deserialize)]
pub struct DocumentReport {
    /// The document.
    #[serde(flatten, with = "page")]
    pub source: Arc<Source>,
    /// The way through it, where there are several.
    pub way: Option<String>,
    /// Recordings whose steps are gone.
    pub orphans: Vec<Orphan>,
    /// Its steps, in the order of playing.
    pub steps: Vec<StepReport>,
    /// Why it could not be played at all.
    pub trouble: Option<String>,
    /// What could not be removed after it.
    pub leftovers: Vec<String>,
    /// The engine that it was played with, if it needs one.
    #[serde(default)]
    pub engine: Option<String>,
    /// The images that were used, and their digests.
    #[serde(default)]
    pub images: BTreeMap<String, String>,
    /// Which words of the recording and of the page stand for which live ones.
    #[serde(default)]
    pub bound: Vec<Bound>,
}

/// An identifier, and what it stands for in this run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// As the recording or the page has it.
    pub expected: String,
    /// As it was in this run.
    pub live: String,
    /// The number of the step that bound them.
    pub step: usize,
}

/// A page is its path and its text.
mod page {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::diagnostic::Source;

    #[derive(Serialize, Deserialize)]
    struct Page<T> {
        document: T,
        text: T,
    }

    pub(super) fn serialize<S: Serializer>(source: &Source, to: S) -> Result<S::Ok, S::Error> {
        let page = Page {
            document: source.path.as_str(),
            text: source.text.as_str(),
        };
        page.serialize(to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Arc<Source>, D::Error> {
        let page: Page<String> = Page::deserialize(from)?;
        let path = crate::wording::visible(&page.document).into_owned();
        Ok(Arc::new(Source::new(path, page.text)))
    }
}

/// What is to be said of a step.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    #[serde(rename = "hidden", with = "negated")]
    pub is_visible: bool,
    /// The verdict, and what led to it.
    #[serde(flatten)]
    pub finding: Told,
    /// The exit status, where there was one.
    pub exit: Option<i32>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// What it printed last, for a step that went wrong.
    pub last_lines: String,
    /// What it printed, of a long output how it begins and how it ends.
    #[serde(default)]
    pub output: String,
    /// What its jobs in the background printed once it was over.
    #[serde(rename = "printed_later")]
    pub later: String,
    /// Something that is no fault, and that the author wants to know.
    pub note: Option<String>,
    /// It broke when it was played before, in this call: why it did.
    pub flaky: Option<String>,
    /// Where it was recorded: file and line.
    pub recorded_at: Option<Place>,
}

/// So much of what a page's steps printed is told, in bytes; of one of many, a part.
const OUTPUTS: usize = 4 << 20;
/// So much of what one step printed.
const OUTPUT: usize = 16 << 10;

/// What is true in here is false there.
mod negated {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
    pub(super) fn serialize<S: Serializer>(is: &bool, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(!is)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<bool, D::Error> {
        bool::deserialize(from).map(|is| !is)
    }
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
            .map(|(place, source)| Place {
                path: source.path.clone(),
                line: place.line,
            });
        let most = OUTPUT.min(OUTPUTS / plan.steps.len().max(1));
        let output = observation.map_or("", |observation| observation.output.as_str());
        StepReport {
            number,
            key: step.key.clone(),
            line: step.line,
            span: step.span.clone(),
            run: step.written().to_owned(),
            typed_as: result.typed_as.clone(),
            is_visible: step.is_visible(),
            finding: Told::new(&result.finding, plan),
            exit,
            elapsed_ms: observation.map_or(0, |o| {
                u64::try_from(o.elapsed.as_millis()).unwrap_or(u64::MAX)
            }),
            last_lines: last_lines.unwrap_or_default(),
            output: kept_ends(output, most),
            later: result.later(),
            note: result.note.clone(),
            flaky: None,
            recorded_at,
        }
    }

    /// The same, of one that failed only at a later play.
    pub fn called_flaky(&mut self, document: &str) {
        self.finding.called_flaky(document);
        // The file of the first play is not written.
        self.recorded_at = None;
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

impl DocumentReport {
    /// Of a plan, and of what came of its steps.
    pub fn new(plan: &Plan, results: &[Judged]) -> DocumentReport {
        let steps = plan.steps.iter().zip(results).enumerate();
        DocumentReport {
            source: Arc::clone(&plan.document.source),
            orphans: plan.orphans().into_iter().map(Orphan::from).collect(),
            steps: steps
                .map(|(index, (step, result))| StepReport::new(index + 1, plan, step, result))
                .collect(),
            ..DocumentReport::empty()
        }
    }

    /// Nothing is said, of no page.
    pub(super) fn empty() -> DocumentReport {
        DocumentReport {
            source: Arc::new(Source::new("", "")),
            way: None,
            orphans: Vec::new(),
            steps: Vec::new(),
            trouble: None,
            leftovers: Vec::new(),
            engine: None,
            images: BTreeMap::new(),
            bound: Vec::new(),
        }
    }

    /// The same without what nobody may see in the text of the page; where that moves what stands there, steps are known
    /// by their lines alone.
    pub fn hides(&mut self, hidden: impl Fn(&str) -> String) {
        let lines = self.source.text.split('\n').map(hidden);
        let text = lines.collect::<Vec<_>>().join("\n");
        if text != self.source.text {
            self.source = Arc::new(Source::new(self.source.path.as_str(), text));
            self.steps.iter_mut().for_each(|step| step.span = 0..0);
        }
    }

    /// What is to be said of one of its steps, by its number.
    #[must_use]
    pub fn only(&self, number: usize) -> DocumentReport {
        DocumentReport {
            source: Arc::clone(&self.source),
            steps: vec![self.steps[number - 1].clone()],
            ..DocumentReport::empty()
        }
    }

    /// Notes of what passes now that it broke when it was played before.
    pub fn notes_what_is_flaky(&mut self, before: &DocumentReport, strict: bool) {
        for (step, before) in self.steps.iter_mut().zip(&before.steps) {
            let has_passed = matches!(step.finding.verdict, Verdict::Passed | Verdict::Stale);
            if has_passed && before.is_red(strict) {
                step.flaky.clone_from(&before.finding.reason);
            } else if has_passed {
                step.flaky.clone_from(&before.flaky);
            }
        }
    }

    /// Its path, and the way through it where there are several.
    pub fn title(&self) -> String {
        let path = &self.source.path;
        match &self.way {
            Some(way) => format!("{path} ({way})"),
            None => path.clone(),
        }
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
        } else if self.shard.is_some() && self.documents.is_empty() {
            // There are fewer pages than shards.
            0
        } else {
            4
        }
    }
}
