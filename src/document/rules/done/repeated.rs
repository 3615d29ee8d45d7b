//! it is shown again, and nothing was typed since

use crate::document::block::UndoneKind;
use crate::document::case::{Case, Rule, Why};
use crate::document::evidence::Says;
use crate::document::page::Mark;

pub(super) const RULE: Rule<Why> = Rule {
    name: "repeated",
    says: "it is shown again, and nothing was typed since",
    example: "```bash twice, the second with its output",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let here: Vec<String> = case.commands.iter().map(|text| folded(text)).collect();
    let is_led = case.lead.near(Says::Output).is_some()
        || case.lead.sentences.is_empty() && case.lead.heading.is_some();
    let is_anew = case.lead.ends(Says::Again).is_some()
        && !(case.lead.ends(Says::Output).is_some() && is_shown(case));
    // A list that walks through what was typed: each item begins with a command of it.
    let walks = case.code.mark == Mark::Alone && case.lead.near(Says::Again).is_none();
    if here.is_empty() || !(is_led || walks) || is_anew {
        return None;
    }
    let (number, before) = case.before.iter().enumerate().rev().find(|(_, block)| {
        let is_walked = walks && block.ruling.undone.is_some();
        block.commands().next().is_some() && block.hidden.is_none() && !is_walked
    })?;
    let there: Vec<String> = before
        .commands()
        .map(|command| folded(&command.text))
        .collect();
    let is_elsewhere = before.terminal.as_deref().unwrap_or("main") != case.terminal
        || before.commands().last().map(|command| command.place) != case.place;
    if is_elsewhere {
        return None;
    }
    let is_walked = walks && there.len() > 1 && here.iter().all(|text| there.contains(text));
    let is_again =
        is_walked || is_led && (there.ends_with(&here) || is_shown(case) && here.ends_with(&there));
    let is_idle = before.ruling.undone.is_none();
    (is_again && is_idle).then(|| Why {
        kind: UndoneKind::Repeats(number),
        reason: format!(
            "line {} has it already, and nothing was typed since",
            before.line
        ),
        at: before.span.clone(),
    })
}

/// A command on one line, with single blanks.
fn folded(text: &str) -> String {
    text.replace("\\\n", " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether the block has output of its own.
fn is_shown(case: &Case<'_>) -> bool {
    case.role == Some(crate::document::role::Role::Transcript)
}
