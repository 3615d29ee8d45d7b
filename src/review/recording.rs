//! What a play gives for the recordings of steps, with as little changed as can be.

use std::collections::BTreeMap;

use crate::expectation::{Expectations, Recorded, join, renew};
use crate::judge::Judged;
use crate::matching::{self, Bindings};
use crate::observation::Ended;
use crate::plan::Plan;

/// Of each step that was played and is to be recorded, by its number from 1: its recording.
pub fn recorded(plan: &Plan, results: &[Judged], bindings: &Bindings) -> BTreeMap<usize, Recorded> {
    let mut fresh = BTreeMap::new();
    for (index, (step, result)) in plan.steps.iter().zip(results).enumerate() {
        let Some(observation) = &result.observation else {
            continue;
        };
        if !step.is_recorded() || step.settings.no_compare {
            continue;
        }
        let exit = match observation.ended {
            Ended::Status(status) | Ended::ShellLeft(status) => status,
            // It has no status yet, or one that no reader sees.
            Ended::Stays | Ended::Left(_) => 0,
            _ => continue,
        };
        let command = step.written();
        let cleaned = |output: &str| {
            without_trailing_blanks(&matching::without_pull(command, output, observation.pulled))
        };
        let output = cleaned(&observation.output);
        // The prompt, too, may have the name of a container.
        let mut ids = observation.known.clone();
        ids.retain(|word, _| output.contains(word.as_str()));
        let played = Recorded {
            step: step.key.clone(),
            run: command.to_owned(),
            exit,
            ids,
            output,
            varies: Vec::new(),
        };
        let earlier = &plan.expectations.steps;
        let recorded = match (plan.recording(step), &result.finding.renewal) {
            (Some(old), Some(comparison)) => renew(old, played, comparison, earlier, bindings),
            _ => join(played, earlier, bindings),
        };
        // An older recording may have more than is written today.
        let cleaned = cleaned(&recorded.output);
        let recorded = if cleaned == recorded.output {
            recorded
        } else {
            recorded.with_output(cleaned)
        };
        fresh.insert(index + 1, recorded);
    }
    fresh
}

/// Puts the recording of a step, by its number from 1, where it belongs: in place of the one it has, or behind those of
/// the steps before.
pub fn take(plan: &Plan, recordings: &mut Expectations, number: usize, fresh: Recorded) {
    let steps = &mut recordings.steps;
    let place = |key: &str, steps: &[Recorded]| steps.iter().position(|old| old.step == key);
    let old = plan
        .recording(&plan.steps[number - 1])
        .map(|old| old.step.clone());
    if let Some(index) = old.and_then(|key| place(&key, steps)) {
        steps[index] = fresh;
        return;
    }
    let mut before = plan.steps[..number - 1].iter().rev();
    let behind = before.find_map(|step| {
        let key = plan.recording(step).map_or(&step.key, |old| &old.step);
        place(key, steps)
    });
    steps.insert(behind.map_or(0, |index| index + 1), fresh);
}

/// Blanks at the ends of lines, which nobody sees and nothing is compared with. With them, YAML would
/// have the whole text on one line.
fn without_trailing_blanks(output: &str) -> String {
    let lines: Vec<&str> = output
        .split('\n')
        .map(|line| line.trim_end_matches([' ', '\t']))
        .collect();
    lines.join("\n")
}
