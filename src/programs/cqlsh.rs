//! Cassandra's shell.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["cqlsh"],
    images: &[],
    speaks: &["sql", "cql"],
    prompts: &["cqlsh>", "cqlsh:~>", "~@cqlsh>"],
    prompts_when_open: &[],
    continues: &[],
    leaves: &["exit", "quit", "EXIT", "QUIT"],
    statement: Statement::Semicolon,
    errors: &["SyntaxException", "InvalidRequest"],
    once_with: &["-e", "-f"],
    operands: Operands::Any,
    options_with_value: "",
};
