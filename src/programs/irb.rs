//! Ruby's REPL, and the console of Rails by the same prompt.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["irb"],
    images: &[],
    speaks: &["ruby", "irb"],
    prompts: &["irb(~):9:9>", "irb(~):9>", "irb>"],
    prompts_when_open: &[],
    continues: &[],
    leaves: &["exit", "quit"],
    statement: Statement::Brackets,
    errors: &["NameError", "NoMethodError"],
    once_with: &["--version"],
    operands: Operands::Script,
    options_with_value: "",
};
