//! Several reports as one: of shards, or of a play and a later one of what broke in it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::{DocumentReport, Report, Shard};
use crate::diagnostic::Source;

/// The whole of several reports. What no report has of the pages that a shard knows of could not be tested; of
/// one that several have, the last counts.
pub fn merged(reports: Vec<Report>) -> Result<Report, String> {
    let shards: Vec<Shard> = reports
        .iter()
        .filter_map(|report| report.shard.clone())
        .collect();
    if let Some(first) = shards.first()
        && let Some(other) = shards
            .iter()
            .find(|shard| shard.fingerprint != first.fingerprint)
    {
        return Err(format!(
            "shard {} of {} and shard {} of {} are not parts of one whole: their pages or recordings are others",
            first.index, first.of, other.index, other.of
        ));
    }
    let mut whole = Report {
        elapsed: elapsed(&reports),
        ..Report::default()
    };
    for report in reports {
        whole.strict |= report.strict;
        whole.interrupted |= report.interrupted;
        for document in report.documents {
            let title = document.title();
            match whole.documents.iter_mut().find(|old| old.title() == title) {
                Some(old) => *old = document,
                None => whole.documents.push(document),
            }
        }
    }
    if let Some(shard) = shards.first() {
        let there: BTreeSet<usize> = shards.iter().map(|shard| shard.index).collect();
        let absent: Vec<String> = (1..=shard.of)
            .filter(|index| !there.contains(index))
            .map(|index| index.to_string())
            .collect();
        whole.adds_what_is_absent(shard, &absent.join(", "));
        let place = |document: &DocumentReport| {
            let title = document.title();
            shard.pages.iter().position(|page| *page == title)
        };
        whole.documents.sort_by_key(place);
    }
    Ok(whole)
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
