//! Whether a later step of a page needs a container that a step has left running.

use crate::commandline;
use crate::document::Place;
use crate::observation::Death;
use crate::plan::{Fate, Plan, Step};

/// What only a running container can be asked.
const RUNNING: &[&str] = &[
    "attach", "exec", "kill", "pause", "port", "stats", "stop", "top",
];

/// Of a container that has ended; `number` is the one of the step that left it running, from 1.
pub(super) fn is_needed(plan: &Plan, number: usize, death: &Death) -> bool {
    let mut later = number + 1..=plan.steps.len();
    later.any(|other| needs(plan, number, other, death))
}

/// Whether a step, by its number, needs it.
pub(super) fn needs(plan: &Plan, number: usize, other: usize, death: &Death) -> bool {
    let (step, other) = (&plan.steps[number - 1], &plan.steps[other - 1]);
    let ports = commandline::published_ports(step.typed());
    let name = Some(death.name.as_str()).filter(|name| has_word(step.typed(), name));
    // Which ports those of a composition are stands in its file.
    let is_its = |port: &u16| ports.contains(port) || commandline::brings_up(step.typed());
    other.fate == Fate::Runs
        && (asks_it(plan, other, name)
            || commandline::asked_ports(other.typed()).iter().any(is_its)
            || shows_it_up(plan, other, name))
}

/// The page shows that it has ended so: `Exited (3)` in a list, `3` below `docker wait`.
pub(super) fn shows_its_end(plan: &Plan, number: usize, death: &Death) -> bool {
    let exited = format!("Exited ({})", death.status);
    let status = death.status.to_string();
    plan.steps[number..].iter().any(|other| {
        let Some(shown) = plan.shown(other) else {
            return false;
        };
        let text = plan.text_shown(shown);
        let is_in_list = commandline::lists_containers(other.typed())
            && text
                .lines()
                .any(|line| line.contains(&exited) && has_word(line, &death.name));
        let is_waited_for = commandline::containers_of(other.typed(), &["wait"])
            .contains(&death.name)
            && text.trim() == status;
        is_in_list || is_waited_for
    })
}

/// Docker is asked for what only a running container does, or another program speaks of it from inside a
/// network of Docker's.
fn asks_it(plan: &Plan, other: &Step, name: Option<&str>) -> bool {
    let command = other.typed();
    let is_it = |written: &String| match name {
        Some(name) => written == name,
        // It may be any that no step gives a name to.
        None => !plan
            .steps
            .iter()
            .any(|step| gives_name(step.typed(), written)),
    };
    let speaks = |name| {
        let is_inside = other.place == Place::Inside || commandline::runs_container(command);
        is_inside && has_word(command, name) && !gives_name(command, name)
    };
    let asked = commandline::containers_of(command, RUNNING);
    asked.iter().any(is_it) || name.is_some_and(speaks)
}

fn gives_name(command: &str, container: &str) -> bool {
    commandline::container_names(command)
        .iter()
        .any(|name| name == container)
}

fn has_word(text: &str, word: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.split(|c| !is_of_name(c)).any(|part| part == word)
}

/// A list on the page has it, and it is up there.
fn shows_it_up(plan: &Plan, other: &Step, name: Option<&str>) -> bool {
    commandline::lists_containers(other.typed())
        && plan.shown(other).is_some_and(|shown| {
            let text = plan.text_shown(shown);
            let is_up = |line: &str| has_word(line, "Up");
            let is_it = |line: &str| name.is_none_or(|name| has_word(line, name));
            text.lines().any(|line| is_up(line) && is_it(line))
        })
}
