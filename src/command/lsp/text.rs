//! The text of an open page, and its places as the protocol counts them.

use std::ops::Range;

use serde_json::{Value, json};

/// A text, with the beginnings of its lines.
pub(super) struct Text {
    pub(super) whole: String,
    starts: Vec<usize>,
    /// Columns are bytes, and not units of UTF-16.
    counts_bytes: bool,
}

impl Text {
    pub(super) fn new(text: String, counts_bytes: bool) -> Text {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Text {
            starts: std::iter::once(0).chain(ends).collect(),
            whole: text,
            counts_bytes,
        }
    }

    /// Another text, whose places are counted as those of this one are.
    pub(super) fn beside(&self, text: String) -> Text {
        Text::new(text, self.counts_bytes)
    }

    /// The place of a byte.
    pub(super) fn position(&self, byte: usize) -> Value {
        let byte = self.whole.floor_char_boundary(byte.min(self.whole.len()));
        let line = self.starts.partition_point(|start| *start <= byte) - 1;
        let before = &self.whole[self.starts[line]..byte];
        let column = if self.counts_bytes {
            before.len()
        } else {
            before.encode_utf16().count()
        };
        json!({ "line": line, "character": column })
    }

    /// The places of bytes.
    pub(super) fn range(&self, bytes: &Range<usize>) -> Value {
        json!({ "start": self.position(bytes.start), "end": self.position(bytes.end) })
    }

    /// The byte of a place; of one behind the end of its line, that end.
    pub(super) fn byte(&self, position: &Value) -> usize {
        let number = |name: &str| {
            let number = position[name].as_u64().unwrap_or_default();
            usize::try_from(number).unwrap_or(usize::MAX)
        };
        let Some(start) = self.starts.get(number("line")).copied() else {
            return self.whole.len();
        };
        let line = self.whole[start..].lines().next().unwrap_or_default();
        let wanted = number("character");
        if self.counts_bytes {
            return start + line.floor_char_boundary(wanted.min(line.len()));
        }
        let mut units = 0;
        let before = line.chars().take_while(|c| {
            units += c.len_utf16();
            units <= wanted
        });
        start + before.map(char::len_utf8).sum::<usize>()
    }

    /// The first byte of the line of a byte.
    pub(super) fn line_start(&self, byte: usize) -> usize {
        self.whole[..byte].rfind('\n').map_or(0, |at| at + 1)
    }

    /// What makes another text of it: the bytes in the middle that differ, and what stands there instead.
    pub(super) fn edit_to(&self, new: &str) -> Value {
        edit(self, new)
    }
}

fn edit(old: &Text, new: &str) -> Value {
    let both = old.whole.char_indices().zip(new.chars());
    let start = both
        .take_while(|((_, one), other)| one == other)
        .last()
        .map_or(0, |((at, c), _)| at + c.len_utf8());
    let (rest_old, rest_new) = (&old.whole[start..], &new[start..]);
    let alike: usize = rest_old
        .chars()
        .rev()
        .zip(rest_new.chars().rev())
        .take_while(|(one, other)| one == other)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let instead = &rest_new[..rest_new.len() - alike];
    json!({
        "range": old.range(&(start..old.whole.len() - alike)),
        "newText": instead,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_editors_do() {
        let text = Text::new("aé😀b\nz".to_owned(), false);
        for (byte, line, character) in [(0, 0, 0), (3, 0, 2), (7, 0, 4), (8, 0, 5), (9, 1, 0)] {
            let place = json!({ "line": line, "character": character });
            assert_eq!(text.position(byte), place);
            assert_eq!(text.byte(&place), byte);
        }
        assert_eq!(text.byte(&json!({ "line": 0, "character": 99 })), 8);
        assert_eq!(text.byte(&json!({ "line": 7, "character": 0 })), 10);
        // In the middle of a character, and where both count bytes.
        assert_eq!(text.byte(&json!({ "line": 0, "character": 3 })), 3);
        let bytes = Text::new("aé😀b\nz".to_owned(), true);
        assert_eq!(bytes.position(7), json!({ "line": 0, "character": 7 }));
    }

    #[test]
    fn an_edit_changes_only_what_differs() {
        let text = Text::new("one\ntwo é\nthree\n".to_owned(), false);
        let edit = text.edit_to("one\ntwo è\nthree\n");
        let range =
            json!({ "start": { "line": 1, "character": 4 }, "end": { "line": 1, "character": 5 } });
        assert_eq!(edit, json!({ "range": range, "newText": "è" }));
        let edit = text.edit_to("one\none\ntwo é\nthree\n");
        assert_eq!(edit["range"]["start"], edit["range"]["end"]);
    }
}
