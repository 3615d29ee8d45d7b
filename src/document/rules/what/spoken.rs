//! it is in the language of a program that is typed into, and none that speaks it is open

use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::fence::Language;
use crate::document::role::Role;

pub(super) const RULE: Rule<Found> = Rule {
    name: "spoken",
    says: "it is in the language of a program that is typed into, and none that speaks it is open",
    example: "```sql without `psql`",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    let is_statement = matches!(
        case.language,
        "sql" | "tsql" | "postgresql" | "mysql" | "redis" | "cql" | "mongosh"
    );
    (is_statement && case.kind == Language::Source).then(|| {
        let reason = format!(
            "`{}` is for a program, and no step before it opens one",
            case.language
        );
        case.found(Reading::Look(Role::Repl), reason)
    })
}
