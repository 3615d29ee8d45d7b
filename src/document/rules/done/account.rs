//! it asks for an account that is not given

use crate::commandline;
use crate::document::block::UndoneKind;
use crate::document::case::{Case, Rule, Why};

pub(super) const RULE: Rule<Why> = Rule {
    name: "account",
    says: "it asks for an account that is not given",
    example: "`docker login`",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let account = case
        .commands
        .iter()
        .find_map(|text| commandline::account(text))?;
    Some(Why {
        reason: format!("`{account}` asks for an account"),
        kind: UndoneKind::Account(account),
        at: case.opening(),
    })
}
