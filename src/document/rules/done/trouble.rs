//! it is for the case that something goes wrong

use crate::document::block::UndoneKind;
use crate::document::evidence::Says;
use crate::document::rules::{Case, Rule, Why};

pub(super) const RULE: Rule<Why> = Rule {
    name: "trouble",
    says: "it is for the case that something goes wrong",
    example: "If you get `permission denied`:",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let no = |at| {
        Some(Why {
            kind: UndoneKind::No,
            reason: "it is for the case that something goes wrong".to_owned(),
            at,
        })
    };
    if let Some(at) = case
        .after_trouble
        .filter(|_| case.role.is_some_and(crate::document::Role::is_typed))
    {
        return no(at.clone());
    }
    let mut near = case
        .lead
        .sentences
        .iter()
        .rev()
        .filter(|sentence| sentence.is_near);
    if let Some(sentence) = near
        .by_ref()
        .take(2)
        .find(|sentence| sentence.says(Says::Trouble) && !sentence.says(Says::Or))
    {
        return no(sentence.span.clone());
    }
    let is_trouble = |title: &str| {
        let title = title.to_lowercase();
        [
            "troubleshoot",
            "common problems",
            "common errors",
            "known issues",
            "faq",
            "if something goes wrong",
            "fehlerbehebung",
            "solución de problemas",
        ]
        .iter()
        .any(|word| title.contains(word))
    };
    let section = case
        .page
        .ancestors(case.section)
        .find(|section| section.level > 1 && is_trouble(&section.title));
    if let Some(section) = section {
        return no(section.span.clone());
    }
    let at = case.code.span.start;
    let boxed = case
        .page
        .boxes
        .iter()
        .rev()
        .find(|boxed| boxed.span.contains(&at) && is_trouble(&boxed.title));
    boxed.and_then(|boxed| no(boxed.named.clone()))
}
