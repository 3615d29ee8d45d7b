//! the shell or the image runs it behind the scenes

use crate::document::case::{Case, Rule, Why};
use crate::document::evidence::Says;

pub(super) const RULE: Rule<Why> = Rule {
    name: "behind",
    says: "the shell or the image runs it behind the scenes",
    example: "Docker then executes:",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let last = case.lead.ends(Says::Behind)?;
    let is_told = case.prompt().is_some() && !last.says(Says::Supposed);
    (!is_told).then(|| {
        Why::no(
            "the sentence before it tells what is run behind the scenes",
            &last.span,
        )
    })
}
