//! `MongoDB`'s shell; its prompt is the name of the database, which anything could be.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["mongosh", "mongo"],
    images: &[],
    speaks: &["js", "javascript", "mongodb", "mongo", "mongosh"],
    prompts: &["mongo>", "mongosh>"],
    prompts_when_open: &["~>", ">"],
    continues: &[],
    leaves: &["exit", "quit()", ".exit"],
    statement: Statement::Brackets,
    errors: &["MongoServerError", "Uncaught "],
    once_with: &["--eval"],
    operands: Operands::Any,
    options_with_value: "",
};
