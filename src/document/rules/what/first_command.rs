//! nothing says what it is, and its first line is a command

use crate::commandline::CommandLine;
use crate::document::block::Block;
use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Look, Says, look, looks_printed};
use crate::document::fence::{self, Language};
use crate::document::page::Mark;

pub(super) const RULE: Rule<Found> = Rule {
    name: "first-command",
    says: "nothing says what it is, and its first line is a command",
    example: "``` with `docker ps`",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    if case.kind != Language::ByContent || super::follows::is_table(case.texts) {
        return None;
    }
    let opening = case
        .texts
        .iter()
        .find(|line| !matches!(look(line), Look::Blank | Look::Comment))?;
    // A list of names: programs are called so, too.
    let lines = || {
        case.texts
            .iter()
            .map(|line| line.trim())
            .filter(|line| !line.is_empty())
    };
    let are_names =
        lines().count() > 1 && lines().all(|line| !line.contains(' ') && !line.contains('/'));
    if are_names {
        return None;
    }
    let all: Vec<&str> = lines().collect();
    let is_program = crate::commandline::is_command(opening.trim()) || is_ordered(case, &all);
    if super::inert::is_place(case) || is_printed_path(case, &all) {
        return None;
    }
    if is_below_shell(case) && !is_ordered(case, &all) {
        return None;
    }
    let is_variables = case.follows.is_some() && looks_printed(case.texts);
    // Lines of settings: `KEY=value`, and nothing that uses them.
    let are_settings = case
        .texts
        .iter()
        .filter(|line| !line.trim().is_empty())
        .all(|line| crate::commandline::is_assignment(line.trim()) && !line.contains('$'))
        && fence::is_text(case.language);
    (is_program && !is_variables && !are_settings).then(|| {
        case.found(Reading::Commands, "its first line is a command")
            .guessed()
    })
}

/// Right below a block that is said to be of a shell, or as what it prints: an author who labels commands
/// would label these.
fn is_below_shell(case: &Case<'_>) -> bool {
    let Some(before) = case.follows.and_then(|number| case.before.get(number)) else {
        return false;
    };
    let opening = case.source[before.span.clone()].lines().next();
    let info = opening
        .unwrap_or_default()
        .trim_start()
        .trim_start_matches(['`', '~']);
    let is_labelled = fence::kind(fence::name(info)) == Language::Shell;
    let is_led = case.lead.any(Says::Output).is_some()
        || case
            .lead
            .last()
            .is_some_and(|last| last.plain.contains("prints"));
    // What it prints is shown already where something came between.
    let is_shown = before
        .commands()
        .last()
        .is_some_and(|last| last.shown.is_some());
    // A paragraph or item of its own is no block under another.
    let is_block = !matches!(case.code.mark, Mark::Alone | Mark::Sentence);
    is_labelled
        && is_block
        && !is_shown
        && case.language.is_empty()
        && (case.lead.is_adjacent || is_led)
}

/// `/home/ann/.venv/bin/python`, right below commands of which the last prints a path.
fn is_printed_path(case: &Case<'_>, lines: &[&str]) -> bool {
    const PRINT: &[&str] = &[
        "which", "command", "type", "whereis", "pwd", "realpath", "readlink", "echo", "find", "ls",
        "mktemp", "dirname", "printenv",
    ];
    let prints = |block: &Block| {
        let last = block.commands().last()?;
        let line = CommandLine::read(&last.text);
        let program = line.commands.last()?.program()?;
        Some(
            PRINT.contains(&program)
                || last.text.contains("--show")
                || last.text.contains("inspect"),
        )
    };
    let follows = case.follows.and_then(|number| case.before.get(number));
    lines
        .iter()
        .all(|line| line.starts_with('/') && !line.contains(' '))
        && follows.and_then(prints).unwrap_or(false)
}

/// `Run this command inside of the folder:`, and a line or two of words: of a program that nobody knows.
fn is_ordered(case: &Case<'_>, lines: &[&str]) -> bool {
    const ORDERS: &[&str] = &[
        "run this command",
        "run the following command",
        "run the command",
        "running this command",
        "running the following command",
        "following command:",
        "execute the following",
        "execute this command",
        "type the following",
        "type this command",
        "enter the following",
        "with this command:",
    ];
    let is_call = |line: &&str| {
        let program = line.split_whitespace().next().unwrap_or_default();
        let is_name = program
            .starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '.' | '/'))
            && program
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
        is_name && !line.ends_with([':', '.', ',', ';', '{'])
    };
    let is_led = case.lead.last().is_some_and(|last| {
        last.leads_on()
            && (ORDERS.iter().any(|order| last.plain.contains(order))
                || orders_command(&last.plain))
            && !last.says(crate::document::evidence::Says::Output)
    });
    is_led && !lines.is_empty() && lines.len() <= 2 && lines.iter().all(is_call)
}

/// `Next, run its `pour` command to fill the cups:`
fn orders_command(plain: &str) -> bool {
    let clause = plain
        .strip_prefix("next, ")
        .or_else(|| plain.strip_prefix("then, "))
        .or_else(|| plain.strip_prefix("now, "))
        .unwrap_or(plain);
    let is_order = [
        "run ",
        "execute ",
        "type ",
        "enter ",
        "now run ",
        "then run ",
    ]
    .iter()
    .any(|verb| clause.starts_with(verb));
    is_order && clause.contains(" command ")
}
