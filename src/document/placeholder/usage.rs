//! Usage patterns, which nobody types.

/// A word of another alphabet that stands for a name in a command: `docker stop 容器名`.
pub(in crate::document) fn foreign_word(command: &str) -> Option<&str> {
    let line = crate::commandline::CommandLine::read(command);
    line.commands
        .iter()
        .flat_map(|command| command.words.iter().skip(1))
        .map(|word| word.written)
        .find(|word| word.chars().all(|c| !c.is_ascii() && c.is_alphabetic()))
}

/// `-DWITH_TLS=1`: what is added to a command, and none itself.
pub(in crate::document) fn is_option(command: &str) -> bool {
    let option = command.trim_start().strip_prefix('-').unwrap_or_default();
    option.starts_with(|c: char| c.is_alphabetic() || c == '-')
}

/// Words that stand for something in the usage lines of command-line tools.
const USAGE_WORDS: &[&str] = &[
    "IMAGE",
    "CONTAINER",
    "COMMAND",
    "OPTIONS",
    "ARG",
    "SERVICE",
    "VOLUME",
    "NETWORK",
    "IMAGE_NAME",
    "SOURCE_IMAGE",
    "TARGET_IMAGE",
];

/// The same for tools of any kind.
const ANY: &[&str] = &[
    "URL",
    "FILE",
    "PATH",
    "HOST",
    "DIR",
    "REGEX",
    "TARGET",
    "SOURCE",
    "DEST",
    "FILENAME",
    "DIRECTORY",
    "SRC_PATH",
    "DEST_PATH",
    "COMMAND",
    "ARGS",
    "OPTIONS",
    "NAME",
];

/// `[OPTIONS]` in other languages.
const OPTIONS_ELSEWHERE: &[&str] = &["OPCIONES", "OPÇÕES", "OPZIONI", "OPTIONEN", "ОПЦИИ"];

/// The part of a command that makes it a pattern of many commands, such as `[OPTIONS]`.
pub(in crate::document) fn usage_pattern(command: &str) -> Option<&str> {
    // What goes on behind the end of a line is of the first one.
    if let Some(option) = ["[OPTIONS]", "[options]"]
        .iter()
        .find(|word| command.contains(**word))
    {
        return Some(option);
    }
    let line = command.lines().next().unwrap_or_default();
    // `docker run ... --device x ...`, `git checkout <...>`: what is left out, stands somewhere else.
    let first = line.split_whitespace().next().unwrap_or_default();
    if let Some(dots) = ["...", "…", "<...>", "[...]"]
        .iter()
        .find(|dots| !PRINTERS.contains(&first) && is_argument(command, dots))
    {
        return Some(dots);
    }
    if let Some(tail) = line.split_whitespace().find(|word| is_optional_tag(word)) {
        return Some(tail);
    }
    for (start, _) in line.match_indices('[') {
        let end = line[start..].find(']')? + start;
        let inner = &line[start + 1..end];
        let optional = matches!(
            inner,
            "OPTIONS"
                | "COMMAND"
                | "ARG"
                | "ARG..."
                | "ARGS"
                | "flags"
                | "options"
                | "command"
                | "args"
        ) || (inner.ends_with("...") && inner.len() > 3)
            || (inner.contains('|')
                && inner.len() > 2
                && inner
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '|' | '-')))
            || (inner.starts_with("--") && inner.len() > 2)
            || OPTIONS_ELSEWHERE.contains(&inner);
        if optional {
            return Some(&line[start..=end]);
        }
    }
    let mut words = line.split_whitespace();
    let program = words.next()?;
    let is_docker = matches!(program, "docker" | "docker-compose" | "podman" | "kubectl");
    let is_name = program.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let mut is_pulled = false;
    words.find(|word| {
        // The name of an image has no capitals.
        let is_no_image = is_pulled && is_name_in_capitals(word);
        is_pulled |= matches!(*word, "pull" | "rmi" | "push");
        is_docker && (is_no_image || USAGE_WORDS.contains(word) || is_pair_of_names(word))
            || (is_name || is_docker)
                && ANY.contains(word)
                && !TAKES_NAMES.contains(&program)
                && !line.split_whitespace().any(|word| word == "read")
    })
}

/// Programs that print their arguments.
const PRINTERS: &[&str] = &["echo", "printf", "cat", "grep", "sed", "awk"];

/// Whether a word stands behind a program, and in no quotation.
fn is_argument(command: &str, wanted: &str) -> bool {
    // To a shell, `<` is a redirection.
    if wanted.starts_with(['<', '[']) {
        return command
            .split_whitespace()
            .skip(1)
            .any(|word| word == wanted);
    }
    let line = crate::commandline::CommandLine::read(command);
    let mut words = line
        .commands
        .iter()
        .flat_map(|command| command.words.iter().skip(1));
    words.any(|word| word.written == wanted)
}

/// Programs to which such a word is the name of a variable, or a word like others; so is what `while read` reads into.
const TAKES_NAMES: &[&str] = &[
    "declare",
    "echo",
    "export",
    "getopts",
    "git",
    "grep",
    "local",
    "mapfile",
    "printf",
    "printenv",
    "readarray",
    "readonly",
    "typeset",
    "unset",
];

/// `NOMBRE_DE_IMAGEN`, in whatever language, and no name that a reader puts in.
fn is_name_in_capitals(word: &str) -> bool {
    let is_for_reader = ["YOUR", "USER", "ID"]
        .iter()
        .any(|part| word.contains(part));
    word.contains('_')
        && !is_for_reader
        && word.bytes().all(|c| c.is_ascii_uppercase() || c == b'_')
}

/// `NAME[:TAG]`; a slice or a class of characters has no name in capitals.
fn is_optional_tag(word: &str) -> bool {
    word.split_once("[:").is_some_and(|(_, rest)| {
        let name = rest.split(']').next().unwrap_or_default();
        let is_name = |c: char| c.is_ascii_uppercase() || matches!(c, '_' | '|' | '@');
        rest.contains(']') && name.len() > 1 && name.chars().all(is_name)
    })
}

/// `HOST_PORT:CONTAINER_PORT`, and no `NAME=value`.
fn is_pair_of_names(word: &str) -> bool {
    word.split_once(':').is_some_and(|(left, right)| {
        [left, right].iter().all(|name| {
            name.contains('_')
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        })
    })
}
