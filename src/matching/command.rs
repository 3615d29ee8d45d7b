//! Which programs a command calls, as far as the form of its output depends on it.

/// One call of a program: its words without options, and its options.
#[derive(Debug, Default)]
pub(super) struct Invocation<'a> {
    pub(super) program: &'a str,
    /// The program and what follows it, options and their values left out.
    words: Vec<&'a str>,
    options: Vec<&'a str>,
    /// What it prints goes to another program, which prints what it likes.
    pub(super) is_filtered: bool,
}

/// Options whose value is a word of its own and stands where a subcommand could.
const WITH_VALUE: &[&str] = &[
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--profile",
    "--env-file",
    "-H",
    "--host",
    "--context",
    "-c",
    "--config",
    "--progress",
    "--ansi",
    "--project-directory",
    "--log-level",
    "-l",
];

/// Words before a program that change nothing in what it prints.
const BEFORE: &[&str] = &["sudo", "time", "env", "exec", "command", "nice", "winpty"];

/// Programs that print nothing when all is well.
const SILENT: &[&str] = &[
    "cd", "mkdir", "export", "rm", "cp", "mv", "touch", "sleep", "set", "unset", "true", "chmod",
    "chown", "ln", "wait", "source", ".", ":", "[", "test", "alias", "umask", "trap",
];

impl Invocation<'_> {
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

    /// Whether it prints nothing when all is well.
    pub(super) fn is_silent(&self) -> bool {
        SILENT.contains(&self.program)
    }
}

/// The calls of a command line or of several, in order. A rough reading: quotes hide what
/// separates commands, and substitutions count as words.
pub(super) fn invocations(text: &str) -> Vec<Invocation<'_>> {
    let mut found = Vec::new();
    for segment in segments(text) {
        let invocation = invocation(segment.text);
        if !invocation.program.is_empty() {
            found.push(Invocation {
                is_filtered: segment.is_piped,
                ..invocation
            });
        }
    }
    found
}

struct Segment<'a> {
    text: &'a str,
    is_piped: bool,
}

fn segments(text: &str) -> Vec<Segment<'_>> {
    // What a here-document holds is no command.
    if let Some((head, tail)) = around_here_document(text) {
        let mut all = segments(head);
        all.extend(segments(tail));
        return all;
    }
    let mut segments = Vec::new();
    let (mut start, mut quote, mut depth) = (0, None, 0_usize);
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (_, '\\') if quote != Some('\'') => {
                characters.next();
            }
            (Some(open), _) if open == character => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, '|' | '&' | ';' | '\n') if depth == 0 => {
                let twice = characters.next_if(|(_, next)| *next == character).is_some();
                // `2>&1` and `&>` are redirections.
                let redirects = character == '&'
                    && (text[..at].ends_with('>') || text[at + 1..].starts_with('>'));
                if redirects {
                    continue;
                }
                segments.push(Segment {
                    text: &text[start..at],
                    is_piped: character == '|' && !twice,
                });
                start = at + 1 + usize::from(twice);
            }
            _ => {}
        }
    }
    segments.push(Segment {
        text: &text[start..],
        is_piped: false,
    });
    segments
}

/// What stands before the text of a here-document, and behind its end.
fn around_here_document(text: &str) -> Option<(&str, &str)> {
    let here = text.find("<<")?;
    let body = here + text[here..].find('\n')?;
    let word = text[here + 2..body].trim_start_matches(['-', '<']);
    let end = word
        .split_whitespace()
        .next()?
        .trim_matches(['\'', '"', ';']);
    let mut at = body + 1;
    for line in text[body + 1..].split_inclusive('\n') {
        at += line.len();
        if line.trim() == end {
            return Some((&text[..body], &text[at..]));
        }
    }
    Some((&text[..body], ""))
}

fn invocation(text: &str) -> Invocation<'_> {
    let mut words = text
        .split_whitespace()
        .filter(|word| *word != "\\")
        .skip_while(|word| BEFORE.contains(word) || is_assignment(word))
        .peekable();
    let Some(program) = words.next() else {
        return Invocation::default();
    };
    let mut invocation = Invocation {
        program: program.rsplit('/').next().unwrap_or(program),
        ..Invocation::default()
    };
    invocation.words.push(invocation.program);
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            invocation.options.push(word);
            if WITH_VALUE.contains(&word) && invocation.words.len() < 3 {
                words.next();
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
    invocation
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
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
    }
}
