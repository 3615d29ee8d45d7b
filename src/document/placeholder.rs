//! Placeholders that a reader replaces, and usage patterns that nobody types.

mod stands;
mod usage;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use stands::{Stands, stands_for};
pub(super) use usage::{foreign_word, is_option, usage_pattern};

/// A command after its placeholders were looked up.
#[derive(Debug, PartialEq, Eq)]
pub enum Filled {
    /// Ready to be typed; nothing was missing.
    Whole(String),
    /// These placeholders have no value, as the document writes them.
    Missing(Vec<String>),
}

/// Replaces `[NAME]`, `<name>` and `YOUR_NAME` by the values of `variables`.
///
/// Names are looked up without their brackets, with `-` and blanks read as `_`, in capitals, so
/// that `<your-username>` is the variable `YOUR_USERNAME`.
pub fn fill(command: &str, variables: &BTreeMap<String, String>) -> Filled {
    let (whole, missing) = replace(command, variables);
    if missing.is_empty() {
        Filled::Whole(whole)
    } else {
        Filled::Missing(missing)
    }
}

/// The same in a file or an output, where what has no value may as well be no placeholder.
pub fn fill_known(text: &str, variables: &BTreeMap<String, String>) -> String {
    if variables.is_empty() {
        return text.to_owned();
    }
    replace(text, variables).0
}

/// What a page shows, with `...` in place of what its author has put for any word: `<pid>`,
/// `xxxxxxxxxxxx`. Words in brackets or capitals may as well be what is printed.
pub fn loosen(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '{', 'x']) {
        return Cow::Borrowed(text);
    }
    let mut rest = text;
    let mut loose = String::new();
    while let Some((start, length)) = find(rest) {
        let written = &rest[start..start + length];
        loose.push_str(&rest[..start]);
        let is_any = written.starts_with(['<', 'x']) || written.starts_with("{your");
        loose.push_str(if is_any { "..." } else { written });
        rest = &rest[start + length..];
    }
    loose.push_str(rest);
    Cow::Owned(loose)
}

/// The text with every placeholder replaced that has a value, and those that have none.
fn replace(text: &str, variables: &BTreeMap<String, String>) -> (String, Vec<String>) {
    let mut whole = String::with_capacity(text.len());
    let mut missing: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((start, length)) = find(rest) {
        let written = &rest[start..start + length];
        whole.push_str(&rest[..start]);
        match variables.get(&variable_name(written)) {
            Some(value) => whole.push_str(value),
            None => {
                whole.push_str(written);
                if !missing.iter().any(|name| name == written) {
                    missing.push(written.to_owned());
                }
            }
        }
        rest = &rest[start + length..];
    }
    whole.push_str(rest);
    (whole, missing)
}

/// Whether a call of Docker has several placeholders in brackets and works on nothing else:
/// `docker network connect <network> <container>`.
pub(super) fn has_nothing_else(command: &str) -> bool {
    const PLACE: &str = "\u{1}";
    let line = command.trim();
    if !line.starts_with("docker ") || line.contains(['\n', '|', ';', '&']) {
        return false;
    }
    let mut bare = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((start, length)) = find(rest) {
        bare.push_str(&rest[..start]);
        bare.push_str(if rest[start..].starts_with('<') {
            PLACE
        } else {
            "x"
        });
        rest = &rest[start + length..];
    }
    bare.push_str(rest);
    let is_verb = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    let mut operands = bare
        .split_whitespace()
        .skip_while(is_verb)
        .filter(|word| !word.starts_with('-'))
        .peekable();
    let is_place = |word: &str| {
        word.contains(PLACE) && word.chars().all(|c| matches!(c, '\u{1}' | ':' | '/' | '='))
    };
    operands.peek().is_some() && bare.matches(PLACE).count() > 1 && operands.all(is_place)
}

/// The name under which the value of a placeholder is given.
pub fn variable_name(written: &str) -> String {
    written
        .trim_matches(['[', ']', '<', '>', '{', '}', '%'])
        .chars()
        .map(|c| {
            if c.is_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect()
}

/// The first placeholder: its first byte and its length.
fn find(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let starts_word =
            before.is_none_or(|before| !(before.is_ascii_alphanumeric() || before == b'_'));
        let length = match bytes[at] {
            // Behind a word it is an index or a pattern of file names.
            b'[' if starts_word => bracketed(&text[at..], ']', is_square_name),
            b'<' if before != Some(b'<') => bracketed(&text[at..], '>', is_angle_name)
                .filter(|length| !is_markup(&text[at..], &text[at + 1..at + length - 1])),
            // Not behind `$`, where it is a variable of the shell, nor doubled, as templates have it.
            b'{' if !matches!(before, Some(b'$' | b'{' | b'@' | b'%' | b'#')) => {
                bracketed(&text[at..], '}', is_braced_name)
            }
            b'%' if text[at..].starts_with("%%") => percents(&text[at..]),
            b'Y' if starts_word => your_name(&text[at..]),
            b'y' if starts_word => your_small_name(&text[at..], before),
            b'C' | b'I' if starts_word => id_of_kind(&text[at..]),
            b'x' | b'X' if starts_word => crosses(&text[at..]),
            _ => None,
        };
        if let Some(length) = length {
            return Some((at, length));
        }
        at += 1;
    }
    None
}

/// `{your-name}`, `{container_id}`: not `{a,b}`, `{1..3}`, nor what awk, curl and JSON have.
fn is_braced_name(name: &str) -> bool {
    const WHAT: &[&str] = &[
        "your",
        "name",
        "id",
        "user",
        "username",
        "container",
        "image",
        "network",
        "volume",
        "host",
        "hostname",
        "password",
        "token",
        "domain",
        "tag",
        "path",
        "directory",
        "version",
        "platform",
        "region",
        "namespace",
    ];
    let words: Vec<&str> = name.split(['-', '_', ' ']).collect();
    let is_word = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic());
    words.iter().all(is_word)
        && words
            .iter()
            .any(|word| WHAT.contains(&word.to_lowercase().as_str()))
}

/// `%%IMAGE%%`
fn percents(text: &str) -> Option<usize> {
    let length = text[2..].bytes().take(40).position(|byte| byte == b'%')?;
    let name = &text[2..2 + length];
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte == b'-');
    (is_name && text[2 + length..].starts_with("%%")).then_some(length + 4)
}

/// `your-docker-id`, `your_username`; not a path such as `./your-app`, nor `your` in a sentence.
fn your_small_name(text: &str, before: Option<u8>) -> Option<usize> {
    const WHAT: &[&str] = &[
        "id",
        "name",
        "username",
        "user",
        "password",
        "account",
        "token",
        "key",
        "domain",
        "hub",
        "docker",
        "dockerhub",
        "registry",
        "email",
        "container",
        "image",
        "repo",
        "org",
        "organization",
        "namespace",
        "ip",
        "host",
        "server",
    ];
    if matches!(before, Some(b'.' | b'-' | b'$' | b'{' | b'<' | b'[')) {
        return None;
    }
    let rest = text
        .strip_prefix("your-")
        .or_else(|| text.strip_prefix("your_"))?;
    let length = rest
        .find(|c: char| !(c.is_ascii_lowercase() || matches!(c, '-' | '_')))
        .unwrap_or(rest.len());
    let is_known = rest[..length]
        .split(['-', '_'])
        .all(|word| WHAT.contains(&word));
    (length > 0 && is_known).then_some("your-".len() + length)
}

/// `CONTAINER_ID`, `IMAGE_ID`, `SHA`: alone as a word.
fn id_of_kind(text: &str) -> Option<usize> {
    const NAMES: &[&str] = &[
        "CONTAINER_ID",
        "CONTAINER_NAME",
        "IMAGE_ID",
        "COMMIT_ID",
        "SHA",
    ];
    let name = NAMES.iter().find(|name| text.starts_with(**name))?;
    let next = text[name.len()..].chars().next();
    next.is_none_or(char::is_whitespace).then_some(name.len())
}

/// `xxxxxxxxxxxx`: an ID that nobody has.
fn crosses(text: &str) -> Option<usize> {
    let first = text.as_bytes()[0];
    let length = text.bytes().take_while(|byte| *byte == first).count();
    let is_alone = text[length..]
        .chars()
        .next()
        .is_none_or(|c| c.is_whitespace() || c == '/');
    (length >= 6 && is_alone).then_some(length)
}

fn bracketed(text: &str, close: char, is_name: fn(&str) -> bool) -> Option<usize> {
    let end = text.bytes().take(60).position(|b| b == close as u8)?;
    is_name(&text[1..end]).then_some(end + 1)
}

/// `DOCKERHUB-USERNAME`, `image-name`, `container id`; not `A-Z`, not `-f`, not `a-z`.
fn is_square_name(name: &str) -> bool {
    let is_small = |name: &str| {
        name.len() >= 4
            && name.contains(['-', '_', ' '])
            && name
                .split(['-', '_', ' '])
                .all(|word| word.len() >= 2 && word.chars().all(|c| c.is_ascii_lowercase()))
    };
    // In another alphabet, words in brackets are nothing that a shell knows.
    let is_foreign = name.chars().any(|c| !c.is_ascii() && c.is_alphabetic())
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    is_capital_name(name) || is_small(name) || is_foreign
}

/// `DOCKERHUB-USERNAME`, not `A-Z` and not `-f`.
fn is_capital_name(name: &str) -> bool {
    name.len() >= 2
        && name.split(['-', '_', ' ']).all(|word| {
            word.len() >= 2
                && word.starts_with(|c: char| c.is_ascii_uppercase())
                && word
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        })
}

/// `your-username`, `container id`; not the two ends of redirections, as in `<in >out`.
fn is_angle_name(name: &str) -> bool {
    name.starts_with(char::is_alphabetic)
        && name.ends_with(char::is_alphanumeric)
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.'))
}

/// Whether a tag is closed not far behind.
fn closes_soon(text: &str, word: &str) -> bool {
    let near = text
        .char_indices()
        .nth(400)
        .map_or(text, |(end, _)| &text[..end]);
    near.contains("</") && near.contains(&format!("</{word}>"))
}

/// A tag of HTML or XML, or what Docker writes where there is no name.
fn is_markup(text: &str, name: &str) -> bool {
    const ALONE: &[&str] = &[
        "none", "missing", "p", "br", "hr", "img", "li", "html", "body", "head", "h1", "h2", "h3",
        "div", "span", "ul", "table",
    ];
    let word = name.split(' ').next().unwrap_or(name);
    ALONE.contains(&word) || closes_soon(text, word)
}

/// `YOUR_NAME`, `YOUR-DOCKER-ID`.
fn your_name(text: &str) -> Option<usize> {
    let rest = text
        .strip_prefix("YOUR_")
        .or_else(|| text.strip_prefix("YOUR-"))?;
    let length = rest
        .find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '-')))
        .unwrap_or(rest.len());
    (length > 0).then_some("YOUR_".len() + length)
}

/// The text with a plain word in place of every placeholder, so that it can be read as a command line:
/// `<name>` is no redirection.
pub(super) fn neutral(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((start, length)) = find(rest) {
        plain.push_str(&rest[..start]);
        plain.push_str("NAME");
        rest = &rest[start + length..];
    }
    if plain.is_empty() {
        return Cow::Borrowed(text);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Whether a text has a placeholder.
pub(super) fn has_any(text: &str) -> bool {
    find(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    #[test]
    fn placeholders_are_filled_by_name() {
        let known = variables(&[
            ("DOCKERHUB_USERNAME", "ada"),
            ("YOUR_USERNAME", "bob"),
            ("YOUR_TAG", "v1"),
        ]);
        for (command, filled) in [
            ("docker push [DOCKERHUB-USERNAME]/x", "docker push ada/x"),
            ("docker login -u <your-username>", "docker login -u bob"),
            ("docker tag x y:YOUR_TAG", "docker tag x y:v1"),
            ("ls [A-Z]* a[0] $x", "ls [A-Z]* a[0] $x"),
            ("[ -f x ] && [[ -d y ]]", "[ -f x ] && [[ -d y ]]"),
            ("sort <in >out", "sort <in >out"),
            ("cat <<EOF > x", "cat <<EOF > x"),
        ] {
            assert_eq!(
                fill(command, &known),
                Filled::Whole(filled.to_owned()),
                "{command}"
            );
        }
    }

    #[test]
    fn missing_ones_are_named_once() {
        let filled = fill(
            "docker tag [USER-NAME]/a [USER-NAME]/b:<tag>",
            &BTreeMap::new(),
        );
        assert_eq!(
            filled,
            Filled::Missing(vec!["[USER-NAME]".into(), "<tag>".into()])
        );
    }

    #[test]
    fn usage_lines_are_told_from_commands() {
        for usage in [
            "docker run [OPTIONS] IMAGE [COMMAND] [ARG...]",
            "docker run [OPCIONES] NOMBRE_DE_IMAGEN",
            "docker pull NOMBRE_DE_IMAGEN",
            "docker pull NAME[:TAG|@DIGEST]",
            "docker logs CONTAINER",
            "docker run -p HOST_PORT:CONTAINER_PORT nginx",
            "git commit [--amend]",
        ] {
            assert!(usage_pattern(usage).is_some(), "{usage}");
        }
        for command in [
            "docker run hello-world",
            "docker ps --format '{{.ID}}'",
            "echo [a]",
            "test [ -f x ]",
            "echo hi | tr \"[:lower:]\" \"[:upper:]\"",
            "grep -E \"^a[[:digit:]]$\"",
            "python3 -c \"print([1,2,3][:2])\"",
            "jq \".items[:2]\" f.json",
            "read NAME",
            "while read -r FILE; do",
            "unset NAME URL",
            "echo URL | { read URL; }",
        ] {
            assert_eq!(usage_pattern(command), None, "{command}");
        }
    }
}
