//! What a text leaves in its shell that other texts meet.

use super::{Command, CommandLine};

/// Whether what a text does to its shell has no words by which another shell would become the same: what bash counts or
/// remembers for itself, limits, the terminal, open files.
pub fn leaves_no_words(text: &str) -> bool {
    const PROGRAMS: &[&str] = &[
        "hash", "stty", "ulimit", "enable", "complete", "compopt", "history", "getopts", "renice",
        "exec", "mount", "umount", "bind", "fc", "coproc", "prlimit", "chrt", "ipcmk", "tset",
        "reset",
    ];
    const WORDS: &[&str] = &[
        "RANDOM=",
        "SECONDS=",
        "BASH_",
        "COMP_",
        "EPOCH",
        "__tutcheck",
        "SHELLOPTS",
        "-o history",
        "/dev/shm",
        "=~",
    ];
    let line = CommandLine::read(text);
    let only_declares = |command: &Command<'_>| {
        let is_declaring = matches!(
            command.program(),
            Some("declare" | "typeset" | "local" | "readonly")
        );
        let mut operands = command.call().iter().skip(1);
        is_declaring
            && operands.any(|word| !word.written.starts_with('-') && !word.written.contains('='))
    };
    let calls = |command: &Command<'_>| {
        let first = command
            .words
            .first()
            .into_iter()
            .chain(command.call().first());
        first
            .into_iter()
            .any(|word| PROGRAMS.contains(&word.written))
    };
    line.commands
        .iter()
        .any(|command| calls(command) || only_declares(command))
        || WORDS.iter().any(|word| text.contains(word))
}

/// Words that a text which is typed into a shell gives another meaning than they have: aliases, functions.
pub fn renamed(text: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let lines = text.split(['\n', ';', '&']).map(str::trim_start);
    let name = |line: &'_ str| -> Option<usize> {
        let length = line.find(|c| !is_name(c)).unwrap_or(line.len());
        (length > 0).then_some(length)
    };
    lines
        .filter_map(|line| {
            let named = line
                .strip_prefix("alias ")
                .or(line.strip_prefix("function "));
            let rest = named.unwrap_or(line);
            let length = name(rest)?;
            let is_function = rest[length..].trim_start().starts_with("()");
            (named.is_some() || is_function).then(|| &rest[..length])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lasts_is_known() {
        for (text, wanted) in [
            ("exec 3>x", true),
            ("exec bash", true),
            ("docker exec web ls", false),
            ("ulimit -f 1", true),
            ("declare -a e", true),
            ("declare -a e=(1)", false),
            ("export X", false),
            ("RANDOM=42", true),
            ("mkdir x && cd x", false),
        ] {
            assert_eq!(leaves_no_words(text), wanted, "{text}");
        }
        for (text, wanted) in [
            ("f() { ls; }", vec!["f"]),
            ("cd x; ll () { ls -l; }", vec!["ll"]),
            ("alias ls='ls -l'; function x { :; }", vec!["ls", "x"]),
            ("python3 -c 'print(x)'", vec![]),
        ] {
            assert_eq!(renamed(text), wanted, "{text}");
        }
    }
}
