//! Prompts of programs: the patterns that know them, and those with which a program asks for more.

use super::told::all;

/// The length of the prompt at the start of a text, if the pattern is one: `~` is a name, `9` a
/// number. A blank or the end of the line follows a prompt.
pub(super) fn length(pattern: &str, text: &str) -> Option<usize> {
    let mut rest = text;
    for part in pattern.chars() {
        let taken = match part {
            '~' => rest.len() - rest.trim_start_matches(is_name).len(),
            '9' => rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len(),
            part => {
                let is_there = rest.starts_with(part);
                usize::from(is_there) * part.len_utf8()
            }
        };
        if taken == 0 {
            return None;
        }
        rest = &rest[taken..];
    }
    (rest.is_empty() || rest.starts_with(' ')).then(|| text.len() - rest.len())
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The prompt at the start of a line with which a program asks for the rest of what is typed, and its
/// length in bytes: `... `, `   ...> `, `(x1...> `, `    -> `, `postgres-# `, `postgres'# `, `shop(> `.
pub fn asks_for_more(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    let text = &line[indent..];
    if ends_word(text, "...") {
        return Some(line.len().min(indent + 4));
    }
    if let Some(mark) = continued_as_told(text) {
        let length = indent + mark;
        return Some(length + usize::from(line[length..].starts_with(' ')));
    }
    let end = text.find(['>', '#'])?;
    let head = &text[..end];
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    // What is open stands before the sign, behind the name of the database if it is shown.
    let (name, open) = head.split_at(head.char_indices().next_back()?.0);
    let asks = match open {
        // SQLite's are as wide as its first prompt.
        "." => head.ends_with("...") && head.len() < SQLITE.len(),
        "-" => !name.contains(' '),
        "'" | "\"" | "`" => name.is_empty() || is_name(name),
        "*" => name == "/" || is_name(name),
        "(" | "$" => is_name(name),
        _ => false,
    };
    let length = indent + end + 1;
    asks.then(|| length + usize::from(line[length..].starts_with(' ')))
}

/// The length of the prompt for more of a program that says itself what it is.
fn continued_as_told(text: &str) -> Option<usize> {
    all()
        .flat_map(|program| program.continues)
        .find_map(|pattern| length(pattern, text))
}

const SQLITE: &str = "sqlite> ";

/// Whether `text` is `mark`, or `mark` and a blank.
fn ends_word(text: &str, mark: &str) -> bool {
    text.strip_prefix(mark)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_that_ask_for_more_are_known_by_what_is_open() {
        for (line, rest) in [
            ("...     print(i)", "    print(i)"),
            ("   ...>   b", "  b"),
            ("'  ...> x", "x"),
            ("(x1...> 7", "7"),
            ("    -> b", "b"),
            ("    '> b", "b"),
            ("   /*> b", "b"),
            ("postgres-# b", "b"),
            ("postgres'# b", "b"),
            ("my_shop(> b", "b"),
            ("postgres$#", ""),
        ] {
            let length = asks_for_more(line).unwrap_or_else(|| panic!("{line:?} asks for more"));
            assert_eq!(&line[length..], rest, "{line:?}");
        }
        for line in [
            "postgres=# b",
            "sqlite> b",
            "mysql> b",
            "MariaDB [shop]> b",
            ">>> b",
            "a -> b",
            "# b",
            "> b",
            "...b",
            "",
        ] {
            assert_eq!(asks_for_more(line), None, "{line:?}");
        }
    }
}
