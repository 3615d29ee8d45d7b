//! nothing says that it is typed, printed or saved

use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::is_printed;
use crate::document::fence::Language;
use crate::document::placeholder::usage_pattern;
use crate::document::role::Role;

pub(super) const RULE: Rule<Found> = Rule {
    name: "fragment",
    says: "nothing says that it is typed, printed or saved",
    example: "```python without a name",
    decide,
};

#[expect(clippy::unnecessary_wraps, reason = "it is a rule like the others")]
fn decide(case: &Case<'_>) -> Option<Found> {
    if case.kind == Language::Source {
        let reason = format!("`{}` without a file name", case.language);
        return Some(case.found(Reading::Look(Role::Fragment), reason));
    }
    let is_words = case
        .texts
        .iter()
        .filter(|line| !line.trim().is_empty())
        .all(|line| is_printed(line.trim()));
    let is_one = case.texts.len() == 1;
    let first = case.texts.first().copied().unwrap_or_default().trim();
    let is_address = is_one && (first.contains("://") || first.starts_with("localhost"));
    let is_tree = case
        .texts
        .iter()
        .any(|line| line.trim_start().starts_with(['├', '└', '│']) || line.contains("--->"));
    let is_option = is_one
        && first.starts_with('-')
        && first[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '-');
    if is_tree || is_option {
        let role = if is_tree { Role::Other } else { Role::Synopsis };
        return Some(
            case.found(Reading::Look(role), "neither commands nor output of any")
                .guessed(),
        );
    }
    let is_pattern = is_one && usage_pattern(first).is_some();
    let role = if is_pattern || is_one && is_name_in_capitals(first) {
        Role::Synopsis
    } else if is_address || is_words {
        Role::Other
    } else {
        Role::Fragment
    };
    Some(
        case.found(Reading::Look(role), "neither commands nor output of any")
            .guessed(),
    )
}

/// `USERNAME/CONTAINERNAME`: words that stand for something.
fn is_name_in_capitals(text: &str) -> bool {
    text.len() > 3
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || matches!(c, '/' | '_' | ':' | '-'))
        && text.contains(['/', ':'])
}
