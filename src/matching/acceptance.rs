//! The setting that would accept a difference.

use super::comparison::{Acceptance, Aligned, Comparison};
use super::profile::Line;

/// A mask that would make every line that differs the same: one word of each, by its kind and the
/// word before it.
pub(super) fn mask(
    comparison: &Comparison,
    expected: &[Line<'_>],
    live: &[Line<'_>],
) -> Option<Acceptance> {
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
pub(super) fn is_reordered(
    comparison: &Comparison,
    expected: &[Line<'_>],
    live: &[Line<'_>],
) -> bool {
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
