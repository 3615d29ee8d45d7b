//! The line of an output that says best what went wrong.

use super::Unfinished;
use crate::commandline::{self, Command, CommandLine, base};
use crate::matching;

/// The last line, but for advice and what a pull says; of what a program says about another that it has
/// called, the other's own words.
pub(super) fn line<'o>(command: &str, output: &'o str) -> &'o str {
    const ADVICE: &[&str] = &["See '", "Run '", "Node.js v"];
    let is_advice =
        |line: &&str| !line.is_empty() && !ADVICE.iter().any(|start| line.starts_with(start));
    let counted = matching::counted(command, output);
    if let Some(said) = before_usage(command, &counted) {
        return said;
    }
    let last = counted
        .into_iter()
        .rev()
        .map(str::trim)
        .find(is_advice)
        .unwrap_or_default();
    called(last, output).unwrap_or(last)
}

/// Many programs say how they are used behind, or before, what was wrong with how they were: `grep: invalid
/// option -- 'd'`.
fn before_usage<'o>(command: &str, lines: &[&'o str]) -> Option<&'o str> {
    let is_usage = |line: &&str| {
        let line = line.trim_start();
        line.get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("usage:"))
    };
    if !lines.iter().any(is_usage) {
        return None;
    }
    let read = CommandLine::read(command);
    let words: Vec<String> = read
        .commands
        .iter()
        .flat_map(Command::texts)
        .map(|word| base(&word).to_owned())
        .collect();
    let says = |line: &&str| {
        let name = line.split_once(": ").map(|(name, _)| base(name));
        let is_of_program = name.is_some_and(|name| {
            let name = name.split(' ').next().unwrap_or(name);
            words.iter().any(|word| word == name)
        });
        (is_of_program || matching::is_error(line)) && !is_usage(line)
    };
    lines.iter().map(|line| line.trim()).find(|line| says(line))
}

/// What a command in a build has said, of which the builder says only that it failed.
fn called<'o>(last: &str, output: &'o str) -> Option<&'o str> {
    const OF_ANOTHER: &[&str] = &["did not complete successfully", "returned a non-zero code"];
    if !OF_ANOTHER.iter().any(|words| last.contains(words)) {
        return None;
    }
    output.lines().rev().find_map(|line| {
        let said = without_clock(line.trim());
        let is_of_builder = OF_ANOTHER.iter().any(|words| said.contains(words));
        (!is_of_builder && says_what_failed(said)).then_some(said)
    })
}

/// `#6 4.410 E: Unable to locate package x`, `0.812 ERROR: …`: what stands behind step and time.
fn without_clock(line: &str) -> &str {
    let is_number =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    let mut rest = line;
    while let Some((word, after)) = rest.split_once(' ') {
        if !is_number(word.strip_prefix('#').unwrap_or(word)) {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

fn says_what_failed(line: &str) -> bool {
    const ENDS: &[&str] = &[
        ": not found",
        ": No such file or directory",
        ": command not found",
    ];
    matching::is_error(line) || ENDS.iter().any(|end| line.ends_with(end))
}

/// What a command lacks, as the shell says of it and not of a script that it runs.
pub(super) fn unfinished(command: &str, output: &str) -> Option<Unfinished> {
    if command.contains("<<")
        && let Some(end) = unclosed_here_document(output)
        && command.contains(end)
    {
        return Some(Unfinished::HereDocument(end.to_owned()));
    }
    if commandline::is_complete(command) {
        return None;
    }
    let mut own = output
        .lines()
        .filter_map(|line| line.strip_prefix("bash: "));
    own.find_map(|line| {
        if let Some((_, rest)) = line.split_once("unexpected EOF while looking for matching `") {
            return Some(Unfinished::Quote(rest.chars().next()?));
        }
        line.contains("syntax error: unexpected end of file")
            .then_some(Unfinished::Construct)
    })
}

/// The end of a here-document that the text does not have, as bash says it.
fn unclosed_here_document(output: &str) -> Option<&str> {
    let (_, wanted) = output
        .split_once("here-document at line ")?
        .1
        .split_once("delimited by end-of-file (wanted `")?;
    wanted.split_once("')").map(|(end, _)| end)
}

/// The shell's own complaint that there is no such program, which the status of a longer command
/// line may hide.
pub(super) fn not_found(output: &str) -> Option<&str> {
    output.lines().find(|line| {
        let says = line.ends_with(": command not found") || line.ends_with(": event not found");
        line.starts_with("bash: ") && says
    })
}

/// The name in `open Dockerfile: no such file or directory`, `ls: app.py: No such file or directory`.
pub(super) fn missing_file(line: &str) -> Option<&str> {
    let at = line
        .to_ascii_lowercase()
        .find("no such file or directory")?;
    let before = line[..at].trim_end().trim_end_matches("[Errno 2]");
    let before = before.trim_end_matches([' ', ':', '[']);
    let word = before.rsplit([' ', '/']).next()?;
    let name = word.trim_matches(['\'', '"', '`']);
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_in_a_build_is_said_by_what_was_called() {
        let output = "#9 [5/6] RUN pip install -r requirements.txt\n\
            #9 0.812 ERROR: No matching distribution found for markofify==0.9.4\n\
            #9 0.913 \n#9 0.914 [notice] A new release of pip is available\n\
            #9 ERROR: process \"/bin/sh -c pip\" did not complete successfully: exit code: 1\n\
            Dockerfile:6\n\
            ERROR: failed to solve: process \"/bin/sh -c pip\" did not complete successfully: exit code: 1\n";
        assert_eq!(
            line("docker build .", output),
            "ERROR: No matching distribution found for markofify==0.9.4"
        );
        let legacy = "Step 2/3 : RUN pip\n/bin/sh: 1: pip: not found\n\
            The command '/bin/sh -c pip' returned a non-zero code: 127\n";
        assert_eq!(line("docker build .", legacy), "/bin/sh: 1: pip: not found");
        assert_eq!(line("x", "one\ntwo\nSee 'x --help'.\n"), "two");
        for (command, output, said) in [
            (
                "docker run --rm busybox grep -d x f",
                "grep: invalid option -- 'd'\nBusyBox v1\n\nUsage: grep [-H] FILE\n\n\t-H\tAdd\n",
                "grep: invalid option -- 'd'",
            ),
            (
                "python3 app.py --x",
                "usage: app.py [-h]\napp.py: error: unrecognized arguments: --x\n",
                "app.py: error: unrecognized arguments: --x",
            ),
        ] {
            assert_eq!(line(command, output), said);
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_told_by_the_shell() {
        assert_eq!(
            not_found("bash: !world: event not found"),
            Some("bash: !world: event not found")
        );
    }

    #[test]
    fn the_shell_says_what_a_command_lacks() {
        for (command, output, lacks) in [
            (
                "echo \"abc",
                "bash: unexpected EOF while looking for matching `\"'\n",
                Some(Unfinished::Quote('"')),
            ),
            (
                "for i in 1 2; do echo $i",
                "bash: syntax error: unexpected end of file from `for' command on line 1\n",
                Some(Unfinished::Construct),
            ),
            (
                "bash run.sh",
                "run.sh: line 3: syntax error: unexpected end of file\n",
                None,
            ),
        ] {
            assert_eq!(unfinished(command, output), lacks, "{command}");
        }
    }
}
