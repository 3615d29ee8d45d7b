//! What is known of the output of some commands.

use serde::Deserialize;

use crate::matching::command::Invocation;
use crate::matching::pattern;

/// What is known of the output of some commands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// Whose output it is: the words of commands, without options, such as `docker image ls`.
    pub commands: Words,
    /// Options with which they print something else.
    #[serde(default)]
    pub unless: Words,
    /// How it is read.
    #[serde(default)]
    pub reading: Reading,
    /// Lines that are left out: patterns, where `*` is any text, `{id}` an ID and `{n}` a number.
    #[serde(default)]
    pub progress: Words,
    /// If there are any, only these lines are compared.
    #[serde(default)]
    pub only: Words,
    /// `PATTERN => PATTERN`: lines and cells of the first form say the same as the second.
    #[serde(default)]
    pub alike: Words,
    /// Cells that say less than others do: one of such a form is like any that starts with the same word.
    #[serde(default)]
    pub vague: Words,
    /// Lines may come in any order.
    #[serde(default)]
    pub unordered: bool,
    /// Columns, or keys of JSON, that have another value each time.
    #[serde(default)]
    pub any: Words,
    /// Kinds of token that are measured anew each time: `number`, `size`.
    #[serde(default)]
    pub measured: Words,
    /// Kinds of token that are set, and not measured: `duration`, `percentage`, `size`.
    #[serde(default)]
    pub exact: Words,
    /// Columns that measure something: another value each time, but never nothing in place of something.
    #[serde(default)]
    pub gauge: Words,
    /// Lines of such a form count once, however many there are.
    #[serde(default)]
    pub once: Words,
    /// Lines with names of packages: only those count that the command names.
    #[serde(default)]
    pub requested: Words,
    /// Its hexadecimal words are hashes of commits.
    #[serde(default)]
    pub hashes: bool,
    /// Columns, or keys of JSON, that are there with some versions only.
    #[serde(default)]
    pub optional: Words,
    /// Of the optional keys of JSON, those that a newer version no longer gives; if any are named, all others
    /// must stay.
    #[serde(default)]
    pub lost: Words,
    /// Keys of JSON that are what the author made them, whatever `optional` says.
    #[serde(default)]
    pub required: Words,
    /// The columns that say which row is which.
    #[serde(default)]
    pub key: Words,
    /// Rows come in an order that means something.
    #[serde(default)]
    pub ordered: bool,
    /// `NAME: PATTERN`: an output with such a line has the form of that name; a page that shows
    /// another form than a reader sees is outdated.
    #[serde(default)]
    pub forms: Words,
}

/// How an output is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Line by line.
    #[default]
    Lines,
    /// By rows and columns, which two blanks part.
    Table,
    /// By rows and columns, which any blank parts; the last column has the rest.
    Columns,
    /// By its structure.
    Json,
    /// The instructions that a builder ran.
    Build,
    /// What became of each resource.
    Compose,
    /// The lines of several services.
    Logs,
    /// Word by word, in whatever columns.
    Words,
}

/// Some words, ours or given.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Vec<String>")]
pub enum Words {
    /// Of a profile of our own.
    Own(&'static [&'static str]),
    /// Of a user's.
    Given(Vec<String>),
}

impl Default for Words {
    fn default() -> Words {
        Words::Own(&[])
    }
}

impl From<Vec<String>> for Words {
    fn from(words: Vec<String>) -> Words {
        Words::Given(words)
    }
}

impl Words {
    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let (own, given): (&[&str], &[String]) = match self {
            Words::Own(words) => (words, &[]),
            Words::Given(words) => (&[], words),
        };
        own.iter().copied().chain(given.iter().map(String::as_str))
    }

    pub(super) fn has(&self, wanted: &str) -> bool {
        self.iter().any(|word| word == wanted)
    }
}

/// The profile of a command of which nothing is known; others are this with something added.
pub(super) const GENERAL: Profile = Profile {
    commands: Words::Own(&[]),
    unless: Words::Own(&[]),
    reading: Reading::Lines,
    progress: Words::Own(&[]),
    only: Words::Own(&[]),
    alike: Words::Own(&[]),
    vague: Words::Own(&[]),
    unordered: false,
    any: Words::Own(&[]),
    measured: Words::Own(&[]),
    exact: Words::Own(&[]),
    gauge: Words::Own(&[]),
    once: Words::Own(&[]),
    requested: Words::Own(&[]),
    hashes: false,
    optional: Words::Own(&[]),
    lost: Words::Own(&[]),
    required: Words::Own(&[]),
    key: Words::Own(&[]),
    ordered: false,
    forms: Words::Own(&[]),
};

impl Profile {
    /// What is wrong with it, if anything is: each word that cannot be understood, and why.
    pub fn fault(&self) -> Option<(String, &'static str)> {
        let told = |word: &str, why| Some((word.to_owned(), why));
        if self.commands.iter().next().is_none() {
            return told("commands", "it needs at least one command");
        }
        if let Some(word) = self.alike.iter().find(|word| !word.contains(" => ")) {
            return told(word, "write `PATTERN => PATTERN`");
        }
        if let Some(word) = self.forms.iter().find(|word| !word.contains(": ")) {
            return told(word, "write `NAME: PATTERN`");
        }
        let patterns = [
            &self.progress,
            &self.once,
            &self.only,
            &self.alike,
            &self.vague,
            &self.forms,
        ];
        let unknown = patterns
            .into_iter()
            .flat_map(Words::iter)
            .find(|word| !pattern::is_sound(word));
        unknown.and_then(|word| {
            told(
                word,
                "between braces stands one of `id`, `n`, `x`, `w`, `b`, `hex` and `signs`",
            )
        })
    }

    pub(super) fn suits(&self, invocation: &Invocation<'_>) -> bool {
        self.commands.iter().any(|command| invocation.is(command))
            && !self.unless.iter().any(|option| invocation.has(option))
    }
}
