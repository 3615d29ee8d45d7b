//! The clients of `MySQL` and `MariaDB`.

use super::{Operands, Program, Statement};

pub(super) const PROGRAM: Program = Program {
    names: &["mysql", "mariadb"],
    images: &[],
    speaks: &["sql", "mysql", "mariadb"],
    prompts: &[
        "mysql>",
        "mariadb>",
        "MariaDB [~]>",
        "MariaDB [(~)]>",
        "MySQL [~]>",
    ],
    prompts_when_open: &[],
    continues: &[],
    leaves: &["\\q", "exit", "quit", "exit;", "quit;"],
    statement: Statement::Semicolon,
    errors: &["ERROR"],
    once_with: &["-e", "--execute"],
    operands: Operands::Any,
    options_with_value: "",
};
