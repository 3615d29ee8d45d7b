//! The recording that a play of a page gives.

use std::time::Duration;

use super::loaded::Loaded;
use crate::expectation::{Conditions, Expectations, Recorded};
use crate::judge::{Judge, Judged};
use crate::review;
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
    let mut fresh = review::recorded(plan, results, judge.bindings());
    let mut steps = Vec::new();
    for (index, (step, result)) in plan.steps.iter().zip(results).enumerate() {
        let old = plan.recording(step);
        let was_played = result.observation.is_some();
        if let Some(recorded) = fresh.remove(&(index + 1)) {
            steps.push(recorded);
        } else if let (true, false, Some(old)) = (step.is_recorded(), was_played, old) {
            // Not played here; elsewhere it may be.
            steps.push(Recorded {
                step: step.key.clone(),
                ..old.clone()
            });
        }
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
    let observations = results
        .iter()
        .filter_map(|result| result.observation.as_ref());
    let took = observations.map(|seen| seen.elapsed).sum();
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
        seconds: seconds(took, old.seconds, plan.recorded_in.is_some()),
        images,
        steps,
    }
}

/// Shorter pages are all the same.
const SHORT: u64 = 5;

/// How long a page takes, in two digits; another time than before only where it is another by half, or
/// by as much for a short page.
fn seconds(took: Duration, old: Option<u64>, was_recorded: bool) -> Option<u64> {
    let now = took.as_secs();
    let is_near = match old {
        Some(old) => (old * 2 / 3..=old * 3 / 2).contains(&now),
        None => was_recorded && now < 2 * SHORT,
    };
    if is_near {
        return old;
    }
    let unit = 10_u64.pow(now.max(1).ilog10().saturating_sub(1));
    (now >= SHORT).then_some(now / unit * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_down_where_it_says_something() {
        let within = |seconds: u64| Duration::from_millis(seconds * 1000 + 700);
        let took = |seconds, old| super::seconds(within(seconds), old, true);
        let at_first = |seconds| super::seconds(within(seconds), None, false);
        assert_eq!(at_first(4), None);
        assert_eq!(at_first(7), Some(7));
        assert_eq!(at_first(136), Some(130));
        assert_eq!(took(7, None), None);
        assert_eq!(took(12, None), Some(12));
        // Another day is another second, and no change of the recording.
        assert_eq!(took(110, Some(130)), Some(130));
        assert_eq!(took(300, Some(130)), Some(300));
        assert_eq!(took(2, Some(130)), None);
    }
}
