//! it is done in place of what was done

mod ways;

use std::collections::BTreeSet;

use crate::commandline::{self, Foreground};
use crate::document::block::{Block, Place};
use crate::document::case::{Case, Rule, Why};
use crate::document::evidence::{self, Says, Sentence};
use crate::document::page::Item;
use crate::document::role::Role;
use crate::document::systems;

pub(super) const RULE: Rule<Why> = Rule {
    name: "or-else",
    says: "it is done in place of what was done",
    example: "Or, with Podman:",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let is_picked = case.reader.picks.iter().any(|pick| {
        case.commands
            .iter()
            .any(|text| text.contains(pick.as_str()))
    });
    if is_picked {
        return None;
    }
    let is_other_tool =
        !case.commands.is_empty() && case.commands.iter().all(|text| is_of_other_tool(text));
    if is_other_tool && case.facts.has_docker {
        return Some(Why::no(
            "it is for readers of another tool than Docker",
            &case.opening(),
        ));
    }
    if let Some(reason) = for_other_linux(case) {
        return Some(Why::no(reason, &case.opening()));
    }
    let before = case.before.iter().rev().find(|block| {
        block.hidden.is_none() && block.role != Role::Output && block.role != Role::Fragment
    })?;
    if !before.role.is_typed() || case.role.is_some_and(|role| !role.is_typed()) {
        return None;
    }
    if is_old_compose(case, before) {
        return Some(Why::no(
            "it is what was done, for an older Compose",
            &case.opening(),
        ));
    }
    // `Debian:` and `Fedora:` are one choice, of which the first was taken.
    let label = |sentence: &&Sentence| {
        sentence.is_alone
            && sentence.text.split_whitespace().count() <= 4
            && systems::addressed(&sentence.text).linux
    };
    if let Some(last) = case.lead.last().filter(label)
        && case.sibling
    {
        return Some(Why::no(
            "it is for another Linux than the one above",
            &last.span,
        ));
    }
    // `or open a shell in it:`, and then the page goes on in there.
    let opens = |text: &str| {
        matches!(
            commandline::foreground(text),
            Foreground::Program { .. } | Foreground::Unknown
        )
    };
    if case.commands.last().is_some_and(|text| opens(text))
        && !before.commands().any(|command| opens(&command.text))
        && goes_on_inside(case)
    {
        return None;
    }
    if let Some(last) = case.lead.last().filter(|last| {
        last.says(Says::Or) || is_or(last) || is_instead(last) && is_of_same(case, before)
    }) {
        return (!is_first_to_type(case))
            .then(|| Why::no("it is another way of what was done", &last.span));
    }
    let announced = ways::next_option(case)
        .or_else(|| ways::one_of_these(case, before))
        .or_else(|| ways::another(case, before));
    if let Some(at) = announced {
        return Some(Why::no("it is another way of what was done", &at));
    }
    // A line of its own between two ways: `OR`
    if let Some(or) = case.lead.sentences.iter().find(|sentence| {
        sentence.is_alone
            && matches!(
                sentence.plain.trim_matches([':', '-', ' ']),
                "or" | "oder" | "ou"
            )
    }) {
        return Some(Why::no("it is another way of what was done", &or.span));
    }
    // The whole paragraph is about it: `Or, if you like it shorter. Type:`
    let opening = case
        .lead
        .sentences
        .iter()
        .find(|sentence| sentence.is_near)?;
    let is_near = opening.says(Says::Or)
        && (is_or(opening) || opening.plain.starts_with("if you"))
        && case
            .lead
            .sentences
            .iter()
            .filter(|sentence| sentence.is_near)
            .count()
            <= 3;
    is_near.then(|| Why::no("it is another way of what was done", &opening.span))
}

/// Whether the other way is none that is typed: `Open http://localhost:8080, or use:`, or lines of code that
/// stand just above.
fn is_first_to_type(case: &Case<'_>) -> bool {
    let other = case.lead.sentences.iter().rev().nth(1);
    let mut above = case.before.iter().rev();
    let above = above.find(|block| block.hidden.is_none() && block.role != Role::Output);
    other.is_some_and(|sentence| sentence.text.contains("://"))
        || case.lead.heading.is_none() && above.is_some_and(|block| block.role == Role::Fragment)
}

/// `With a pot instead of a cup:`, `To sell it, use the shop mode instead:`
fn is_instead(last: &Sentence) -> bool {
    let is_with = last.plain.starts_with("with ") && last.plain.contains(" instead of ");
    let is_for = ["to ", "if you "]
        .iter()
        .any(|word| last.plain.starts_with(word));
    is_with || is_for && last.plain.ends_with(" instead:")
}

/// Whether the block calls the program that was called last: `docker run` and `docker run` again.
pub(super) fn is_of_same(case: &Case<'_>, before: &Block) -> bool {
    let program = |text: &str| {
        let is_docker = text.starts_with("docker ");
        let words = text.split_whitespace().take(1 + usize::from(is_docker));
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let Some(last) = before.commands().last() else {
        return false;
    };
    case.commands
        .first()
        .is_some_and(|first| program(first) == program(&last.text))
}

/// Whether the page says next what is done inside of a container.
fn goes_on_inside(case: &Case<'_>) -> bool {
    let is_behind = |item: &&Item| match item {
        Item::Prose(prose) => prose.span.start > case.code.span.start,
        Item::Heading(_) | Item::Code(_) | Item::Comment { .. } => false,
    };
    let next = case.page.items.iter().find(is_behind);
    matches!(next, Some(Item::Prose(prose)) if evidence::says(&evidence::plain(&prose.text), Says::Inside))
}

/// Packages that the tool of another Linux gets, on a machine where the page has used one already; or
/// by the tools of several, of which no reader has all.
fn for_other_linux(case: &Case<'_>) -> Option<&'static str> {
    if case.place != Some(Place::Host) || case.role.is_none_or(|role| !role.is_typed()) {
        return None;
    }
    let tools: Option<BTreeSet<&str>> = case
        .commands
        .iter()
        .map(|text| commandline::package_tool(text))
        .collect();
    let tools = tools?;
    if tools.len() > 1 {
        return Some("it has the package tools of several systems: a reader picks one");
    }
    let tool = tools.first()?;
    let used = case
        .before
        .iter()
        .filter(|block| block.ruling.undone.is_none())
        .flat_map(Block::commands)
        .filter(|command| command.place == Place::Host)
        .find_map(|command| commandline::package_tool(&command.text))?;
    (used != *tool).then_some("it is for another Linux than the one above")
}

/// `docker-compose up` right after `docker compose up`.
fn is_old_compose(case: &Case<'_>, before: &Block) -> bool {
    let new = |text: &str| text.trim().replace("docker-compose ", "docker compose ");
    let is_old = |text: &&str| text.trim().starts_with("docker-compose ");
    !case.commands.is_empty()
        && case.commands.iter().all(is_old)
        && case.commands.iter().map(|text| new(text)).eq(before
            .commands()
            .map(|command| command.text.trim().to_owned()))
}

/// Begins with the word, or has nothing else.
fn is_or(sentence: &Sentence) -> bool {
    let first = sentence
        .plain
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| word.contains(|c: char| !c.is_ascii_digit()));
    // `Alternative tags of an image share its ID` says something of them.
    let is_short = || sentence.text.split_whitespace().count() <= 5;
    match first {
        Some("or" | "alternatively" | "alternately" | "oder" | "alternativ" | "ou") => true,
        Some("alternative") => is_short(),
        _ => false,
    }
}

fn is_of_other_tool(text: &str) -> bool {
    commandline::is_instead_of_docker(text)
        || text
            .split_whitespace()
            .collect::<Vec<_>>()
            .windows(1)
            .any(|words| words[0] == "podman")
            && !text.contains("docker")
}
