//! What the words of one side of a comparison stand for.

use std::collections::HashMap;

use super::Side;
use crate::identity::Identity;

/// What is known of the words of one side, where it is found at once.
pub(super) struct Vocabulary<'a> {
    known: HashMap<&'a str, &'a Identity>,
    /// See [`Side`].
    pub(super) complete: bool,
}

impl<'a> Vocabulary<'a> {
    pub(super) fn of(side: Side<'a>) -> Vocabulary<'a> {
        let known = side.known.iter();
        Vocabulary {
            known: known
                .map(|(word, identity)| (word.as_str(), identity))
                .collect(),
            complete: side.complete,
        }
    }

    /// Whether nothing is known of any word.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// What a word stands for.
    pub(super) fn identity(&self, word: &str) -> Option<&'a Identity> {
        if self.known.is_empty() {
            return None;
        }
        self.known.get(word).copied()
    }
}
