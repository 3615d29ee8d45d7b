//! Which words of two lines differ, for those who read the difference.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The differing bytes of an expected line and of the line that was printed.
pub type Marks = (Vec<Range<usize>>, Vec<Range<usize>>);

/// The words of two lines that differ: for each line, the bytes that are not in the other.
pub(super) fn emphasis(expected: &str, live: &str) -> Marks {
    let expected_words = pieces(expected);
    let live_words = pieces(live);
    let text = |line: &str, words: &[Range<usize>]| -> Vec<String> {
        words
            .iter()
            .map(|word| line[word.clone()].to_owned())
            .collect()
    };
    let (mut missing, mut extra) = (Vec::new(), Vec::new());
    let bytes = |words: &[Range<usize>]| Some(words.first()?.start..words.last()?.end);
    for operation in capture_diff_slices(
        Algorithm::Myers,
        &text(expected, &expected_words),
        &text(live, &live_words),
    ) {
        if !matches!(operation, DiffOp::Equal { .. }) {
            missing.extend(bytes(&expected_words[operation.old_range()]));
            extra.extend(bytes(&live_words[operation.new_range()]));
        }
    }
    (missing, extra)
}

/// Words, and what stands between them.
fn pieces(line: &str) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut in_word = false;
    for (at, character) in line.char_indices() {
        let is_word = character.is_alphanumeric();
        let end = at + character.len_utf8();
        match pieces.last_mut() {
            Some(last) if is_word && in_word => last.end = end,
            _ => pieces.push(at..end),
        }
        in_word = is_word;
    }
    pieces
}
