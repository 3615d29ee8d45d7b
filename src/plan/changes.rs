//! What another version of a page would have a reader do otherwise.

use std::ops::Range;

use super::{Plan, Step};
use crate::document::BlockSettings;

/// The number, from 1, of the first step that is done otherwise in the new plan than in the old one; none, if what was
/// seen of the old one is what would be seen of the new one.
fn first_change(old: &Plan, new: &Plan) -> Option<usize> {
    let pairs = old.steps.iter().zip(&new.steps);
    let differs = |(old, new): (&Step, &Step)| !is_played_alike(old, new);
    let different = pairs.into_iter().position(differs);
    let (before, after) = (old.steps.len(), new.steps.len());
    different
        .or((before != after).then(|| before.min(after)))
        .map(|index| index + 1)
}

/// What another version of a page would have a reader do otherwise, between what stays the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Steps of the old plan, by their numbers from 0.
    pub old: Range<usize>,
    /// What is in their place in the new one.
    pub new: Range<usize>,
}

/// What changes from one plan to another.
pub fn change(old: &Plan, new: &Plan) -> Option<Change> {
    let start = first_change(old, new)? - 1;
    let (before, after) = (&old.steps[start..], &new.steps[start..]);
    let pairs = before.iter().rev().zip(after.iter().rev());
    let same = pairs
        .take_while(|(old, new)| is_played_alike(old, new))
        .count();
    Some(Change {
        old: start..old.steps.len() - same,
        new: start..new.steps.len() - same,
    })
}

fn is_played_alike(old: &Step, new: &Step) -> bool {
    let of = |step: &Step| {
        (
            step.action.clone(),
            step.fate.clone(),
            step.hidden,
            step.terminal.clone(),
            step.place,
            step.answers.clone(),
            step.after_interrupt,
            // What a block waits for, its last step waits for.
            step.is_last && (step.settings.wait.is_some() || step.settings.until.is_some()),
        )
    };
    of(old) == of(new) && as_played(&old.settings) == as_played(&new.settings)
}

/// An author's settings without those that only say how what was seen is judged.
fn as_played(settings: &BlockSettings) -> BlockSettings {
    BlockSettings {
        id: None,
        flaky: None,
        file: None,
        append: None,
        exit: settings.exit.filter(|_| settings.retry.is_some()),
        unordered: false,
        no_compare: false,
        masks: Vec::new(),
        strict: Vec::new(),
        expect: false,
        similarity: None,
        ..settings.clone()
    }
}
