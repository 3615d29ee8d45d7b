//! What the lines of a block look like by themselves: typed, printed, or neither for certain.

use crate::commandline;

/// What a line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) enum Look {
    Blank,
    /// `# …`: a comment, or what is said instead of output.
    Comment,
    /// A command of a program that is known.
    Typed,
    /// What no shell would be given.
    Printed,
    /// Anything.
    Doubtful,
}

/// What a line looks like.
pub(in crate::document) fn look(line: &str) -> Look {
    let text = line.trim();
    if text.is_empty() {
        Look::Blank
    } else if text.starts_with('#') && !text.starts_with("#!") {
        Look::Comment
    } else if is_printed(text) {
        Look::Printed
    } else if commandline::is_command(text) {
        Look::Typed
    } else {
        Look::Doubtful
    }
}

/// Whether a line has a form that output has and commands do not.
pub(in crate::document) fn is_printed(text: &str) -> bool {
    is_table(text)
        || is_version(text)
        || text.starts_with("```")
        || text.starts_with("HTTP/")
        || text.starts_with("time=\"")
        || text.starts_with("level=")
        || text.starts_with(['✔', '✓', '✅', '⠿', '├', '└', '│'])
        || is_markup(text)
        || is_brackets(text)
        || is_log(text)
        || is_listing(text)
        || is_pull(text)
        || is_error(text)
        || is_sentence(text)
        || is_id(text)
}

/// `psql (15.3)`: a program that says which it is.
fn is_version(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let program = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    commandline::is_known_program(program)
        && second
            .strip_prefix('(')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// `CONTAINER ID   IMAGE   COMMAND`, `+----+----+`, `-----`, `| a | b |`.
fn is_table(text: &str) -> bool {
    let is_rule = text.len() >= 3
        && text.contains("--")
        && text
            .chars()
            .all(|c| matches!(c, '-' | '+' | '|' | '=' | ' '));
    let columns: Vec<&str> = text
        .split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect();
    let is_head = columns.len() >= 2
        && columns.iter().all(|cell| {
            cell.chars().any(char::is_alphabetic)
                && cell.chars().all(|c| {
                    c.is_uppercase()
                        || c.is_ascii_digit()
                        || matches!(c, ' ' | '/' | '%' | '(' | ')' | '_' | '-' | '#')
                })
        });
    let is_row = text.starts_with('|') && text.ends_with('|') && text.len() > 2;
    is_rule || is_head || is_row
}

/// Lines of HTML or XML: no shell takes `<` first.
fn is_markup(text: &str) -> bool {
    text.strip_prefix('<').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
            && rest.contains('>')
    })
}

/// Lines of JSON: `{`, `}`, `"name": …`, `],`.
fn is_brackets(text: &str) -> bool {
    let is_key = text.starts_with('"') && text.contains("\":");
    let is_alone = matches!(
        text,
        "]" | "}," | "]," | "[" | "[{" | "}]" | "{}" | "[]" | "}]," | "[]," | "{},"
    );
    let is_inline = (text.starts_with("{\"")
        || text.starts_with("[{\"")
        || text.starts_with("[{ ")
        || text.starts_with("{ \""))
        && text.contains(':');
    let is_value = text.starts_with('"')
        && text.trim_end_matches(',').ends_with('"')
        && text.matches('"').count() == 2;
    is_key || is_alone || is_inline || is_value
}

/// `2024-05-01T…`, `[INFO] …`, `INFO: …`, `web_1  | …`, `127.0.0.1 - - [`, `[+] Building`, `=> …`, `#5 …`.
fn is_log(text: &str) -> bool {
    let starts_with_date = {
        let digits: Vec<char> = text.trim_start_matches('[').chars().take(10).collect();
        digits.len() == 10
            && digits.iter().enumerate().all(|(at, c)| {
                if matches!(at, 4 | 7) {
                    matches!(c, '-' | '/')
                } else {
                    c.is_ascii_digit()
                }
            })
    };
    let first = text.split_whitespace().next().unwrap_or_default();
    let level = first.trim_matches(['[', ']', ':']);
    let is_level = matches!(
        level,
        "INFO"
            | "WARN"
            | "WARNING"
            | "ERROR"
            | "DEBUG"
            | "NOTICE"
            | "FATAL"
            | "LOG"
            | "HINT"
            | "DETAIL"
    ) && (first.starts_with('[') || first.ends_with(':'));
    let is_composed = text.split_once(" | ").is_some_and(|(name, _)| {
        name.trim().ends_with(|c: char| c.is_ascii_digit())
            && !name.trim().contains(' ')
            && name.contains(['-', '_'])
    });
    let is_tagged = text.starts_with('[')
        && text.split_once("] ").is_some_and(|(tag, rest)| {
            tag.len() > 2 && !tag.contains(' ') && !rest.is_empty() && !tag.starts_with("[[")
        })
        && !text.ends_with(']');
    let is_access = text.contains(" - - [");
    let is_build = [
        "[+] ",
        "=> ",
        "Step ",
        " ---> ",
        "---> ",
        "Successfully built",
        "Successfully tagged",
        "Sending build context",
        "Removing intermediate",
        "Digest: sha256",
        "Status: ",
    ]
    .iter()
    .any(|start| text.starts_with(start));
    let is_clock = {
        let clock: Vec<char> = first.chars().take(8).collect();
        clock.len() == 8
            && clock.iter().enumerate().all(|(at, c)| {
                if matches!(at, 2 | 5) {
                    *c == ':'
                } else {
                    c.is_ascii_digit()
                }
            })
    };
    starts_with_date || is_level || is_composed || is_tagged || is_access || is_build || is_clock
}

/// `drwxr-xr-x 2 root …`, `total 12`, what `ps` and `top` begin with.
fn is_listing(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let is_mode = matches!(first.len(), 10 | 11)
        && first.starts_with(['d', '-', 'l', 'c', 'b', 's', 'p'])
        && first[1..].chars().all(|c| {
            matches!(
                c,
                'r' | 'w' | 'x' | '-' | 's' | 't' | 'S' | 'T' | '.' | '+' | '@'
            )
        });
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_total = matches!(words.as_slice(), ["total", size] if size.starts_with(|c: char| c.is_ascii_digit()));
    let is_ids = text.starts_with("uid=") && text.contains(" gid=");
    let is_top = text.starts_with("top - ")
        || text.starts_with("Tasks:")
        || text.starts_with("%Cpu")
        || text.starts_with("KiB Mem")
        || text.starts_with("MiB Mem");
    let is_tree = text.starts_with(['├', '└', '│']);
    is_mode || is_total || is_ids || is_top || is_tree
}

/// What a pull prints: `latest: Pulling from …`, `a1b2c3: Pull complete`.
fn is_pull(text: &str) -> bool {
    [
        "Using default tag:",
        "Unable to find image",
        "Downloaded newer image",
    ]
    .iter()
    .any(|start| text.contains(start))
        || text.contains(": Pulling from ")
        || text.contains(": Pulling fs layer")
        || text.ends_with(": Pull complete")
        || text.ends_with(": Already exists")
        || text.ends_with(": Download complete")
        || text.ends_with(": Waiting")
        || text.ends_with(": Verifying Checksum")
}

/// `ls: cannot access …`, `Traceback (most recent call last):`, `Error response from daemon`, `docker: …`.
fn is_error(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let is_said_by_program = first.ends_with(':')
        && first.len() > 2
        && !first.contains('=')
        && text.len() > first.len()
        && first
            .trim_end_matches(':')
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'));
    is_said_by_program
        || text.starts_with("Traceback (")
        || text.starts_with("Error ")
        || text.starts_with("ERROR ")
        || text.starts_with("File \"")
}

/// `Hello from Docker!`: words of a language, the first with a capital.
fn is_sentence(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_capital = text.starts_with(|c: char| c.is_uppercase());
    let is_words = words.iter().all(|word| {
        word.trim_matches(|c: char| !c.is_alphanumeric())
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '\'' | '-' | '’'))
    });
    let ends = text.ends_with(['.', '!', '?', ':', ',']) || text.ends_with("...");
    let plain_words = words
        .iter()
        .filter(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase()))
        .count();
    let has_syntax = text.contains(['$', '|', '>', '=', '`', '\\', ';', '{'])
        || words.iter().any(|word| word.starts_with('-'));
    is_capital
        && !has_syntax
        && ((is_words && words.len() >= 3) || (ends && words.len() >= 2) || plain_words >= 3)
}

/// An ID alone on its line.
fn is_id(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    matches!(hex.len(), 12 | 64 | 40)
        && hex
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        || (text.len() == 25
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && text.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Whether lines look like the output of `env`, or like a table of a database, and not like commands.
pub(in crate::document) fn looks_printed(lines: &[&str]) -> bool {
    let lines = || lines.iter().filter(|line| !line.trim().is_empty());
    let is_variable = |line: &&&str| {
        let is_plain = !line.contains(['$', '"', '\'', '`']);
        is_plain && commandline::is_assignment(line)
    };
    (lines().count() > 1 && lines().all(|line| is_variable(&line)))
        || lines()
            .nth(1)
            .is_some_and(|line| is_table(line.trim()) && line.contains("--"))
        || lines().next().is_some_and(|line| is_printed(line.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_no_shell_would_be_given() {
        for line in [
            "CONTAINER ID   IMAGE     COMMAND",
            "<!DOCTYPE html>",
            "  \"Id\": \"abc\",",
            "[",
            "-rw-r--r-- 1 root root 5 Mar 5 14:11 a.txt",
            "total 12",
            "Traceback (most recent call last):",
            "ls: cannot access 'x': No such file or directory",
            "2024-05-01T10:00:00 started",
            "Hello from Docker!",
            "latest: Pulling from library/nginx",
            "Version:      2.1.1",
            "top - 20:32:46 up 3 days, 17:40",
            "uid=1000 gid=1000 groups=1000",
            "It looks like you are trying to access MongoDB over HTTP on the native driver port.",
            "2a1b77e066e646686f669bab4759ec1611db359362a031667cacbe45c3ddb413",
            "web-1  | ready",
            "[nodemon] starting",
        ] {
            assert_eq!(look(line), Look::Printed, "{line}");
        }
    }

    #[test]
    fn lines_that_are_typed() {
        for line in [
            "docker ps",
            "X=1",
            "./gradlew build",
            "for i in 1 2; do echo $i; done",
            "[ -f x ] && echo y",
            "{ echo a; }",
            "curl -s http://x",
            "sudo apt update",
            "test -f x",
            "Rscript -e 'x'",
            "mytool build .",
            "DOCKER_BUILDKIT=1 docker build .",
            "[[ -n $x ]] || exit",
        ] {
            assert_ne!(look(line), Look::Printed, "{line}");
        }
    }
}
