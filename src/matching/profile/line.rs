//! Lines that are compared, and what some of them say.

use std::borrow::Cow;

/// A line that is compared: its words, and which line of the output it was.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::matching) struct Line<'a> {
    pub(in crate::matching) text: Cow<'a, str>,
    /// Counted from 0.
    pub(in crate::matching) number: usize,
}

/// Every line, without blanks at its end; blank lines at the very start and end do not count.
pub(in crate::matching) fn all(text: &str) -> Vec<Line<'_>> {
    let text = text.trim_end();
    if text.is_empty() {
        return Vec::new();
    }
    let mut in_key = false;
    // Python shows a line that was typed, and not read from a file, since version 3.13.
    let mut is_typed = false;
    let has_traceback = text.contains("Traceback (most recent call last):");
    text.split('\n')
        .enumerate()
        .filter(|(_, line)| {
            // What a key or a certificate is made of says nothing to a reader.
            let is_mark = line.contains("-----BEGIN ") || line.contains("-----END ");
            in_key = (in_key || line.contains("-----BEGIN ")) && !line.contains("-----END ");
            let is_of_key = !is_mark && in_key && is_of_key(line);
            let is_aside =
                has_traceback && (is_pointer(line) || is_typed && line.starts_with("    "));
            // In place of `<string>`, a page may have a gap by now.
            is_typed = line.trim_start().starts_with("File \"") && !line.contains(".py\"");
            !is_of_key && !is_aside
        })
        .skip_while(|(_, line)| line.trim().is_empty())
        .map(|(number, line)| Line {
            text: Cow::Borrowed(line.trim_end()),
            number,
        })
        .collect()
}

/// `    ~~~^^^^`, by which Python points to a place in the line above, since version 3.11 and in some places only.
fn is_pointer(line: &str) -> bool {
    line.contains('^')
        && line
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'~' | b'^' | b'\r'))
}

/// A line of base64: one that says something else inside of a key is a line like any other.
fn is_of_key(line: &str) -> bool {
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let line = line.trim_end();
    line.starts_with("DEK-Info: ") || !line.is_empty() && line.bytes().all(belongs)
}

/// Every word of the lines that are kept, in the order of the text.
pub(in crate::matching) fn words(text: &str, keeps: impl Fn(&str) -> bool) -> Vec<Line<'_>> {
    all(text)
        .into_iter()
        .filter(|line| keeps(&line.text))
        .flat_map(|line| {
            let words = match line.text {
                // An error is a sentence, and no list of words.
                Cow::Borrowed(whole) if !whole.contains(": ") => whole.split_whitespace().collect(),
                Cow::Borrowed(whole) => vec![whole],
                Cow::Owned(_) => Vec::new(),
            };
            words.into_iter().map(move |word| Line {
                text: Cow::Borrowed(word),
                number: line.number,
            })
        })
        .collect()
}

/// A line that says that something went wrong; no profile may drop it.
pub(in crate::matching) fn is_error(line: &str) -> bool {
    const STARTS: &[&str] = &[
        "Error",
        "ERROR",
        "error",
        "E: ",
        "Err:",
        "denied",
        "fatal",
        "FATAL",
        "panic",
        "Traceback",
        "failed",
        "Failed",
        "toomanyrequests",
        "unauthorized",
        "docker: Error",
        "npm error",
        "npm ERR!",
        "curl: (",
        "W: GPG error",
        "W: Failed to fetch",
        "W: Some index files failed",
        "W: An error occurred",
    ];
    const WORDS: &[&str] = &[
        "unmet dependencies",
        "did not run successfully",
        "Repository not found",
        "No space left on device",
    ];
    let line = line.trim_start();
    STARTS.iter().any(|start| line.starts_with(start))
        || WORDS.iter().any(|words| line.contains(words))
}

/// A line that warns: one that is new is noted, and nobody is stuck.
pub(in crate::matching) fn is_warning(line: &str) -> bool {
    let line = line.trim_start();
    [
        "WARN",
        "warn",
        "Warning",
        "W: ",
        "DEPRECATED",
        "npm warn",
        "npm WARN",
        "[notice]",
    ]
    .iter()
    .any(|start| line.starts_with(start))
        || (line.starts_with("time=\"") && line.contains(" level=warning "))
}
