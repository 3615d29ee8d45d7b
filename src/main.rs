//! The binary: arguments in, exit status out. Everything else is in the library.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    tutcheck::command::run(&tutcheck::cli::Arguments::parse())
}
