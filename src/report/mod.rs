//! Verdicts → reports. Each format is a pure function of the same data.

mod coverage;
mod github;
mod gitlab;
mod headline;
mod html;
mod json;
mod junit;
mod lines;
mod markdown;
mod merging;
mod picture;
mod place;
mod sarif;
mod sentences;
mod summary;
mod tap;
mod text;
mod told;
mod value;
mod wrapping;

use std::fmt::Write as _;

pub use coverage::Coverage;
pub use json::{json, json_of, read};
pub use lines::Lines;
pub use markdown::{fenced, within as markdown_within};
pub use merging::{MOST_SHARDS, merged};
pub use picture::{Typed, picture};
pub use place::{Orphan, Place};
pub use summary::summary;
pub use text::breaks;
pub use told::{Compared, Line, Told};
pub use value::{Bound, DocumentReport, Report, Shard, StepReport};
pub use wrapping::wrapped;

use crate::digest::digest;
use crate::judge::Code;

/// A form of report for others than people before a terminal.
pub struct Form {
    /// Its name, as `--report` has it.
    pub name: &'static str,
    /// It is JSON throughout.
    pub is_json: bool,
    /// Writes it.
    pub write: fn(&Report) -> String,
}

/// Every such form.
pub const FORMS: &[Form] = &[
    form("json", true, json),
    form("junit", false, junit::junit),
    form("github", false, github::github),
    form("markdown", false, markdown::markdown),
    form("html", false, html::html),
    form("tap", false, tap::tap),
    form("sarif", true, sarif::sarif),
    form("gitlab", true, gitlab::gitlab),
];

const fn form(name: &'static str, is_json: bool, write: fn(&Report) -> String) -> Form {
    Form {
        name,
        is_json,
        write,
    }
}

/// What is told people of a step that went wrong, without colours.
fn told(document: &DocumentReport, step: &StepReport, strict: bool) -> String {
    let styled = text::break_of(document, step, strict);
    anstream::adapter::strip_str(&styled).to_string()
}

fn plain_summary(report: &Report) -> String {
    let styled = summary(report);
    let plain = anstream::adapter::strip_str(&styled).to_string();
    plain.lines().next().unwrap_or_default().to_owned()
}

/// A text of at most so many bytes: of a longer one, how it begins and how it ends.
fn kept_ends(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let head = text.floor_char_boundary(most / 2);
    let tail = text.ceil_char_boundary(text.len() - most / 2);
    let left_out = tail - head;
    format!(
        "{}\n… {left_out} bytes left out …\n{}",
        &text[..head],
        &text[tail..]
    )
}

/// What a finding is known by from run to run, whatever lines have moved.
fn fingerprint(document: &DocumentReport, step: &StepReport, code: Code) -> String {
    let of = [&document.source.path, &step.key, code.word()].join("\0");
    digest(&of).trim_start_matches("sha256:").to_owned()
}

/// A path as an address below the top of the repository.
fn address(path: &str) -> String {
    let mut address = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_./~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

/// The last lines of an output; enough to see what went wrong.
fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.trim_end().lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

#[cfg(test)]
mod tests;
