//! Prompts: what a shell or REPL prints before the command that a reader types.

use super::evidence::{Look, look};
use crate::{commandline, programs};

/// What stands before a command in a session of Sphinx.
pub(super) const INPUT: &str = ":input:";

/// A prompt at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prompt {
    pub(super) kind: PromptKind,
    /// Bytes up to the command.
    pub(super) length: usize,
}

/// Whose prompt it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PromptKind {
    /// The reader's own shell.
    Shell,
    /// `# `: a root shell, or a comment; what stands around decides.
    Hash,
    /// A shell inside a container.
    Inside,
    /// A program that takes commands of its own language.
    Repl,
    /// Another system's shell.
    Foreign,
}

/// The prompt that a line starts with, if any. A prompt alone, with nothing typed, counts too.
pub(super) fn prompt(line: &str) -> Option<Prompt> {
    let text = without_environment(line.trim_start());
    let indent = line.len() - text.len();
    let found = |kind, length: usize| {
        let blanks = text[length..].len() - text[length..].trim_start().len();
        Some(Prompt {
            kind,
            length: indent + length + blanks,
        })
    };
    // An arrow also points at what a server says of itself.
    if let Some(rest) = text.strip_prefix('➜') {
        let length = arrow(text).unwrap_or("➜".len());
        let is_typed = |text: &str| text.is_empty() || commandline::is_command(text);
        let is_prompt = is_typed(text[length..].trim()) || is_typed(rest.trim());
        return if is_prompt {
            found(PromptKind::Shell, length)
        } else {
            None
        };
    }

    for (mark, kind) in [
        ("$", PromptKind::Shell),
        ("$>", PromptKind::Shell),
        ("%", PromptKind::Shell),
        ("❯", PromptKind::Shell),
        (INPUT, PromptKind::Shell),
        ("/ #", PromptKind::Inside),
        ("~ #", PromptKind::Inside),
        ("#", PromptKind::Hash),
        (">>>", PromptKind::Repl),
    ] {
        if ends_word(text, mark) {
            return found(kind, mark.len());
        }
    }
    if text.starts_with("PS ") && text.contains("> ") {
        return found(PromptKind::Foreign, text.find("> ")? + 1);
    }
    if text.len() > 3 && text.as_bytes()[1] == b':' && text.as_bytes()[2] == b'\\' {
        return text
            .find('>')
            .and_then(|end| found(PromptKind::Foreign, end + 1));
    }
    programs::prompt_of_any(text)
        .map(|length| (PromptKind::Repl, length))
        .or_else(|| directory(text))
        .or_else(|| directory_and_sign(text))
        .or_else(|| nameless(text))
        .or_else(|| user_at_host(text))
        .and_then(|(kind, length)| found(kind, length))
}

/// The prompt that a line starts with, given the program that is open.
pub(super) fn at(line: &str, program: Option<&str>) -> Option<Prompt> {
    prompt(line)
        .or_else(|| angle(line))
        .or_else(|| of_program(line, program?))
}

/// The prompt that a block is to be read by, wherever in it: that of the first line with one. A `# `
/// is one only where what stands behind is a command, and no other line is typed without it.
pub(super) fn leading(
    lines: &[&str],
    program: Option<&str>,
    is_script: bool,
) -> Option<PromptKind> {
    let mut hash = None;
    let mut bare = 0;
    let mut printed = 0;
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        match at(line, program) {
            Some(found) if found.kind == PromptKind::Hash => {
                if hash.is_none() {
                    hash = Some(commandline::is_command(&line[found.length..]));
                }
            }
            // Root opens a shell, or a program.
            Some(found)
                if hash == Some(true)
                    && bare == 0
                    && matches!(found.kind, PromptKind::Inside | PromptKind::Repl) =>
            {
                break;
            }
            Some(found) if is_certain(line, found, bare > 0) => return Some(found.kind),
            Some(_) | None if look(line) == Look::Typed => bare += 1,
            Some(_) | None => printed += 1,
        }
    }
    let is_root = hash == Some(true) && bare == 0;
    (is_root && (printed == 0 || !is_script || is_answered(lines))).then_some(PromptKind::Hash)
}

/// Whether what looks like a prompt is one although lines without a prompt stand above it: text
/// behind it must be a command then.
fn is_certain(line: &str, found: Prompt, is_late: bool) -> bool {
    let typed = line[found.length..].trim();
    !is_late
        || found.kind != PromptKind::Shell
        || typed.is_empty()
        || commandline::is_command(typed)
}

/// Whether what root types has its output below it, of a form that no script has.
fn is_answered(lines: &[&str]) -> bool {
    lines.iter().any(|line| look(line) == Look::Printed)
}

/// `> docker ps`, as some write the prompt of any shell: known by the command behind it.
pub(super) fn angle(line: &str) -> Option<Prompt> {
    let length = continuation(line)?;
    let command = &line[length..];
    let is_typed = command.contains(' ') && commandline::is_program(command);
    is_typed.then_some(Prompt {
        kind: PromptKind::Shell,
        length,
    })
}

/// A prompt without what tools of Python put before it: `(venv) $`, `(base) you@machine:~$`.
pub fn without_environment(prompt: &str) -> &str {
    let environment = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    prompt
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(") "))
        .filter(|(name, _)| environment(name))
        .map_or(prompt, |(_, rest)| rest.trim_start())
}

/// The prompt of the program that is open, which says nothing where another is.
pub(super) fn of_program(line: &str, program: &str) -> Option<Prompt> {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let length = indent + programs::prompt_of(program, text)?;
    let blanks = line[length..].len() - line[length..].trim_start().len();
    Some(Prompt {
        kind: PromptKind::Repl,
        length: length + blanks,
    })
}

/// What a prompt starts with: user and host, or its sign.
pub(super) fn head(prompt: &str) -> &str {
    let prompt = without_environment(prompt.trim());
    prompt.split([':', ' ', '/', '~']).next().unwrap_or(prompt)
}

/// The first line of a prompt of two: `[node1] (local) root@192.168.0.13 ~`.
pub(super) fn is_upper_line(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [node, .., at, directory] => {
            node.starts_with('[')
                && node.ends_with(']')
                && at.contains('@')
                && directory.starts_with(['~', '/'])
        }
        ["➜" | "╭─" | "┌──", ..] => words.len() == 2,
        _ => false,
    }
}

/// Whether `text` is `mark`, or `mark` and a blank.
fn ends_word(text: &str, mark: &str) -> bool {
    text.strip_prefix(mark)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// `/# python3`, `/app$ ls`, `~/app$ ls`: a directory and its sign without a blank between, known by
/// the command behind it.
fn directory_and_sign(text: &str) -> Option<(PromptKind, usize)> {
    let word = text.split(' ').next()?;
    let sign = word
        .chars()
        .next_back()
        .filter(|sign| matches!(sign, '#' | '$' | '%'))?;
    let directory = &word[..word.len() - 1];
    let is_path = directory.starts_with(['/', '~'])
        && !directory.contains("//")
        && directory
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '/' | '~' | '-' | '_' | '.'));
    let rest = text[word.len()..].trim();
    let is_typed = rest.is_empty() || commandline::is_command(rest) || commandline::leaves(rest);
    let kind = match (directory.starts_with('~'), sign) {
        (true, '$' | '%') => PromptKind::Shell,
        _ => PromptKind::Inside,
    };
    (is_path && is_typed).then_some((kind, word.len()))
}

/// `I have no name!@e808d7c36e7c:/$ `: a user whom the container does not know.
fn nameless(text: &str) -> Option<(PromptKind, usize)> {
    let rest = text.strip_prefix("I have no name!@")?;
    let sign = rest.find(['$', '#'])?;
    let length = text.len() - rest.len() + sign + 1;
    (!rest[..sign].contains(' ')).then_some((PromptKind::Inside, length))
}

/// `/app # `, `/app $ `: busybox shows the directory and the sign of root, or of others; `~/app $ ` is
/// on the reader's own machine.
fn directory(text: &str) -> Option<(PromptKind, usize)> {
    let (directory, rest) = text.split_once(' ')?;
    let length = directory.len() + 2;
    if directory.contains("//") {
        return None;
    }
    match directory.chars().next()? {
        '/' => {
            (ends_word(rest, "#") || ends_word(rest, "$")).then_some((PromptKind::Inside, length))
        }
        '~' => ends_word(rest, "$").then_some((PromptKind::Shell, length)),
        _ => None,
    }
}

/// `➜  app git:(main) ✗ `: the folder stands behind the arrow.
fn arrow(text: &str) -> Option<usize> {
    let words = text.strip_prefix("➜  ")?;
    let mut rest = words.trim_start().split_once(' ')?.1.trim_start();
    if let Some(branch) = rest.strip_prefix("git:(") {
        rest = branch.split_once(')')?.1.trim_start();
    }
    let rest = rest.strip_prefix('✗').unwrap_or(rest);
    Some(text.len() - rest.len())
}

/// `you@machine:~/dir$ `, `[you@machine dir]$ `, `root@1a2b3c4d5e6f:/# `, `bash-5.2# `.
fn user_at_host(text: &str) -> Option<(PromptKind, usize)> {
    let end = text
        .char_indices()
        .find(|&(i, c)| matches!(c, '$' | '#' | '%') && ends_word(&text[i..], &text[i..=i]))
        .map(|(i, _)| i)?;
    let head = &text[..end];
    let bare = head.trim_start_matches('[').trim_end_matches([']', ' ']);
    if bare.is_empty() || bare.contains(['"', '\'', '`', '=', '|', '<', '(', '&', ';']) {
        return None;
    }
    let is_root = text[end..].starts_with('#');
    if let Some((user, host)) = bare.split_once('@') {
        let name = |word: &str| {
            !word.is_empty()
                && word
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        let host = host.split([':', ' ']).next().unwrap_or_default();
        if !name(user) || !name(host) || bare.split(' ').count() > 2 {
            return None;
        }
        let kind = if is_container(host) {
            PromptKind::Inside
        } else {
            PromptKind::Shell
        };
        return Some((kind, end + 1));
    }
    if let Some((machine, directory)) = bare.split_once(':') {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        // `shop:~/tea$ `: a machine, and a folder on it.
        let is_path = directory.starts_with(['~', '/'])
            && directory.chars().all(|c| word(c) || matches!(c, '~' | '/'));
        if is_path && !machine.is_empty() && machine.chars().all(word) {
            let kind = if is_container(machine) {
                PromptKind::Inside
            } else {
                PromptKind::Shell
            };
            return Some((kind, end + 1));
        }
        // `Janes-MacBook:docker jane$ `
        let (folder, user) = directory.rsplit_once(' ')?;
        let is_mac = !machine.is_empty()
            && machine.chars().all(word)
            && !user.is_empty()
            && user.chars().all(word)
            && !folder.is_empty()
            && !folder.contains(' ')
            && text[end..].starts_with('$');
        return is_mac.then_some((PromptKind::Shell, end + 1));
    }
    let version = bare
        .strip_prefix("bash-")
        .or_else(|| bare.strip_prefix("sh-"))?;
    let numbered = version.chars().all(|c| c.is_ascii_digit() || c == '.');
    numbered.then_some((
        if is_root {
            PromptKind::Inside
        } else {
            PromptKind::Shell
        },
        end + 1,
    ))
}

/// A container is called by its ID, whoever is in it.
fn is_container(host: &str) -> bool {
    host.len() >= 8 && host.chars().all(|c| c.is_ascii_hexdigit())
}

/// `> `: the shell wants the rest of an unfinished command.
pub(super) fn continuation(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    let text = &line[indent..];
    if text == ">" {
        return Some(indent + 1);
    }
    text.starts_with("> ").then_some(indent + 2)
}

/// The prompt of a program that wants the rest of what was typed so far.
pub(super) fn repl_continuation(line: &str, typed: &str) -> Option<usize> {
    let length = programs::asks_for_more(line)?;
    let last = typed.lines().last().unwrap_or_default();
    let wants_more = if line[..length].trim() == "..." {
        // It may also stand for any lines of output.
        last.trim_end().ends_with([':', '\\', '(', '{', '['])
            || (typed.contains('\n') && !last.trim().is_empty())
    } else {
        !typed.trim_end().ends_with(';') && !typed.starts_with(['\\', '.'])
    };
    wants_more.then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_known_by_their_form() {
        for (line, kind, command) in [
            ("$ docker ps", PromptKind::Shell, "docker ps"),
            ("   $  ls", PromptKind::Shell, "ls"),
            ("$", PromptKind::Shell, ""),
            ("% ls", PromptKind::Shell, "ls"),
            ("$> ls", PromptKind::Shell, "ls"),
            ("you@laptop:~/code$ make", PromptKind::Shell, "make"),
            ("[you@laptop code]$ make", PromptKind::Shell, "make"),
            ("root@1a2b3c4d5e6f:/# ls /", PromptKind::Inside, "ls /"),
            ("root@server:~# ls", PromptKind::Shell, "ls"),
            ("/ # ls", PromptKind::Inside, "ls"),
            ("/app # node x.js", PromptKind::Inside, "node x.js"),
            ("bash-5.2# id", PromptKind::Inside, "id"),
            ("# apt-get update", PromptKind::Hash, "apt-get update"),
            (">>> 1 + 1", PromptKind::Repl, "1 + 1"),
            ("mysql> SHOW TABLES;", PromptKind::Repl, "SHOW TABLES;"),
            ("postgres=# \\l", PromptKind::Repl, "\\l"),
            ("shop=> \\q", PromptKind::Repl, "\\q"),
            ("MariaDB [(none)]> use shop", PromptKind::Repl, "use shop"),
            ("127.0.0.1:6379> GET a", PromptKind::Repl, "GET a"),
            ("PS C:\\Users\\you> dir", PromptKind::Foreign, "dir"),
            ("C:\\> dir", PromptKind::Foreign, "dir"),
            ("postgres=*# COMMIT;", PromptKind::Repl, "COMMIT;"),
            ("/app $ whoami", PromptKind::Inside, "whoami"),
            ("~/app $ make", PromptKind::Shell, "make"),
            ("➜  ~ docker ps", PromptKind::Shell, "docker ps"),
            ("➜  app git:(main) ✗ make", PromptKind::Shell, "make"),
            ("➜ make", PromptKind::Shell, "make"),
            ("Janes-MacBook-Pro:docker jane$ ls", PromptKind::Shell, "ls"),
            ("shop:~/tea$ make", PromptKind::Shell, "make"),
            ("shop:~# make", PromptKind::Shell, "make"),
            ("1a2b3c4d5e6f:/srv# ls", PromptKind::Inside, "ls"),
            ("(venv) $ pip list", PromptKind::Shell, "pip list"),
            (
                "(base) root@1a2b3c4d5e6f:/# python",
                PromptKind::Inside,
                "python",
            ),
        ] {
            let found = prompt(line).unwrap_or_else(|| panic!("no prompt in {line:?}"));
            assert_eq!(
                (found.kind, &line[found.length..]),
                (kind, command),
                "{line:?}"
            );
        }
    }

    #[test]
    fn other_lines_have_no_prompt() {
        for line in [
            "docker ps",
            "$HOME/bin/x",
            "$(date)",
            "#!/bin/sh",
            "#comment",
            "echo a # b",
            "echo 'you@x:$ '",
            "> more",
            "mail you@example.org",
            "user@host",
            "echo 100 % 3",
            "a -> b",
            "(see $ 1)",
            "Price: 5 dollars or 3$ each",
            "tea:3$ a cup",
            "file:/etc/hosts",
            "(1) 5 % of them",
            "",
        ] {
            assert_eq!(prompt(line), None, "{line:?}");
        }
    }
}
