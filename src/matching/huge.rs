//! Outputs of more lines than are aligned: held against each other in their order, so that memory stays
//! small however many there are.

use super::bindings::Bindings;
use super::comparison::{Aligned, Comparison, What};
use super::emphasis::Marks;
use super::notation::is_elision;
use super::why::Why;
use super::words::Matcher;

/// Up to so many lines are aligned, which takes about a hundred bytes each.
const MOST_LINES: usize = 150_000;

/// And lines of so many bytes: each word takes three hundred more.
const LONGEST: usize = 128 << 10;

/// So many words of a long line are compared at once.
const WORDS: usize = 512;

/// Whether one of two outputs has too many lines, or one too long. A page that leaves lines out has them in
/// their places nowhere else than aligned.
pub(super) fn are_huge(expected: &str, live: &str, is_authored: bool) -> bool {
    let is_huge = |text: &str| {
        text.len() > LONGEST.min(MOST_LINES)
            && (text.lines().any(|line| line.len() > LONGEST)
                || text.lines().nth(MOST_LINES).is_some())
    };
    (is_huge(expected) || is_huge(live))
        && !(is_authored && expected.lines().any(|line| is_elision(line.trim())))
}

/// The lines with their numbers, without the empty ones at both ends; by what they say where their order
/// does not matter.
fn numbered(text: &str, is_unordered: bool) -> Box<dyn Iterator<Item = (usize, &str)> + '_> {
    let lines = text.trim_end().lines().map(str::trim_end).enumerate();
    let lines = lines.skip_while(|(_, line)| line.is_empty());
    if !is_unordered {
        return Box::new(lines);
    }
    let mut lines: Vec<(usize, &str)> = lines.collect();
    lines.sort_unstable_by_key(|(_, line)| *line);
    Box::new(lines.into_iter())
}

/// The next words of a line, and what comes behind.
fn next_words(line: &str) -> (&str, &str) {
    let mut blanks = line.match_indices(' ').map(|(at, _)| at);
    line.split_at(blanks.nth(WORDS).unwrap_or(line.len()))
}

impl Matcher<'_> {
    /// Compares line by line, up to the first that differs.
    pub(super) fn in_order(
        &self,
        expected: &str,
        live: &str,
        bindings: &mut Bindings,
    ) -> Comparison {
        let is_unordered = self.rules.unordered || self.knowledge.is_unordered();
        let (mut expected, mut live) = (
            numbered(expected, is_unordered),
            numbered(live, is_unordered),
        );
        loop {
            let found = match (expected.next(), live.next()) {
                (None, None) => return Comparison::same(),
                (Some((expected, _)), None) => Aligned::Missing {
                    expected,
                    what: What::Line,
                },
                (None, Some((live, _))) => Aligned::Extra {
                    live,
                    what: What::Line,
                },
                (Some((expected, e)), Some((live, l))) => match self.by_words(e, l, bindings) {
                    Ok(()) => continue,
                    Err((why, marks)) => Aligned::Changed {
                        expected,
                        live,
                        why,
                        marks,
                    },
                },
            };
            return Comparison::of(vec![found]);
        }
    }

    /// Compares two lines, long ones a stretch after the other.
    fn by_words(&self, e: &str, l: &str, bindings: &mut Bindings) -> Result<(), (Why, Marks)> {
        let (mut e, mut l) = (e, l);
        if e.len().max(l.len()) <= LONGEST {
            return self
                .line(e, l, Some(bindings))
                .map_err(|why| (why, self.marks(e, l)));
        }
        while !(e.is_empty() && l.is_empty()) {
            let ((words_e, rest_e), (words_l, rest_l)) = (next_words(e), next_words(l));
            self.line(words_e, words_l, Some(bindings))
                .map_err(|why| (why, Marks::default()))?;
            (e, l) = (rest_e, rest_l);
        }
        Ok(())
    }
}
