//! its first line is a command, and the lines below are what it prints

use super::shell::{one_command, printed_after_typed};
use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Look, look};
use crate::document::fence::Language;

pub(super) const RULE: Rule<Found> = Rule {
    name: "one-command",
    says: "its first line is a command, and the lines below are what it prints",
    example: "``` with `docker version` and more",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    if case.kind != Language::ByContent {
        return None;
    }
    let looks: Vec<Look> = case.texts.iter().map(|line| look(line)).collect();
    let opening = looks
        .iter()
        .position(|look| !matches!(look, Look::Blank | Look::Comment))?;
    if looks[opening] != Look::Typed || crate::commandline::is_assignment(case.texts[opening]) {
        return None;
    }
    // A table whose first cell is called like a program: `id | balance`.
    if super::follows::is_table(case.texts) {
        return None;
    }
    if let Some(index) = printed_after_typed(case, &looks) {
        let typed = looks.iter().filter(|look| **look == Look::Typed).count();
        let reading = if typed == 1 {
            Reading::OneAndOutput
        } else {
            Reading::Mixed
        };
        return Some(
            case.found(
                reading,
                "it has commands, and lines that no shell would be given",
            )
            .by(&case.line(index))
            .guessed(),
        );
    }
    one_command(case.texts).then(|| {
        case.found(
            Reading::OneAndOutput,
            "its first line is a command, and no other is",
        )
        .guessed()
    })
}
