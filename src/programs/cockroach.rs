//! `CockroachDB`'s client, which is called with the word `sql`.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["cockroach"],
    images: &[],
    speaks: &["sql"],
    prompts: &["~@~:9/~>", "~@:9/~>"],
    prompts_when_open: &[">"],
    continues: &[],
    leaves: &["\\q", "exit", "quit"],
    statement: Statement::Semicolon,
    errors: &["ERROR"],
    once_with: &["-e", "--execute", "-f", "--file"],
    operands: Operands::First("sql"),
    options_with_value: "",
};
