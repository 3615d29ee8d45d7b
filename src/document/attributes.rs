//! What authors add: words after a fence's language, and the same words in comments.

mod meanings;
mod settings;
mod split;
mod words;

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Source, did_you_mean};
use split::{Given, split};
use words::Refused;

pub use meanings::{MEANINGS, Meaning};
pub(super) use settings::Similarity;
pub use settings::{Alive, BlockSettings, Exit, Retry, SCREEN, Stream, Wait};
pub use words::{Takes, WORDS, Word, duration};

/// Where words stand, which decides what an unknown one means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// After a fence's language, where other tools put theirs too.
    Fence,
    /// In a comment that is addressed to tutcheck.
    Directive,
}

struct Reading<'a> {
    source: &'a Arc<Source>,
    origin: Origin,
    /// Some word beside is one of ours, or the words stand in a comment to us.
    speaks_to_us: bool,
    faults: &'a mut Vec<Diagnostic>,
}

/// Reads the words of `span` into `settings`; whatever is wrong goes to `faults`.
pub(super) fn read(
    source: &Arc<Source>,
    span: Range<usize>,
    origin: Origin,
    settings: &mut BlockSettings,
    faults: &mut Vec<Diagnostic>,
) {
    let words = split(&source.text, span);
    let is_ours = |word: &Given<'_>| {
        let known = WORDS.iter().find(|known| known.name == word.name);
        known.is_some_and(|known| !SHARED.contains(&known.name))
    };
    let mut reading = Reading {
        source,
        origin,
        speaks_to_us: words.iter().any(is_ours) || origin == Origin::Directive,
        faults,
    };
    for word in words {
        reading.word(&word, settings);
    }
}

/// Words of ours that other tools have too.
const SHARED: &[&str] = &["title", "filename", "run"];

/// Whether a word that we know stands on a fence in another tool's meaning: `run={true}`, `title`.
fn is_foreign(word: &Given<'_>) -> bool {
    SHARED.contains(&word.name)
        && match word.name {
            "run" => true,
            _ => word
                .value
                .is_none_or(|value| value.is_empty() || value.starts_with(['{', '[', '"', '\''])),
        }
}

/// Whether a word is so near one of ours that it can only be meant: what is short or means something
/// by itself is somebody else's.
fn is_near_miss(word: &str, guess: &str) -> bool {
    const OTHERS: &[&str] = &[
        "live", "lines", "line", "name", "ruby", "files", "copy", "text", "path", "tag", "tab",
        "next", "edit", "fail", "types", "rust", "mark", "title", "skill", "wide", "wait", "until",
        "exec",
    ];
    word.len() >= 3 && guess.len() >= 3 && !OTHERS.contains(&word)
}

impl Reading<'_> {
    fn word(&mut self, word: &Given<'_>, settings: &mut BlockSettings) {
        let Some(known) = WORDS.iter().find(|known| known.name == word.name) else {
            self.unknown(word);
            return;
        };
        match (known.takes, word.value) {
            // Words that other tools have too mean nothing without the value that we give them.
            _ if self.origin == Origin::Fence && !self.speaks_to_us && is_foreign(word) => {}
            (Takes::Nothing, Some(_)) => {
                self.fault(word, format!("`{}` takes no value", word.name), None);
            }
            (_, Some(value)) if value.starts_with(['"', '\'']) => {
                let help = Some("end it with the same quote".to_owned());
                self.fault(
                    word,
                    format!("the value of `{}` is never closed", word.name),
                    help,
                );
            }
            (Takes::Value, None | Some("")) => {
                let example = format!("write `{}=…`", word.name);
                self.fault(
                    word,
                    format!("`{}` needs a value", word.name),
                    Some(example),
                );
            }
            (_, value) => {
                let value = value.unwrap_or_default();
                match known.set(value, settings) {
                    Ok(()) => {}
                    Err(Refused::Value) => self.bad_value(word, value, known.wants()),
                    Err(Refused::Twice) => {
                        let help = Some("a block has one of `exit=N` and `fails`".to_owned());
                        self.fault(word, "the exit status is set twice".to_owned(), help);
                    }
                }
            }
        }
    }

    /// A word that is none of ours. In a fence it is somebody else's and means nothing, but for a near
    /// miss of one of ours beside one of ours, or with a value of its form.
    fn unknown(&mut self, word: &Given<'_>) {
        let known = WORDS.iter().map(|known| known.name);
        let guess = did_you_mean(word.name, known).filter(|guess| is_near_miss(word.name, guess));
        let is_addressed = || self.speaks_to_us || self.source.text.contains("tutcheck");
        if self.origin == Origin::Fence && (guess.is_none() || !is_addressed()) {
            return;
        }
        let help = guess.map_or_else(
            || {
                let all: Vec<&str> = WORDS.iter().map(|known| known.name).collect();
                format!("the words are {}", all.join(", "))
            },
            |guess| format!("did you mean `{guess}`?"),
        );
        self.faults.push(
            Diagnostic::new(
                "unknown-word",
                self.source,
                word.span.clone(),
                format!("unknown word `{}`", word.name),
            )
            .help(help),
        );
    }

    fn bad_value(&mut self, word: &Given<'_>, value: &str, wanted: &str) {
        let message = format!("`{value}` is no value for `{}`", word.name);
        self.fault(word, message, Some(format!("it takes {wanted}")));
    }

    fn fault(&mut self, word: &Given<'_>, message: String, help: Option<String>) {
        let fault = Diagnostic::new("bad-value", self.source, word.span.clone(), message);
        self.faults.push(match help {
            Some(help) => fault.help(help),
            None => fault,
        });
    }
}
