//! it was done in an earlier chapter

use crate::document::case::{Case, Rule, Why};
use crate::document::evidence::Says;

pub(super) const RULE: Rule<Why> = Rule {
    name: "recap",
    says: "it was done in an earlier chapter",
    example: "As a reminder, this was:",
    decide,
};

/// Headings of what was, version by version.
const HISTORIES: &[&str] = &[
    "changelog",
    "change log",
    "release notes",
    "release history",
    "update history",
    "version history",
    "revision history",
];

fn decide(case: &Case<'_>) -> Option<Why> {
    let is_history = |title: &str| {
        let title = title.to_lowercase();
        let is_short = title.split_whitespace().count() <= 4;
        is_short && HISTORIES.iter().any(|words| title.starts_with(words))
    };
    let history = case
        .page
        .ancestors(case.section)
        .find(|section| section.level > 1 && is_history(&section.title));
    if let Some(section) = history {
        return Some(Why::no(
            "the heading is of a history of versions",
            &section.span,
        ));
    }
    let last = case.lead.near(Says::Recap)?;
    let is_last = case
        .lead
        .last()
        .is_some_and(|end| end.span == last.span || end.text.split_whitespace().count() <= 4);
    // `Run the image that we used earlier`: an order.
    let is_ordered = [
        "run ", "type ", "use ", "start ", "let's ", "now ", "enter ", "execute ", "try ",
        "create ", "build ", "go ", "stop ", "remove ", "copy ",
    ]
    .iter()
    .any(|verb| last.plain.starts_with(verb) || last.plain.contains(&format!(", {verb}")));
    (is_last && !is_ordered).then(|| {
        Why::no(
            "the sentence before it speaks of what was done earlier",
            &last.span,
        )
    })
}
