//! What a session shows below a command.

use std::ops::Range;

use crate::document::block::Part;

/// Adds a line to what the last command shows; says whether there is anything on it.
pub(in crate::document) fn show(parts: &mut [Part], line: &Range<usize>, text: &str) -> bool {
    // A fence that was meant to begin another block is nothing that is printed.
    if text.trim_start().starts_with("```") {
        return false;
    }
    let shown = match parts.last_mut() {
        // A reader's shell counts its jobs; this one has no prompt to do it at.
        Some(Part::Command(command)) if command.text.ends_with('&') && is_job(text) => {
            return false;
        }
        Some(Part::Command(command)) => &mut command.shown,
        Some(Part::Keys(keys)) => &mut keys.shown,
        Some(Part::File { .. }) | None => return false,
    };
    let shown = shown.get_or_insert_default();
    shown.lines.push(line.clone());
    !text.trim().is_empty()
}

/// Blank lines that separate the commands of a transcript belong to no output.
pub(super) fn trim_shown(part: &mut Part, text: &str) {
    let place = match part {
        Part::Command(command) => &mut command.shown,
        Part::Keys(keys) => &mut keys.shown,
        Part::File { .. } => return,
    };
    if let Some(shown) = place {
        let blank = |line: &Range<usize>| text[line.clone()].trim().is_empty();
        while shown.lines.last().is_some_and(blank) {
            shown.lines.pop();
        }
        if shown.lines.is_empty() {
            *place = None;
        }
    }
}

/// `[1] 12345`: a job that was started in the background.
fn is_job(line: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    line.trim()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "))
        .is_some_and(|(job, process)| number(job) && number(process))
}
