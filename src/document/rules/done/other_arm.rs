//! it stands in a tab, zone or version that this reader does not take

use std::ops::Range;

use crate::document::case::{Case, NotTaken, Rule, Why};

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
        .filter(|arm| at < arm.span.end);
    let (arm, at) = match arm {
        Some(arm) => (arm, &arm.named),
        None => supposes_other(case)?,
    };
    let reason = format!(
        "it is for `{}`; you read for {}",
        arm.label,
        case.reader.system.word()
    );
    Some(Why::no(reason, at))
}

/// `If you installed it via RPM, start it with:` where the reader took another way before.
fn supposes_other<'c>(case: &'c Case<'_>) -> Option<(&'c NotTaken, &'c Range<usize>)> {
    const TOOK: &[&str] = &[
        "if you installed ",
        "if you have installed ",
        "if you chose ",
        "if you choose ",
        "if you picked ",
        "if you used ",
        "if you use ",
        "if you are using ",
        "if you're using ",
    ];
    let last = case.lead.last().filter(|last| last.leads_on())?;
    let rest = TOOK
        .iter()
        .find_map(|words| last.plain.split_once(words))
        .map(|(_, rest)| rest.split(',').next().unwrap_or(rest))?;
    let has = |label: &str| {
        let label = label.to_lowercase();
        !label.is_empty()
            && rest
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| word == label)
    };
    let arm = case.facts.not_taken.iter().find(|arm| has(&arm.label))?;
    Some((arm, &last.span))
}
