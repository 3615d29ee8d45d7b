//! What a reader who copies a command gets besides it: typographic signs, blanks that are none,
//! entities, the mark of a quotation.

use crate::diagnostic::Diagnostic;
use crate::document::Role;
use crate::plan::Plan;

use super::warning;

/// Signs that word processors put in place of those of a keyboard.
const SIGNS: &[(char, &str)] = &[
    ('–', "--"),
    ('—', "--"),
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('\u{2212}', "-"),
    ('\u{2011}', "-"),
];

/// Entities that a fence shows as they are written.
const ENTITIES: &[&str] = &["&lt;", "&gt;", "&amp;", "&quot;", "&#39;", "&nbsp;"];

pub(super) fn check(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    for block in plan
        .document
        .blocks
        .iter()
        .filter(|block| block.role.is_typed())
    {
        for command in block.commands() {
            let text = plan.document.text(&command.span);
            for (at, character) in text.char_indices() {
                let span = command.span.start + at..command.span.start + at + character.len_utf8();
                if let Some((_, meant)) = SIGNS.iter().find(|(sign, _)| *sign == character) {
                    let message = format!(
                        "`{character}` is no sign of a keyboard: a shell takes it for a letter"
                    );
                    findings.push(
                        warning(plan, "typographic", span, message)
                            .help(format!("write `{meant}`")),
                    );
                    break;
                }
                if matches!(
                    character,
                    '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{200b}' | '\u{feff}'
                ) {
                    let message = format!(
                        "U+{:04X} looks like a blank, and a shell takes it for a letter",
                        character as u32
                    );
                    findings.push(
                        warning(plan, "odd-blank", span, message).help("write a plain blank"),
                    );
                    break;
                }
            }
            if let Some((at, entity)) = ENTITIES
                .iter()
                .find_map(|entity| Some((text.find(entity)?, *entity)))
            {
                let span = command.span.start + at..command.span.start + at + entity.len();
                let message =
                    format!("`{entity}` is not resolved in a code block, and typed as it is");
                findings.push(warning(plan, "entity", span, message).help("write the sign itself"));
            }
        }
    }
}

/// `# TODO` and its kin, which an author has left for later.
pub(super) fn left_for_later(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    let text = &plan.document.source.text;
    for word in ["TODO", "FIXME", "TBD", "XXX:"] {
        for (at, _) in text.match_indices(word) {
            let is_word = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
                && !text[at + word.len()..]
                    .starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
            let in_command = plan
                .document
                .blocks
                .iter()
                .any(|block| block.role != Role::Other && block.span.contains(&at));
            if is_word && !in_command {
                let message = "the author has left something for later here".to_owned();
                findings.push(
                    warning(plan, "todo", at..at + word.len(), message)
                        .help("write it, or take the mark away"),
                );
            }
        }
    }
}
