//! The rules by which a block is read: two tables, because there are two questions.
//!
//! [`WHAT`] says what a block is, [`DONE`] whether this reader does it. A rule is a small file: its
//! name, its reason in words, an example, and the function that decides. The first that decides
//! counts. `plan`, `lint`, `explain` and the reports take names and words from here.

pub(super) mod done;
pub(super) mod what;

use super::case::Rule;

/// What is said of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Explained {
    /// In kebab-case, the same in every report.
    pub name: &'static str,
    /// What it means.
    pub says: &'static str,
    /// A block that it decides about.
    pub example: &'static str,
    /// It says what a block is; the others say whether this reader does it.
    pub is_what: bool,
}

/// Rules that belong to no table: what all blocks are held against afterwards.
const AFTERWARDS: &[Explained] = &[
    Explained {
        name: "usage",
        says: "it is a pattern of commands, with places to fill in",
        example: "docker run [OPTIONS] IMAGE",
        is_what: true,
    },
    Explained {
        name: "needed",
        says: "a later command needs this file, and no other block may be it",
        example: "```dockerfile before `docker build .`",
        is_what: true,
    },
    Explained {
        name: "said",
        says: "a sentence tells how to leave what is open, and that is done",
        example: "Press Ctrl+D to leave the container.",
        is_what: true,
    },
];

/// Every rule, in the order in which they are asked.
pub fn all() -> impl Iterator<Item = Explained> {
    let what = what::WHAT.iter().map(|rule| rule.explained(true));
    let done = done::DONE.iter().map(|rule| rule.explained(false));
    what.chain(AFTERWARDS.iter().copied()).chain(done)
}

impl<T> Rule<T> {
    fn explained(&self, is_what: bool) -> Explained {
        Explained {
            name: self.name,
            says: self.says,
            example: self.example,
            is_what,
        }
    }
}
