//! it shows what it looks like when something goes wrong

use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Look, Says, Sentence, look};
use crate::document::fence::Language;
use crate::document::role::Role;

pub(super) const RULE: Rule<Found> = Rule {
    name: "error-example",
    says: "it shows what it looks like when something goes wrong",
    example: "If you see this error: ```text",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    // `If we ran it with -h, we'd see:` is as little printed here.
    let is_supposed = |last: &&Sentence| {
        last.plain.starts_with("if ")
            && (last.plain.contains("'d see") || last.plain.contains("would see"))
    };
    let last = case.lead.last().filter(|last| {
        last.says(Says::Trouble) || is_supposed(last) || last.plain.starts_with("if ")
    })?;
    let (_, first) = case.first()?;
    let is_plain = matches!(
        case.kind,
        Language::ByContent | Language::Shell | Language::Console
    );
    let says_error = [
        "error",
        "Error",
        "ERROR",
        "denied",
        "cannot",
        "failed",
        "Conflict",
        "refused",
        "not found",
        "Traceback",
    ]
    .iter()
    .any(|word| case.texts.iter().any(|line| line.contains(word)));
    let is_typed = case.has_prompt(first) || look(first) == Look::Typed && !says_error;
    (is_plain
        && !is_typed
        && (says_error
            || is_supposed(&last)
            || last.says(Says::Trouble) && look(first) == Look::Printed))
        .then(|| {
            case.found(
                Reading::Look(Role::Other),
                "the sentence before it speaks of something that need not happen",
            )
            .by(&last.span)
        })
}
