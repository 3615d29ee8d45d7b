//! Which line of one output stands opposite which of the other.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::acceptance::{is_reordered, mask};
use super::bindings::Bindings;
use super::comparison::{Acceptance, Aligned, Comparison, What};
use super::lcs::common;
use super::notation::{is_elision, is_notation, is_optional};
use super::profile::{Line, Reading, is_error, is_warning};
use super::words::Matcher;

/// What stands opposite what, by index into the compared lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    Both(usize, usize),
    Expected(usize),
    Live(usize),
}

impl Matcher<'_> {
    /// Compares the lines of two outputs.
    pub(super) fn lines(
        &self,
        expected: &[Line<'_>],
        live: &[Line<'_>],
        bindings: &mut Bindings,
    ) -> Comparison {
        let pairs = if self.rules.unordered || self.knowledge.is_unordered() {
            self.as_sets(expected, live, bindings)
        } else if self.is_authored() && expected.iter().any(|line| is_elision(&line.text)) {
            self.around_elisions(expected, live)
        } else if expected.len() == live.len()
            && expected
                .iter()
                .zip(live)
                .all(|(e, l)| self.alike(&e.text, &l.text))
        {
            (0..expected.len()).map(|i| Pair::Both(i, i)).collect()
        } else {
            self.by_shape(expected, live)
        };
        let mut comparison = Comparison::of(self.judged(&pairs, expected, live, bindings));
        comparison.acceptance = if is_reordered(&comparison, expected, live) {
            Some(Acceptance::Unordered)
        } else {
            mask(&comparison, expected, live)
        };
        comparison
    }

    /// Compares lines of which a page leaves some out, wherever it pleases: those that it has must come
    /// in their order, and an error is never left out.
    pub(super) fn among(
        &self,
        expected: &[Line<'_>],
        live: &[Line<'_>],
        bindings: &mut Bindings,
    ) -> Comparison {
        let mut pairs = Vec::new();
        let mut from = 0;
        for (e, line) in expected.iter().enumerate() {
            let found = (from..live.len()).find(|&l| self.alike(&line.text, &live[l].text));
            pairs.push(found.map_or(Pair::Expected(e), |l| Pair::Both(e, l)));
            from = found.map_or(from, |l| l + 1);
        }
        let is_failure = |line: &Line<'_>| is_error(&line.text) || line.text.starts_with("failed");
        let taken = |l: usize| {
            pairs
                .iter()
                .any(|pair| matches!(pair, Pair::Both(_, found) if *found == l))
        };
        let failures: Vec<Pair> = (0..live.len())
            .filter(|&l| is_failure(&live[l]) && !taken(l))
            .map(Pair::Live)
            .collect();
        pairs.extend(failures);
        Comparison::of(self.judged(&pairs, expected, live, bindings))
    }

    /// Compares values by the ways to them, in whatever order.
    pub(super) fn values(
        &self,
        expected: &[Line<'_>],
        live: &[Line<'_>],
        bindings: &mut Bindings,
    ) -> Comparison {
        let way = |line: &Line<'_>| line.text.split(": ").next().unwrap_or_default().to_owned();
        let (alone, mut pairs): (Vec<Pair>, Vec<Pair>) = self
            .as_sets(expected, live, bindings)
            .into_iter()
            .partition(|pair| !matches!(pair, Pair::Both(..)));
        // What is left on both sides of one way is a value that has changed.
        let mut by_way: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for pair in &alone {
            if let Pair::Expected(e) = pair {
                by_way.entry(way(&expected[*e])).or_default().push_back(*e);
            }
        }
        for pair in &alone {
            if let Pair::Live(l) = pair {
                let same_way = by_way
                    .get_mut(&way(&live[*l]))
                    .and_then(VecDeque::pop_front);
                pairs.push(same_way.map_or(*pair, |e| Pair::Both(e, *l)));
            }
        }
        pairs.extend(by_way.into_values().flatten().map(Pair::Expected));
        Comparison::of(self.judged(&pairs, expected, live, bindings))
    }

    /// Binds what stands opposite each other, in the order of the document.
    pub(super) fn judged(
        &self,
        pairs: &[Pair],
        expected: &[Line<'_>],
        live: &[Line<'_>],
        bindings: &mut Bindings,
    ) -> Vec<Aligned> {
        let mut lines = Vec::with_capacity(pairs.len());
        for pair in pairs {
            lines.push(match *pair {
                Pair::Both(e, l) => {
                    let (e, l) = (&expected[e], &live[l]);
                    match self.line(&e.text, &l.text, Some(bindings)) {
                        Ok(()) => Aligned::Same {
                            expected: e.number,
                            live: l.number,
                        },
                        Err(why) => Aligned::Changed {
                            expected: e.number,
                            live: l.number,
                            why,
                            marks: self.marks(&e.text, &l.text),
                        },
                    }
                }
                Pair::Expected(e) if self.is_authored() && is_optional(&expected[e].text) => {
                    continue;
                }
                // Versions warn of other things; a page shows a warning to be seen.
                Pair::Expected(e) if !self.is_authored() && is_warning(&expected[e].text) => {
                    continue;
                }
                Pair::Expected(e) => Aligned::Missing {
                    expected: expected[e].number,
                    what: self.what(&expected[e]),
                },
                Pair::Live(l) if is_warning(&live[l].text) && !is_error(&live[l].text) => {
                    Aligned::Noted {
                        live: live[l].number,
                    }
                }
                Pair::Live(l) => Aligned::Extra {
                    live: live[l].number,
                    what: self.what(&live[l]),
                },
            });
        }
        lines
    }

    /// What a line is that only one side has.
    fn what(&self, line: &Line<'_>) -> What {
        match self.knowledge.reading {
            Reading::Words => What::Word(line.text.to_string()),
            _ => What::Line,
        }
    }

    /// Aligns by what lines look like once everything that varies is left out. What stands between
    /// two lines that are alike is paired in order.
    pub(super) fn by_shape(&self, expected: &[Line<'_>], live: &[Line<'_>]) -> Vec<Pair> {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut number = |shape: String| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(shape).or_insert(next)
        };
        let mut expected_shapes: Vec<u32> = expected
            .iter()
            .map(|line| number(self.shape(&line.text, &self.expected)))
            .collect();
        let live_shapes: Vec<u32> = live
            .iter()
            .map(|line| number(self.shape(&line.text, &self.live)))
            .collect();
        if self.is_authored() {
            self.resolve_notation(expected, live, &mut expected_shapes, &live_shapes);
        }
        let mut pairs = Vec::with_capacity(expected.len().max(live.len()));
        let (mut e, mut l) = (0, 0);
        for (same_e, same_l) in common(&expected_shapes, &live_shapes) {
            between(e..same_e, l..same_l, &mut pairs);
            pairs.push(Pair::Both(same_e, same_l));
            (e, l) = (same_e + 1, same_l + 1);
        }
        between(e..expected.len(), l..live.len(), &mut pairs);
        pairs
    }

    /// A line with a notation has the shape of the live line it fits, if that stands nearby.
    fn resolve_notation(
        &self,
        expected: &[Line<'_>],
        live: &[Line<'_>],
        expected_shapes: &mut [u32],
        live_shapes: &[u32],
    ) {
        const NEAR: usize = 40;
        for (e, line) in expected.iter().enumerate() {
            if !is_notation(&line.text) {
                continue;
            }
            let near = e.saturating_sub(NEAR)..live.len().min(e + NEAR);
            if let Some(l) = near
                .into_iter()
                .find(|&l| self.alike(&line.text, &live[l].text))
            {
                expected_shapes[e] = live_shapes[l];
            }
        }
    }

    /// Of live lines of one shape, the place of the one whose identifiers agree best with what was
    /// bound before.
    fn most_fitting(
        &self,
        expected: &str,
        live: &[Line<'_>],
        places: &VecDeque<usize>,
        bindings: &Bindings,
    ) -> usize {
        const LOOKED_AT: usize = 64;
        let agreement = |place: &usize| self.agreement(expected, &live[*place].text, bindings);
        let mut best = (0, 0);
        if places.len() > 1 {
            for (i, place) in places.iter().take(LOOKED_AT).enumerate() {
                let agreement = agreement(place);
                if i == 0 || agreement > best.1 {
                    best = (i, agreement);
                }
            }
        }
        best.0
    }

    /// Without order: each expected line takes the first live one that is like it.
    pub(super) fn as_sets(
        &self,
        expected: &[Line<'_>],
        live: &[Line<'_>],
        bindings: &Bindings,
    ) -> Vec<Pair> {
        let mut by_shape: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (i, line) in live.iter().enumerate() {
            by_shape
                .entry(self.shape(&line.text, &self.live))
                .or_default()
                .push_back(i);
        }
        let mut taken = vec![false; live.len()];
        // So many lines with a notation are looked for among all others.
        let mut tries = 2_000_000 / live.len().max(1);
        let mut pairs: Vec<Pair> = Vec::new();
        for (i, line) in expected.iter().enumerate() {
            if self.is_authored() && is_elision(&line.text) {
                continue;
            }
            let same_shape = by_shape
                .get_mut(&self.shape(&line.text, &self.expected))
                .and_then(|places| {
                    let at = self.most_fitting(&line.text, live, places, bindings);
                    places.remove(at)
                });
            let found = same_shape.or_else(|| {
                (self.is_authored() && is_notation(&line.text) && tries > 0)
                    .then(|| {
                        tries -= 1;
                        (0..live.len())
                            .find(|&l| !taken[l] && self.alike(&line.text, &live[l].text))
                    })
                    .flatten()
            });
            if let Some(l) = found {
                taken[l] = true;
            }
            pairs.push(found.map_or(Pair::Expected(i), |l| Pair::Both(i, l)));
        }
        let has_elision = self.is_authored() && expected.iter().any(|line| is_elision(&line.text));
        if !has_elision {
            pairs.extend((0..live.len()).filter(|&l| !taken[l]).map(Pair::Live));
        }
        pairs
    }

    /// Each stretch between two elisions is found as early as possible after the one before; the
    /// last must end the output. A line that says that something went wrong is left out by no
    /// elision but the author's own, and these are: so nothing is asked of it here.
    pub(super) fn around_elisions(&self, expected: &[Line<'_>], live: &[Line<'_>]) -> Vec<Pair> {
        let fits = |e: usize, l: usize| self.alike(&expected[e].text, &live[l].text);
        let mut pairs = Vec::new();
        let mut at = 0;
        let mut first = 0;
        let stretches: Vec<&[Line<'_>]> = expected.split(|line| is_elision(&line.text)).collect();
        for (number, stretch) in stretches.iter().enumerate() {
            let last_start = live.len().saturating_sub(stretch.len()).max(at);
            let all_fit = |start: usize| {
                live.len() - start >= stretch.len()
                    && (0..stretch.len()).all(|i| fits(first + i, start + i))
            };
            let start = if number == 0 {
                all_fit(0).then_some(0)
            } else if number + 1 == stretches.len() {
                all_fit(last_start).then_some(last_start)
            } else {
                (at..=last_start)
                    .take(budget(stretch.len()))
                    .find(|&start| all_fit(start))
            };
            match start {
                Some(start) => {
                    pairs.extend((0..stretch.len()).map(|i| Pair::Both(first + i, start + i)));
                    at = start + stretch.len();
                }
                None => {
                    // Show the stretch against what stands in its place, so that a reader sees what is
                    // off: at the end for the last one, else what comes next.
                    let from = if number + 1 == stretches.len() {
                        last_start
                    } else {
                        at
                    };
                    let rest = &live[from..live.len().min(from + stretch.len())];
                    pairs.extend(self.by_shape(stretch, rest).into_iter().filter_map(|pair| {
                        match pair {
                            Pair::Both(e, l) => Some(Pair::Both(first + e, from + l)),
                            Pair::Expected(e) => Some(Pair::Expected(first + e)),
                            Pair::Live(_) => None,
                        }
                    }));
                }
            }
            first += stretch.len() + 1;
        }
        pairs
    }
}

/// What stands between two lines that are alike, paired in order.
fn between(e: std::ops::Range<usize>, l: std::ops::Range<usize>, pairs: &mut Vec<Pair>) {
    let both = e.len().min(l.len());
    pairs.extend((0..both).map(|i| Pair::Both(e.start + i, l.start + i)));
    pairs.extend((e.start + both..e.end).map(Pair::Expected));
    pairs.extend((l.start + both..l.end).map(Pair::Live));
}

/// How many places are tried for a stretch of so many lines: all, unless an output was made to take
/// forever.
fn budget(lines: usize) -> usize {
    const COMPARISONS: usize = 20_000_000;
    COMPARISONS / lines.max(1)
}
