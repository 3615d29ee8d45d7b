//! it stands in a box of dangers, and throws things away

use crate::commandline;
use crate::document::case::{Case, Rule, Why};

pub(super) const RULE: Rule<Why> = Rule {
    name: "danger",
    says: "it stands in a box of dangers, and throws things away",
    example: "::: danger",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let at = case.code.span.start;
    let is_destructive = case
        .commands
        .iter()
        .any(|text| commandline::is_destructive(text));
    let boxed = case.page.boxes_around(at).find(|boxed| {
        matches!(
            boxed.kind.as_str(),
            "danger" | "caution" | "error" | "bug" | "failure"
        ) || is_destructive && matches!(boxed.kind.as_str(), "warning" | "attention" | "important")
    })?;
    Some(Why::no(
        "it stands in a box that warns of a danger",
        &boxed.named,
    ))
}
