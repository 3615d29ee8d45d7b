//! it is for the case that something goes wrong

use crate::document::case::{Case, Rule, Why};
use crate::document::evidence::Says;

pub(super) const RULE: Rule<Why> = Rule {
    name: "trouble",
    says: "it is for the case that something goes wrong",
    example: "If you get `permission denied`:",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    if let Some(at) = case
        .after_trouble
        .filter(|_| case.role.is_some_and(crate::document::Role::is_typed))
    {
        return Some(Why::no(RULE.says, at));
    }
    let mut near = case
        .lead
        .sentences
        .iter()
        .rev()
        .filter(|sentence| sentence.is_near);
    if let Some(sentence) = near.by_ref().take(2).find(|sentence| {
        sentence.says(Says::Trouble) && !sentence.says(Says::Or) && !is_missing_yet(&sentence.plain)
    }) {
        return Some(Why::no(RULE.says, &sentence.span));
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
        return Some(Why::no(RULE.says, &section.span));
    }
    let at = case.code.span.start;
    let mut around = case.page.boxes_around(at);
    let boxed = around.find(|boxed| is_trouble(&boxed.title));
    boxed.map(|boxed| Why::no(RULE.says, &boxed.named))
}

/// `Create it, if it doesn't exist yet:` is for everybody who begins.
fn is_missing_yet(plain: &str) -> bool {
    let rest = ["if it doesn't ", "if it does not "]
        .iter()
        .find_map(|words| plain.split_once(words))
        .map(|(_, rest)| rest);
    rest.is_some_and(|rest| {
        ["already exist", "exist yet", "yet exist", "exist already"]
            .iter()
            .any(|words| rest.starts_with(words))
    })
}
