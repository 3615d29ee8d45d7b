//! The recording that a play of a page gives.

use super::loaded::Loaded;
use crate::expectation::{Conditions, Expectations, Recorded, join, renew};
use crate::judge::{Judge, Judged};
use crate::matching;
use crate::observation::Ended;
use crate::run::Over;

/// The recording that a play gives, with as little changed as can be.
pub(super) fn expectations(
    loaded: &Loaded,
    results: &[Judged],
    over: &Over,
    pages: usize,
    judge: &Judge<'_>,
) -> Expectations {
    let plan = &loaded.plan;
    let mut steps = Vec::new();
    for (step, result) in plan.steps.iter().zip(results) {
        if !step.is_recorded() {
            continue;
        }
        let old = plan.recording(step);
        let Some(observation) = &result.observation else {
            // Not played here; elsewhere it may be.
            steps.extend(old.map(|old| Recorded {
                step: step.key.clone(),
                ..old.clone()
            }));
            continue;
        };
        if step.settings.no_compare {
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
        let fresh = Recorded {
            step: step.key.clone(),
            run: command.to_owned(),
            exit,
            ids,
            output,
            varies: Vec::new(),
        };
        let (earlier, bindings) = (&plan.expectations.steps, judge.bindings());
        let recorded = match (old, &result.finding.renewal) {
            (Some(old), Some(comparison)) => renew(old, fresh, comparison, earlier, bindings),
            _ => join(fresh, earlier, bindings),
        };
        // An older recording may have more than is written today.
        let cleaned = cleaned(&recorded.output);
        steps.push(if cleaned == recorded.output {
            recorded
        } else {
            recorded.with_output(cleaned)
        });
    }
    let recorded = over.facts.as_ref().map(|facts| Conditions {
        engine: facts.engine.clone(),
        builder: facts.builder.clone(),
        platform: facts.platform.clone(),
    });
    let mut images = over.images.clone();
    if pages > 1 {
        // Of the images of several pages, those that this one names.
        let is_named = |image: &str| {
            let name = image.split([':', '@']).next().unwrap_or(image);
            plan.document.source.text.contains(name)
        };
        images.retain(|image, _| is_named(image));
    }
    let old = &plan.expectations;
    let unchanged = old.steps == steps && old.images == images && plan.recorded_in.is_some();
    Expectations {
        tutcheck: 1,
        document: loaded.name.clone(),
        // The daemon it was first true with stays named, as long as nothing else changes.
        recorded: if unchanged {
            old.recorded.clone()
        } else {
            recorded
        },
        images,
        steps,
    }
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
