//! The ways that a reader could go through a page: `--every-arm` and `--pick`.

use std::rc::Rc;

use super::fault::Fault;
use super::loaded::Loaded;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::document::{Document, Ways};
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
    let labels = ways.flat_map(|ways| &ways.labels);
    let mut labels: Vec<&str> = labels.map(String::as_str).collect();
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
/// other arm, and within an arm each of the choices that stand there; choices beside each other go
/// on together.
pub(super) fn every_way(documents: &[Rc<Loaded>]) -> Result<Vec<Rc<Loaded>>, Vec<Fault>> {
    let mut all = Vec::new();
    for loaded in documents {
        let ways = &loaded.plan.document.ways;
        let most = (0..ways.len())
            .filter(|choice| ways[*choice].within.is_none())
            .map(|choice| width(ways, choice))
            .max()
            .unwrap_or(1);
        if most > MOST_WAYS {
            super::remark(&format!(
                "{}: the first {MOST_WAYS} of {most} ways are played; `--pick LABEL` takes another\n",
                loaded.plan.document.source.path
            ));
        }
        for turn in 0..most.clamp(1, MOST_WAYS) {
            let mut way = vec![0; ways.len()];
            let mut words: Vec<&str> = Vec::new();
            take(ways, None, turn, &mut way, &mut words);
            words.dedup();
            let words = (most > 1).then(|| words.join(", "));
            all.push(Rc::new(loaded.again(way, words)?));
        }
    }
    Ok(all)
}

/// How many ways there are through a choice and what stands in its arms.
fn width(ways: &[Ways], choice: usize) -> usize {
    (0..ways[choice].labels.len())
        .map(|arm| width_of_arm(ways, choice, arm))
        .sum()
}

fn width_of_arm(ways: &[Ways], choice: usize, arm: usize) -> usize {
    (0..ways.len())
        .filter(|inner| ways[*inner].within == Some((choice, arm)))
        .map(|inner| width(ways, inner))
        .max()
        .unwrap_or(1)
}

/// Takes the arms of one turn, of the choices that stand within an arm or in none, and what it is called.
fn take<'w>(
    ways: &'w [Ways],
    within: Option<(usize, usize)>,
    turn: usize,
    way: &mut [usize],
    words: &mut Vec<&'w str>,
) {
    for choice in (0..ways.len()).filter(|choice| ways[*choice].within == within) {
        let last = ways[choice].labels.len() - 1;
        let mut rest = turn.min(width(ways, choice) - 1);
        let mut arm = 0;
        while arm < last && rest >= width_of_arm(ways, choice, arm) {
            rest -= width_of_arm(ways, choice, arm);
            arm += 1;
        }
        way[choice] = arm;
        words.push(&ways[choice].labels[arm]);
        take(ways, Some((choice, arm)), rest, way, words);
    }
}

impl Loaded {
    /// The same document on another way through it.
    pub(super) fn again(
        &self,
        way: Vec<usize>,
        words: Option<String>,
    ) -> Result<Loaded, Vec<Fault>> {
        let mut settings = self.settings.clone();
        settings.reader.way = way;
        let source = &self.plan.document.source;
        let placed =
            |faults: Vec<Diagnostic>| faults.into_iter().map(Fault::Placed).collect::<Vec<_>>();
        let document =
            Document::parse(&source.path, source.text.clone(), &settings.reader).map_err(placed)?;
        // A recording is of the first way through a page.
        let is_first = settings.reader.way.iter().all(|arm| *arm == 0);
        let recorded = self.plan.recorded_in.clone().filter(|_| is_first);
        let plan = Plan::new(document, &settings, recorded).map_err(placed)?;
        Ok(Loaded {
            settings,
            way: words,
            ..self.with_plan(plan)
        })
    }
}
