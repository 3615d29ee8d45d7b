//! How a build failed, in words that do not depend on the builder.

use std::borrow::Cow;

use crate::matching::profile::is_error;

/// How a build failed, if a line says so, in words that do not depend on the builder.
pub(super) fn failure(line: &str) -> Option<Cow<'_, str>> {
    let between = |text: &'_ str, start: &str, end: &str| -> Option<(String, String)> {
        let (_, rest) = text.split_once(start)?;
        let (inside, rest) = rest.split_once(end)?;
        Some((inside.to_owned(), rest.trim().to_owned()))
    };
    let ended = between(line, "The command '", "' returned a non-zero code: ").or_else(|| {
        between(
            line,
            "process \"",
            "\" did not complete successfully: exit code: ",
        )
    });
    if let Some((command, status)) = ended {
        return Some(Cow::Owned(format!("failed with {status}: {command}")));
    }
    let is_of_builder = [
        "ERROR: ",
        "failed to solve",
        "COPY failed: ",
        "ADD failed: ",
        "Error response from daemon: ",
    ]
    .iter()
    .any(|start| line.starts_with(start));
    let is_missing = line.contains("not found")
        || line.contains("no such file")
        || line.contains("does not exist");
    if is_of_builder && is_missing {
        let what = missing(line).unwrap_or("something");
        return Some(Cow::Owned(format!("failed: {what} is not found")));
    }
    if is_of_builder && (line.contains("parse error") || line.contains("unknown instruction")) {
        return Some(Cow::Owned(not_understood(line)));
    }
    is_error(line).then_some(Cow::Borrowed(line))
}

/// Where the Dockerfile is not understood, and what is not: `dockerfile parse error on line 2: unknown
/// instruction: RUNN (did you mean RUN?)`.
fn not_understood(line: &str) -> String {
    let number = line.split_once("line ").map(|(_, rest)| {
        rest.split(|c: char| !c.is_ascii_digit())
            .next()
            .unwrap_or_default()
    });
    let word = line
        .split_once("unknown instruction: ")
        .and_then(|(_, rest)| rest.split_whitespace().next());
    format!(
        "failed: the Dockerfile is not understood in line {}: {}",
        number.unwrap_or_default(),
        word.unwrap_or_default()
    )
}

/// The name of what is not found: `"/app.py": not found`, `stat app.py: file does not exist`,
/// `docker.io/library/x:1: not found`.
fn missing(line: &str) -> Option<&str> {
    let before = [
        ": not found",
        ": file does not exist",
        ": no such file",
        " not found:",
    ]
    .iter()
    .find_map(|end| {
        line.split(end)
            .next()
            .filter(|head| head.len() < line.len())
    })?;
    let word = before.rsplit(' ').next()?.trim_matches('"');
    let word = word
        .trim_start_matches("docker.io/")
        .trim_start_matches("library/");
    Some(word.trim_start_matches('/')).filter(|word| !word.is_empty())
}
