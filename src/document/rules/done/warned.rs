//! the sentence before it warns against it

use crate::document::case::{Case, Rule, Why};
use crate::document::evidence::{Says, is_denied};

pub(super) const RULE: Rule<Why> = Rule {
    name: "warned",
    says: "the sentence before it warns against it",
    example: "Don't run:",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    const TITLES: &[&str] = &[
        "what not to do",
        "common mistakes",
        "anti-pattern",
        "antipattern",
        "don't ",
        "do not ",
    ];
    let section = case.page.ancestors(case.section).find(|section| {
        let title = section.title.to_lowercase().replace('’', "'");
        section.level > 1
            && TITLES
                .iter()
                .any(|words| title.starts_with(words) || title.contains("mistakes to avoid"))
    });
    if let Some(section) = section {
        return Some(Why::no("the heading warns against it", &section.span));
    }
    let near = case
        .lead
        .sentences
        .iter()
        .rev()
        .filter(|sentence| sentence.is_near)
        .take(2);
    let last = near
        .into_iter()
        .find(|sentence| sentence.says(Says::Warned))?;
    let is_turned = case.lead.last().is_some_and(|end| {
        let first = end.plain.split(' ').next().unwrap_or_default();
        let is_order = ["run", "use", "type", "rather", "instead"].contains(&first);
        end.span != last.span && (is_order || end.plain.contains("instead"))
    });
    if is_turned {
        return None;
    }
    // `Instead of that, run:` and `Don't use X, use:` lead to what is right.
    let turns = [
        "instead, ",
        "rather, ",
        "but run",
        "but use",
        ", use",
        ", run",
        ", do ",
        "this instead",
        "following instead",
    ]
    .iter()
    .any(|word| last.plain.contains(word));
    let is_condition = last.plain.starts_with("if ")
        || last.plain.starts_with("to avoid")
        || last.plain.contains(" to avoid ") && !is_denied(&last.plain)
        || last.plain.contains("avoid having")
        || last.plain.contains("avoids");
    // `Do not run this inside the container` says where.
    let says_where = last.says(Says::Inside);
    (!turns && !is_condition && !says_where)
        .then(|| Why::no("the sentence before it warns against it", &last.span))
}
