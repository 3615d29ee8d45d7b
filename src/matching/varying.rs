//! Words that were seen to differ from play to play: of what kind they are, and that a line which differs in
//! them alone says the same.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::comparison::{Aligned, Comparison};

/// Of what kind a word is that differs from play to play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Digits, perhaps with a point.
    Number,
    /// Digits and the letters a to f, as many as there were.
    Hex,
    /// Letters and digits, as many as there were; small letters or capitals alone where it was of such.
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
            Sort::Number => both(is_number),
            Sort::Hex => recorded.len() == word.len() && both(is_hex),
            Sort::Word => recorded.len() == word.len() && is_of_form(recorded, word),
        }
    }
}

/// Digits, perhaps with a point.
fn is_number(word: &str) -> bool {
    let parts = word.split('.').count();
    parts <= 2
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_hex(word: &str) -> bool {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    digits.len() > 3 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a word may have been made up as the recorded one was: of letters alone in one case, or of letters and
/// digits in any mixture.
fn is_of_form(recorded: &str, word: &str) -> bool {
    let all = |word: &str, is_one: fn(&u8) -> bool| word.as_bytes().iter().all(is_one);
    [
        u8::is_ascii_lowercase,
        u8::is_ascii_uppercase,
        u8::is_ascii_alphanumeric,
    ]
    .into_iter()
    .find(|is_one| all(recorded, *is_one))
    .is_some_and(|is_one| all(word, is_one))
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

/// A word of an expected text that differs from play to play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Varying {
    /// The bytes of the text that it is.
    pub place: Range<usize>,
    /// What stands in its place.
    pub sort: Sort,
}

/// A word that differs from play to play, by its line and its number in that, both from 1; as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The number of the word among the runs of letters and digits.
    pub at: usize,
    /// The word.
    pub word: String,
    /// What stands in its place.
    #[serde(rename = "is")]
    pub sort: Sort,
}

/// What would settle a comparison: the words in which lines differ; none if anything else differs.
pub fn varying(comparison: &Comparison, expected: &str, live: &str) -> Option<Vec<Spot>> {
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
            } => found.extend(of_line(e + 1, expected.get(*e)?, live.get(*l)?, &marks.0)?),
        }
    }
    found.dedup();
    Some(found)
}

/// Of two lines, the words of the first that are marked, with what they are in both.
fn of_line(line: usize, expected: &str, live: &str, marks: &[Range<usize>]) -> Option<Vec<Spot>> {
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
    for (index, (e, l)) in here.iter().zip(&there).enumerate() {
        let (one, other) = (&expected[e.clone()], &live[l.clone()]);
        if one != other && is_marked(e) {
            found.push(Spot {
                line,
                at: index + 1,
                word: one.to_owned(),
                sort: Sort::of(one, other)?,
            });
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The words of a text at these spots, as far as they are still there.
pub fn placed<'s>(text: &str, spots: impl IntoIterator<Item = &'s Spot>) -> Vec<Varying> {
    let lines: Vec<&str> = text.lines().collect();
    // A line may have many words that vary.
    let mut words: HashMap<usize, Vec<Range<usize>>> = HashMap::new();
    let mut place = |spot: &Spot| {
        let line = lines.get(spot.line.checked_sub(1)?)?;
        let words = words.entry(spot.line).or_insert_with(|| atoms(line));
        let word = words.get(spot.at.checked_sub(1)?)?;
        let start = offset(text, line)? + word.start;
        let place = start..start + word.len();
        (text[place.clone()] == spot.word).then_some(place)
    };
    let mut placed: Vec<Varying> = spots
        .into_iter()
        .filter_map(|spot| {
            Some(Varying {
                place: place(spot)?,
                sort: spot.sort,
            })
        })
        .collect();
    placed.sort_by_key(|varying| varying.place.start);
    placed
}

/// What varies in the lines of another text that differ from the recorded ones in nothing else.
pub fn carried(recorded: &str, varying: &[Varying], text: &str) -> Vec<Spot> {
    // By what stands before the first word that varies; the lines of recordings differ mostly there.
    let mut heads: HashMap<&str, Vec<&str>> = HashMap::new();
    for line in recorded.lines() {
        let Some(start) = offset(recorded, line) else {
            continue;
        };
        let first = varying.partition_point(|one| one.place.start < start);
        if let Some(one) = varying
            .get(first)
            .filter(|one| one.place.end <= start + line.len())
        {
            heads
                .entry(&line[..one.place.start - start])
                .or_default()
                .push(line);
        }
    }
    let settled = Settled::new(varying, recorded);
    let mut carried = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let words = atoms(line);
        let mut kin = words
            .iter()
            .filter_map(|word| heads.get(&line[..word.start]))
            .flatten();
        let Some(kin) = kin.find(|kin| settled.apply(kin, line) == **kin) else {
            continue;
        };
        for (at, (e, l)) in atoms(kin).into_iter().zip(&words).enumerate() {
            if let Some(sort) = settled.sort(kin, &e) {
                carried.push(Spot {
                    line: number + 1,
                    at: at + 1,
                    word: line[l.clone()].to_owned(),
                    sort,
                });
            }
        }
    }
    carried
}

/// Where a part of a text begins in it.
fn offset(text: &str, part: &str) -> Option<usize> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    (start + part.len() <= text.len()).then_some(start)
}

/// The words of a line: runs of letters and digits.
fn atoms(line: &str) -> Vec<Range<usize>> {
    let mut atoms: Vec<Range<usize>> = Vec::new();
    for (at, character) in line.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        let end = at + character.len_utf8();
        match atoms.last_mut() {
            Some(last) if last.end == at => last.end = end,
            // `10.59` is one number.
            Some(last)
                if last.end + 1 == at
                    && line[last.end..].starts_with('.')
                    && character.is_ascii_digit()
                    && is_number(&line[last.clone()]) =>
            {
                last.end = end;
            }
            _ => atoms.push(at..end),
        }
    }
    atoms
}

/// What of an expected output was seen to vary.
#[derive(Debug)]
pub(super) struct Settled<'a> {
    /// In the order of the text.
    varying: &'a [Varying],
    text: &'a str,
}

impl<'a> Settled<'a> {
    pub(super) fn new(varying: &'a [Varying], text: &'a str) -> Settled<'a> {
        Settled { varying, text }
    }

    /// What stands in the place of a word of a part of the text.
    fn sort(&self, part: &str, word: &Range<usize>) -> Option<Sort> {
        let start = offset(self.text, part)? + word.start;
        let found = self
            .varying
            .binary_search_by_key(&start, |varying| varying.place.start)
            .ok()?;
        let varying = &self.varying[found];
        (varying.place.len() == word.len()).then_some(varying.sort)
    }

    /// The live line with the expected words in the place of those that vary. Of a line that was made anew
    /// from the text nobody says where its words stood.
    pub(super) fn apply<'l>(&self, expected: &str, live: &'l str) -> Cow<'l, str> {
        if self.varying.is_empty() || offset(self.text, expected).is_none() {
            return Cow::Borrowed(live);
        }
        let (here, there) = (atoms(expected), atoms(live));
        if here.len() != there.len() {
            return Cow::Borrowed(live);
        }
        let mut text = String::with_capacity(live.len());
        let mut at = 0;
        for (e, l) in here.iter().zip(&there) {
            let (one, other) = (&expected[e.clone()], &live[l.clone()]);
            if self
                .sort(expected, e)
                .is_some_and(|sort| sort.holds(one, other))
            {
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
            ("10.59", "5", Some(Sort::Number)),
        ] {
            assert_eq!(Sort::of(one, other), sort, "{one} {other}");
        }
    }

    const RECORDED: &str = "0\ntook 17 of 17 rounds\n0\n17 apples\n";

    fn spot(line: usize, at: usize, word: &str) -> Spot {
        Spot {
            line,
            at,
            word: word.to_owned(),
            sort: Sort::Number,
        }
    }

    #[test]
    fn a_word_may_vary_and_nothing_around_it() {
        let varying = placed(
            RECORDED,
            &[spot(2, 2, "17"), spot(3, 1, "0"), spot(9, 1, "x")],
        );
        assert_eq!(varying.len(), 2);
        let settled = Settled::new(&varying, RECORDED);
        let lines: Vec<&str> = RECORDED.lines().collect();
        let apply = |line: usize, live| settled.apply(lines[line - 1], live).into_owned();
        assert_eq!(apply(2, "took 3 of 17 rounds"), lines[1]);
        assert_eq!(apply(2, "took 3 of 4 rounds"), "took 17 of 4 rounds");
        assert_eq!(apply(2, "took many of 17 rounds"), "took many of 17 rounds");
        assert_eq!(apply(2, "took 3 rounds"), "took 3 rounds");
        assert_eq!(apply(4, "18 apples"), "18 apples");
        // Two lines of one text are two places.
        assert_eq!(
            (apply(1, "5"), apply(3, "5")),
            ("5".to_owned(), "0".to_owned())
        );
    }

    #[test]
    fn what_varies_is_known_in_other_texts() {
        let varying = placed(RECORDED, &[spot(2, 2, "17")]);
        assert_eq!(
            carried(
                RECORDED,
                &varying,
                "new\ntook 5 of 17 rounds\ntook 5 of 6 rounds\n"
            ),
            [spot(2, 2, "5")]
        );
    }
}
