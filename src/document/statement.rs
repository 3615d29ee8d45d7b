//! Where a statement ends in the language of a program that takes commands.

/// Whether the statement on these lines is over, given the line that comes next.
pub(super) fn is_over(language: &str, lines: &[&str], next: &str) -> bool {
    let language = language.to_ascii_lowercase();
    let last = lines.last().copied().unwrap_or_default();
    if language.contains("sql") {
        let line = last.trim();
        return line.ends_with(';') || line.starts_with(['\\', '.']);
    }
    if language == "redis" {
        return true;
    }
    let Some(depth) = depth(&lines.join("\n")) else {
        return false;
    };
    let goes_on = ["else", "elif", "except", "finally", "catch"]
        .iter()
        .any(|word| next.trim_start_matches(['}', ' ']).starts_with(word));
    let is_indented = next.starts_with([' ', '\t']);
    let is_opened = last.trim_end().ends_with([':', '\\']) || last.trim_start().starts_with('@');
    depth <= 0 && !goes_on && !is_indented && !is_opened && !next.trim().is_empty()
}

/// How many brackets are open at the end of a text; none if a string of several lines is.
fn depth(text: &str) -> Option<i32> {
    let mut depth = 0;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let quote = ["\"\"\"", "'''", "`", "\"", "'"]
            .into_iter()
            .find(|quote| rest.starts_with(quote));
        if let Some(quote) = quote {
            let inside = &rest[quote.len()..];
            let may_go_on = quote.len() == 3 || quote == "`";
            rest = match inside.find(quote) {
                Some(end) => &inside[end + quote.len()..],
                None if may_go_on => return None,
                // An apostrophe, or a string that is never closed: the program will say so.
                None => inside,
            };
            continue;
        }
        depth += match first {
            '(' | '[' | '{' => 1,
            ')' | ']' | '}' => -1,
            _ => 0,
        };
        rest = &rest[first.len_utf8()..];
    }
    Some(depth)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(language: &str, text: &str) -> usize {
        let lines: Vec<&str> = text.lines().collect();
        let mut start = 0;
        let mut count = 0;
        for end in 1..=lines.len() {
            if end == lines.len() || is_over(language, &lines[start..end], lines[end]) {
                start = end;
                count += 1;
            }
        }
        count
    }

    #[test]
    fn statements_end_where_a_reader_presses_enter() {
        for (language, text, count) in [
            (
                "python",
                "print(1)\nfor i in x:\n    print(i)\n\nx = 5\nx",
                4,
            ),
            ("python", "def f(\n    x,\n):\n    return x\n\nf(1)", 2),
            ("python", "if x:\n    1\nelse:\n    2", 1),
            ("python", "text = \"\"\"first\nsecond\"\"\"\nprint(text)", 2),
            ("python", "smile = \":(\"\nprint(smile)", 2),
            ("sql", "select\n1;\nselect 2;", 2),
            ("js", "const f = () => {\n  1\n}\nf()", 2),
        ] {
            assert_eq!(statements(language, text), count, "{text}");
        }
    }
}
