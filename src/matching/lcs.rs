//! The longest common part of two texts, a number for each line.

use std::collections::{HashMap, VecDeque};

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The product of two lengths up to which the fewest changes are looked for; past it, few will do.
const DIFF_BUDGET: usize = 400_000_000;

/// A longest common subsequence of the two, or, where finding it would take too long, a long one.
pub(super) fn common(expected: &[u32], live: &[u32]) -> Vec<(usize, usize)> {
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

/// The same of lines as they stand there.
pub(super) fn common_lines<'t>(expected: &[&'t str], live: &[&'t str]) -> Vec<(usize, usize)> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut number = |line: &'t str| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(line).or_insert(next)
    };
    let expected: Vec<u32> = expected.iter().map(|line| number(line)).collect();
    let live: Vec<u32> = live.iter().map(|line| number(line)).collect();
    common(&expected, &live)
}

/// A line that only one of two texts has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneSided<'t> {
    /// The old one.
    Old(&'t str),
    /// The new one.
    New(&'t str),
}

/// What of two texts is not in both, in order, as `diff` shows it.
pub fn one_sided<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<OneSided<'t>> {
    let mut lines = Vec::new();
    let (mut e, mut l) = (0, 0);
    let ends = [(old.len(), new.len())];
    for (same_e, same_l) in common_lines(old, new).into_iter().chain(ends) {
        lines.extend(old[e..same_e].iter().map(|line| OneSided::Old(line)));
        lines.extend(new[l..same_l].iter().map(|line| OneSided::New(line)));
        (e, l) = (same_e + 1, same_l + 1);
    }
    lines
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
