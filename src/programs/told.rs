//! Programs that a project tells of, in words of `tutcheck.yaml`.
//!
//! What is told stays known as long as the process lives: which program a word means is asked for
//! each line of each page, in every room, as for the programs of our own.

use std::sync::{PoisonError, RwLock};

use serde::Deserialize;

use super::{Operands, PROGRAMS, Program, Statement, image_name};

static TOLD: RwLock<Vec<&'static Program>> = RwLock::new(Vec::new());

/// Every program that is known, those of projects first.
pub(super) fn all() -> impl Iterator<Item = &'static Program> {
    let told = TOLD.read().unwrap_or_else(PoisonError::into_inner).clone();
    told.into_iter().chain(PROGRAMS.iter().copied())
}

/// A program as a project tells of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Told {
    /// What it is called as.
    names: Vec<String>,
    /// Images whose own command it is.
    #[serde(default)]
    images: Vec<String>,
    /// The languages of code blocks that are for it.
    #[serde(default)]
    speaks: Vec<String>,
    /// Its prompts: `~` is a name, `9` a number, all else is itself.
    prompts: Vec<String>,
    /// Those with which it asks for the rest of a statement.
    #[serde(default)]
    continues: Vec<String>,
    /// What is typed to leave it.
    leaves: Vec<String>,
    /// Where a statement ends.
    #[serde(default)]
    statement: Statement,
    /// How lines begin that say that something went wrong.
    #[serde(default)]
    errors: Vec<String>,
    /// Words with which it does something once and ends.
    #[serde(default)]
    once_with: Vec<String>,
}

impl Told {
    /// The list that lacks a word and must have one, or has an empty one.
    pub fn fault(&self) -> Option<&'static str> {
        [
            ("names", &self.names),
            ("prompts", &self.prompts),
            ("leaves", &self.leaves),
        ]
        .into_iter()
        .find(|(_, words)| words.is_empty())
        .or_else(|| {
            [
                ("names", &self.names),
                ("prompts", &self.prompts),
                ("leaves", &self.leaves),
                ("errors", &self.errors),
                ("images", &self.images),
                ("speaks", &self.speaks),
                ("continues", &self.continues),
                ("once-with", &self.once_with),
            ]
            .into_iter()
            .find(|(_, words)| words.iter().any(|word| word.trim().is_empty()))
        })
        .map(|(name, _)| name)
    }
}

/// Takes in a program from here on; told twice, the later word counts.
pub fn learn(told: &Told) {
    let mut known = TOLD.write().unwrap_or_else(PoisonError::into_inner);
    known.retain(|program| program.names != kept(&told.names));
    known.insert(0, Box::leak(Box::new(program(told))));
}

fn program(told: &Told) -> Program {
    Program {
        names: kept(&told.names),
        images: kept(told.images.iter().map(|image| image_name(image))),
        speaks: kept(&told.speaks),
        // A prompt such as `D` says nothing where the program is not open.
        prompts: &[],
        prompts_when_open: kept(&told.prompts),
        continues: kept(&told.continues),
        leaves: kept(&told.leaves),
        statement: told.statement,
        errors: kept(&told.errors),
        once_with: kept(&told.once_with),
        operands: Operands::Any,
        options_with_value: "",
    }
}

/// Words for as long as the process lives.
fn kept(words: impl IntoIterator<Item = impl Into<String>>) -> &'static [&'static str] {
    let words = words.into_iter().map(Into::into);
    let words: Vec<&'static str> = words.map(|word: String| &*word.leak()).collect();
    Box::leak(words.into_boxed_slice())
}
