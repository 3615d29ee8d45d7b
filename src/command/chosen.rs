//! Which of the pages that were named are played.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::fault::{self, Fault};
use super::loaded::Loaded;
use super::{files, shards, since, ways};
use crate::cli::CheckArguments;
use crate::judge::Verdict;
use crate::report::{self, DocumentReport, Report, Shard};

/// The pages that are played.
pub(super) struct Chosen {
    pub(super) documents: Vec<Rc<Loaded>>,
    /// Which part of all pages they are, where they are one.
    pub(super) shard: Option<Shard>,
}

/// What of pages that were named is played; or, where that is nothing, the exit status.
pub(super) fn chosen(
    documents: Vec<Rc<Loaded>>,
    arguments: &CheckArguments,
    is_all: bool,
) -> Result<Chosen, u8> {
    let wrong = |message: String| {
        super::complain(&message);
        super::WRONG
    };
    let mut documents = documents;
    if let Some(commit) = &arguments.since {
        documents = since::changed_since(&documents, commit).map_err(wrong)?;
        if documents.is_empty() && is_all {
            super::tell(&format!(
                "nothing of these pages has changed since {commit}\n"
            ));
            return Err(0);
        }
    }
    if let Some(path) = &arguments.rerun {
        let before = report(path).map_err(|fault| fault::report(vec![fault]))?;
        documents = unsettled(documents, &before);
        if documents.is_empty() && is_all {
            let path = files::shown(path);
            super::tell(&format!("nothing of these pages was at fault in {path}\n"));
            return Err(0);
        }
    }
    if arguments.every_arm {
        documents = ways::every_way(&documents).map_err(fault::report)?;
    }
    let Some(argument) = arguments.shard else {
        return Ok(Chosen {
            documents,
            shard: None,
        });
    };
    let (index, of) = shards::which(argument).map_err(wrong)?;
    let (documents, shard) = shards::Shares::of(&documents, of).one(index);
    Ok(Chosen {
        documents,
        shard: Some(shard),
    })
}

/// A report that was written down.
pub(super) fn report(path: &Path) -> Result<Report, Fault> {
    let text = files::read(path, files::REPORT)?;
    report::read(&text).map_err(|error| Fault::Plain(format!("{}: {error}", files::shown(path))))
}

/// The pages that were at fault in a report, or could not be tested, or are not in it.
fn unsettled(documents: Vec<Rc<Loaded>>, before: &Report) -> Vec<Rc<Loaded>> {
    let mut known: BTreeMap<&str, bool> = BTreeMap::new();
    for document in &before.documents {
        // A page may have been played in several ways.
        let is_settled = known.entry(&document.source.path).or_insert(true);
        *is_settled &= settled(document, before.strict);
    }
    let is_settled = |page: &Loaded| {
        let path = page.plan.document.source.path.as_str();
        known.get(path).copied().unwrap_or(false)
    };
    documents
        .into_iter()
        .filter(|page| !is_settled(page))
        .collect()
}

fn settled(document: &DocumentReport, strict: bool) -> bool {
    let is_wrong = |verdict| matches!(verdict, Verdict::Untestable | Verdict::NotReached);
    document.trouble.is_none()
        && document.orphans.is_empty()
        && document
            .steps
            .iter()
            .all(|step| !step.is_red(strict) && !is_wrong(step.finding.verdict))
}
