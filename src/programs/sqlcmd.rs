//! SQL Server's client: it numbers the lines of a batch, and runs them at `GO`.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["sqlcmd"],
    images: &[],
    speaks: &["sql", "tsql", "t-sql", "mssql"],
    prompts: &[],
    prompts_when_open: &["9>"],
    continues: &[],
    leaves: &["QUIT", "EXIT", "quit", "exit"],
    statement: Statement::Block,
    errors: &["Msg "],
    once_with: &[
        "-Q", "-q", "-i", "create", "query", "config", "delete", "-?", "start", "stop",
    ],
    operands: Operands::Any,
    options_with_value: "SUPd",
};
