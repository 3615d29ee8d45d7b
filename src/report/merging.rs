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
pub fn merged(mut reports: Vec<Report>) -> Result<Report, String> {
    // What was played again is later than all else, in whatever order the files were named.
    reports.sort_by_key(|report| report.is_rerun);
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
    let mut found: Vec<(Option<Shard>, DocumentReport)> = Vec::new();
    for report in reports {
        whole.strict |= report.strict;
        // What was not reached then was played later.
        whole.interrupted = report.interrupted || (whole.interrupted && !report.is_rerun);
        let titles = report.documents.iter().map(DocumentReport::title);
        let titles: Vec<String> = titles.collect();
        // Other shards of the same whole may have played a page, too: several others go on from it.
        let is_beside = |old: &Option<Shard>| match (old, &report.shard) {
            (Some(old), Some(new)) => old.fingerprint == new.fingerprint && old.index != new.index,
            _ => false,
        };
        found.retain(|(from, old)| is_beside(from) || !titles.contains(&old.title()));
        for title in titles {
            if !order.contains(&title) {
                order.push(title);
            }
        }
        let documents = report.documents.into_iter();
        found.extend(documents.map(|document| (report.shard.clone(), document)));
    }
    whole.documents = found.into_iter().map(|(_, document)| document).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn report(shard: Option<(usize, &str)>, is_rerun: bool, pages: &[(&str, bool)]) -> Report {
        let documents = pages.iter().map(|(page, is_well)| DocumentReport {
            source: Arc::new(Source::new(*page, "")),
            trouble: (!is_well).then(|| "it was red".to_owned()),
            ..DocumentReport::empty()
        });
        Report {
            documents: documents.collect(),
            shard: shard.map(|(index, fingerprint)| Shard {
                index,
                of: 2,
                fingerprint: fingerprint.to_owned(),
                pages: vec!["a".to_owned(), "b".to_owned(), "c".to_owned()],
            }),
            is_rerun,
            ..Report::default()
        }
    }

    fn pages(reports: Vec<Report>) -> Vec<(String, bool)> {
        let whole = merged(reports).expect("they fit");
        let documents = whole.documents.iter();
        documents
            .map(|one| (one.title(), one.trouble.is_none()))
            .collect()
    }

    fn said(pages: &[(&str, bool)]) -> Vec<(String, bool)> {
        pages
            .iter()
            .map(|(page, is_well)| ((*page).to_owned(), *is_well))
            .collect()
    }

    #[test]
    fn a_page_that_two_shards_have_is_there_twice() {
        let both = || {
            let one = report(Some((1, "x")), false, &[("a", false), ("b", true)]);
            vec![
                one,
                report(Some((2, "x")), false, &[("a", true), ("c", true)]),
            ]
        };
        let wanted = [("a", false), ("a", true), ("b", true), ("c", true)];
        assert_eq!(pages(both()), said(&wanted));
        // So it is where both were played again, in whatever order they are named.
        let again = |index, a| report(Some((index, "y")), true, &[("a", a)]);
        let mut reports = vec![again(1, false)];
        reports.extend(both());
        reports.insert(1, again(2, true));
        assert_eq!(pages(reports), said(&wanted));
        // A job that was done again has only its last word.
        let mut reports = both();
        reports.push(report(Some((1, "x")), false, &[("a", true), ("b", false)]));
        assert_eq!(
            pages(reports),
            said(&[("a", true), ("a", true), ("b", false), ("c", true)])
        );
    }

    #[test]
    fn what_was_played_again_settles_an_interruption() {
        let mut first = report(None, false, &[("a", false)]);
        first.interrupted = true;
        let again = report(None, true, &[("a", true)]);
        let whole = merged(vec![again, first]).expect("they fit");
        assert!(!whole.interrupted && whole.documents[0].trouble.is_none());
    }
}
