//! One page for a browser: the tutorial as its reader sees it, with what came of each step. It needs no script, no
//! network and no other file.

mod block;
mod escaping;

use std::fmt::Write as _;

use super::{DocumentReport, Report, StepReport, plain_summary};
use crate::document::{Heading, rendered};
use crate::judge::Verdict;
use block::Blocks;
use escaping::escaped;

const STYLE: &str = include_str!("style.css");

/// The whole report.
pub(super) fn html(report: &Report) -> String {
    let title = match report.documents.as_slice() {
        [one] => one.title(),
        _ => "Tutorials".to_owned(),
    };
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <title>{title} – tutcheck</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        title = escaped(&title)
    );
    text.push_str(&filter(report));
    let _ = write!(
        text,
        "<header>\n<h1>{}</h1>\n<p>{}</p>\n{}</header>\n<main>\n",
        escaped(&title),
        escaped(plain_summary(report).trim()),
        index(report)
    );
    for (number, document) in report.documents.iter().enumerate() {
        article(&mut text, report, document, number);
    }
    text.push_str("</main>\n</body>\n</html>\n");
    text
}

/// What a step counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Passed,
    Unverified,
    Stale,
    Broken,
}

impl Class {
    const ALL: [Class; 4] = [
        Class::Passed,
        Class::Unverified,
        Class::Stale,
        Class::Broken,
    ];

    fn of(step: &StepReport, strict: bool) -> Class {
        match step.finding.verdict {
            _ if step.is_red(strict) => Class::Broken,
            Verdict::Stale => Class::Stale,
            Verdict::Passed => Class::Passed,
            _ => Class::Unverified,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Class::Passed => "passed",
            Class::Unverified => "unverified",
            Class::Stale => "stale",
            Class::Broken => "broken",
        }
    }

    fn said(self) -> &'static str {
        match self {
            Class::Unverified => "not verified",
            other => other.word(),
        }
    }
}

/// How many steps of each class there are, in words.
fn counts(steps: &[&StepReport], strict: bool) -> String {
    let of = |class| {
        let own = steps.iter().filter(|step| Class::of(step, strict) == class);
        own.count()
    };
    let counts = Class::ALL.map(|class| (class, of(class)));
    let said = counts.iter().filter(|(_, number)| *number > 0);
    let said = said.map(|(class, number)| format!("{number} {}", class.said()));
    said.collect::<Vec<_>>().join(", ")
}

/// What is shown, chosen without a script.
fn filter(report: &Report) -> String {
    let steps = || report.documents.iter().flat_map(|document| &document.steps);
    let mut buttons = String::new();
    let mut labels = String::new();
    let all = steps().count();
    let classes = [Class::Broken, Class::Stale, Class::Unverified];
    let classes = classes.map(|class| {
        let number = steps()
            .filter(|step| Class::of(step, report.strict) == class)
            .count();
        (class.word(), class.said(), number)
    });
    for (id, said, number) in std::iter::once(("all", "all", all)).chain(classes) {
        let checked = if id == "all" { " checked" } else { "" };
        let _ = writeln!(
            buttons,
            "<input class=\"show\" type=\"radio\" name=\"show\" id=\"show-{id}\"{checked}>"
        );
        let _ = writeln!(labels, "<label for=\"show-{id}\">{said} ({number})</label>");
    }
    format!("{buttons}<nav class=\"filter\" aria-label=\"Steps that are shown\">\n{labels}</nav>\n")
}

/// Of several documents, a line each.
fn index(report: &Report) -> String {
    if report.documents.len() < 2 {
        return String::new();
    }
    let mut text = "<table>\n<tr><th>page</th><th>steps</th></tr>\n".to_owned();
    for (number, document) in report.documents.iter().enumerate() {
        let said = match &document.trouble {
            Some(trouble) => escaped(trouble),
            None => counts(&document.steps.iter().collect::<Vec<_>>(), report.strict),
        };
        let _ = writeln!(
            text,
            "<tr><td><a href=\"#doc-{}\">{}</a></td><td>{said}</td></tr>",
            number + 1,
            escaped(&document.title())
        );
    }
    text.push_str("</table>\n");
    text
}

fn article(text: &mut String, report: &Report, document: &DocumentReport, number: usize) {
    let many = report.documents.len() > 1;
    // Of one page, the addresses of steps are their keys alone.
    let prefix = if many {
        format!("doc-{}-", number + 1)
    } else {
        String::new()
    };
    let _ = writeln!(text, "<article id=\"doc-{}\">", number + 1);
    if many {
        let _ = writeln!(text, "<h1>{}</h1>", escaped(&document.title()));
    }
    let troubles = document
        .trouble
        .iter()
        .chain(document.orphans.iter().map(|one| &one.message));
    for trouble in troubles {
        let _ = writeln!(text, "<p class=\"trouble\">{}</p>", escaped(trouble));
    }
    let mut blocks = Blocks::of(document, &prefix, report.strict);
    let (mut page, headings) =
        rendered(&document.source, &format!("{prefix}part-"), &mut |shown| {
            blocks.block(shown)
        });
    page.push_str(&blocks.rest());
    text.push_str(&parts(document, &headings, &prefix, report.strict));
    let _ = writeln!(text, "<div class=\"text\">\n{page}</div>");
    text.push_str(&beside(document));
    text.push_str("</article>\n");
}

/// The parts of a page, with what came of their steps.
fn parts(document: &DocumentReport, headings: &[Heading], prefix: &str, strict: bool) -> String {
    let mut items = String::new();
    let tops = headings
        .iter()
        .enumerate()
        .filter(|(_, heading)| heading.level <= 2);
    let tops: Vec<(usize, &Heading)> = tops.collect();
    for (index, (number, heading)) in tops.iter().enumerate() {
        let end = tops
            .get(index + 1)
            .map_or(usize::MAX, |(_, next)| next.line);
        let own = document.steps.iter();
        let own = own.filter(|step| (heading.line..end).contains(&step.line));
        let said = counts(&own.collect::<Vec<_>>(), strict);
        if !said.is_empty() {
            let _ = writeln!(
                items,
                "<li><a href=\"#{prefix}part-{}\">{}</a>: {said}</li>",
                number + 1,
                escaped(&heading.text)
            );
        }
    }
    if items.is_empty() {
        return items;
    }
    format!("<nav aria-label=\"Parts\">\n<ul>\n{items}</ul>\n</nav>\n")
}

/// What is known of the run, below the page.
fn beside(document: &DocumentReport) -> String {
    let mut rows = String::new();
    if let Some(engine) = &document.engine {
        let _ = writeln!(
            rows,
            "<tr><td>Docker</td><td>{}</td><td></td></tr>",
            escaped(engine)
        );
    }
    for (image, digest) in &document.images {
        let _ = writeln!(
            rows,
            "<tr><td>image</td><td><code>{}</code></td><td><code>{}</code></td></tr>",
            escaped(image),
            escaped(digest)
        );
    }
    for bound in &document.bound {
        let _ = writeln!(
            rows,
            "<tr><td>step {}</td><td><code>{}</code></td><td>is <code>{}</code> in this run</td></tr>",
            bound.step,
            escaped(&bound.expected),
            escaped(&bound.live)
        );
    }
    for leftover in &document.leftovers {
        let _ = writeln!(
            rows,
            "<tr><td>left behind</td><td>{}</td><td></td></tr>",
            escaped(leftover)
        );
    }
    if rows.is_empty() {
        return rows;
    }
    format!(
        "<details class=\"beside\"><summary>What stood for what in this run</summary>\n<table>\n{rows}</table>\n</details>\n"
    )
}
