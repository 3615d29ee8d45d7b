//! a program that speaks its language is open

use crate::document::fence::Language;
use crate::document::rules::{Case, Found, Reading, Rule};
use crate::programs;

pub(super) const RULE: Rule<Found> = Rule {
    name: "open-program",
    says: "a program that speaks its language is open",
    example: "```sql after `psql`",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    if case.desk.speaks(case.terminal, case.language) {
        let reason = format!("a program that speaks `{}` is open", case.language);
        return Some(case.found(Reading::Statements, reason));
    }
    // Who enters a container to type SQL has opened a client, whatever it is called.
    let is_statement = matches!(
        case.language,
        "sql" | "cql" | "redis" | "mongodb" | "mongosh"
    );
    if is_statement && case.desk.is_nameless(case.terminal) {
        let reason = format!("something is open, and this is `{}`", case.language);
        return Some(case.found(Reading::Statements, reason).guessed());
    }
    // A word such as `exit` or `GO` alone is for the program, too.
    let program = case
        .desk
        .program(case.terminal)
        .and_then(programs::called)?;
    let (_, first) = case.first()?;
    let is_left = program.leaves.contains(&first.trim()) && case.texts.len() == 1;
    (is_left && case.kind == Language::ByContent)
        .then(|| case.found(Reading::Statements, "it leaves the program that is open"))
}
