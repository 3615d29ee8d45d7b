//! Which programs a command calls, as far as the form of its output depends on it.

use crate::commandline::{self, Command, CommandLine, Operator};

/// One call of a program: its words without options, and its options.
#[derive(Debug, Default)]
pub(super) struct Invocation<'a> {
    pub(super) program: &'a str,
    /// The program and what follows it, options and their values left out.
    words: Vec<&'a str>,
    options: Vec<&'a str>,
    /// What options are given apart from them.
    values: Vec<&'a str>,
    /// What it prints goes to another program, which prints what it likes.
    pub(super) is_filtered: bool,
    /// It runs another command, which comes next, and prints what that prints.
    pub(super) is_around: bool,
}

impl<'a> Invocation<'a> {
    /// Whether it calls `docker image ls`, whatever options stand between the words.
    pub(super) fn is(&self, command: &str) -> bool {
        let mut words = self.words.iter();
        command
            .split_whitespace()
            .all(|wanted| words.next().is_some_and(|word| *word == wanted))
    }

    /// Whether an option is given, also as one letter of several.
    pub(super) fn has(&self, option: &str) -> bool {
        let letter = option.strip_prefix('-').filter(|name| name.len() == 1);
        self.options.iter().any(|given| {
            let name = given.split('=').next().unwrap_or(given);
            let in_cluster = letter.is_some_and(|letter| {
                !name.starts_with("--") && name.len() <= 5 && name.contains(letter)
            });
            name == option || in_cluster
        })
    }

    /// Whether it is asked for JSON.
    pub(super) fn is_asked_for_json(&self) -> bool {
        let given = self.options.iter().chain(&self.words);
        given
            .map(|word| word.trim_matches(['"', '\'']))
            .any(|word| matches!(word, "json" | "--format=json") || word.contains("{{json "))
    }

    /// All that it is given: words, options and their values.
    pub(super) fn given(&self) -> impl Iterator<Item = &'a str> {
        let all = self.options.iter().chain(&self.values);
        all.chain(self.words.iter().skip(1)).copied()
    }

    /// The words behind the program.
    pub(super) fn operands(&self) -> impl Iterator<Item = &'a str> {
        self.words.iter().skip(1).copied()
    }

    /// Whether it prints nothing when all is well.
    pub(super) fn is_silent(&self) -> bool {
        commandline::is_quiet(self.program)
    }
}

/// The calls of a command line or of several, in order; what a substitution calls prints nothing.
pub(super) fn invocations(text: &str) -> Vec<Invocation<'_>> {
    let mut found = Vec::new();
    below(text, 0, &mut found);
    found
}

fn below<'a>(text: &'a str, depth: usize, found: &mut Vec<Invocation<'a>>) {
    /// `docker exec web sh -c 'ls'` is three deep; nobody goes much further.
    const DEEPEST: usize = 4;
    let line = CommandLine::read(text);
    for command in line
        .commands
        .iter()
        .filter(|command| !command.is_substituted)
    {
        let Some(mut invocation) = invocation(command) else {
            continue;
        };
        let inner = line.inner(command).filter(|_| depth < DEEPEST);
        invocation.is_around = inner.is_some();
        let is_filtered = invocation.is_filtered;
        found.push(invocation);
        let first = found.len();
        if let Some(inner) = inner {
            below(inner, depth + 1, found);
        }
        for inner in &mut found[first..] {
            inner.is_filtered |= is_filtered;
        }
    }
}

fn invocation<'a>(command: &Command<'a>) -> Option<Invocation<'a>> {
    let mut invocation = Invocation {
        program: command.program()?,
        is_filtered: command.then == Operator::Pipe,
        ..Invocation::default()
    };
    invocation.words.push(invocation.program);
    let mut words = command.call().iter().skip(1).map(|word| word.written);
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            invocation.options.push(word);
            if commandline::has_value(word) && invocation.words.len() < 3 {
                invocation.values.extend(words.next());
            }
        } else {
            invocation.words.push(word);
        }
    }
    // `python3 -m pip install` is pip's.
    if let [_, "pip", ..] = invocation.words.as_slice()
        && invocation.has("-m")
    {
        invocation.words.remove(0);
        invocation.program = "pip";
    }
    Some(invocation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_in_command_lines() {
        for (text, command) in [
            ("docker image ls", "docker image ls"),
            ("sudo docker -H x ps -a", "docker ps"),
            ("docker compose -f a.yaml up -d", "docker compose up"),
            ("DOCKER_BUILDKIT=1 docker build .", "docker build"),
            ("docker build -t a \\\n  .", "docker build"),
            ("python3 -m pip install x", "pip install"),
            ("/usr/bin/apt-get update", "apt-get update"),
        ] {
            assert!(invocations(text)[0].is(command), "{text}");
        }
        let several = invocations("cd x && docker build . 2>&1; docker ps | grep 'a|b'");
        let programs: Vec<(&str, bool)> = several
            .iter()
            .map(|invocation| (invocation.program, invocation.is_filtered))
            .collect();
        assert_eq!(
            programs,
            [
                ("cd", false),
                ("docker", false),
                ("docker", true),
                ("grep", false)
            ]
        );
        assert!(invocations("docker ps -aq")[0].has("-q"));
        assert!(invocations("docker ps --format=x")[0].has("--format"));
        assert_eq!(invocations("cat <<END\ndocker ps\nEND").len(), 1);
        assert_eq!(invocations("echo \"$(docker ps)\"").len(), 1);
        assert!(invocations("for x in a b; do docker logs $x; done")[0].is("docker logs"));
    }
}
