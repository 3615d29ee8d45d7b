//! Whether a line is a command at all: programs that tutorials call.

mod programs;

use programs::PROGRAMS;

/// Words that begin a construct of the shell.
const CONSTRUCTS: &[&str] = &[
    "for", "while", "until", "if", "case", "[[", "[", "{", "(", "((", "!", ".",
];

/// Whether a word sets a variable: `NAME=value`.
pub fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        let name = name.strip_suffix('+').unwrap_or(name);
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// Whether tutorials call a program of this name.
pub fn is_known_program(name: &str) -> bool {
    PROGRAMS.binary_search(&name).is_ok()
}

/// A line that starts with a program a tutorial may call, or with a path to one.
pub fn is_command(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    if is_assignment(first) && first.contains(['`', '(']) {
        return true;
    }
    let mut words = line
        .split_whitespace()
        .skip_while(|word| is_assignment(word) || *word == "sudo");
    let Some(word) = words.next() else {
        // Only assignments are a command too; nothing at all is none.
        return line.split_whitespace().next().is_some_and(is_assignment);
    };
    let is_path = word.len() > 2
        && (word.starts_with("./") || word.starts_with("~/") || is_absolute_program(word))
        && !word.ends_with(':');
    // "Cat" starts a sentence, "ls:" an error message, and "psql (15.3)" says a version.
    let mut rest = line.split_whitespace().skip(1);
    let is_version = |word: &str| {
        word.contains('.')
            && word
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'x' | '+'))
    };
    if rest.next().is_some_and(is_version) && rest.next().is_none() && word != "cd" {
        return false;
    }
    if line
        .split_whitespace()
        .nth(1)
        .is_some_and(|second| second.starts_with('('))
        && word != "test"
    {
        return false;
    }
    is_path
        || is_call(line)
        || is_known_program(word)
        || is_sudo(line)
        || (is_construct(line) && line.contains(' '))
}

/// `sudo mariadb-dump shop`: whatever it is, root runs it; no sentence about `sudo` itself.
fn is_sudo(line: &str) -> bool {
    line.trim().strip_prefix("sudo ").is_some_and(|rest| {
        let program = rest.split_whitespace().next().unwrap_or_default();
        let is_name = program.starts_with(|c: char| c.is_ascii_lowercase())
            && program
                .bytes()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b"-_.".contains(&c));
        let is_verb = matches!(
            program,
            "is" | "was"
                | "and"
                | "or"
                | "to"
                | "for"
                | "can"
                | "may"
                | "has"
                | "runs"
                | "asks"
                | "needs"
                | "works"
                | "will"
                | "in"
                | "on"
                | "as"
                | "if"
        );
        is_name && !is_verb && !rest.ends_with(['.', ':'])
    })
}

/// `pg_dumpall -U postgres`: a word in small letters, and an option behind it.
fn is_call(line: &str) -> bool {
    let line = line.trim();
    let mut words = line.split(' ');
    let program = words.next().unwrap_or_default();
    let is_name = program.len() > 1
        && program.starts_with(|c: char| c.is_ascii_lowercase())
        && program
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'));
    let is_option = |word: &str| {
        let name = word.trim_start_matches('-');
        word.starts_with('-')
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.len() - name.len() <= 2
    };
    is_name && !line.contains("  ") && words.take(3).any(is_option)
}

/// `/usr/bin/env`, `/opt/tool/run`; not `/`, and no `/path:`.
fn is_absolute_program(word: &str) -> bool {
    word.strip_prefix('/').is_some_and(|rest| {
        rest.contains('/')
            && rest
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '+'))
            && !rest.ends_with('/')
    })
}

/// `for x in …`, `if …; then`, `while read …`: the words of a sentence begin so too.
fn is_construct(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    CONSTRUCTS.contains(&first)
        && match first {
            "for" => line.contains(" in ") || line.contains("(("),
            "if" | "while" | "until" => {
                line.contains(';')
                    || line.contains('[')
                    || line.contains("read ")
                    || line.contains('!')
            }
            "case" => line.contains(" in"),
            _ => true,
        }
}

/// The same as [`is_command`], and not only assignments, which programs print too.
pub fn is_program(line: &str) -> bool {
    is_command(line) && !line.split_whitespace().all(is_assignment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_in_order() {
        assert!(PROGRAMS.is_sorted());
    }

    #[test]
    fn commands_and_sentences() {
        for line in [
            "docker ps",
            "sudo apt install x",
            "sudo mariadb-dump shop > shop.sql",
            "A=1 make",
            "X=1",
            "./run.sh",
            "cd /tmp",
            "for x in a b; do echo $x; done",
            "while read line; do",
            "/opt/tools/bin/run -a",
        ] {
            assert!(is_command(line), "{line:?}");
        }
        for line in [
            "Hello from Docker!",
            "sudo is not there",
            "Using default tag: latest",
            "",
            "ls: cannot access",
            "./x:1: bad",
            "REPOSITORY TAG",
            "for more examples and ideas, visit:",
            "if you see this",
            "/ is the root",
            "/app/x.js:3:1: error",
        ] {
            assert!(!is_command(line), "{line:?}");
        }
    }
}
