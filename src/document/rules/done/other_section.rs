//! the heading above it is for another system or tool

use crate::document::case::{Case, Rule, Why};

pub(super) const RULE: Rule<Why> = Rule {
    name: "other-section",
    says: "the heading above it is for another system or tool",
    example: "## On macOS",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    // The nearest heading that names a system counts: `Windows`, and below it `With Linux containers`.
    let up = std::iter::successors(Some(case.section), |section| {
        case.page.sections[*section].parent
    });
    for number in up {
        let section = &case.page.sections[number];
        let named = case.facts.sections[number];
        if section.level == 0 || case.reader.is_for(named) {
            break;
        }
        if let Some(others) = case.reader.others(named) {
            return Some(Why::no(
                format!("the heading is for {others}"),
                &section.span,
            ));
        }
    }
    let section = case
        .page
        .ancestors(case.section)
        .find(|section| is_of_other_tool(&section.title))?;
    let is_picked = case
        .reader
        .picks
        .iter()
        .any(|pick| section.title.to_lowercase().contains(&pick.to_lowercase()));
    (!is_picked && case.facts.has_docker && section.level > 1)
        .then(|| Why::no("the heading is for readers of another tool", &section.span))
}

/// `Using Podman`, `Alternative: Kubernetes`, `Podman alternative`.
fn is_of_other_tool(title: &str) -> bool {
    let title = title.to_lowercase();
    let tool = ["podman", "nerdctl", "singularity", "apptainer"]
        .iter()
        .any(|tool| title.contains(tool));
    let is_both = title.contains("docker") || title.contains(" vs ");
    (tool && !is_both) || title.starts_with("alternative: ") || title.starts_with("alternatively, ")
}
