//! Redis's client: an address, a port, and the number of the database if it is not the first.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["redis-cli", "valkey-cli"],
    images: &[],
    speaks: &["redis"],
    prompts: &["redis-cli>", "redis>", "~:9>", "~:9[9]>"],
    prompts_when_open: &["not connected>"],
    continues: &[],
    leaves: &["quit", "exit", "QUIT"],
    statement: Statement::Line,
    errors: &["(error)"],
    once_with: &[],
    operands: Operands::AtMost(0),
    options_with_value: "hpanu",
};
