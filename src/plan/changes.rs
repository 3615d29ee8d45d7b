//! What another version of a page would have a reader do otherwise.

use std::ops::Range;

use super::{Plan, Step};
use crate::document::BlockSettings;

/// What another version of a page would have a reader do otherwise, between what stays the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Steps of the old plan, by their numbers from 0.
    pub old: Range<usize>,
    /// What is in their place in the new one.
    pub new: Range<usize>,
}

/// What changes from one plan to another; none, if what was seen of the old one is what would be seen of the new one.
pub fn change(old: &Plan, new: &Plan) -> Option<Change> {
    let alike = |(old, new): &(&Step, &Step)| is_played_alike(old, new);
    let start = old.steps.iter().zip(&new.steps).take_while(alike).count();
    let (before, after) = (&old.steps[start..], &new.steps[start..]);
    if before.is_empty() && after.is_empty() {
        return None;
    }
    let same = before.iter().rev().zip(after.iter().rev());
    let same = same.take_while(alike).count();
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
