//! Prose within the columns of a terminal; what was typed and printed stays as it is.

use std::fmt::Write;

/// How lines of prose begin, and by how many columns what follows is indented.
const PROSE: &[(&str, usize)] = &[
    ("error", 4),
    ("warning", 4),
    ("note", 4),
    ("hint: ", 6),
    ("help: ", 6),
];

/// Where the words of a verdict end, and so does the one that says how long it took.
const STEP: usize = 13;

/// Breaks lines of prose that are longer than so many columns, between words. Escape sequences take no
/// column.
pub fn wrapped(text: &str, columns: usize) -> String {
    let mut wrapped = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = bare(line);
        match indent(&bare).filter(|_| bare.trim_end().chars().count() > columns) {
            Some(indent) => wrap(&mut wrapped, line, indent, columns),
            None => wrapped.push_str(line),
        }
    }
    wrapped
}

/// By how much the rest of a line is indented, if it is prose.
fn indent(bare: &str) -> Option<usize> {
    let of_words = PROSE.iter().find(|(start, _)| bare.starts_with(start));
    // `      passed [   0.4s] 1/9 …`: a verdict at the right edge of its columns, and a bracket.
    let is_step = || {
        let verdict = bare.get(..STEP - 1).unwrap_or_default();
        !verdict.trim().is_empty()
            && bare
                .get(STEP - 1..)
                .is_some_and(|rest| rest.starts_with(" ["))
    };
    match of_words {
        Some((_, indent)) => Some(*indent),
        None => is_step().then_some(STEP),
    }
}

fn wrap(wrapped: &mut String, line: &str, indent: usize, columns: usize) {
    let (line, end) = match line.strip_suffix('\n') {
        Some(line) => (line, "\n"),
        None => (line, ""),
    };
    let mut column = 0;
    let mut is_first = true;
    for word in words(line, columns.saturating_sub(indent)) {
        let width = bare(word).chars().count();
        let blank = usize::from(!is_first);
        if column + blank + width > columns && column > indent {
            let _ = write!(wrapped, "\n{:indent$}", "");
            column = indent;
        } else if !is_first {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += width;
        is_first = false;
    }
    wrapped.push_str(end);
}

/// The words of a line; a code span that fits is one, so that it can be copied.
fn words(line: &str, room: usize) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let ends = line.match_indices(' ').map(|(at, _)| at);
    for end in ends.chain([line.len()]) {
        let word = &line[start..end];
        let is_open = bare(word).matches('`').count() % 2 == 1;
        let closes = |rest: &str| Some(end + rest.find('`')? + 1);
        let fits = |close: usize| bare(&line[start..close]).chars().count() < room;
        if end < line.len() && is_open && closes(&line[end..]).is_some_and(fits) {
            continue;
        }
        words.push(word);
        start = end + 1;
    }
    words
}

/// A text without its escape sequences.
fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.find(char::is_ascii_alphabetic);
        } else {
            bare.push(character);
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_between_words() {
        let text = "\u{1b}[1mhint\u{1b}[0m: one two three four\n  - one two three four five six\n";
        assert_eq!(
            wrapped(text, 15),
            "\u{1b}[1mhint\u{1b}[0m: one two\n      three\n      four\n  - one two three four five six\n"
        );
    }

    #[test]
    fn lines_of_steps_are_broken_below_their_brackets() {
        let text = "      BROKEN [   0.412s] 1/9 docker pull hello-world (not found)\n";
        assert_eq!(
            wrapped(text, 40),
            "      BROKEN [   0.412s] 1/9 docker pull\n             hello-world (not found)\n"
        );
        assert_eq!(wrapped(text, 80), text);
        assert_eq!(
            wrapped("hint: one two `a code span`, three\n", 24),
            "hint: one two\n      `a code span`,\n      three\n"
        );
        assert_eq!(
            wrapped("error: averyverylongword\n", 10),
            "error:\n    averyverylongword\n"
        );
    }
}
