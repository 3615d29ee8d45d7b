//! What came of everything, in a line; and of several pages, which are red.

use std::fmt::Write;

use super::{Coverage, DocumentReport, Report};
use crate::judge::Verdict;
use crate::wording::{self, BAD};

/// Of several pages, those that are not as they should be, a line each.
fn red_pages(report: &Report) -> String {
    let mut text = String::new();
    if report.documents.len() < 2 {
        return text;
    }
    for document in &report.documents {
        let red = document
            .steps
            .iter()
            .filter(|step| step.is_red(report.strict));
        let number = red.count() + document.orphans.len();
        let path = &document.source.path;
        let way = document
            .way
            .as_ref()
            .map(|way| format!(" ({way})"))
            .unwrap_or_default();
        if let Some(trouble) = &document.trouble {
            let _ = writeln!(
                text,
                "{BAD}{:>12}{BAD:#} {path}{way}: {}",
                "red",
                wording::visible(trouble)
            );
        } else if number > 0 {
            let _ = writeln!(
                text,
                "{BAD}{:>12}{BAD:#} {path}{way}: {}",
                "red",
                wording::count(number, "finding")
            );
        }
    }
    text
}

/// `     Summary [   1.3s] 2 passed, 1 broken, 6 not reached; 3 of 9 steps verified`
pub fn summary(report: &Report) -> String {
    let order = [
        Verdict::Passed,
        Verdict::Broken,
        Verdict::Unrecorded,
        Verdict::Stale,
        Verdict::Untestable,
        Verdict::NotReached,
        Verdict::Gated,
        Verdict::Skipped,
        Verdict::Manual,
    ];
    let steps = || report.documents.iter().flat_map(|document| &document.steps);
    let counts: Vec<String> = order
        .into_iter()
        .map(|verdict| {
            (
                verdict,
                steps()
                    .filter(|step| step.finding.verdict == verdict)
                    .count(),
            )
        })
        .filter(|(_, count)| *count > 0)
        .map(|(verdict, count)| {
            let (word, style) = wording::verdict(verdict);
            format!("{style}{count} {}{style:#}", word.to_lowercase())
        })
        .collect();
    let coverage = report.documents.iter().map(DocumentReport::coverage).fold(
        Coverage::default(),
        |sum, one| Coverage {
            verified: sum.verified + one.verified,
            compared: sum.compared + one.compared,
            total: sum.total + one.total,
        },
    );
    let counts = if counts.is_empty() {
        "nothing was run".to_owned()
    } else {
        counts.join(", ")
    };
    let red = red_pages(report);
    let how = match (coverage.compared, coverage.verified - coverage.compared) {
        (_, 0) => String::new(),
        (0, _) => " by exit status".to_owned(),
        (compared, by_status) => format!(": {compared} compared, {by_status} by exit status"),
    };
    format!(
        "{:>12} [{:>8.3}s] {counts}; {} of {} verified{how}\n{red}",
        "Summary",
        report.elapsed.as_secs_f64(),
        coverage.verified,
        wording::count(coverage.total, "step"),
    )
}
