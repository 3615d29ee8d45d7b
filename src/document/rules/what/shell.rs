//! its language is that of a shell

use crate::commandline::Foreground;
use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Look, look};
use crate::document::fence::{Language, SESSION};
use crate::document::file;
use crate::document::role::Role;

pub(super) const RULE: Rule<Found> = Rule {
    name: "shell",
    says: "its language is that of a shell",
    example: "```bash",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    if !matches!(
        case.kind,
        Language::Shell | Language::Console | Language::OtherSystem
    ) {
        return None;
    }
    let labelled = format!("the language is `{}`", case.language);
    if case.language == SESSION {
        return Some(case.found(Reading::Output, "it has no `:input:`"));
    }
    let looks: Vec<Look> = case.texts.iter().map(|line| look(line)).collect();
    let (first, _) = case.first()?;
    let typed = looks.iter().filter(|look| **look == Look::Typed).count();
    if case.texts[first].starts_with("#!") && case.texts.len() > 2 {
        return Some(
            case.found(
                Reading::Look(Role::Fragment),
                "it is a script, and nothing says where to save it",
            )
            .guessed(),
        );
    }
    if file::first_instruction(case.texts) == Some("FROM") {
        return Some(
            case.found(
                Reading::Look(Role::Fragment),
                format!("it is a Dockerfile, though {labelled}"),
            )
            .guessed(),
        );
    }
    let opening = looks
        .iter()
        .position(|look| !matches!(look, Look::Blank | Look::Comment));
    let Some(opening) = opening else {
        return Some(case.found(Reading::Look(Role::Other), "it has only comments"));
    };
    match looks[opening] {
        Look::Printed => {
            return Some(
                case.found(
                    Reading::Output,
                    "its first line is nothing that a shell would be given",
                )
                .guessed(),
            );
        }
        Look::Doubtful if case.kind == Language::Console => {
            return Some(
                case.found(
                    Reading::Output,
                    "it has no prompt and its first line is no command",
                )
                .guessed(),
            );
        }
        _ => {}
    }
    let printed = match settings(case.texts) {
        Settings::Printed(line) if looks[opening] == Look::Typed => Some(line),
        Settings::Alone | Settings::Printed(_) => {
            let reason = "it has lines of settings, `name = value`, which no shell takes";
            return Some(case.found(Reading::Look(Role::Fragment), reason).guessed());
        }
        Settings::None => printed_after_typed(case, &looks),
    };
    if let Some(index) = printed.filter(|_| typed > 0 && looks[opening] == Look::Typed) {
        let reading = if typed == 1 {
            Reading::OneAndOutput
        } else {
            Reading::Mixed
        };
        let found = case.found(
            reading,
            "it has commands, and lines that no shell would be given",
        );
        return Some(found.by(&case.line(index)).guessed());
    }
    if case.kind == Language::Console && one_command(case.texts) {
        return Some(
            case.found(
                Reading::OneAndOutput,
                "its first line is a command, and no other is",
            )
            .guessed(),
        );
    }
    Some(case.found(Reading::Commands, labelled))
}

/// Lines of settings in a block.
enum Settings {
    None,
    /// Right below a command, which prints them: by the first.
    Printed(usize),
    /// By themselves.
    Alone,
}

fn settings(texts: &[&str]) -> Settings {
    let commands = crate::commandline::split(texts);
    let mut starts = commands.iter().map(|range| range.start);
    let Some(first) = starts.find(|start| is_setting(texts[*start])) else {
        return Settings::None;
    };
    let above = &texts[..first];
    // What is typed into a program is its own language.
    let is_open = above.iter().any(|line| {
        matches!(
            crate::commandline::foreground(line),
            Foreground::Program { .. } | Foreground::Unknown
        )
    });
    if is_open {
        return Settings::None;
    }
    let is_section = |line: &&&str| line.trim().starts_with('[') && line.trim().ends_with(']');
    let heads = above.iter().rev().take_while(is_section).count();
    match above[..first - heads].last().map(|line| look(line)) {
        Some(Look::Typed) => Settings::Printed(first - heads),
        _ => Settings::Alone,
    }
}

/// `port = 8080`: with blanks around it, nobody assigns so in a shell.
fn is_setting(line: &str) -> bool {
    let Some((name, value)) = line.trim().split_once(" = ") else {
        return false;
    };
    let is_name = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    is_name && !value.trim().is_empty() && !crate::commandline::is_known_program(name)
}

/// The first line that no shell would be given, where it is not within a construct, a here-document
/// or a quotation.
pub(super) fn printed_after_typed(case: &Case<'_>, looks: &[Look]) -> Option<usize> {
    let commands = crate::commandline::split(case.texts);
    commands
        .iter()
        .map(|range| range.start)
        .find(|start| looks[*start] == Look::Printed)
        // Comments with what was printed: `# CONTAINER ID   IMAGE`.
        .or_else(|| {
            let answer = |line: &&str| {
                line.trim()
                    .strip_prefix('#')
                    .is_some_and(|rest| look(rest) == Look::Printed && is_no_remark(rest))
            };
            case.texts.iter().position(answer).filter(|index| {
                *index > 0 && commands.first().is_some_and(|first| first.start < *index)
            })
        })
}

/// What stands behind `# ` is output and no remark: a table, a log, JSON.
fn is_no_remark(text: &str) -> bool {
    let text = text.trim();
    let is_words = text.starts_with(|c: char| c.is_uppercase())
        && text.split_whitespace().count() > 1
        && !text.contains("  ");
    !is_words
        && !text
            .split_whitespace()
            .next()
            .is_some_and(|word| word.ends_with(':'))
}

/// Whether the first line is a command, and then come only lines that are none.
pub(super) fn one_command(texts: &[&str]) -> bool {
    let commands = crate::commandline::split(texts);
    let Some((first, rest)) = commands.split_first() else {
        return false;
    };
    !rest.is_empty()
        && crate::commandline::is_program(texts[first.start])
        && !rest
            .iter()
            .any(|command| crate::commandline::is_command(texts[command.start]))
}
