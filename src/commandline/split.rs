//! Where a command ends: not at the end of a line, but where the grammar of bash says so.

use std::ops::Range;

use super::grammar::{Grammar, Stop};

/// Splits lines into complete commands: each a range of line numbers.
///
/// Blank lines and comments between commands belong to none. A command that is never completed
/// takes all that follows, as it would in a reader's terminal.
pub fn split(lines: &[&str]) -> Vec<Range<usize>> {
    let text = lines.join("\n");
    let mut starts = Vec::with_capacity(lines.len() + 1);
    let mut at = 0;
    for line in lines {
        starts.push(at);
        at += line.len() + 1;
    }
    starts.push(at);
    let mut commands = Vec::new();
    let mut start = 0;
    while start < lines.len() {
        let first = lines[start].trim();
        if first.is_empty() || first.starts_with('#') {
            start += 1;
            continue;
        }
        let end = match Grammar::new(&text, starts[start]).complete_command() {
            Ok(end) => starts.partition_point(|line| *line < end),
            Err(Stop::Incomplete | Stop::Deep) => lines.len(),
            // A syntax error ends with the line that has it; which one that is, bash says for itself.
            Err(Stop::Syntax) => start + 1,
        };
        let mut end = end.clamp(start + 1, lines.len());
        while end > start + 1 && lines[end - 1].trim().is_empty() {
            end -= 1;
        }
        commands.push(start..end);
        start = end;
    }
    commands
}

/// Whether a text is a whole command (or none), so that a shell would run it now.
pub fn is_complete(text: &str) -> bool {
    let mut at = 0;
    while at < text.len() {
        match Grammar::new(text, at).complete_command() {
            Ok(end) if end > at => at = end,
            Ok(_) | Err(Stop::Syntax | Stop::Deep) => {
                return !is_continued(text.lines().last().unwrap_or_default());
            }
            Err(Stop::Incomplete) => return false,
        }
    }
    !is_continued(text.lines().last().unwrap_or_default())
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
