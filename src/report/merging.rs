//! Several reports as one: of shards, or of a play and a later one of what broke in it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::{DocumentReport, Report, Shard};
use crate::diagnostic::Source;

/// More shards than these nobody has.
pub const MOST_SHARDS: usize = 10_000;

/// The whole of several reports. What no report has of the pages that a shard knows of could not be tested; of a page
/// that was played again, the later report counts.
pub fn merged(reports: Vec<Report>) -> Result<Report, String> {
    let first = shards(&reports).next().cloned();
    if let Some(first) = &first {
        fit(first, &reports)?;
    }
    let there: BTreeSet<usize> = shards(&reports).map(|shard| shard.index).collect();
    let mut whole = Report {
        elapsed: elapsed(&reports),
        ..Report::default()
    };
    let mut order: Vec<String> = first.iter().flat_map(|shard| shard.pages.clone()).collect();
    let mut was_shard = false;
    for report in reports {
        let is_shard = report.shard.is_some() && !report.is_rerun;
        whole.strict |= report.strict;
        // What was not reached then was played later.
        whole.interrupted = report.interrupted || (whole.interrupted && !report.is_rerun);
        // Shards of one whole may each have played a page on which several others go on.
        if !(is_shard && was_shard) {
            let played: BTreeSet<String> =
                report.documents.iter().map(DocumentReport::title).collect();
            whole.documents.retain(|old| !played.contains(&old.title()));
        }
        was_shard = is_shard;
        for title in report.documents.iter().map(DocumentReport::title) {
            if !order.contains(&title) {
                order.push(title);
            }
        }
        whole.documents.extend(report.documents);
    }
    if let Some(shard) = &first {
        let absent = (1..=shard.of).filter(|index| !there.contains(index));
        let absent: Vec<String> = absent.map(|index| index.to_string()).collect();
        whole.adds_what_is_absent(shard, &absent.join(", "));
    }
    let place = |document: &DocumentReport| {
        let title = document.title();
        order.iter().position(|page| *page == title)
    };
    whole.documents.sort_by_key(place);
    Ok(whole)
}

/// The parts of a whole; what was played again is none.
fn shards(reports: &[Report]) -> impl Iterator<Item = &Shard> {
    let first = reports.iter().filter(|report| !report.is_rerun);
    first.filter_map(|report| report.shard.as_ref())
}

/// Whether all shards are parts of one whole.
fn fit(first: &Shard, reports: &[Report]) -> Result<(), String> {
    let is_other = |shard: &&Shard| shard.fingerprint != first.fingerprint || shard.of != first.of;
    if let Some(other) = shards(reports).find(is_other) {
        return Err(format!(
            "shard {} of {} and shard {} of {} are not parts of one whole: their pages or recordings are others",
            first.index, first.of, other.index, other.of
        ));
    }
    if first.of > MOST_SHARDS {
        return Err(format!(
            "shard {} of {}: there are no more than {MOST_SHARDS}",
            first.index, first.of
        ));
    }
    Ok(())
}

/// Shards are played at once; other reports, one after the other.
fn elapsed(reports: &[Report]) -> Duration {
    let (shards, others): (Vec<&Report>, Vec<&Report>) =
        reports.iter().partition(|report| report.shard.is_some());
    let longest = shards.iter().map(|report| report.elapsed).max();
    let others: Duration = others.iter().map(|report| report.elapsed).sum();
    longest.unwrap_or_default() + others
}

impl Report {
    fn adds_what_is_absent(&mut self, shard: &Shard, absent: &str) {
        for page in &shard.pages {
            if self
                .documents
                .iter()
                .any(|document| document.title() == *page)
            {
                continue;
            }
            let why = if absent.is_empty() {
                "no report has it, though all shards are there".to_owned()
            } else {
                format!(
                    "it was not played: there is no report of shard {absent} of {}",
                    shard.of
                )
            };
            self.documents.push(DocumentReport {
                source: Arc::new(Source::new(page.as_str(), "")),
                trouble: Some(why),
                ..DocumentReport::empty()
            });
        }
    }
}
