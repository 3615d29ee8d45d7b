//! nothing says what it is, and its first line is a command

use crate::document::evidence::{Look, look, looks_printed};
use crate::document::fence::{self, Language};
use crate::document::rules::{Case, Found, Reading, Rule};

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
    let is_program = crate::commandline::is_command(opening.trim());
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
