//! Where a command ends: not at the end of a line, but where the grammar of bash says so.
//!
//! The only place that names brush-parser.

use std::io::Cursor;

use brush_parser::{ParseError, Parser, ParserOptions};

/// Bytes that may be parsed for one block; past it, what is left is one command. It keeps a
/// quote that is never closed, at the top of a huge block, from being read again at every line.
const PARSING_BUDGET: usize = 4 << 20;

/// Splits lines into complete commands: each a range of line numbers.
///
/// Blank lines and comments between commands belong to none. A command that is never completed
/// takes all that follows, as it would in a reader's terminal.
pub(super) fn split(lines: &[&str]) -> Vec<std::ops::Range<usize>> {
    let mut commands = Vec::new();
    let mut budget = PARSING_BUDGET;
    let mut start = 0;
    while start < lines.len() {
        let first = lines[start].trim();
        if first.is_empty() || first.starts_with('#') {
            start += 1;
            continue;
        }
        let end = start + length(&lines[start..], &mut budget);
        commands.push(start..end);
        start = end;
    }
    commands
}

/// Whether a text is a whole command (or none), so that a shell would run it now.
pub(super) fn is_complete(text: &str) -> bool {
    let last = text.lines().last().unwrap_or_default();
    if is_continued(last) {
        return false;
    }
    if text.lines().count() == 1 && is_simple(text) {
        return true;
    }
    let options = ParserOptions::default();
    match Parser::new(Cursor::new(text), &options).parse_program() {
        Ok(_) | Err(ParseError::ParsingNear(_)) => true,
        Err(ParseError::ParsingAtEndOfInput) => false,
        Err(ParseError::Tokenizing { inner, .. }) => !inner.is_incomplete(),
    }
}

/// How many lines the first command has.
fn length(lines: &[&str], budget: &mut usize) -> usize {
    let mut text = String::new();
    for (i, line) in lines.iter().enumerate() {
        text.push_str(line);
        text.push('\n');
        if i > 0 && !may_complete(line) {
            continue;
        }
        if i > 0 && text.len() > *budget {
            break;
        }
        *budget = budget.saturating_sub(if i > 0 { text.len() } else { 0 });
        if is_complete(&text) {
            return i + 1;
        }
    }
    lines.len()
}

/// A line that cannot end a construct: most of a long heredoc or script, skipped without parsing.
fn may_complete(line: &str) -> bool {
    let word = line.trim();
    !word.is_empty() && !is_continued(line)
}

/// Whether a shell waits for another line after this one: the command ends in a backslash, and not in
/// a comment.
pub fn is_cut_short(command: &str) -> bool {
    let last = command.lines().last().unwrap_or_default();
    is_continued(last) && !last.starts_with('#') && !last.contains(" #")
}

/// The line ends in an odd number of backslashes.
fn is_continued(line: &str) -> bool {
    let line = line.trim_end_matches(['\n', '\r']);
    (line.len() - line.trim_end_matches('\\').len()) % 2 == 1
}

/// Words that open a construct of several lines.
const OPENERS: &[&str] = &[
    "if", "for", "while", "until", "case", "select", "function", "do", "then", "else", "elif",
    "time", "coproc",
];

/// A line that is one complete command at a glance, as most are: plain words, whole quotes, and
/// pipes that lead somewhere. Everything else is for the grammar.
fn is_simple(text: &str) -> bool {
    let text = text.trim();
    let mut rest = text;
    while let Some(at) = rest.find(['\'', '"', '`', '$', '\\', '(', ')', '{', '}', '<', '[']) {
        let quote = &rest[at..=at];
        if quote != "'" && quote != "\"" {
            return false;
        }
        let Some((quoted, after)) = rest[at + 1..].split_once(quote) else {
            return false;
        };
        if quote == "\"" && quoted.contains(['`', '$', '\\']) {
            return false;
        }
        rest = after;
    }
    !text.ends_with(['|', '&'])
        && !OPENERS.contains(&text.split_whitespace().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(block: &str) -> Vec<String> {
        let lines: Vec<&str> = block.lines().collect();
        split(&lines)
            .into_iter()
            .map(|range| lines[range].join("\n"))
            .collect()
    }

    #[test]
    fn constructs_of_several_lines_stay_whole() {
        for whole in [
            "for x in 1 2; do\n  echo $x\ndone",
            "cat > f <<'END'\nit's \"open\n\nEND",
            "docker run \\\n  --rm \\\n  hello-world",
            "echo 'a\nb'",
            "true &&\n  false",
            "f() {\n  echo\n}",
            "if true\nthen\n  ls\nfi",
            "cat <<A <<B\n1\nA\n2\nB",
            "echo $(\n  date\n)",
            "case x in\n  x) echo;;\nesac",
            "ls |\n  wc -l",
            "x=(a\nb)",
            "echo 'a' |\n  cat",
            "echo \"a\" 'b\nc'",
        ] {
            assert_eq!(texts(&format!("{whole}\npwd\n")), [whole, "pwd"]);
        }
    }

    #[test]
    fn lines_comments_and_blank_lines() {
        assert_eq!(
            texts("# first\nls\n\n  # then\npwd; id\necho a && echo b"),
            ["ls", "pwd; id", "echo a && echo b"]
        );
    }

    #[test]
    fn what_never_ends_takes_the_rest() {
        assert_eq!(texts("echo it's\nls\n"), ["echo it's\nls"]);
        assert_eq!(texts("cat <<END\nls\n"), ["cat <<END\nls"]);
    }

    #[test]
    fn a_syntax_error_ends_with_its_line() {
        assert_eq!(texts("echo )\nls"), ["echo )", "ls"]);
    }

    #[test]
    fn a_huge_block_that_never_ends_is_read_in_bounded_time() {
        let lines: Vec<&str> = std::iter::once("echo 'open")
            .chain(std::iter::repeat_n("ls", 200_000))
            .collect();
        assert_eq!(split(&lines), vec![0..lines.len()]);
    }
}
