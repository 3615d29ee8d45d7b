//! What a rule may look at, what it says, and what a rule is.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

use super::attributes::BlockSettings;
use super::block::{Block, Change, Place, UndoneKind};
use super::desk::Desk;
use super::evidence::{Lead, Naming};
use super::fence::Language;
use super::page::{Code, Item, Page, Prose};
use super::prompt::{self, PromptKind};
use super::reader::Reader;
use super::role::Role;
use super::systems::Named;

/// All that a rule may look at.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) source: &'a str,
    pub(super) page: &'a Page,
    pub(super) code: &'a Code,
    /// The lines of the block.
    pub(super) texts: &'a [&'a str],
    /// The word behind the fence, and what a block in it can be.
    pub(super) language: &'a str,
    pub(super) kind: Language,
    /// What the author says.
    pub(super) settings: &'a BlockSettings,
    pub(super) reader: &'a Reader,
    pub(super) desk: &'a Desk,
    pub(super) terminal: &'a str,
    pub(super) section: usize,
    pub(super) lead: &'a Lead,
    /// The blocks before.
    pub(super) before: &'a [Block],
    /// The last block of commands in this section, if nothing but output came since.
    pub(super) follows: Option<usize>,
    /// The page has fetched files of somebody's: `git clone`, an archive.
    pub(super) has_fetched: bool,
    pub(super) facts: &'a Facts,
    /// What would be typed, where that is known already.
    pub(super) commands: &'a [&'a str],
    /// The block's role, where that is known already.
    pub(super) role: Option<Role>,
    /// Where its first command would be typed, where that is known already.
    pub(super) place: Option<Place>,
    /// Files that blocks before save.
    pub(super) saved: &'a BTreeSet<String>,
    /// Files that the page has told its reader to make.
    pub(super) to_make: &'a BTreeSet<String>,
    /// The file that is named for the block, once it was looked for.
    pub(super) naming: &'a OnceCell<Option<Naming>>,
    /// The block before stands below the label of a Linux, too.
    pub(super) sibling: bool,
    /// The block before showed what it looks like when something goes wrong.
    pub(super) after_trouble: Option<&'a Range<usize>>,
}

/// What is known of the page as a whole.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The page is for another system, by these bytes.
    pub(super) other_system: Option<(Range<usize>, String)>,
    /// What belongs to arms that are not taken: the bytes, those that name it, and why.
    pub(super) not_taken: Vec<NotTaken>,
    /// The systems that each heading names.
    pub(super) sections: Vec<Named>,
    /// The page is about Docker.
    pub(super) has_docker: bool,
    /// The page sets a cluster up, or is about one.
    pub(super) has_cluster: bool,
}

/// A stretch of an arm that is not taken.
#[derive(Debug)]
pub(super) struct NotTaken {
    pub(super) span: Range<usize>,
    pub(super) named: Range<usize>,
    pub(super) label: String,
}

/// How a block is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reading {
    /// By its prompts.
    Prompts(PromptKind),
    /// As statements of the program that is open.
    Statements,
    /// Each complete command of it.
    Commands,
    /// Commands, and what they print between them.
    Mixed,
    /// The first command, and what it prints.
    OneAndOutput,
    /// What the last command prints.
    Output,
    /// A file to save, or to add to.
    File { path: String, append: bool },
    /// A part of a file that the reader is to change.
    Change(Change),
    /// Something to look at.
    Look(Role),
}

/// What a rule of [`super::rules::what::WHAT`] has found.
pub(super) struct Found {
    pub(super) reading: Reading,
    /// The reason in words.
    pub(super) reason: String,
    /// What decided.
    pub(super) at: Range<usize>,
    pub(super) guess: bool,
}

/// Why a rule of [`super::rules::done::DONE`] lets a block be.
pub(super) struct Why {
    pub(super) kind: UndoneKind,
    pub(super) reason: String,
    pub(super) at: Range<usize>,
}

impl Why {
    /// This reader does not do it.
    pub(super) fn no(reason: impl Into<String>, at: &Range<usize>) -> Why {
        Why {
            kind: UndoneKind::No,
            reason: reason.into(),
            at: at.clone(),
        }
    }
}

/// A rule: its name, what it says, an example, and what decides.
pub(super) struct Rule<T: 'static> {
    /// In kebab-case, the same in every report.
    pub(super) name: &'static str,
    /// What it means, for an author.
    pub(super) says: &'static str,
    /// A block that it decides about.
    pub(super) example: &'static str,
    pub(super) decide: fn(&Case<'_>) -> Option<T>,
}

impl Case<'_> {
    /// The bytes of the fence or of the first line.
    pub(super) fn opening(&self) -> Range<usize> {
        let text = &self.source[self.code.span.clone()];
        let length = text.find('\n').unwrap_or(text.len());
        self.code.span.start..self.code.span.start + length
    }

    /// The paragraphs of the section before the block, the nearest first, and not without end.
    pub(super) fn prose_before(&self) -> impl Iterator<Item = &Prose> {
        const MOST: usize = 40;
        let at = self.code.span.start;
        self.page
            .items_before(at)
            .take_while(|item| !matches!(item, Item::Heading(_)))
            .filter_map(|item| match item {
                Item::Prose(prose) => Some(prose),
                _ => None,
            })
            .take(MOST)
    }

    /// The bytes of a line of the block.
    pub(super) fn line(&self, index: usize) -> Range<usize> {
        self.code
            .lines
            .get(index)
            .cloned()
            .unwrap_or_else(|| self.opening())
    }

    /// The first line with something on it: its number and text.
    pub(super) fn first(&self) -> Option<(usize, &str)> {
        self.texts
            .iter()
            .enumerate()
            .find(|(_, line)| !line.trim().is_empty())
            .map(|(index, line)| (index, *line))
    }

    /// The prompt that the block is to be read by.
    pub(super) fn prompt(&self) -> Option<PromptKind> {
        prompt::leading(
            self.texts,
            self.desk.program(self.terminal),
            self.kind == Language::Shell,
        )
    }

    /// Whether a line has a prompt.
    pub(super) fn has_prompt(&self, line: &str) -> bool {
        prompt::at(line, self.desk.program(self.terminal)).is_some_and(|found| {
            found.kind != PromptKind::Hash || crate::commandline::is_command(&line[found.length..])
        })
    }

    pub(super) fn found(&self, reading: Reading, reason: impl Into<String>) -> Found {
        Found {
            reading,
            reason: reason.into(),
            at: self.opening(),
            guess: false,
        }
    }
}

impl Found {
    pub(super) fn by(self, at: &Range<usize>) -> Found {
        Found {
            at: at.clone(),
            ..self
        }
    }

    pub(super) fn guessed(self) -> Found {
        Found {
            guess: true,
            ..self
        }
    }
}
