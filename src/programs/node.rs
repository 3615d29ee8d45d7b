//! The REPL of Node, whose prompt says nothing where another program may be open.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["node", "nodejs"],
    images: &["node"],
    speaks: &["js", "javascript", "node"],
    prompts: &["node>"],
    prompts_when_open: &[">"],
    continues: &[],
    leaves: &[".exit"],
    statement: Statement::Brackets,
    errors: &["Uncaught "],
    once_with: &["-e", "-p", "--eval", "--version"],
    operands: Operands::Script,
    options_with_value: "",
};
