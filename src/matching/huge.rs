//! Outputs of more lines than are aligned: held against each other in their order, so that memory stays
//! small however many there are.

use super::bindings::Bindings;
use super::comparison::{Aligned, Comparison, What};
use super::notation::is_elision;
use super::words::Matcher;

/// Up to so many lines are aligned, which takes about a hundred bytes each.
const MOST_LINES: usize = 150_000;

/// Whether one of two outputs has too many lines. A page that leaves lines out has them in their places
/// nowhere else than aligned.
pub(super) fn are_huge(expected: &str, live: &str, is_authored: bool) -> bool {
    let is_huge = |text: &str| text.len() > MOST_LINES && text.lines().count() > MOST_LINES;
    (is_huge(expected) || is_huge(live))
        && !(is_authored && expected.lines().any(|line| is_elision(line.trim())))
}

impl Matcher<'_> {
    /// Compares line by line, up to the first that differs.
    pub(super) fn in_order(
        &self,
        expected: &str,
        live: &str,
        bindings: &mut Bindings,
    ) -> Comparison {
        let mut pairs = (expected.trim_end().lines(), live.trim_end().lines());
        let mut number = 0;
        loop {
            let (e, l) = (pairs.0.next(), pairs.1.next());
            let found = match (e.map(str::trim_end), l.map(str::trim_end)) {
                (None, None) => return Comparison::same(),
                (Some(_), None) => Aligned::Missing {
                    expected: number,
                    what: What::Line,
                },
                (None, Some(_)) => Aligned::Extra {
                    live: number,
                    what: What::Line,
                },
                (Some(e), Some(l)) => match self.line(e, l, Some(bindings)) {
                    Ok(()) => {
                        number += 1;
                        continue;
                    }
                    Err(why) => Aligned::Changed {
                        expected: number,
                        live: number,
                        why,
                        marks: self.marks(e, l),
                    },
                },
            };
            return Comparison::of(vec![found]);
        }
    }
}
