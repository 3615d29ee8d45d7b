//! What a file of a page depends on that may move: what is built from, and what is fetched from indexes of packages.

use std::collections::BTreeSet;

use crate::commandline::{fetches, is_recipe};

/// What an image is built from, and by what.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Images that it is built from: no stage of its own, nothing that is filled in, and not `scratch`.
    pub bases: BTreeSet<String>,
    /// Programs by which it fetches.
    pub fetches: BTreeSet<&'static str>,
}

/// Of a file that a page saves.
pub fn sources(path: &str, text: &str) -> Sources {
    if is_recipe(path) {
        return of_recipe(text);
    }
    // A script, a file of Compose, of Make: what stands alone in a line, or behind a name.
    let commands = text.lines().flat_map(|line| {
        let line = line.trim_start_matches(['-', ' ', '\t']);
        let value = line.split_once(": ").map(|(_, value)| value);
        let value = value.map(|value| value.trim().trim_matches(['"', '\'']));
        std::iter::once(line).chain(value)
    });
    Sources {
        bases: BTreeSet::new(),
        fetches: commands.flat_map(fetches).collect(),
    }
}

fn of_recipe(text: &str) -> Sources {
    let (mut stages, mut sources) = (BTreeSet::new(), Sources::default());
    for instruction in instructions(text) {
        let (name, rest) = instruction
            .split_once(char::is_whitespace)
            .unwrap_or_default();
        let (options, rest) = options(rest);
        let taken = options.iter().flat_map(|option| taken_from(option));
        let taken = taken.filter(|name| is_image(name, &stages));
        sources.bases.extend(taken.map(str::to_owned));
        match name.to_ascii_uppercase().as_str() {
            "FROM" => {
                let mut words = rest.split_whitespace();
                let base = words.next().filter(|name| is_image(name, &stages));
                sources.bases.extend(base.map(str::to_owned));
                let is_named = words
                    .next()
                    .is_some_and(|word| word.eq_ignore_ascii_case("as"));
                stages.extend(words.next().filter(|_| is_named).map(str::to_owned));
            }
            "RUN" => {
                let words: Option<Vec<String>> = serde_json::from_str(rest).ok();
                // What is handed over line by line is what runs.
                let handed = rest
                    .strip_prefix("<<")
                    .and_then(|rest| rest.split_once('\n'));
                let rest = handed.map_or(rest, |(_, lines)| lines);
                let command = words.map_or(rest.to_owned(), |words| words.join(" "));
                sources.fetches.extend(fetches(&command));
            }
            _ => {}
        }
    }
    sources
}

/// Instructions with the lines that they go on in, and what is handed to them line by line.
fn instructions(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut goes_on = false;
    let mut until: Option<String> = None;
    for line in text.lines() {
        let bare = line.trim();
        if let Some(end) = &until {
            if bare == end {
                until = None;
            } else if let Some(last) = all.last_mut() {
                last.push('\n');
                last.push_str(line);
            }
            continue;
        }
        // Comments stand between the lines of an instruction, too.
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let (part, more) = match bare.strip_suffix('\\') {
            Some(part) => (part, true),
            None => (bare, false),
        };
        match all.last_mut() {
            Some(last) if goes_on => {
                last.push(' ');
                last.push_str(part);
            }
            _ => all.push(part.to_owned()),
        }
        goes_on = more;
        // `RUN <<EOF`
        let end = part
            .rsplit_once("<<")
            .map(|(_, end)| end.trim_start_matches('-'));
        let end = end.map(|end| end.trim_matches(['"', '\'']));
        let is_word =
            |end: &&str| !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
        until = end.filter(is_word).map(str::to_owned);
    }
    all
}

/// The options of an instruction, and what is behind them.
fn options(mut rest: &str) -> (Vec<&str>, &str) {
    let mut options = Vec::new();
    rest = rest.trim_start();
    while rest.starts_with("--") {
        let (option, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        options.push(option);
        rest = behind.trim_start();
    }
    (options, rest)
}

/// What an option takes files from: `--from=…`, `--mount=type=bind,from=…`.
fn taken_from(option: &str) -> impl Iterator<Item = &str> {
    let parts = option.trim_start_matches('-').split(',');
    parts.filter_map(|part| {
        part.strip_prefix("mount=")
            .unwrap_or(part)
            .strip_prefix("from=")
    })
}

/// Whether a word in a Dockerfile is the name of an image: no stage by its name or number, nothing that is filled in.
fn is_image(word: &str, stages: &BTreeSet<String>) -> bool {
    let is_reference = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:".contains(&byte);
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    word != "scratch" && !is_number && !stages.contains(word) && word.bytes().all(is_reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dockerfile_says_what_it_is_built_from() {
        let text = "ARG V=3\nFROM --platform=linux/amd64 python:3.13-slim AS one\nfrom one\nFROM scratch as two\n\
            FROM me/app:$V\nFROM redis\nCOPY --from=one /a /b\nCOPY --from=0 /a /b\nCOPY --from=busybox /a /b\n\
            RUN --mount=type=bind,from=alpine:3,target=/x true\nRUN apt-get update \\\n  # why\n  && pip install six\n\
            RUN [\"npm\", \"ci\"]\nRUN <<EOF\napk add jq\nEOF\nRUN echo go get it\n";
        let sources = sources("app/Dockerfile", text);
        let bases = ["alpine:3", "busybox", "python:3.13-slim", "redis"];
        assert_eq!(sources.bases, bases.map(str::to_owned).into());
        assert_eq!(sources.fetches, ["apk", "apt-get", "npm", "pip"].into());
    }

    #[test]
    fn other_files_are_built_from_nothing() {
        for (path, text, found) in [
            ("q.sql", "SELECT x\nFROM orders;\n", &[][..]),
            ("run.sh", "#!/bin/sh\nset -e\npip install six\n", &["pip"]),
            (
                "compose.yaml",
                "services:\n  a:\n    command: \"npm install\"\n",
                &["npm"],
            ),
            ("Makefile", "all:\n\tgo build ./...\n", &["go"]),
        ] {
            let sources = sources(path, text);
            assert_eq!(sources.fetches, found.iter().copied().collect(), "{path}");
            assert!(sources.bases.is_empty(), "{path}");
        }
    }
}
