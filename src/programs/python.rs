//! Python, and `IPython` by its prompt.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["python3", "python", "ipython"],
    images: &["python"],
    speaks: &["python", "python3", "py", "pycon", "pycon3"],
    prompts: &[">>>", "In [9]:"],
    prompts_when_open: &[],
    continues: &[],
    leaves: &["exit()", "quit()"],
    statement: Statement::Brackets,
    errors: &["Traceback (most recent"],
    once_with: &["-c", "-m", "--version"],
    operands: Operands::Script,
    options_with_value: "",
};
