//! it has the prompts of a shell or a program

use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::fence::Language;
use crate::document::file;
use crate::document::prompt::PromptKind;

pub(super) const RULE: Rule<Found> = Rule {
    name: "prompts",
    says: "it has the prompts of a shell or a program",
    example: "```console with `$ docker ps`",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    if case.kind == Language::Source && file::may_be("Dockerfile", case.language, case.texts) {
        return None;
    }
    let kind = case.prompt()?;
    let index = case
        .texts
        .iter()
        .position(|line| case.has_prompt(line))
        .unwrap_or(0);
    // In a block of a source language, a `# ` is its comment, and `> ` or `$ ` need a command behind.
    if matches!(case.kind, Language::Source)
        && matches!(kind, PromptKind::Hash | PromptKind::Foreign)
    {
        return None;
    }
    let reason = match kind {
        PromptKind::Foreign => "the prompt is another system's",
        PromptKind::Repl => "it has the prompt of a program",
        PromptKind::Shell | PromptKind::Hash | PromptKind::Inside => "it has prompts",
    };
    Some(
        case.found(Reading::Prompts(kind), reason)
            .by(&case.line(index)),
    )
}
