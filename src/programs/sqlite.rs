//! `SQLite`'s shell.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["sqlite3", "sqlite"],
    images: &[],
    speaks: &["sql", "sqlite"],
    prompts: &["sqlite>"],
    prompts_when_open: &[],
    continues: &[],
    leaves: &[".exit", ".quit"],
    statement: Statement::Semicolon,
    errors: &["Parse error", "Runtime error", "Error:"],
    once_with: &["--version"],
    operands: Operands::AtMost(1),
    options_with_value: "",
};
