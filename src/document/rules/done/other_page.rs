//! the page as a whole is for another system

use crate::document::case::{Case, Rule, Why};

pub(super) const RULE: Rule<Why> = Rule {
    name: "other-page",
    says: "the page as a whole is for another system",
    example: "# Docker on Windows",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let (at, reason) = case.facts.other_system.as_ref()?;
    Some(Why::no(reason.clone(), at))
}
