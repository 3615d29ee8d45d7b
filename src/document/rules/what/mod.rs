//! What a block is: the first rule that decides, in this order.

mod author;
mod error_example;
mod first_command;
mod follows;
mod fragment;
mod inert;
mod led_output;
mod mislabelled;
mod named_file;
mod one_command;
mod open_program;
mod output_language;
mod printed;
mod prompts;
mod shell;
mod shown_markup;
mod spoken;

use crate::document::case::{Found, Rule};

/// The author, a named file, prompts, a program that is open, the language, the sentences before,
/// one command and what it prints, what follows commands; else a fragment.
pub(in crate::document) const WHAT: &[Rule<Found>] = &[
    author::RULE,
    inert::RULE,
    shown_markup::RULE,
    error_example::RULE,
    printed::RULE,
    named_file::RULE,
    prompts::RULE,
    open_program::RULE,
    spoken::RULE,
    shell::RULE,
    output_language::RULE,
    led_output::RULE,
    one_command::RULE,
    first_command::RULE,
    follows::RULE,
    mislabelled::RULE,
    fragment::RULE,
];
