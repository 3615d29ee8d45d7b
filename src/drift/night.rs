//! What a night of checks came to: of each page whether it is as it was, and why not.

use super::cause::Cause;
use super::moved::Moved;

/// All pages of a call.
#[derive(Debug, Default)]
pub struct Night {
    /// In the order of playing.
    pub pages: Vec<PageNight>,
}

/// What became of a page.
#[derive(Debug)]
pub struct PageNight {
    /// Its path.
    pub document: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What is another than at the last green run.
    pub moved: Vec<Moved>,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// Whether other steps are broken than the last time.
    pub changed_since_last: bool,
    /// How many nights it could not be tested, this one among them.
    pub untestable_nights: usize,
}

/// What came of a page.
#[derive(Debug)]
pub enum Outcome {
    /// It was not played: nothing moved that it depends on.
    Unmoved {
        /// So many references were asked for.
        asked: usize,
        /// Programs that fetch from indexes nobody looked at.
        not_looked_at: Vec<String>,
    },
    /// It was played, and all is well; no step may be there at all.
    Green {
        /// How many steps were verified.
        steps: usize,
    },
    /// A step broke.
    Broken(Break),
    /// It says nothing about the page.
    Untestable {
        /// Why not.
        why: String,
    },
}

/// A step that broke.
#[derive(Debug, Clone)]
pub struct Break {
    /// Its number, from 1.
    pub number: usize,
    /// Its key.
    pub key: String,
    /// Its line on the page.
    pub line: usize,
    /// The command.
    pub run: String,
    /// The code of what was found.
    pub code: String,
    /// In words.
    pub reason: String,
    /// Keys of all steps that are broken.
    pub all: Vec<String>,
    /// Why, as far as that was looked for.
    pub cause: Option<Cause>,
}

impl Night {
    /// 0 nothing is broken · 1 something is · 3 could not test.
    pub fn exit(&self) -> u8 {
        let has = |is: fn(&Outcome) -> bool| self.pages.iter().any(|page| is(&page.outcome));
        if has(|outcome| matches!(outcome, Outcome::Broken(_))) {
            1
        } else if has(|outcome| matches!(outcome, Outcome::Untestable { .. })) {
            3
        } else {
            0
        }
    }
}

impl Outcome {
    /// In a word, for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Unmoved { .. } => "unmoved",
            Outcome::Green { .. } => "green",
            Outcome::Broken(_) => "broken",
            Outcome::Untestable { .. } => "untestable",
        }
    }
}
