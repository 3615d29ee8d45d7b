//! What shows settings: what stands in a file of them, and what a daemon is asked for by name.

use super::known::{GENERAL, Profile, Words};
use crate::matching::command::Invocation;

pub(super) const PROFILE: Profile = Profile {
    exact: Words::Own(&["duration", "percentage", "size"]),
    ..GENERAL
};

/// Ends of the names of files in which people set things.
const FILES: &[&str] = &[
    ".yaml",
    ".yml",
    ".toml",
    ".ini",
    ".conf",
    ".cfg",
    ".cnf",
    ".env",
    ".properties",
    ".tf",
    ".hcl",
    "Dockerfile",
    "Makefile",
    "Caddyfile",
];

/// What of a container or an image is set by somebody.
const SET: &[&str] = &["Config", "Healthcheck", "Policy", "Interval", "Timeout"];

/// Whether a call shows what was set: `cat compose.yaml`, `docker inspect -f '{{.Config.Healthcheck}}' web`.
pub(super) fn are_shown(invocation: &Invocation<'_>) -> bool {
    match invocation.program {
        "cat" | "head" | "tail" | "grep" | "sed" | "less" | "more" | "bat" => invocation
            .operands()
            .any(|word| FILES.iter().any(|end| word.ends_with(end))),
        "docker" => {
            let has_format = invocation.has("--format") || invocation.has("-f");
            let is_set = |word: &str| {
                let names = SET.iter().any(|name| word.contains(name));
                word.contains("{{") && names && !word.contains(".State.")
            };
            has_format && invocation.given().any(is_set)
        }
        _ => false,
    }
}
