//! A failure that names a container, a name or a port: which earlier step of the page has to do with it.

use super::Hint;
use crate::commandline;
use crate::plan::{Fate, Plan, Step};
use crate::trouble;

/// A hint at the step, for the one of this number, from 1.
pub(super) fn hint(plan: &Plan, number: usize, output: &str) -> Option<Hint> {
    let before = &plan.steps[..number - 1];
    missing(before, output)
        .or_else(|| name_taken(before, output))
        .or_else(|| port_taken(before, output))
}

/// `Error response from daemon: No such container: web`.
fn missing(before: &[Step], output: &str) -> Option<Hint> {
    let (_, rest) = output.split_once("No such container: ")?;
    let name = word(rest);
    let removes = |step: &&Step| {
        commandline::containers_of(step.typed(), &["rm"])
            .iter()
            .any(|one| one == name)
    };
    if let Some(step) = played(before).rfind(removes) {
        return Some(Hint::RemovedBefore {
            name: name.to_owned(),
            line: step.line,
        });
    }
    let names = |step: &Step| commandline::container_names(step.typed());
    if played(before).any(|step| names(step).iter().any(|one| one == name)) {
        return None;
    }
    let unnamed = played(before)
        .rfind(|step| commandline::runs_container(step.typed()) && names(step).is_empty())?;
    Some(Hint::NameIt {
        name: name.to_owned(),
        line: unnamed.line,
    })
}

/// `Conflict. The container name "/web" is already in use`.
fn name_taken(before: &[Step], output: &str) -> Option<Hint> {
    let (name, _) = trouble::taken_name(output)?;
    let names = |step: &&Step| {
        commandline::container_names(step.typed())
            .iter()
            .any(|one| one == name)
    };
    let step = played(before).rfind(names)?;
    Some(Hint::NameTaken {
        name: name.to_owned(),
        line: step.line,
    })
}

/// `Bind for 0.0.0.0:8080 failed: port is already allocated`.
fn port_taken(before: &[Step], output: &str) -> Option<Hint> {
    let port = trouble::taken_port(output)?;
    let serves = |step: &&Step| commandline::published_ports(step.typed()).contains(&port);
    let step = played(before).rfind(serves)?;
    Some(Hint::PortTaken { line: step.line })
}

fn played(steps: &[Step]) -> impl DoubleEndedIterator<Item = &Step> {
    steps.iter().filter(|step| step.fate == Fate::Runs)
}

/// The first word of a text, as names of containers are written.
fn word(text: &str) -> &str {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.split(|c| !is_of_name(c)).next().unwrap_or_default()
}
