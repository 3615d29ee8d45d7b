//! When are two outputs the same? Both sides go through one pure pipeline; the result is a value
//! with reasons.
//!
//! Text ([`plain`]) → what of it is said (`profile`) → tokens → lines, aligned → bindings.
//! This room knows nothing of Markdown, YAML or the daemon: what the daemon knows of the words in
//! an output comes in as [`Known`].

mod bindings;
mod emphasis;
mod lines;
mod notation;
mod profile;
mod text;
mod tokens;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use bindings::Bindings;
pub use emphasis::Marks;
pub use lines::{Aligned, Comparison};
pub use text::plain;
pub use tokens::candidates;

/// What an identifier names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A container.
    Container,
    /// An image.
    Image,
    /// A network.
    Network,
    /// A volume without a name of its own.
    Volume,
    /// A name that the daemon made up for a container.
    Name,
    /// The digest of a manifest or a layer.
    Digest,
}

impl Kind {
    /// The word in messages, for one.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Container => "container",
            Kind::Image => "image",
            Kind::Network => "network",
            Kind::Volume => "volume",
            Kind::Name => "generated name",
            Kind::Digest => "digest",
        }
    }
}

/// Which words of an output are identifiers, and of what; the witness says so.
pub type Known = BTreeMap<String, Kind>;

/// One of the two outputs.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Plain text, as [`plain`] gives it.
    pub text: &'a str,
    /// Its identifiers.
    pub known: &'a Known,
    /// Whether `known` has all of them. Output that an author typed into a page has none recorded:
    /// there, a word in the form of an ID stands for whatever ID is found in its place.
    pub complete: bool,
}

/// How a step's output is compared, apart from what its command says.
#[derive(Debug, Default)]
pub struct Rules {
    /// The order of lines does not matter.
    pub unordered: bool,
    /// What these match is not compared.
    pub masks: Vec<regex::Regex>,
    /// Kinds of token that are compared exactly: `digest`, `size`.
    pub strict: Vec<String>,
}

impl Rules {
    fn is_strict(&self, kind: &str) -> bool {
        self.strict.iter().any(|word| word == kind)
    }
}

/// Compares what a step printed with what was expected. `step` is its number, for messages about
/// identifiers that were seen before.
pub fn compare(
    command: &str,
    expected: Side<'_>,
    live: Side<'_>,
    rules: &Rules,
    step: usize,
    bindings: &mut Bindings,
) -> Comparison {
    let profile = profile::of(command);
    if profile.is_environment() {
        return Comparison::same();
    }
    // Most outputs are the same to the letter; only what has identifiers needs a closer look then.
    if expected.text == live.text && !tokens::may_have_identifiers(live.text) {
        return Comparison::same();
    }
    let (expected_lines, live_lines) = profile.lines(expected.text, live.text);
    lines::Comparing {
        profile: &profile,
        expected,
        live,
        rules,
        step,
    }
    .compare(&expected_lines, &live_lines, bindings)
}

/// The name of the form that an output of a command has, where there is more than one: which of
/// the two builders wrote it.
pub fn form(command: &str, text: &str) -> Option<&'static str> {
    profile::of(command).form(text)
}

#[cfg(test)]
mod tests;
