//! The sentences that lead to a block: all since the block before it, or the heading.

use std::ops::Range;

use super::phrases::{self, Says};
use crate::document::file::{is_file_name, is_known_file};
use crate::document::page::Prose;

/// So many sentences are looked at before a block.
const MOST: usize = 24;

/// The text that leads to a block.
#[derive(Debug, Default, Clone)]
pub(in crate::document) struct Lead {
    pub(in crate::document) sentences: Vec<Sentence>,
    /// A heading came since the block before, and nothing else.
    pub(in crate::document) heading: Option<usize>,
    /// Nothing at all stands between the block before and this one.
    pub(in crate::document) is_adjacent: bool,
}

/// One sentence of it.
#[derive(Debug, Clone)]
pub(in crate::document) struct Sentence {
    pub(in crate::document) span: Range<usize>,
    /// As the table of phrases has it.
    pub(in crate::document) plain: String,
    /// What it says.
    said: phrases::Said,
    /// As it is written, without marks.
    pub(in crate::document) text: String,
    /// Its words that are code.
    pub(in crate::document) code: Vec<String>,
    /// It stands in the last paragraph before the block.
    pub(in crate::document) is_near: bool,
    /// It is all of its paragraph.
    pub(in crate::document) is_alone: bool,
}

impl Sentence {
    pub(in crate::document) fn says(&self, what: Says) -> bool {
        self.said.has(what)
    }

    pub(in crate::document) fn leads_on(&self) -> bool {
        self.text
            .trim_end_matches(['*', '_'])
            .trim_end()
            .ends_with([':', '：'])
    }

    /// The files that it names, in order: as code, or by a name that no other word has.
    pub(in crate::document) fn files(&self) -> Vec<&str> {
        let mut named: Vec<(usize, &str)> = Vec::new();
        for code in &self.code {
            let name = code.trim().trim_start_matches("./");
            if is_file_name(name) {
                named.push((self.text.find(code.as_str()).unwrap_or(0), name));
            }
        }
        let is_between =
            |c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '"' | '\'' | '“' | '”');
        for written in self.text.split(is_between) {
            let start = written.as_ptr() as usize - self.text.as_ptr() as usize;
            let word = written.trim_matches(['*', ':', '`', '.', ';']);
            let is_hidden = written.trim_start_matches(['*', '`']).starts_with('.');
            if is_hidden && is_known_file(&format!(".{word}")) {
                continue;
            }
            if is_known_file(word) && !named.iter().any(|(_, name)| *name == word) {
                let name = if word == "dockerfile" {
                    "Dockerfile"
                } else {
                    word
                };
                named.push((start, name));
            }
        }
        named.sort_by_key(|(at, _)| *at);
        named.into_iter().map(|(_, name)| name).collect()
    }
}

impl Lead {
    /// Takes in a paragraph.
    pub(in crate::document) fn push(&mut self, prose: &Prose) {
        // What was said long before a block leads to something else.
        if self.sentences.len() > MOST {
            self.sentences.drain(..self.sentences.len() - MOST);
        }
        for sentence in &mut self.sentences {
            sentence.is_near = false;
        }
        self.is_adjacent = false;
        let mut ranges = prose.sentences();
        let is_alone = ranges.len() == 1;
        if ranges.len() > MOST {
            ranges.drain(..ranges.len() - MOST);
        }
        for at in ranges {
            let text = prose.text[at.clone()].trim().to_owned();
            let plain = phrases::plain(&text);
            let code = prose
                .code
                .iter()
                .filter(|code| at.start <= code.at.start && code.at.end <= at.end)
                .map(|code| prose.written(code).to_owned())
                .collect();
            self.sentences.push(Sentence {
                span: trimmed(&prose.text, at, prose),
                said: phrases::said(&plain),
                plain,
                text,
                code,
                is_near: true,
                is_alone,
            });
        }
    }

    /// The sentence just before the block.
    pub(in crate::document) fn last(&self) -> Option<&Sentence> {
        self.sentences.last()
    }

    /// The last sentence that says something, in the paragraph just before.
    pub(in crate::document) fn near(&self, what: Says) -> Option<&Sentence> {
        self.sentences
            .iter()
            .rev()
            .filter(|sentence| sentence.is_near)
            .find(|sentence| sentence.says(what))
    }

    /// Whether the last sentence says something.
    pub(in crate::document) fn ends(&self, what: Says) -> Option<&Sentence> {
        self.last().filter(|sentence| sentence.says(what))
    }

    /// Any sentence since the block before.
    pub(in crate::document) fn any(&self, what: Says) -> Option<&Sentence> {
        self.sentences
            .iter()
            .rev()
            .find(|sentence| sentence.says(what))
    }
}

/// The bytes of a sentence, without blanks at its ends.
fn trimmed(text: &str, at: Range<usize>, prose: &Prose) -> Range<usize> {
    let part = &text[at.clone()];
    let start = at.start + part.len() - part.trim_start().len();
    let end = at.start + part.trim_end().len();
    prose.span_of(start..end.max(start + 1))
}
