//! Two lines: on a page, what is not the same literally may be meant as a pattern.

use super::bindings::Bindings;
use super::notation::{Form, gaps, glob_matches, notation, says_failure, unescaped};
use super::text::plain;
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
        if let Some((meant, form, _)) = notation(expected) {
            return self.as_noted(meant, form, live);
        }
        let parts = gaps(expected);
        let hides_failure = says_failure(live) && !says_failure(expected);
        if parts.len() > 1 && !hides_failure && self.around_gaps(&parts, live) {
            return Ok(());
        }
        literally
    }

    fn as_noted(&self, meant: &str, form: Form, live: &str) -> Result<(), Why> {
        match form {
            Form::Literal => self.literally(meant, live, None),
            Form::Glob => glob_matches(meant, live).then_some(()).ok_or(Why::Glob),
            Form::Regex => {
                let pattern = regex::Regex::new(&format!("^(?:{meant})$"))
                    .map_err(|error| Why::NoRegex(error.to_string()))?;
                pattern.is_match(live).then_some(()).ok_or(Why::Regex)
            }
            Form::Escaped => {
                let bytes = unescaped(meant);
                let plain = plain(&bytes);
                self.literally(plain.trim_end(), live, None)
            }
        }
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
