//! The ways that a reader could go through a page: `--every-arm` and `--pick`.

use std::rc::Rc;

use super::project::{Fault, Loaded};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::document::Document;
use crate::plan::Plan;

/// What is wrong with a pick of the command line: none of the pages has it anywhere.
pub(super) fn not_to_pick(pick: &str, loaded: &[Rc<Loaded>]) -> Option<Fault> {
    let wanted = pick.to_lowercase();
    let has = |loaded: &Rc<Loaded>| {
        let text = &loaded.plan.document.source.text;
        text.to_lowercase().contains(&wanted)
    };
    if loaded.is_empty() || loaded.iter().any(has) {
        return None;
    }
    let ways = loaded.iter().flat_map(|loaded| &loaded.plan.document.ways);
    let mut labels: Vec<&str> = ways.flatten().map(String::as_str).collect();
    labels.dedup();
    let in_small: Vec<String> = labels.iter().map(|label| label.to_lowercase()).collect();
    let guess = did_you_mean(&wanted, in_small.iter().map(String::as_str));
    let guess = guess.and_then(|guess| in_small.iter().position(|label| label == guess));
    let hint = match guess {
        Some(index) => format!("; did you mean `{}`?", labels[index]),
        None if labels.is_empty() => "; these pages leave nothing to choose".to_owned(),
        None => format!("; there are {}", labels.join(", ")),
    };
    Some(Fault::Plain(format!("--pick: no page has `{pick}`{hint}")))
}

/// Ways through a page at most: more are a page of choices, and no tutorial.
const MOST_WAYS: usize = 24;

/// Each document once for each way that its reader could go: the first of each choice, then each
/// other arm, all choices with the same labels together.
pub(super) fn every_way(documents: &[Rc<Loaded>]) -> Result<Vec<Rc<Loaded>>, Vec<Fault>> {
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
            all.push(Rc::new(loaded.again(way, words)?));
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
            settings,
            way: words,
            ..self.with_plan(plan)
        })
    }
}
