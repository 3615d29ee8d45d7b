//! Why two lines are not the same.

use std::fmt::{self, Display, Formatter};

use crate::identity::Kind;

/// Why two lines are not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// One word was printed instead of another.
    Word {
        /// What was expected.
        expected: Word,
        /// What was printed.
        live: Word,
    },
    /// The end of the line is missing.
    EndMissing(String),
    /// The line goes on.
    EndNew(String),
    /// It is indented in another way.
    Blanks,
    /// Two sizes, of which one is more than twice the other.
    Sizes {
        /// What was expected.
        expected: String,
        /// What was printed.
        live: String,
    },
    /// The two stand for objects of two kinds.
    Kinds {
        /// What was expected.
        expected: Kind,
        /// What was printed.
        live: Kind,
    },
    /// Two words in the form of IDs, of which the daemon knows nothing.
    UnknownIds {
        /// What was expected.
        expected: String,
        /// What was printed.
        live: String,
    },
    /// They cannot stand for each other, after what was bound before.
    Conflict(Conflict),
    /// The line is not as the ` (glob)` says.
    Glob,
    /// The line is not as the ` (re)` says.
    Regex,
    /// The ` (re)` is no regular expression, and why.
    NoRegex(String),
    /// The regular expression is found nowhere in the output.
    NotFound(String),
    /// In a column of a table.
    Column {
        /// Its name.
        name: String,
        /// Why the cells differ.
        why: Box<Why>,
    },
}

/// A word, by what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Any word, cut short.
    Text(String),
    /// Blanks between words.
    Blank,
    /// The directory that a page is played in.
    WorkingDirectory,
    /// The number of a job.
    Job,
    /// The address of a network card.
    HardwareAddress,
    /// How long ago.
    Age(String),
    /// How long.
    Duration(String),
    /// When.
    Time(String),
}

/// One object stands where there were two, or two where there was one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Of what kind.
    pub kind: Kind,
    /// Two were printed where one was expected; else one where two were.
    pub two_live: bool,
    /// What was expected stands on the page, not in the recording.
    pub of_page: bool,
    /// The step in which it was bound before.
    pub before: usize,
    /// The step that is compared.
    pub step: usize,
}

impl Why {
    /// Whether a mask is the way out: words that nobody can tell apart from wrong ones.
    pub fn is_exact(&self) -> bool {
        match self {
            Why::UnknownIds { .. } => true,
            Why::Column { why, .. } => why.is_exact(),
            _ => false,
        }
    }
}

impl Display for Why {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Why::Word { expected, live } => write!(f, "{live} instead of {expected}"),
            Why::EndMissing(text) => write!(f, "`{text}` is missing at the end"),
            Why::EndNew(text) => write!(f, "`{text}` is new at the end"),
            Why::Blanks => f.write_str("the blanks differ"),
            Why::Sizes { expected, live } => {
                write!(f, "sizes differ by more than twice: {expected}, {live}")
            }
            Why::Kinds { expected, live } => write!(
                f,
                "{} where {} was recorded",
                live.with_article(),
                expected.with_article()
            ),
            Why::UnknownIds { expected, live } => write!(
                f,
                "`{live}` instead of `{expected}`; Docker knows no such ID, so the two are compared exactly"
            ),
            Why::Conflict(conflict) => conflict.fmt(f),
            Why::Glob => f.write_str("it does not match the pattern"),
            Why::Regex => f.write_str("it does not match the regular expression"),
            Why::NoRegex(error) => write!(f, "this is no regular expression: {error}"),
            Why::NotFound(pattern) => write!(f, "the output does not match `{pattern}`"),
            Why::Column { name, why } => write!(f, "{name}: {why}"),
        }
    }
}

impl Display for Word {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Word::Text(text) => write!(f, "`{text}`"),
            Word::Blank => f.write_str("a blank"),
            Word::WorkingDirectory => f.write_str("the working directory"),
            Word::Job => f.write_str("a job in the background"),
            Word::HardwareAddress => f.write_str("a hardware address"),
            Word::Age(text) => write!(f, "the age `{text}`"),
            Word::Duration(text) => write!(f, "the duration `{text}`"),
            Word::Time(text) => write!(f, "the time `{text}`"),
        }
    }
}

impl Display for Conflict {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let told = if self.of_page { "shown" } else { "recorded" };
        if self.two_live {
            write!(f, "two {} where one was {told}", self.kind.plural())?;
        } else {
            write!(f, "one {} where two were {told}", self.kind.word())?;
        }
        if self.before == self.step {
            write!(f, ": both in step {}", self.step)
        } else {
            write!(f, ": steps {} and {}", self.before, self.step)
        }
    }
}
