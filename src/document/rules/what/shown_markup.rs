//! it shows how Markdown or a change of a file is written

use super::named_file::may_change;
use crate::document::block::Change;
use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Hand, Look, look, naming};
use crate::document::fence::Language;
use crate::document::page::Mark;
use crate::document::role::Role;

pub(super) const RULE: Rule<Found> = Rule {
    name: "shown-markup",
    says: "it shows how Markdown or a change of a file is written",
    example: "~~~ with a fence in it",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    // A page that is saved as a file is none that is only shown.
    if naming(case).is_some_and(|named| named.what == Hand::Made && named.path.ends_with(".md")) {
        return None;
    }
    let fence = case.texts.iter().position(|line| {
        let line = line.trim_start();
        line.starts_with("```") || line.starts_with("~~~")
    });
    if let Some(index) = fence.filter(|_| case.code.mark != Mark::Html && !is_begun_wrong(case)) {
        let found = case.found(
            Reading::Look(Role::Other),
            "it shows Markdown: there is a fence in it",
        );
        return Some(found.by(&case.line(index)));
    }
    let is_difference = matches!(case.language, "diff" | "patch");
    (case.kind == Language::Shown).then(|| {
        let reading = if is_difference && may_change(case) {
            Reading::Change(Change {
                path: changed_file(case).unwrap_or_default(),
                at_end: false,
            })
        } else {
            Reading::Look(if is_difference {
                Role::Fragment
            } else {
                Role::Other
            })
        };
        case.found(
            reading,
            format!("`{}` is text that is shown as it is written", case.language),
        )
    })
}

/// The file that a difference is of: that of its head, else one that the sentence before it names.
fn changed_file(case: &Case<'_>) -> Option<String> {
    let head = case.texts.iter().find_map(|line| line.strip_prefix("+++ "));
    let of_head = head.map(|path| path.trim().trim_start_matches("b/").to_owned());
    let named = || {
        case.lead
            .last()?
            .files()
            .last()
            .map(|file| (*file).to_owned())
    };
    of_head.or_else(named)
}

/// A block of commands whose closing fence has a word on it, so that another block is swallowed:
/// the first line is typed all the same.
fn is_begun_wrong(case: &Case<'_>) -> bool {
    matches!(case.kind, Language::Shell | Language::Console)
        && case
            .first()
            .is_some_and(|(_, line)| look(line) == Look::Typed || case.has_prompt(line))
}
