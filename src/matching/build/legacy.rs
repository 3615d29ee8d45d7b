//! The legacy builder's output.

use std::borrow::Cow;

use super::fact::{Fact, borrowed, full_tag, one_spaced};
use super::failure::failure;
use crate::matching::pattern;
use crate::matching::profile::{self, Line};

pub(super) fn legacy(text: &str) -> Vec<Fact<'_>> {
    let mut facts: Vec<Fact<'_>> = Vec::new();
    let mut running = false;
    let mut last_layer = None;
    let of_pull = profile::of("docker pull", &[]);
    for line in borrowed(text) {
        let (content, number) = line;
        if pattern::fits("Step {n}/{n} : *", content)
            && let Some((_, instruction)) = content.split_once(" : ")
        {
            running = false;
            facts.push(Fact::of(one_spaced(instruction), number));
        } else if pattern::fits(" ---> Running in {id}", content) {
            running = true;
        } else if is_legacy_step(content) {
            running = false;
            last_layer = content
                .strip_prefix(" ---> ")
                .filter(|id| !id.contains(' '))
                .or(last_layer);
            if let Some(fact) = facts.last_mut() {
                fact.is_cached |= content == " ---> Using cache";
            }
        } else if let Some(built) = content.strip_prefix("Successfully built ") {
            if last_layer.is_some_and(|last| last != built.trim()) {
                facts.push(Fact::of("built something else than the last layer", number));
            }
        } else if let Some(tag) = content.strip_prefix("Successfully tagged ") {
            facts.push(Fact::of(format!("tagged {}", full_tag(tag)), number));
        } else if let Some(failure) = failure(content) {
            running = false;
            facts.push(Fact::of(failure, number));
        } else if running && let Some(fact) = facts.last_mut() {
            fact.output.push(Line {
                text: Cow::Borrowed(content),
                number,
            });
        } else if !is_legacy_talk(content) && of_pull.keeps(content) {
            facts.push(Fact::of(content, number));
        }
    }
    facts
}

/// The end of a step, by the ID of what came of it.
fn is_legacy_step(line: &str) -> bool {
    const FORMS: &[&str] = &[
        " ---> {id}",
        " ---> Using cache",
        " ---> [Warning] *",
        "Removing intermediate container {id}",
        " ---> Removed intermediate container {id}",
    ];
    FORMS.iter().any(|form| pattern::fits(form, line))
}

fn is_legacy_talk(line: &str) -> bool {
    const FORMS: &[&str] = &[
        "",
        "Sending build context to Docker daemon *",
        "Successfully built {id}",
        "DEPRECATED: *",
        "            Install the buildx component*",
        "            https://*",
        "            BuildKit is currently disabled;*",
        "            environment-variable.",
        "SECURITY WARNING: *",
        // The base image comes from its registry, or it was there already.
        "*: Pulling from *",
        "Digest: sha256:*",
        "Status: Downloaded newer image for *",
        "Status: Image is up to date for *",
    ];
    FORMS.iter().any(|form| pattern::fits(form, line))
}
