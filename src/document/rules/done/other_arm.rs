//! it stands in a tab, zone or version that this reader does not take

use crate::document::rules::{Case, Rule, Why};

pub(super) const RULE: Rule<Why> = Rule {
    name: "other-arm",
    says: "it stands in a tab, zone or version that this reader does not take",
    example: "=== \"macOS\"",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let at = case.code.span.start;
    let index = case
        .facts
        .not_taken
        .partition_point(|arm| arm.span.start <= at);
    let arm = case.facts.not_taken[..index]
        .last()
        .filter(|arm| at < arm.span.end)?;
    let reason = format!(
        "it is for `{}`; you read for {}",
        arm.label,
        case.reader.system.word()
    );
    Some(Why::no(reason, &arm.named))
}
