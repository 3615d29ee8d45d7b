//! its language is that of plain text, and it follows commands

use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Look, Says, look, looks_printed};
use crate::document::{fence, file};

pub(super) const RULE: Rule<Found> = Rule {
    name: "output-language",
    says: "its language is that of plain text, and it follows commands",
    example: "```text",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    if !fence::is_output(case.language) {
        return None;
    }
    let (_, first) = case.first()?;
    // Commands that somebody has labelled as text.
    let commands = crate::commandline::split(case.texts);
    let are_typed = !commands.is_empty()
        && commands.iter().all(|command| {
            look(case.texts[command.start]) == Look::Typed
                && !crate::commandline::is_assignment(case.texts[command.start])
        })
        && case
            .lead
            .last()
            .is_some_and(|sentence| !sentence.says(Says::Output));
    let is_file_of = file::first_instruction(case.texts).is_some() || is_settings(case);
    if are_typed || is_file_of && !looks_printed(case.texts) {
        return None;
    }
    let is_led = case.lead.sentences.is_empty()
        || case.lead.near(Says::Output).is_some()
        || case.follows.is_some();
    let _ = first;
    is_led.then(|| {
        case.found(
            Reading::Output,
            format!("the language is `{}`", case.language),
        )
    })
}

/// YAML or a Dockerfile that somebody has labelled as text.
fn is_settings(case: &Case<'_>) -> bool {
    case.texts
        .iter()
        .any(|line| line.starts_with("services:") || line.starts_with("version:"))
}
