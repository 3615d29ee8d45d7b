//! Programs that are typed into, each in a file of its own: how they are called, what they show when
//! they wait, where a statement ends, how they are left, and how they say that something went wrong.
//!
//! A new one is one file and one line of [`PROGRAMS`]; a project tells of others under `programs:`.

mod cockroach;
mod cqlsh;
mod irb;
mod mongosh;
mod mysql;
mod node;
mod prompt;
mod psql;
mod python;
mod redis_cli;
mod sqlcmd;
mod sqlite;
mod statement;
mod told;

pub use prompt::asks_for_more;
pub use statement::is_over;
pub use told::{Told, learn};

use serde::Deserialize;
use told::all;

/// What is known of a program with a language of its own.
#[derive(Debug)]
pub struct Program {
    /// What it is called as, without folders; the first is what its images call it.
    pub names: &'static [&'static str],
    /// Images whose own command it is.
    pub images: &'static [&'static str],
    /// The languages of code blocks that are for it.
    pub speaks: &'static [&'static str],
    /// Its prompts: `~` is a name, `9` a number, all else is itself.
    pub prompts: &'static [&'static str],
    /// Prompts that say nothing unless it is known to be open.
    pub prompts_when_open: &'static [&'static str],
    /// Prompts with which it asks for the rest of a statement, beside those that all have.
    pub continues: &'static [&'static str],
    /// What is typed to leave it.
    pub leaves: &'static [&'static str],
    /// Where a statement ends.
    pub statement: Statement,
    /// How lines begin that say that something went wrong.
    pub errors: &'static [&'static str],
    /// Words with which it does something once and ends.
    pub once_with: &'static [&'static str],
    /// How many operands it may have and still wait for what is typed.
    pub operands: Operands,
    /// Letters of the options that have a value.
    pub options_with_value: &'static str,
}

/// Where a statement ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Statement {
    /// At a semicolon, or with the line for its own commands: `\l`, `.tables`.
    Semicolon,
    /// With the line.
    #[default]
    Line,
    /// Where brackets are closed and nothing is indented any more.
    Brackets,
    /// With the block: it is typed as a whole.
    Block,
}

/// Operands that leave a program waiting for what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operands {
    /// Any at all.
    Any,
    /// So many at most.
    AtMost(usize),
    /// Nothing but options: an operand is a script that it runs.
    Script,
    /// The first one is this word.
    First(&'static str),
}

/// Every program that is known.
pub const PROGRAMS: &[&Program] = &[
    &python::PROGRAM,
    &node::PROGRAM,
    &psql::PROGRAM,
    &mysql::PROGRAM,
    &sqlite::PROGRAM,
    &redis_cli::PROGRAM,
    &mongosh::PROGRAM,
    &sqlcmd::PROGRAM,
    &cockroach::PROGRAM,
    &irb::PROGRAM,
    &cqlsh::PROGRAM,
];

/// The program of a name.
pub fn called(name: &str) -> Option<&'static Program> {
    all().find(|program| program.names.contains(&name))
}

/// The program that an image starts by itself.
pub fn of_image(image: &str) -> Option<&'static Program> {
    let name = image_name(image);
    all().find(|program| program.images.contains(&name))
}

/// The name of an image without registry, owner, tag and digest.
pub fn image_name(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split(':').next().unwrap_or(last)
}

/// Whether a program of this name takes statements in a language of blocks.
pub fn speaks(name: &str, language: &str) -> bool {
    let language = language.to_ascii_lowercase();
    called(name).is_some_and(|program| program.speaks.contains(&language.as_str()))
}

/// Whether some program is left with this word.
pub fn is_leave_word(word: &str) -> bool {
    all().any(|program| program.leaves.contains(&word))
}

/// The length of the prompt that a text begins with, if it is that of a program wherever it stands.
pub fn prompt_of_any(text: &str) -> Option<usize> {
    // Every prompt has one of these, and most lines have none.
    if !text.contains(['>', '#', ':']) {
        return None;
    }
    PROGRAMS
        .iter()
        .flat_map(|program| program.prompts)
        .find_map(|pattern| prompt::length(pattern, text))
}

/// The length of the prompt that a text begins with, if the program of this name is open.
pub fn prompt_of(name: &str, text: &str) -> Option<usize> {
    let program = called(name)?;
    program
        .prompts
        .iter()
        .chain(program.prompts_when_open)
        .find_map(|pattern| prompt::length(pattern, text))
}

/// The line of an output by which a program says that something went wrong.
pub fn says_error(output: &str) -> Option<&str> {
    let says = |line: &&str| {
        let line = line.trim_start();
        all()
            .flat_map(|program| program.errors)
            .chain(&["Error:", "Invalid argument(s)"])
            .any(|word| line.starts_with(word))
            || line.contains("FATAL: ")
            || line.ends_with(": No such file or directory")
            || line
                .split_once("Error: ")
                .is_some_and(|(name, _)| name.chars().all(char::is_alphanumeric))
    };
    output.lines().find(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_told_from_other_lines() {
        for (line, length) in [
            ("mysql> SHOW", 6),
            ("postgres=# \\l", 10),
            ("shop=> \\q", 6),
            ("shop=*# COMMIT;", 7),
            ("127.0.0.1:6379> GET x", 15),
            ("127.0.0.1:6379[2]> GET x", 18),
            ("MariaDB [shop]> x", 15),
            ("root@:26257/defaultdb> x", 22),
            ("irb(main):001:0> x", 16),
            ("In [1]: x", 7),
            (">>> x", 3),
        ] {
            assert_eq!(prompt_of_any(line), Some(length), "{line}");
        }
        for line in [
            "a -> b",
            "x=>y",
            "> more",
            "postgres=#x",
            "Note: 80> x y",
            "localhost> x",
        ] {
            assert_eq!(prompt_of_any(line), None, "{line}");
        }
        assert_eq!(prompt_of("node", "> 1 + 1"), Some(1));
        assert_eq!(prompt_of("mongosh", "test> db.x.find()"), Some(5));
        assert_eq!(prompt_of("sqlcmd", "1> GO"), Some(2));
    }

    #[test]
    fn each_program_says_what_a_reader_needs() {
        for program in PROGRAMS {
            assert!(
                !program.names.is_empty() && !program.leaves.is_empty(),
                "{program:?}"
            );
            assert!(!program.prompts.is_empty() || !program.prompts_when_open.is_empty());
        }
    }
}
