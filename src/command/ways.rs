//! `--every-arm`: a document once for each way that its reader could go.

use super::project::{Fault, Loaded};
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::plan::Plan;

/// Ways through a page at most: more are a page of choices, and no tutorial.
const MOST_WAYS: usize = 24;

/// Each document once for each way that its reader could go: the first of each choice, then each
/// other arm, all choices with the same labels together.
pub(super) fn every_way(documents: Vec<Loaded>) -> Result<Vec<Loaded>, Vec<Fault>> {
    let mut all = Vec::new();
    for loaded in documents {
        let ways = loaded.plan.document.ways.clone();
        let most = ways.iter().map(Vec::len).max().unwrap_or(1);
        if most > MOST_WAYS {
            super::remark(&format!(
                "{}: the first {MOST_WAYS} of {most} ways are played; `--pick LABEL` takes another\n",
                loaded.plan.document.source.path
            ));
        }
        for turn in 0..most.clamp(1, MOST_WAYS) {
            let way: Vec<usize> = ways
                .iter()
                .map(|labels| turn.min(labels.len() - 1))
                .collect();
            let mut words: Vec<&str> = ways
                .iter()
                .zip(&way)
                .map(|(labels, arm)| labels[*arm].as_str())
                .collect();
            words.dedup();
            let words = (most > 1).then(|| words.join(", "));
            all.push(loaded.again(way, words)?);
        }
    }
    Ok(all)
}

impl Loaded {
    /// The same document on another way through it.
    fn again(&self, way: Vec<usize>, words: Option<String>) -> Result<Loaded, Vec<Fault>> {
        let mut settings = self.settings.clone();
        settings.reader.way = way;
        let source = &self.plan.document.source;
        let placed =
            |faults: Vec<Diagnostic>| faults.into_iter().map(Fault::Placed).collect::<Vec<_>>();
        let document =
            Document::parse(&source.path, source.text.clone(), &settings.reader).map_err(placed)?;
        let recorded = self.plan.recorded_in.clone();
        let plan = Plan::new(document, &settings, recorded).map_err(placed)?;
        Ok(Loaded {
            plan,
            settings,
            expectations: self.expectations.clone(),
            expectations_shown: self.expectations_shown.clone(),
            name: self.name.clone(),
            surroundings: self.surroundings.clone(),
            way: words,
        })
    }
}
