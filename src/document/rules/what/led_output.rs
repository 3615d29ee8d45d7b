//! the sentence before it says that it is printed

use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Look, Says, look};
use crate::document::fence::Language;

pub(super) const RULE: Rule<Found> = Rule {
    name: "led-output",
    says: "the sentence before it says that it is printed",
    example: "The response is: ```json",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    let may_be = matches!(case.kind, Language::Source | Language::ByContent);
    let (_, first) = case.first()?;
    if !may_be || case.follows.is_none() && look(first) != Look::Printed {
        return None;
    }
    let sentence = case.lead.ends(Says::Output)?;
    let names_file = !sentence.files().is_empty();
    let is_code = matches!(
        case.language,
        "dockerfile" | "Dockerfile" | "python" | "go" | "rust" | "java" | "javascript" | "js"
    );
    let is_typed = look(first) == Look::Typed && case.kind == Language::ByContent;
    let is_said = sentence.leads_on() || sentence.text.trim_end().ends_with(['.', '…', '-']);
    (!names_file && !is_code && is_said && !is_typed).then(|| {
        case.found(Reading::Output, "the sentence before it says so")
            .by(&sentence.span)
            .guessed()
    })
}
