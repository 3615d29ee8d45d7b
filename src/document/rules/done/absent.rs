//! it is for readers who have, or have not, something that this page does not give

use crate::commandline;
use crate::document::block::Place;
use crate::document::case::{Case, Rule, Why};

pub(super) const RULE: Rule<Why> = Rule {
    name: "absent",
    says: "it is for readers who have, or have not, something that this page does not give",
    example: "If `podman` is installed:",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let is_setup = case.place == Some(Place::Host)
        && case
            .commands
            .iter()
            .any(|text| commandline::sets_up_docker(text));
    if is_setup {
        return Some(Why::no(
            "it sets Docker up, which this reader has",
            &case.opening(),
        ));
    }
    let last = case.lead.last()?;
    let is_optional = [
        "is installed, you can",
        "are installed, you can",
        "for comparison",
        "if you have access to",
        "if you own",
        "if you have a gpu",
        "behind a proxy",
        "if you are behind",
        "if you're behind",
        "only if you",
        "if you have an old",
        "if you have the old",
        "if your docker is older",
        "older docker",
        "if you're on play-with-docker",
        "in play-with-docker",
        "if you are a",
        "selinux users",
        "if you use selinux",
        "if selinux is",
    ]
    .iter()
    .any(|phrase| last.plain.contains(phrase));
    let is_cluster = !case.commands.is_empty()
        && case.commands.iter().any(|text| {
            commandline::programs(text)
                .iter()
                .any(|program| matches!(program.as_str(), "kubectl" | "helm" | "oc"))
        })
        && case.facts.has_docker
        && !case.facts.has_cluster;
    if is_cluster {
        return Some(Why::no(
            "it needs a cluster, and the page sets none up",
            &case.opening(),
        ));
    }
    is_optional.then(|| Why::no("it is for readers who have something more", &last.span))
}
