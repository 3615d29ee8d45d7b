//! Dumps of bytes, as `xxd`, `hexdump -C`, `hexdump` and `od` print them: what stands in several lines of one.

use std::ops::Range;

/// Lines of a text that are one dump, and the bytes that they show, in each way in which they may be read.
pub(super) struct Dump {
    pub(super) span: Range<usize>,
    pub(super) readings: [Vec<u8>; 3],
}

/// The dumps in a text, in order.
pub(super) fn dumps(text: &str) -> Vec<Dump> {
    let mut found: Vec<Dump> = Vec::new();
    let mut at = 0;
    let mut is_open = false;
    for line in text.split_inclusive('\n') {
        let span = at..at + line.len();
        at = span.end;
        let Some(read) = readings(line.trim_end()) else {
            is_open = false;
            continue;
        };
        match found.last_mut().filter(|_| is_open) {
            Some(dump) => {
                dump.span.end = span.end;
                for (all, more) in dump.readings.iter_mut().zip(read) {
                    all.extend(more);
                }
            }
            None => found.push(Dump {
                span,
                readings: read,
            }),
        }
        is_open = true;
    }
    found
}

/// The bytes of a line: by its hexadecimal digits, with each pair of them turned around as `hexdump` and `od -x`
/// do on most machines, and by characters as `od -c` shows them.
fn readings(line: &str) -> Option<[Vec<u8>; 3]> {
    let (offset, rest) = match line.split_once([' ', ':']) {
        Some((offset, rest)) if is_offset(offset) => {
            (offset, rest.strip_prefix(' ').unwrap_or(rest))
        }
        _ => ("", line),
    };
    // Behind the digits may stand the characters.
    let digits = rest.split('|').next().unwrap_or(rest);
    let is_xxd = line[offset.len()..].starts_with(':');
    let digits = if is_xxd {
        digits.trim_start().split("  ").next().unwrap_or(digits)
    } else {
        digits
    };
    let mut plain = Vec::new();
    let mut turned = Vec::new();
    let mut is_dump = true;
    for word in digits.split_whitespace() {
        let pairs: Option<Vec<u8>> = word
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        match pairs.filter(|_| matches!(word.len(), 2 | 4)) {
            Some(pairs) => {
                plain.extend(&pairs);
                turned.extend(pairs.iter().rev());
            }
            None => is_dump = false,
        }
    }
    if !is_dump {
        (plain, turned) = (Vec::new(), Vec::new());
    }
    let characters = (offset.len() == 7).then(|| characters(rest)).flatten();
    if plain.is_empty() && characters.is_none() {
        return None;
    }
    Some([plain, turned, characters.unwrap_or_default()])
}

fn is_offset(word: &str) -> bool {
    (6..=16).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `   s   3   c  \n 303`: each character in four columns.
fn characters(rest: &str) -> Option<Vec<u8>> {
    // The blank behind the offset was one of the first four.
    let cells = format!(" {rest}");
    let cells: Vec<char> = cells.chars().collect();
    cells
        .chunks(4)
        .map(|cell| {
            let cell: String = cell.iter().collect();
            let word = cell.trim();
            let mut letters = word.chars();
            match (letters.next(), letters.next(), word) {
                (None, ..) => Some(b' '),
                (Some(letter), None, _) => u8::try_from(letter).ok(),
                (_, _, "\\n") => Some(b'\n'),
                (_, _, "\\t") => Some(b'\t'),
                (_, _, "\\r") => Some(b'\r'),
                (_, _, "\\0") => Some(0),
                (_, _, word) if word.len() == 3 => u8::from_str_radix(word, 8).ok(),
                _ => None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumps_are_read_as_programs_print_them() {
        let value = b"s3cret-of-more-than-16";
        for dump in [
            "00000000: 7333 6372 6574 2d6f 662d 6d6f 7265 2d74  s3cret-of-more-t\n\
             00000010: 6861 6e2d 3136 0a                        han-16.\n",
            "00000000  73 33 63 72 65 74 2d 6f  66 2d 6d 6f 72 65 2d 74  |s3cret-of-more-t|\n\
             00000010  68 61 6e 2d 31 36 0a                              |han-16.|\n00000017\n",
            "0000000 3373 7263 7465 6f2d 2d66 6f6d 6572 742d\n0000010 6168 2d6e 3631 000a\n0000017\n",
            " 73 33 63 72 65 74 2d 6f 66 2d 6d 6f 72 65 2d 74\n 68 61 6e 2d 31 36 0a\n",
            "0000000   s   3   c   r   e   t   -   o   f   -   m   o   r   e   -   t\n\
             0000020   h   a   n   -   1   6  \\n\n0000027\n",
        ] {
            let text = format!("before\n{dump}after\n");
            let found = dumps(&text);
            let has = |dump: &Dump| {
                let mut readings = dump.readings.iter();
                readings.any(|bytes| bytes.windows(value.len()).any(|part| part == value))
            };
            assert!(found.iter().any(has), "{dump}");
        }
        assert!(dumps("no dump\nof anything here\n").is_empty());
    }
}
