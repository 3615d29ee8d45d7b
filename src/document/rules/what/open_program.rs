//! a program that speaks its language is open

use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::Says;
use crate::document::fence::Language;
use crate::programs;

pub(super) const RULE: Rule<Found> = Rule {
    name: "open-program",
    says: "a program that speaks its language is open",
    example: "```sql after `psql`",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    // `You'll see that rows were deleted:`, and no statement that ends.
    let is_ended = |line: &&str| line.trim_end().ends_with(';');
    if case.language == "sql"
        && case.follows.is_some()
        && case.lead.ends(Says::Output).is_some()
        && !case.texts.iter().any(is_ended)
        && !starts_as_sql(case.texts)
    {
        let reason = "the sentence before it speaks of output, and it has no statement";
        return Some(case.found(Reading::Output, reason).guessed());
    }
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
    if case.kind != Language::ByContent {
        return None;
    }
    if is_left {
        return Some(case.found(Reading::Statements, "it leaves the program that is open"));
    }
    let are_statements = program.speaks.contains(&"sql") && are_sql(case.texts);
    are_statements.then(|| {
        let reason = format!("it is SQL, and `{}` is open", program.names[0]);
        case.found(Reading::Statements, reason).guessed()
    })
}

/// Lines that end as statements do, the first with a word of SQL; or a command of the client's own: `\\l`.
fn are_sql(texts: &[&str]) -> bool {
    if let ([line], true) = (texts, texts.iter().all(|line| line.starts_with('\\'))) {
        return line.len() > 1;
    }
    let last = texts
        .iter()
        .rev()
        .map(|line| line.trim())
        .find(|line| !line.is_empty());
    starts_as_sql(texts) && last.is_some_and(|line| line.ends_with(';'))
}

/// Whether the first word is one of SQL.
fn starts_as_sql(texts: &[&str]) -> bool {
    const WORDS: &[&str] = &[
        "SELECT", "CREATE", "INSERT", "UPDATE", "DELETE", "GRANT", "ALTER", "DROP", "SHOW", "USE",
        "SET", "EXPLAIN", "BEGIN", "DESCRIBE",
    ];
    let first = texts
        .iter()
        .map(|line| line.trim())
        .find(|line| !line.is_empty());
    let word = first
        .unwrap_or_default()
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    WORDS.contains(&word.to_ascii_uppercase().as_str())
}
