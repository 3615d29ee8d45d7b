//! its language, its prompt or what is in it is another system's

use crate::commandline;
use crate::document::block::Place;
use crate::document::case::{Case, Rule, Why};
use crate::document::fence::Language;
use crate::document::prompt::PromptKind;
use crate::document::reader::System;
use crate::document::systems;

pub(super) const RULE: Rule<Why> = Rule {
    name: "other-system",
    says: "its language, its prompt or what is in it is another system's",
    example: "```powershell",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    if case.role.is_some_and(|role| !role.is_typed()) || case.reader.system == System::Windows {
        return None;
    }
    // Behind the door of a container, `cmd` is only how somebody writes "type this".
    let is_inside = case.place == Some(Place::Inside);
    if case.kind == Language::OtherSystem && !is_inside && !is_plain_docker_without_twin(case) {
        return Some(Why::no(
            format!("`{}` is for another system", case.language),
            &case.opening(),
        ));
    }
    let title = title_of(&case.source[case.code.info.clone()]);
    if let Some(title) = title.filter(|title| case.reader.is_for_others(systems::of_heading(title)))
    {
        return Some(Why::no(
            format!("its title says `{title}`"),
            &case.opening(),
        ));
    }
    if case.prompt() == Some(PromptKind::Foreign) {
        return Some(Why::no("the prompt is another system's", &case.line(0)));
    }
    // What is printed says nothing of who types.
    let typed: Vec<&str> = case.commands.iter().flat_map(|text| text.lines()).collect();
    let lines = if typed.is_empty() { case.texts } else { &typed };
    if let Some(sign) = systems::sign_of_windows(lines) {
        let index = case
            .texts
            .iter()
            .position(|line| line.contains(sign))
            .unwrap_or(0);
        return Some(Why::no(
            format!("`{sign}` is for another system"),
            &case.line(index),
        ));
    }
    let is_other = !case.commands.is_empty()
        && case
            .commands
            .iter()
            .all(|text| commandline::is_of_other_system(text));
    if is_other {
        return Some(Why::no(
            "its program is for another system",
            &case.opening(),
        ));
    }
    let fish = matches!(case.language, "fish" | "tcsh" | "csh" | "nushell" | "nu");
    (fish && case.reader.shell != case.language).then(|| {
        Why::no(
            format!("`{}` is another shell", case.language),
            &case.opening(),
        )
    })
}

/// `title="macOS"`, `[macOS]` behind the language of a block.
fn title_of(info: &str) -> Option<&str> {
    let quoted = info
        .split_once("title=\"")
        .and_then(|(_, rest)| rest.split('"').next());
    quoted.or_else(|| info.split_once('[')?.1.split(']').next())
}

/// Each line is a plain command of Docker, as in any shell, and no block beside it says the same for
/// this reader.
fn is_plain_docker_without_twin(case: &Case<'_>) -> bool {
    let is_plain = systems::is_plain_docker(case.texts);
    let has_twin = case
        .before
        .iter()
        .rev()
        .take(2)
        .any(|block| block.role.is_typed() && block.ruling.undone.is_none())
        && case.lead.is_adjacent;
    let is_in_choice = case.page.choices.iter().any(|choice| {
        choice
            .arms
            .iter()
            .any(|arm| arm.span.contains(&case.code.span.start))
    });
    let speaks_of_it = case
        .lead
        .last()
        .is_some_and(|last| case.reader.is_for_others(systems::addressed(&last.text)));
    is_plain && !has_twin && !is_in_choice && !speaks_of_it && case.facts.other_system.is_none()
}
