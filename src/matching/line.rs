//! Two lines: on a page, what is not the same literally may be meant as a pattern.

use super::bindings::Bindings;
use super::notation::{gaps, glob_matches, optional, says_failure};
use super::why::Why;
use super::words::Matcher;

impl Matcher<'_> {
    /// Whether two lines are the same but for which identifier stands for which.
    pub(super) fn alike(&self, expected: &str, live: &str) -> bool {
        self.line(expected, live, None).is_ok()
    }

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
}
