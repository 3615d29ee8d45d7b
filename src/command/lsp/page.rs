//! What is known of an open page: how it is read, what is wrong with it, and what its last run found.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Value, json};

use super::text::Text;
use crate::command::fault::Fault;
use crate::command::kept::Kept;
use crate::command::loaded::Loaded;
use crate::command::review::Run;
use crate::command::{lint, project};
use crate::diagnostic::Diagnostic;
use crate::document::Block;
use crate::judge::{Code, Verdict};
use crate::plan::Step;
use crate::report::StepReport;

/// An open page.
pub(super) struct Page {
    pub(super) path: PathBuf,
    pub(super) text: Text,
    pub(super) loaded: Option<Rc<Loaded>>,
    faults: Vec<Fault>,
    /// Its last run, and which of the pages in it this one is.
    pub(super) run: Option<(Run, usize)>,
    /// The file of that run.
    pub(super) seen: Option<PathBuf>,
}

/// How bad something is, as the protocol counts.
const ERROR: u8 = 1;
const WARNING: u8 = 2;
const INFORMATION: u8 = 3;

impl Page {
    /// A page as somebody has it open.
    pub(super) fn read(path: PathBuf, text: Text) -> Page {
        let (loaded, faults) = match project::load_typed(&path, &text.whole) {
            Ok(loaded) => (Some(Rc::new(loaded)), Vec::new()),
            Err(faults) => (None, faults),
        };
        let (seen, run) = match &loaded {
            Some(_) => last_run(&path, &text.whole),
            None => (None, None),
        };
        Page {
            path,
            text,
            loaded,
            faults,
            run,
            seen,
        }
    }

    /// What is to be said of it, at its places.
    pub(super) fn diagnostics(&self) -> Vec<Value> {
        let faults = self.faults.iter().map(|fault| match fault {
            Fault::Placed(diagnostic) => self.placed(diagnostic, ERROR),
            Fault::Plain(message) => self.at(&(0..0), ERROR, "fault", message),
        });
        let mut said: Vec<Value> = faults.collect();
        if let Some(loaded) = &self.loaded {
            let findings = lint::of_one(loaded);
            said.extend(
                findings
                    .iter()
                    .map(|finding| self.placed(finding, INFORMATION)),
            );
        }
        said.extend(self.steps().filter_map(|(step, _, found)| {
            let code = found
                .finding
                .code()
                .filter(|code| *code != Code::NotObserved)?;
            let severity = match found.finding.verdict {
                Verdict::Broken | Verdict::Unrecorded => ERROR,
                Verdict::Stale => WARNING,
                Verdict::Untestable if found.finding.is_stuck => WARNING,
                _ => return None,
            };
            let reason = found.finding.reason.as_deref().unwrap_or_default();
            let said = with_help(reason, found.finding.hint.as_deref());
            Some(self.at(&step.span, severity, code.word(), &said))
        }));
        said
    }

    /// Its steps, each with its number and with what the last run found.
    pub(super) fn steps(&self) -> impl Iterator<Item = (&Step, usize, &StepReport)> {
        self.run.iter().flat_map(|(run, index)| {
            let steps = &run.pages[*index].plan.steps;
            let found = &run.reports[*index].steps;
            let both = steps.iter().zip(found).enumerate();
            both.map(|(index, (step, found))| (step, index + 1, found))
        })
    }

    /// The block at a byte.
    pub(super) fn block_at(&self, byte: usize) -> Option<(usize, &Block)> {
        let loaded = self.loaded.as_ref()?;
        let blocks = loaded.plan.document.blocks.iter().enumerate();
        blocks
            .into_iter()
            .find(|(_, block)| block.span.start <= byte && byte <= block.span.end)
    }

    /// Its path, as messages have it.
    pub(super) fn name(&self) -> String {
        crate::command::files::shown(&self.path)
    }

    fn placed(&self, diagnostic: &Diagnostic, severity: u8) -> Value {
        let said = with_help(&diagnostic.message, diagnostic.help.as_deref());
        let source = &diagnostic.source;
        if source.path == self.name() {
            return self.at(&diagnostic.span, severity, diagnostic.code, &said);
        }
        // What is wrong with another file is said at the top of this one.
        let line = source.line(diagnostic.span.start);
        let said = format!("{}:{line}: {said}", source.path);
        self.at(&(0..0), severity, diagnostic.code, &said)
    }

    fn at(&self, span: &std::ops::Range<usize>, severity: u8, code: &str, said: &str) -> Value {
        json!({
            "range": self.text.range(span),
            "severity": severity,
            "code": code,
            "source": "tutcheck",
            "message": super::safe(said),
        })
    }
}

fn with_help(said: &str, help: Option<&str>) -> String {
    match help {
        Some(help) => format!("{said}\n{help}"),
        None => said.to_owned(),
    }
}

/// The newest file with a run of a page.
pub(super) fn newest(path: &Path) -> Option<PathBuf> {
    let (kept, _) = Kept::of_pages(vec![path.to_owned()]).ok()?;
    kept.newest_file(path)
}

/// The last run of a page, judged as the page is typed now.
fn last_run(path: &Path, typed: &str) -> (Option<PathBuf>, Option<(Run, usize)>) {
    let Some(file) = newest(path) else {
        return (None, None);
    };
    let run = crate::command::kept::read(&file).ok().and_then(|saved| {
        let is_it = |document: &crate::saved::Document| Path::new(&document.document) == path;
        let mut runs = saved.documents.chunk_by(|one, next| one.run == next.run);
        let seen = runs.find(|run| run.iter().any(is_it))?;
        let index = seen.iter().position(is_it)?;
        let typed = |document: &crate::saved::Document| is_it(document).then_some(typed);
        let run = Run::of(seen.to_vec(), saved.manner.keep_going, typed).ok()?;
        Some((run, index))
    });
    (Some(file), run)
}
