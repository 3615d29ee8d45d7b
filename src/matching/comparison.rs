//! What a comparison found: a value with reasons.

use std::fmt::{self, Display, Formatter};

use super::emphasis::Marks;
use super::why::Why;

/// One line of the comparison; numbers count the lines of each output from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aligned {
    /// The two say the same.
    Same {
        /// The expected line.
        expected: usize,
        /// The line that was printed.
        live: usize,
    },
    /// The two stand in the same place and differ.
    Changed {
        /// The expected line.
        expected: usize,
        /// The line that was printed.
        live: usize,
        /// What the difference is.
        why: Why,
        /// The bytes that make it, in each of the two lines.
        marks: Marks,
    },
    /// Expected, and not printed.
    Missing {
        /// The expected line.
        expected: usize,
        /// What it is.
        what: What,
    },
    /// Printed, and not expected.
    Extra {
        /// The line that was printed.
        live: usize,
        /// What it is.
        what: What,
    },
    /// Printed and not expected, but only a warning: nobody is stuck.
    Noted {
        /// The line that was printed.
        live: usize,
    },
}

impl Aligned {
    /// Whether nothing is wrong with it.
    pub fn is_fine(&self) -> bool {
        matches!(self, Aligned::Same { .. } | Aligned::Noted { .. })
    }
}

/// What is missing or new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A line.
    Line,
    /// A word of a list.
    Word(String),
    /// A row of a table, by what names it.
    Row(Option<String>),
    /// A column of a table, by its name.
    Column(String),
}

impl Display for What {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            What::Line => f.write_str("a line"),
            What::Word(word) => f.write_str(word),
            What::Row(None) => f.write_str("a row"),
            What::Row(Some(name)) => write!(f, "row {name}"),
            What::Column(name) => write!(f, "the column {name}"),
        }
    }
}

/// A setting that accepts a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance {
    /// The order of lines does not matter.
    Unordered,
    /// What matches is not compared.
    Mask(String),
}

impl Display for Acceptance {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Acceptance::Unordered => f.write_str("unordered"),
            Acceptance::Mask(pattern) => write!(f, "mask=/{pattern}/"),
        }
    }
}

/// One thing that differs; lines that are missing or new are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch<'a> {
    /// Two lines differ.
    Changed(&'a Why),
    /// Something is missing.
    Missing(&'a What, usize),
    /// Something is new.
    New(&'a What, usize),
    /// Words of a list are missing.
    WordsMissing(Vec<&'a str>),
    /// Words of a list are new.
    WordsNew(Vec<&'a str>),
}

impl Display for Mismatch<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::Changed(why) => why.fmt(f),
            Mismatch::Missing(what, 1) => write!(f, "{what} is missing"),
            Mismatch::Missing(_, lines) => write!(f, "{lines} lines are missing"),
            Mismatch::New(what, 1) => write!(f, "{what} is new"),
            Mismatch::New(_, lines) => write!(f, "{lines} lines are new"),
            Mismatch::WordsMissing(words) => words_are(f, words, "missing"),
            Mismatch::WordsNew(words) => words_are(f, words, "new"),
        }
    }
}

/// `lib, usr, var are missing`.
fn words_are(f: &mut Formatter<'_>, words: &[&str], what: &str) -> fmt::Result {
    /// So many are named.
    const MOST: usize = 8;
    let named = words
        .iter()
        .take(MOST)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    let are = if words.len() == 1 { "is" } else { "are" };
    match words.len().saturating_sub(MOST) {
        0 => write!(f, "{named} {are} {what}"),
        more => write!(f, "{named} and {more} more {are} {what}"),
    }
}

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The lines in order; empty if nothing differs.
    pub lines: Vec<Aligned>,
    /// Warnings that are new, each a line that was printed; they do not count as differences.
    pub warnings: Vec<usize>,
    /// The smallest setting that would accept the difference, if it is not what was meant.
    pub acceptance: Option<Acceptance>,
}

impl Comparison {
    /// Nothing differs.
    pub fn same() -> Comparison {
        Comparison::default()
    }

    /// Of aligned lines; those that are all fine say no more than their warnings.
    pub(super) fn of(lines: Vec<Aligned>) -> Comparison {
        let warnings = lines
            .iter()
            .filter_map(|line| match line {
                Aligned::Noted { live } => Some(*live),
                _ => None,
            })
            .collect();
        let is_same = lines.iter().all(Aligned::is_fine);
        Comparison {
            lines: if is_same { Vec::new() } else { lines },
            warnings,
            acceptance: None,
        }
    }

    /// The same with expected lines counted from behind the first ones, which were put there.
    pub(super) fn without_first(mut self, number: usize) -> Comparison {
        for line in &mut self.lines {
            match line {
                Aligned::Same { expected, .. }
                | Aligned::Changed { expected, .. }
                | Aligned::Missing { expected, .. } => *expected = expected.saturating_sub(number),
                Aligned::Extra { .. } | Aligned::Noted { .. } => {}
            }
        }
        self
    }

    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.lines.is_empty()
    }

    /// The words of a list that are missing, or new.
    fn words(&self, are_new: bool) -> Vec<&str> {
        fn word(line: &Aligned, is_new: bool) -> Option<&str> {
            match line {
                Aligned::Missing {
                    what: What::Word(word),
                    ..
                } if !is_new => Some(word),
                Aligned::Extra {
                    what: What::Word(word),
                    ..
                } if is_new => Some(word),
                _ => None,
            }
        }
        let lines = self.lines.iter();
        lines.filter_map(|line| word(line, are_new)).collect()
    }

    /// How many lines differ.
    pub fn differences(&self) -> usize {
        self.lines.iter().filter(|line| !line.is_fine()).count()
    }

    /// The first thing that differs.
    pub fn first(&self) -> Option<Mismatch<'_>> {
        self.mismatches(1).into_iter().next()
    }

    /// The first things that differ, each once.
    pub fn mismatches(&self, most: usize) -> Vec<Mismatch<'_>> {
        let count =
            |wanted: fn(&Aligned) -> bool| self.lines.iter().filter(|line| wanted(line)).count();
        let is_missing = |line: &Aligned| {
            matches!(
                line,
                Aligned::Missing {
                    what: What::Line,
                    ..
                }
            )
        };
        let is_new = |line: &Aligned| {
            matches!(
                line,
                Aligned::Extra {
                    what: What::Line,
                    ..
                }
            )
        };
        let (missing, new) = (count(is_missing), count(is_new));
        let number = |what: &What, lines: usize| if *what == What::Line { lines } else { 1 };
        let mut found: Vec<Mismatch<'_>> = Vec::new();
        for line in &self.lines {
            if found.len() == most {
                break;
            }
            let mismatch = match line {
                Aligned::Changed { why, .. } => Mismatch::Changed(why),
                Aligned::Missing {
                    what: What::Word(_),
                    ..
                } => Mismatch::WordsMissing(self.words(false)),
                Aligned::Extra {
                    what: What::Word(_),
                    ..
                } => Mismatch::WordsNew(self.words(true)),
                Aligned::Missing { what, .. } => Mismatch::Missing(what, number(what, missing)),
                Aligned::Extra { what, .. } => Mismatch::New(what, number(what, new)),
                Aligned::Same { .. } | Aligned::Noted { .. } => continue,
            };
            if !found.contains(&mismatch) {
                found.push(mismatch);
            }
        }
        found
    }
}
