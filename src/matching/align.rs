//! Which line of one output stands opposite which of the other.

use std::collections::{BTreeMap, HashMap, VecDeque};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::authored::{is_elision, is_notation, optional};
use super::bindings::Bindings;
use super::comparison::{Acceptance, Aligned, Comparison, What};
use super::profile::{Line, is_error, is_warning};
use super::words::Comparing;

/// What stands opposite what, by index into the compared lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    Both(usize, usize),
    Expected(usize),
    Live(usize),
}

/// The product of two lengths up to which the fewest changes are looked for; past it, few will do.
const DIFF_BUDGET: usize = 400_000_000;

impl Comparing<'_> {
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
                Pair::Expected(e)
                    if self.is_authored() && optional(&expected[e].text).is_some() =>
                {
                    continue;
                }
                // Versions warn of other things; a page shows a warning to be seen.
                Pair::Expected(e) if !self.is_authored() && is_warning(&expected[e].text) => {
                    continue;
                }
                Pair::Expected(e) => Aligned::Missing {
                    expected: expected[e].number,
                    what: What::Line,
                },
                Pair::Live(l) if is_warning(&live[l].text) && !is_error(&live[l].text) => {
                    Aligned::Noted {
                        live: live[l].number,
                    }
                }
                Pair::Live(l) => Aligned::Extra {
                    live: live[l].number,
                    what: What::Line,
                },
            });
        }
        lines
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
}

/// What stands between two lines that are alike, paired in order.
fn between(e: std::ops::Range<usize>, l: std::ops::Range<usize>, pairs: &mut Vec<Pair>) {
    let both = e.len().min(l.len());
    pairs.extend((0..both).map(|i| Pair::Both(e.start + i, l.start + i)));
    pairs.extend((e.start + both..e.end).map(Pair::Expected));
    pairs.extend((l.start + both..l.end).map(Pair::Live));
}

/// A longest common subsequence of the two, or, where finding it would take too long, a long one.
fn common(expected: &[u32], live: &[u32]) -> Vec<(usize, usize)> {
    let start = expected
        .iter()
        .zip(live)
        .take_while(|(e, l)| e == l)
        .count();
    let (rest_e, rest_l) = (&expected[start..], &live[start..]);
    let end = rest_e
        .iter()
        .rev()
        .zip(rest_l.iter().rev())
        .take_while(|(e, l)| e == l)
        .count();
    let (rest_e, rest_l) = (&rest_e[..rest_e.len() - end], &rest_l[..rest_l.len() - end]);
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|i| (i, i)).collect();
    pairs.extend(
        middle(rest_e, rest_l)
            .into_iter()
            .map(|(e, l)| (start + e, start + l)),
    );
    let ends = (0..end).map(|i| (expected.len() - end + i, live.len() - end + i));
    pairs.extend(ends);
    pairs
}

/// Lines that only one side has can be alike with none: without them, what differs everywhere is
/// found out at once.
fn middle(expected: &[u32], live: &[u32]) -> Vec<(usize, usize)> {
    let places = |side: &[u32], other: &[u32]| -> Vec<usize> {
        let there: std::collections::HashSet<u32> = other.iter().copied().collect();
        (0..side.len())
            .filter(|&i| there.contains(&side[i]))
            .collect()
    };
    let (places_e, places_l) = (places(expected, live), places(live, expected));
    let shapes = |side: &[u32], places: &[usize]| -> Vec<u32> {
        places.iter().map(|&place| side[place]).collect()
    };
    let (shapes_e, shapes_l) = (shapes(expected, &places_e), shapes(live, &places_l));
    let found = if shapes_e.len().saturating_mul(shapes_l.len()) > DIFF_BUDGET {
        greedy(&shapes_e, &shapes_l)
    } else {
        fewest_changes(&shapes_e, &shapes_l)
    };
    found
        .into_iter()
        .map(|(e, l)| (places_e[e], places_l[l]))
        .collect()
}

fn fewest_changes(expected: &[u32], live: &[u32]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, expected, live) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = operation
        {
            pairs.extend((0..len).map(|i| (old_index + i, new_index + i)));
        }
    }
    pairs
}

/// Each line takes the next one that is like it, unless that would skip more than is left between.
fn greedy(expected: &[u32], live: &[u32]) -> Vec<(usize, usize)> {
    let mut places: HashMap<u32, VecDeque<usize>> = HashMap::new();
    for (l, shape) in live.iter().enumerate() {
        places.entry(*shape).or_default().push_back(l);
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    for (e, shape) in expected.iter().enumerate() {
        let Some(queue) = places.get_mut(shape) else {
            continue;
        };
        while queue.front().is_some_and(|&l| l < from) {
            queue.pop_front();
        }
        // A far jump would leave nothing for the lines that follow.
        let near = from + 64 + (e + 64).saturating_sub(from);
        if queue.front().is_some_and(|&l| l <= near)
            && let Some(l) = queue.pop_front()
        {
            pairs.push((e, l));
            from = l + 1;
        }
    }
    pairs
}

/// A mask that would make every line that differs the same: one word of each, by its kind and the
/// word before it.
fn mask(comparison: &Comparison, expected: &[Line<'_>], live: &[Line<'_>]) -> Option<Acceptance> {
    // A mask for many lines would hide more than it accepts.
    const MOST: usize = 200;
    if comparison
        .lines
        .iter()
        .filter(|line| !line.is_fine())
        .count()
        > MOST
    {
        return None;
    }
    let mut found: Option<(String, regex::Regex)> = None;
    for line in &comparison.lines {
        let (e, l, marks) = match line {
            Aligned::Same { .. } | Aligned::Noted { .. } => continue,
            Aligned::Missing { .. } | Aligned::Extra { .. } => return None,
            Aligned::Changed {
                expected,
                live,
                marks,
                ..
            } => (expected, live, marks),
        };
        let text = |lines: &[Line<'_>], number: usize| {
            let line = lines.iter().find(|line| line.number == number)?;
            Some(line.text.to_string())
        };
        let (before, after) = (text(expected, *e)?, text(live, *l)?);
        if found.is_none() {
            let [place] = marks.0.as_slice() else {
                return None;
            };
            let pattern = pattern_of(&before, place.clone())?;
            found = Some((pattern.clone(), regex::Regex::new(&pattern).ok()?));
        }
        let (_, regex) = found.as_ref()?;
        if regex.replace_all(&before, "…") != regex.replace_all(&after, "…") {
            return None;
        }
    }
    found.map(|(pattern, _)| Acceptance::Mask(pattern))
}

/// `visits: [0-9]+` for the number in `visits: 17`.
fn pattern_of(line: &str, place: std::ops::Range<usize>) -> Option<String> {
    let word = line.get(place.clone())?;
    let all = |belongs: fn(char) -> bool| !word.is_empty() && word.chars().all(belongs);
    let class = if all(|c| c.is_ascii_digit()) {
        "[0-9]+"
    } else if all(|c| c.is_ascii_hexdigit()) && word.contains(|c: char| c.is_ascii_digit()) {
        "[0-9a-f]+"
    } else {
        return None;
    };
    let head = line.get(..place.start)?;
    let context = head
        .char_indices()
        .rev()
        .skip_while(|(_, c)| !c.is_alphanumeric())
        .take_while(|(_, c)| c.is_alphanumeric())
        .last()
        .map_or(head, |(at, _)| &head[at..]);
    (!line.contains('/') || !context.contains('/'))
        .then(|| format!("{}{class}", regex::escape(context)))
}

/// Whether the same lines are there in another order.
fn is_reordered(comparison: &Comparison, expected: &[Line<'_>], live: &[Line<'_>]) -> bool {
    if comparison.is_same() || expected.len() != live.len() || expected.len() > 10_000 {
        return false;
    }
    let sorted = |lines: &[Line<'_>]| {
        let mut texts: Vec<String> = lines.iter().map(|line| line.text.to_string()).collect();
        texts.sort_unstable();
        texts
    };
    sorted(expected) == sorted(live)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_part_is_found_whatever_stands_around_it() {
        assert_eq!(
            common(&[1, 2, 3, 4], &[1, 9, 3, 4]),
            [(0, 0), (2, 2), (3, 3)]
        );
        assert_eq!(common(&[1, 2], &[2, 1]).len(), 1);
        assert_eq!(common(&[], &[1]), []);
        assert_eq!(greedy(&[1, 2, 3, 2], &[2, 3, 1, 2]), [(0, 2), (1, 3)]);
    }

    #[test]
    fn hostile_texts_are_aligned_in_bounded_time() {
        // Two long texts of the same two lines in another order each: the worst case of a diff.
        let noise = |seed: u64| -> Vec<u32> {
            let mut state = seed;
            (0..100_000)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    u32::from(state >> 63 == 1)
                })
                .collect()
        };
        assert!(!common(&noise(1), &noise(2)).is_empty());
    }
}
