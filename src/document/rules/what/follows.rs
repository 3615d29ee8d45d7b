//! it follows commands, and its first line is none

use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Look, Says, look, looks_printed};
use crate::document::fence::Language;
use crate::document::file;

pub(super) const RULE: Rule<Found> = Rule {
    name: "follows",
    says: "it follows commands, and its first line is none",
    example: "``` below ```bash",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    let (_, first) = case.first()?;
    let is_plain = case.kind == Language::ByContent;
    let is_data = case.kind == Language::Source
        && matches!(
            case.language,
            "json" | "xml" | "html" | "JSON" | "yaml" | "yml" | "csv"
        )
        && case.lead.is_adjacent;
    if case.texts.len() == 1 && first.contains("://") && !first.contains(' ') {
        return None;
    }
    // A tree is printed by whoever prints trees.
    let is_tree = case
        .texts
        .iter()
        .any(|line| line.trim_start().starts_with(['├', '└']));
    let prints_tree = case
        .follows
        .and_then(|number| case.before.get(number))
        .is_some_and(|block| {
            block
                .commands()
                .any(|command| command.text.contains("tree"))
        });
    if is_tree && !prints_tree && case.lead.any(Says::Output).is_none() {
        return None;
    }
    let is_code = file::first_instruction(case.texts).is_some()
        || is_settings(case)
        || first.starts_with("#!");
    let is_printed = is_table(case.texts) || looks_printed(case.texts);
    if !(is_plain || is_data) || is_code && !is_printed {
        return None;
    }
    // Sentences between that speak of something else part the two.
    let is_led = case.lead.is_adjacent
        || case.lead.any(Says::Output).is_some()
        || look(first) == Look::Printed
        || is_printed;
    let is_near = case.lead.sentences.len() <= 2;
    if case.follows.is_some() && (is_led || is_near) {
        return Some(
            case.found(
                Reading::Output,
                "it follows commands and its first line is none",
            )
            .guessed(),
        );
    }
    (is_plain && is_printed).then(|| {
        case.found(Reading::Output, "it looks like what is printed")
            .guessed()
    })
}

/// Whether the second line rules off the first, as in the tables of databases.
pub(super) fn is_table(texts: &[&str]) -> bool {
    let is_rule = |line: &&str| {
        let line = line.trim();
        line.contains("--")
            && line
                .chars()
                .all(|c| matches!(c, '-' | '+' | '|' | '=' | ' '))
    };
    let mut lines = texts.iter().filter(|line| !line.trim().is_empty());
    lines.nth(1).is_some_and(is_rule)
}

/// The keys of compositions and other settings.
fn is_settings(case: &Case<'_>) -> bool {
    let keys = [
        "services:",
        "version:",
        "networks:",
        "volumes:",
        "environment:",
        "ports:",
        "labels:",
        "deploy:",
        "build:",
        "image:",
    ];
    let first = case
        .texts
        .iter()
        .map(|line| line.trim())
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .unwrap_or_default();
    keys.iter().any(|key| first.starts_with(key))
        || first.ends_with(':')
            && !first.contains(' ')
            && case
                .texts
                .iter()
                .skip(1)
                .any(|line| line.starts_with("  ") || line.starts_with("- "))
        || first.ends_with([';', '{']) && !first.starts_with('{')
        || first.starts_with("import ")
        || first.starts_with("const ")
        || first.starts_with("var ")
        || first.starts_with("let ")
        || first.starts_with("def ")
        || first == "{"
            && case.texts.iter().any(|line| line.contains("\":"))
            && case.lead.any(Says::Output).is_none()
            && !case.lead.is_adjacent
}
