//! Which images a run uses, where that is not left to what its daemon has and its registries say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::reference::full;

/// The variable in which clients with `BuildKit` look for the sources that stand in for others (buildx 0.11 and
/// later; `docs/build-repro.md` of `BuildKit`).
pub const POLICY: &str = "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY";

/// What images with something besides are called; no page sees one.
const LAYERED: &str = "tutcheck-layered";

/// Images that stand in for others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins {
    /// What was there before counts for nothing: what the page uses, is pulled.
    pub is_fresh: bool,
    /// What builds find for a reference: `python:3.13-slim` → `python:3.13-slim@sha256:…`.
    pub bases: BTreeMap<String, String>,
    /// What stands in for a reference wherever the page uses it.
    pub instead: BTreeMap<String, String>,
    /// Of these, references that count as used whatever a build says of them.
    pub counted: BTreeSet<String>,
    /// What is built from a reference finds this besides.
    pub besides: BTreeMap<String, Besides>,
}

/// What an image has besides what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Besides {
    /// A file: its path and its text.
    pub file: (String, String),
    /// A variable: `NAME=value`.
    pub variable: String,
}

/// An image with something besides, as it is to be made.
pub(super) struct Layered<'p> {
    pub(super) name: String,
    /// What it is made from.
    pub(super) of: &'p str,
    pub(super) besides: &'p Besides,
}

impl Pins {
    /// Whether builds need not be told of anything.
    pub fn is_empty(&self) -> bool {
        self.bases.is_empty() && self.instead.is_empty() && self.besides.is_empty()
    }

    /// What the builds of a run are told, with the rules that the user has already.
    pub fn policy(&self, run: &str, own: Option<Value>) -> String {
        let rules = self.of_builds(run).into_iter().map(|(reference, other)| {
            let source =
                |name: &str| json!({ "identifier": format!("docker-image://{}", full(name)) });
            json!({ "action": "CONVERT", "selector": source(&reference), "updates": source(&other) })
        });
        let mut policy = own.filter(Value::is_object).unwrap_or_else(|| json!({}));
        let mut all = policy["rules"].as_array().cloned().unwrap_or_default();
        all.extend(rules);
        policy["rules"] = all.into();
        policy.to_string()
    }

    /// Whether a reference is to be pulled, though there is an image of that name.
    pub(super) fn wants_anew(&self, reference: &str) -> bool {
        self.is_fresh || self.instead.contains_key(reference)
    }

    /// What stands for references in builds of a run.
    pub(super) fn of_builds(&self, run: &str) -> BTreeMap<String, String> {
        let pinned = self.bases.iter().chain(&self.instead);
        let mut all: BTreeMap<String, String> = pinned
            .map(|(one, other)| (one.clone(), other.clone()))
            .collect();
        let layered = self.besides.keys().zip(self.layered(run));
        all.extend(layered.map(|(reference, layered)| (reference.clone(), layered.name)));
        all
    }

    /// The images with something besides that a run is to have.
    pub(super) fn layered(&self, run: &str) -> impl Iterator<Item = Layered<'_>> {
        let named = self.besides.iter().enumerate();
        named.map(move |(number, (reference, besides))| Layered {
            name: format!("{LAYERED}:{run}-{number}"),
            of: self
                .instead
                .get(reference)
                .or_else(|| self.bases.get(reference))
                .unwrap_or(reference),
            besides,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_told_what_stands_in() {
        assert!(Pins::default().is_empty());
        let pins = Pins {
            instead: BTreeMap::from([("python:3".to_owned(), "python:3@sha256:1".to_owned())]),
            ..Pins::default()
        };
        let policy: Value = serde_json::from_str(&pins.policy("run", None)).expect("JSON");
        assert_eq!(
            policy,
            json!({ "rules": [{
                "action": "CONVERT",
                "selector": { "identifier": "docker-image://docker.io/library/python:3" },
                "updates": { "identifier": "docker-image://docker.io/library/python:3@sha256:1" },
            }] })
        );
        let own = json!({ "rules": [{ "action": "DENY" }] });
        let both: Value = serde_json::from_str(&pins.policy("run", Some(own))).expect("JSON");
        assert_eq!(both["rules"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn bases_with_something_besides_have_names_of_the_run() {
        let pins = Pins {
            bases: BTreeMap::from([("python:3".to_owned(), "python:3@sha256:1".to_owned())]),
            besides: BTreeMap::from([("python:3".to_owned(), Besides::default())]),
            ..Pins::default()
        };
        assert_eq!(
            pins.of_builds("run-1"),
            BTreeMap::from([("python:3".to_owned(), "tutcheck-layered:run-1-0".to_owned())])
        );
        let made = pins.layered("run-1").next().expect("an image");
        assert_eq!(made.of, "python:3@sha256:1");
    }
}
