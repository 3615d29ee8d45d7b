//! Which images a run uses, where that is not left to what its daemon has and its registries say.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::reference::full;

/// The variable in which clients with `BuildKit` look for the sources that stand in for others (buildx 0.11 and
/// later; `docs/build-repro.md` of `BuildKit`).
pub const POLICY: &str = "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY";

/// Images that stand in for others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins {
    /// What was there before counts for nothing: what the page uses, is pulled.
    pub is_fresh: bool,
    /// What builds find for a reference: `python:3.13-slim` → `python:3.13-slim@sha256:…`.
    pub bases: BTreeMap<String, String>,
    /// What stands in for a reference wherever the page uses it.
    pub instead: BTreeMap<String, String>,
}

impl Pins {
    /// What builds are told, with the rules that the user has already; none if there is nothing to tell.
    pub fn policy(&self, own: Option<&str>) -> Option<String> {
        let all = self.bases.iter().chain(&self.instead);
        let rules = all.map(|(reference, other)| {
            let source =
                |name: &str| json!({ "identifier": format!("docker-image://{}", full(name)) });
            json!({ "action": "CONVERT", "selector": source(reference), "updates": source(other) })
        });
        let rules: Vec<Value> = rules.collect();
        if rules.is_empty() {
            return None;
        }
        let own = own.and_then(|own| serde_json::from_str::<Value>(own).ok());
        let mut policy = own.filter(Value::is_object).unwrap_or_else(|| json!({}));
        let mut all = policy["rules"].as_array().cloned().unwrap_or_default();
        all.extend(rules);
        policy["rules"] = all.into();
        Some(policy.to_string())
    }

    /// Whether a reference is to be pulled, though there is an image of that name.
    pub(super) fn wants_anew(&self, reference: &str) -> bool {
        self.is_fresh || self.instead.contains_key(reference)
    }

    /// What is to stand for references before something is built that cannot be told of a policy.
    pub(super) fn all(&self) -> Vec<(String, String)> {
        let all = self.bases.iter().chain(&self.instead);
        all.map(|(reference, other)| (reference.clone(), other.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_told_what_stands_in() {
        assert_eq!(Pins::default().policy(Some("{}")), None);
        let pins = Pins {
            instead: BTreeMap::from([("python:3".to_owned(), "python:3@sha256:1".to_owned())]),
            ..Pins::default()
        };
        let policy: Value =
            serde_json::from_str(&pins.policy(None).expect("a policy")).expect("JSON");
        assert_eq!(
            policy,
            json!({ "rules": [{
                "action": "CONVERT",
                "selector": { "identifier": "docker-image://docker.io/library/python:3" },
                "updates": { "identifier": "docker-image://docker.io/library/python:3@sha256:1" },
            }] })
        );
        let own = r#"{ "rules": [{ "action": "DENY" }] }"#;
        let both: Value =
            serde_json::from_str(&pins.policy(Some(own)).expect("a policy")).expect("JSON");
        assert_eq!(both["rules"].as_array().map(Vec::len), Some(2));
    }
}
