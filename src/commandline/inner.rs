//! Commands that a call runs elsewhere: in a container, in another shell.

use super::call::{Call, after_options};
use super::docker::WITH_VALUE;
use super::foreground::is_shell;
use super::{Command, CommandLine, base};

impl<'a> CommandLine<'a> {
    /// The text of the command that a call of this line runs: `ls` of `docker exec web ls` and of
    /// `sh -c 'ls'`. None for an image's own program.
    pub fn inner(&self, command: &Command<'a>) -> Option<&'a str> {
        let words = command.call();
        let written: Vec<&str> = words.iter().map(|word| word.written).collect();
        let (program, rest) = written.split_first()?;
        if is_shell(base(program)) {
            let at = rest
                .iter()
                .position(|word| word.starts_with('-') && word.ends_with('c'))?;
            return unquoted(rest.get(at + 1)?);
        }
        if !matches!(base(program), "docker" | "docker-compose" | "podman") {
            return None;
        }
        let mut rest = after_options(rest, WITH_VALUE);
        while let ["compose" | "container", more @ ..] = rest {
            rest = after_options(more, WITH_VALUE);
        }
        let ["exec" | "run", rest @ ..] = rest else {
            return None;
        };
        let call = Call::read(rest);
        let entry = call.value("--entrypoint");
        let inside = call
            .operands
            .len()
            .checked_sub(1)
            .filter(|count| *count > 0)?;
        if entry.is_some() {
            return None;
        }
        let first = words.get(words.len() - inside)?;
        self.text().get(first.span.start..words.last()?.span.end)
    }
}

/// What stands in the quotes around a word.
fn unquoted(word: &str) -> Option<&str> {
    let quote = word.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    word[1..].strip_suffix(quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_run_elsewhere_is_found() {
        for (text, inner) in [
            ("docker exec -it web ls -l /", Some("ls -l /")),
            ("docker run --rm -e A=b busybox:1 free -m", Some("free -m")),
            ("docker compose exec -T db psql -c 'x'", Some("psql -c 'x'")),
            (
                "docker run --rm busybox sh -c 'date; ls'",
                Some("sh -c 'date; ls'"),
            ),
            ("sh -c 'date; ls'", Some("date; ls")),
            ("bash -lc \"ls\"", Some("ls")),
            ("docker run nginx", None),
            ("docker run --entrypoint ls busybox /", None),
            ("docker ps", None),
            ("ls", None),
        ] {
            let line = CommandLine::read(text);
            assert_eq!(line.inner(&line.commands[0]), inner, "{text}");
        }
    }
}
