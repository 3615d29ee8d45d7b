//! `PostgreSQL`'s client; within a transaction its prompt has another sign.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["psql"],
    images: &[],
    speaks: &["sql", "postgresql", "postgres", "plpgsql", "psql"],
    prompts: &["~=#", "~=>", "~=*#", "~=*>", "~=!#", "~=!>", "psql>"],
    prompts_when_open: &[],
    continues: &[],
    leaves: &["\\q", "exit", "quit"],
    statement: Statement::Semicolon,
    errors: &["ERROR", "invalid command "],
    once_with: &["-c", "-f", "-l", "--command", "--file", "--list"],
    operands: Operands::Any,
    options_with_value: "",
};
