//! Words that were seen to differ from play to play: of what kind they are, and that a line which differs in
//! them alone says the same.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::comparison::{Aligned, Comparison};

/// Of what kind a word is that differs from play to play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Digits.
    Number,
    /// Digits and the letters a to f, as many as there were.
    Hex,
    /// Small letters, capitals and digits, as far as there were such, as long as it was.
    Word,
}

impl Sort {
    const ALL: [Sort; 3] = [Sort::Number, Sort::Hex, Sort::Word];

    /// The closest kind that both words are of.
    fn of(one: &str, other: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|sort| sort.holds(one, other))
    }

    /// Whether a word may stand where `recorded` was.
    fn holds(self, recorded: &str, word: &str) -> bool {
        let both = |is_one: fn(&str) -> bool| is_one(recorded) && is_one(word);
        match self {
            Sort::Number => both(|word| word.bytes().all(|byte| byte.is_ascii_digit())),
            Sort::Hex => recorded.len() == word.len() && both(is_hex),
            Sort::Word => recorded.len() == word.len() && classes(recorded) == classes(word),
        }
    }
}

fn is_hex(word: &str) -> bool {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    digits.len() > 3 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Which characters a word has: small letters, capitals, digits, others.
fn classes(word: &str) -> [bool; 4] {
    let has = |is_one: fn(&char) -> bool| word.chars().any(|character| is_one(&character));
    [
        has(char::is_ascii_lowercase),
        has(char::is_ascii_uppercase),
        has(char::is_ascii_digit),
        has(|c| !c.is_ascii()),
    ]
}

/// Two words of letters and digits, as long as each other, that somebody may have made up: `8c73b7ab`.
pub(super) fn are_of_one_shape(expected: &str, live: &str) -> bool {
    let is_made_up = |word: &str| {
        word.len() >= 4
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    expected.len() == live.len() && is_made_up(expected) && is_made_up(live)
}

/// A word of a recorded line that differs from play to play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Varying {
    /// The line, as it was recorded.
    pub line: String,
    /// The word: letters and digits.
    pub word: String,
    /// What stands in its place.
    pub sort: Sort,
}

/// What would settle a comparison: the words in which lines differ, each with the number of its expected
/// line from 0; none if anything else differs.
pub fn varying(
    comparison: &Comparison,
    expected: &str,
    live: &str,
) -> Option<Vec<(usize, String, Sort)>> {
    let expected: Vec<&str> = expected.lines().collect();
    let live: Vec<&str> = live.lines().collect();
    let mut found = Vec::new();
    for line in &comparison.lines {
        match line {
            Aligned::Same { .. } | Aligned::Noted { .. } => {}
            Aligned::Missing { .. } | Aligned::Extra { .. } => return None,
            Aligned::Changed {
                expected: e,
                live: l,
                marks,
                ..
            } => found.extend(of_line(*e, expected.get(*e)?, live.get(*l)?, &marks.0)?),
        }
    }
    found.dedup();
    Some(found)
}

/// Of two lines, the words of the first that are marked, with what they are in both.
fn of_line(
    number: usize,
    expected: &str,
    live: &str,
    marks: &[Range<usize>],
) -> Option<Vec<(usize, String, Sort)>> {
    let (here, there) = (atoms(expected), atoms(live));
    if here.len() != there.len() {
        return None;
    }
    let is_marked = |atom: &Range<usize>| {
        marks.is_empty()
            || marks
                .iter()
                .any(|mark| mark.start < atom.end && atom.start < mark.end)
    };
    let mut found = Vec::new();
    for (e, l) in here.iter().zip(&there) {
        let (one, other) = (&expected[e.clone()], &live[l.clone()]);
        if one != other && is_marked(e) {
            found.push((number, one.to_owned(), Sort::of(one, other)?));
        }
    }
    (!found.is_empty()).then_some(found)
}

/// What varies in the lines of another text that differ from the recorded ones in nothing else.
pub fn carried(varying: &[Varying], text: &str) -> Vec<Varying> {
    let mut carried = Vec::new();
    for line in text.lines() {
        let of_kin = varying.iter().filter(|one| {
            let of_line = Settled::new(varying, &one.line);
            of_line.apply(&one.line, line) == one.line
        });
        for one in of_kin {
            for (e, l) in atoms(&one.line).into_iter().zip(atoms(line)) {
                if one.line[e] == one.word {
                    carried.push(Varying {
                        line: line.to_owned(),
                        word: line[l].to_owned(),
                        sort: one.sort,
                    });
                }
            }
        }
    }
    carried
}

/// The words of a line: runs of letters and digits.
fn atoms(line: &str) -> Vec<Range<usize>> {
    let mut atoms: Vec<Range<usize>> = Vec::new();
    for (at, character) in line.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        let end = at + character.len_utf8();
        match atoms.last_mut() {
            Some(last) if last.end == at => last.end = end,
            _ => atoms.push(at..end),
        }
    }
    atoms
}

/// What of an expected output was seen to vary.
#[derive(Debug, Default)]
pub(super) struct Settled<'a> {
    varying: &'a [Varying],
    /// The lines of that output.
    lines: HashSet<&'a str>,
}

impl<'a> Settled<'a> {
    pub(super) fn new(varying: &'a [Varying], expected: &'a str) -> Settled<'a> {
        let lines = match varying {
            [] => HashSet::new(),
            _ => expected.lines().collect(),
        };
        Settled { varying, lines }
    }

    /// The live line with the expected words in the place of those that vary. Of a line that is no whole one
    /// of the output, such as a cell of a table, nobody says where it stood.
    pub(super) fn apply<'l>(&self, expected: &str, live: &'l str) -> Cow<'l, str> {
        let is_whole = self.lines.contains(expected);
        let mut varying = self
            .varying
            .iter()
            .filter(|varying| !is_whole || varying.line == expected)
            .peekable();
        if varying.peek().is_none() {
            return Cow::Borrowed(live);
        }
        let varying: Vec<&Varying> = varying.collect();
        let (here, there) = (atoms(expected), atoms(live));
        if here.len() != there.len() {
            return Cow::Borrowed(live);
        }
        let mut text = String::with_capacity(live.len());
        let mut at = 0;
        for (e, l) in here.iter().zip(&there) {
            let (one, other) = (&expected[e.clone()], &live[l.clone()]);
            let may_stand =
                |varying: &&&Varying| varying.word == one && varying.sort.holds(one, other);
            if varying.iter().any(|one| may_stand(&one)) {
                text.push_str(&live[at..l.start]);
                text.push_str(one);
                at = l.end;
            }
        }
        text.push_str(&live[at..]);
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_of_a_kind() {
        for (one, other, sort) in [
            ("17", "9", Some(Sort::Number)),
            ("8f3a99", "77bc10", Some(Sort::Hex)),
            ("0x7ffe12", "0x12abff", Some(Sort::Hex)),
            ("Xy3Q", "pQ9z", Some(Sort::Word)),
            ("ok", "failed", None),
            ("17", "many", None),
        ] {
            assert_eq!(Sort::of(one, other), sort, "{one} {other}");
        }
    }

    #[test]
    fn a_word_may_vary_and_nothing_around_it() {
        let varying = [Varying {
            line: "took 17 of 17 rounds".to_owned(),
            word: "17".to_owned(),
            sort: Sort::Number,
        }];
        let settled = Settled::new(&varying, "took 17 of 17 rounds\n17 apples\n");
        let apply = |expected, live| settled.apply(expected, live).into_owned();
        assert_eq!(
            apply("took 17 of 17 rounds", "took 3 of 4 rounds"),
            "took 17 of 17 rounds"
        );
        assert_eq!(
            apply("took 17 of 17 rounds", "took 3 of many rounds"),
            "took 17 of many rounds"
        );
        assert_eq!(apply("17 apples", "18 apples"), "18 apples");
        let [here, there] = carried(&varying, "took 5 of 6 rounds\ntook 5 rounds\n")
            .try_into()
            .expect("both words of the first line");
        assert_eq!((here.word.as_str(), there.word.as_str()), ("5", "6"));
        assert_eq!(
            apply("took 17 of 17 rounds", "took 3 rounds"),
            "took 3 rounds"
        );
    }
}
