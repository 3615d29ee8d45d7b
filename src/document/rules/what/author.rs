//! the author says what it is

use crate::document::attributes::Similarity;
use crate::document::case::{Case, Found, Reading, Rule};

pub(super) const RULE: Rule<Found> = Rule {
    name: "author",
    says: "the author says what it is",
    example: "```text expect",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    match &case.settings.similarity {
        Some(Similarity::Score) => {
            return Some(case.found(
                Reading::Output,
                "`expected_similarity` says so; its score is not used",
            ));
        }
        Some(Similarity::Pattern(_)) => {
            return Some(case.found(
                Reading::Output,
                "`expected_similarity` says so, with a regular expression",
            ));
        }
        None if case.settings.expect => {
            return Some(case.found(Reading::Output, "a directive says so"));
        }
        None => {}
    }
    let path = case
        .settings
        .file
        .as_ref()
        .or(case.settings.append.as_ref())?;
    let reading = Reading::File {
        path: path.clone(),
        append: case.settings.append.is_some(),
    };
    Some(case.found(reading, "its attribute names the file"))
}
