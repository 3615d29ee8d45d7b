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

/// A line that would close a code block and stands too far in: four columns or more further than the
/// line that opened it, as all renderers count.
pub(super) fn closed_too_far_in(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    for block in &plan.document.blocks {
        let text = plan.document.text(&block.span);
        let mut lines = text.split_inclusive('\n');
        let Some(marks) = lines.next().and_then(fence_marks) else {
            continue;
        };
        let Some(last) = text.lines().count().checked_sub(2) else {
            continue;
        };
        let mut at = block.span.start + text.find('\n').map_or(text.len(), |end| end + 1);
        for line in lines.take(last) {
            let word = line.trim();
            if word.len() >= marks.len() && word.bytes().all(|byte| byte == marks.as_bytes()[0]) {
                let start = at + (line.len() - line.trim_start().len());
                let message = "this would close the block, and is indented too far to do so";
                let span = start..start + word.len();
                findings.push(
                    warning(plan, "fence-too-far-in", span, message.to_owned())
                        .help("indent it as the line that opens the block"),
                );
                break;
            }
            at += line.len();
        }
    }
}

/// The marks with which a fenced block opens.
fn fence_marks(line: &str) -> Option<&str> {
    let sign = line
        .chars()
        .next()
        .filter(|sign| matches!(sign, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(sign).len();
    (length >= 3).then(|| &line[..length])
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
