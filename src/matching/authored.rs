//! What authors write into the output that a page shows, so that it need not all be there: `...`,
//! ` (re)`, ` (glob)`, ` (?)`.

use super::align::Pair;
use super::bindings::Bindings;
use super::profile::Line;
use super::why::Why;
use super::words::Comparing;

/// A line that stands for any lines.
pub(super) fn is_elision(line: &str) -> bool {
    matches!(line.trim(), "..." | "…" | "[...]" | "[…]")
}

/// The line that ` (?)` makes optional.
pub(super) fn optional(line: &str) -> Option<&str> {
    line.strip_suffix(" (?)")
}

/// A line with a meaning beyond its words.
pub(super) fn is_notation(line: &str) -> bool {
    line.contains("...")
        || line.contains("[..]")
        || line.contains('…')
        || [" (re)", " (glob)", " (?)"]
            .iter()
            .any(|suffix| line.ends_with(suffix))
}

impl Comparing<'_> {
    /// Compares two lines; on a page, what is not the same literally may be meant as a pattern.
    pub(super) fn line(
        &self,
        expected: &str,
        live: &str,
        bindings: Option<&mut Bindings>,
    ) -> Result<(), Why> {
        let literally = self.literally(expected, live, bindings);
        if literally.is_ok() || !self.is_authored() {
            return literally;
        }
        if let Some(pattern) = expected.strip_suffix(" (re)") {
            let pattern = regex::Regex::new(&format!("^(?:{pattern})$"))
                .map_err(|error| Why::NoRegex(error.to_string()))?;
            return pattern.is_match(live).then_some(()).ok_or(Why::Regex);
        }
        if let Some(glob) = expected.strip_suffix(" (glob)") {
            return glob_matches(glob, live).then_some(()).ok_or(Why::Glob);
        }
        if let Some(line) = optional(expected) {
            return self.literally(line, live, None);
        }
        let parts = gaps(expected);
        let hides_failure = says_failure(live) && !says_failure(expected);
        if parts.len() > 1 && !hides_failure && self.around_gaps(&parts, live) {
            return Ok(());
        }
        literally
    }

    /// `text...text`: each part is found as early as possible, the first at the start and the last
    /// at the end of the line.
    fn around_gaps(&self, parts: &[&str], live: &str) -> bool {
        let [first, middle @ .., last] = parts else {
            return false;
        };
        let Some(mut at) = self.prefix(first, live) else {
            return false;
        };
        for part in middle {
            let Some(found) = live[at..].find(part) else {
                return false;
            };
            at += found + part.len();
        }
        let rest = &live[at..];
        // What follows the gap may vary too: it is tried where as many words from the end begin.
        rest.ends_with(last)
            || rest
                .char_indices()
                .rev()
                .filter(|(_, character)| character.is_whitespace())
                .nth(last.split_whitespace().count().saturating_sub(1))
                .is_some_and(|(start, blank)| {
                    let start = start + blank.len_utf8();
                    self.literally(last.trim_start(), &rest[start..], None)
                        .is_ok()
                })
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

/// How many places are tried for a stretch of so many lines: all, unless an output was made to take
/// forever.
fn budget(lines: usize) -> usize {
    const COMPARISONS: usize = 20_000_000;
    COMPARISONS / lines.max(1)
}

/// Many programs print three dots of their own, and then how it went: that is no gap.
fn says_failure(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["error", "fail", "refused", "denied", "fatal", "panic"]
        .iter()
        .any(|word| line.contains(word))
}

/// The parts of a line around its gaps.
fn gaps(line: &str) -> Vec<&str> {
    line.split("...")
        .flat_map(|part| part.split("[..]"))
        .flat_map(|part| part.split('…'))
        .collect()
}

/// `*` is any text, `?` any character; linear but for the last `*`.
fn glob_matches(glob: &str, text: &str) -> bool {
    let glob: Vec<char> = glob.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if g < glob.len() && glob[g] == '*' {
            star = Some((g, t));
            g += 1;
        } else if g < glob.len() && (glob[g] == '?' || glob[g] == text[t]) {
            g += 1;
            t += 1;
        } else if let Some((star_g, star_t)) = star {
            star = Some((star_g, star_t + 1));
            g = star_g + 1;
            t = star_t + 1;
        } else {
            return false;
        }
    }
    glob[g..].iter().all(|c| *c == '*')
}
