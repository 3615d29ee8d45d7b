//! Where a statement ends in the language of a program.

use super::Statement;

/// A statement of more lines than this was never closed.
const MOST: usize = 400;

/// Whether the statement on these lines is over, given the line that comes next.
pub fn is_over(statement: Statement, lines: &[&str], next: &str) -> bool {
    let last = lines.last().copied().unwrap_or_default();
    match statement {
        Statement::Semicolon => {
            let line = last.trim();
            return line.ends_with(';') || line.starts_with(['\\', '.']);
        }
        Statement::Line => return true,
        Statement::Block => return false,
        Statement::Brackets if lines.len() >= MOST => return true,
        Statement::Brackets => {}
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

    fn statements(statement: Statement, text: &str) -> usize {
        let lines: Vec<&str> = text.lines().collect();
        let mut start = 0;
        let mut count = 0;
        for end in 1..=lines.len() {
            if end == lines.len() || is_over(statement, &lines[start..end], lines[end]) {
                start = end;
                count += 1;
            }
        }
        count
    }

    #[test]
    fn statements_end_where_a_reader_presses_enter() {
        for (statement, text, count) in [
            (
                Statement::Brackets,
                "print(1)\nfor i in x:\n    print(i)\n\nx = 5\nx",
                4,
            ),
            (
                Statement::Brackets,
                "def f(\n    x,\n):\n    return x\n\nf(1)",
                2,
            ),
            (Statement::Brackets, "if x:\n    1\nelse:\n    2", 1),
            (
                Statement::Brackets,
                "text = \"\"\"first\nsecond\"\"\"\nprint(text)",
                2,
            ),
            (Statement::Brackets, "smile = \":(\"\nprint(smile)", 2),
            (Statement::Semicolon, "select\n1;\nselect 2;", 2),
            (Statement::Brackets, "const f = () => {\n  1\n}\nf()", 2),
        ] {
            assert_eq!(statements(statement, text), count, "{text}");
        }
    }
}
