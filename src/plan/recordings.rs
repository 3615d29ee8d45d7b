//! Which step has which recording.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Step;
use crate::expectation::Expectations;

/// Gives steps their recordings: by key and command, then by command in order, then what is left
/// between two that were found. Inserting a step disturbs no other; a changed command is one.
pub(super) fn match_recordings(steps: &mut [Step], expectations: &Expectations) {
    let recorded = &expectations.steps;
    let mut free: BTreeSet<usize> = (0..recorded.len()).collect();
    let by_key: BTreeMap<&str, usize> = recorded
        .iter()
        .enumerate()
        .map(|(i, r)| (r.step.as_str(), i))
        .collect();
    for step in steps.iter_mut().filter(|step| step.is_recorded()) {
        if let Some(&index) = by_key.get(step.key.as_str())
            && recorded[index].run == step.written()
            && free.remove(&index)
        {
            step.recorded = Some(index);
        }
    }
    let mut by_command: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
    for &index in &free {
        by_command
            .entry(recorded[index].run.as_str())
            .or_default()
            .push_back(index);
    }
    for step in steps
        .iter_mut()
        .filter(|step| step.is_recorded() && step.recorded.is_none())
    {
        let index = by_command
            .get_mut(step.written())
            .and_then(VecDeque::pop_front);
        if let Some(index) = index {
            free.remove(&index);
            step.recorded = Some(index);
        }
    }
    // In a gap with as many recordings as steps, commands were changed in place.
    let mut gap: Vec<usize> = Vec::new();
    let mut last = 0;
    let ends: Vec<(usize, Option<usize>)> = steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.is_recorded())
        .map(|(i, step)| (i, step.recorded))
        .collect();
    let mut changes = Vec::new();
    for (index, found) in ends.into_iter().chain([(usize::MAX, Some(recorded.len()))]) {
        let Some(found) = found else {
            gap.push(index);
            continue;
        };
        let left: Vec<usize> = free.range(last..found.max(last)).copied().collect();
        if left.len() == gap.len() {
            changes.extend(gap.iter().copied().zip(left));
        }
        gap.clear();
        last = found;
    }
    for (step, index) in changes {
        steps[step].recorded = Some(index);
    }
}
