//! `tutcheck plan PATH…`

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::json;

use super::fault;
use super::loaded::{Loaded, Loading};
use super::project::{self, Old};
use super::shards::Shares;
use crate::cli::{Format, PlanCommandArguments};
use crate::document::{Block, Filled, Lines, Part, Place, Role, UndoneKind, fill};
use crate::plan::{Action, Fate, Plan, Step};
use crate::wording::{self, ASIDE, HINT, NOTE};
use crate::{commandline, drift};

pub(super) fn plan(command: &PlanCommandArguments) -> u8 {
    let arguments = &command.plan;
    super::set_color(arguments.given.color);
    let Loading { documents, faults } =
        project::load(&arguments.paths, &arguments.given, None, Old::MustBeRead);
    if documents.is_empty() && !faults.is_empty() {
        return fault::report(faults);
    }
    if let Some(shards) = command.shards {
        let shares = Shares::of(&documents, shards.into());
        match arguments.format {
            Format::Text => super::tell(&shares.text()),
            Format::Json => super::say_json(&format!("{:#}\n", shares.json())),
        }
        return Loading::ends(faults, 0);
    }
    if command.images {
        let images: BTreeSet<String> = documents.iter().flat_map(|page| images(page)).collect();
        match arguments.format {
            Format::Text => images
                .iter()
                .for_each(|image| super::tell(&format!("{image}\n"))),
            Format::Json => super::say_json(&format!("{:#}\n", json!(images))),
        }
        return Loading::ends(faults, 0);
    }
    for loaded in &documents {
        match arguments.format {
            Format::Text => super::tell(&text(loaded)),
            Format::Json => super::say_json(&format!("{:#}\n", json_of(&loaded.plan))),
        }
    }
    let orphans: Vec<_> = documents
        .iter()
        .flat_map(|loaded| loaded.plan.orphans())
        .collect();
    let status = if !orphans.is_empty() {
        super::diagnose(orphans)
    } else if documents.iter().all(|loaded| loaded.plan.steps.is_empty()) {
        4
    } else {
        0
    };
    Loading::ends(faults, status)
}

/// The images that a page uses: those that are recorded, that its commands name, and that its files are built from. One
/// that a command builds or tags is no registry's.
fn images(page: &Loaded) -> BTreeSet<String> {
    let steps = page
        .plan
        .steps
        .iter()
        .filter(|step| step.fate == Fate::Runs);
    let mut images: BTreeSet<String> = page.plan.expectations.images.keys().cloned().collect();
    let mut own = BTreeSet::new();
    for step in steps {
        match &step.action {
            Action::Run { .. } => {
                let named = commandline::images(step.typed());
                images.extend(named.fetched);
                own.extend(named.made);
            }
            Action::Save { path, content, .. } => {
                images.extend(drift::sources(path, content).bases);
                let lines = content.lines().map(str::trim);
                let of_services = lines.filter_map(|line| line.strip_prefix("image:"));
                let named =
                    of_services.map(|name| name.trim().trim_matches(['"', '\'']).to_owned());
                images.extend(named.filter(|name| !name.contains('$')));
            }
            Action::Press { .. } | Action::Person(_) => {}
        }
    }
    let whole = |name: &String| {
        let last = name.rsplit('/').next().unwrap_or(name);
        if last.contains([':', '@']) {
            name.clone()
        } else {
            format!("{name}:latest")
        }
    };
    let own: BTreeSet<String> = own.iter().map(whole).collect();
    images
        .iter()
        .map(whole)
        .filter(|name| !own.contains(name))
        .collect()
}

fn text(loaded: &Loaded) -> String {
    let plan = &loaded.plan;
    let numbers = Lines::new(&plan.document.source.text);
    let path = &plan.document.source.path;
    let mut text = wording::opening("Planning", path, plan.steps.len());
    for (block, steps) in plan.document.blocks.iter().zip(plan.by_block()) {
        let lines = if block.line == block.end_line {
            block.line.to_string()
        } else {
            format!("{}-{}", block.line, block.end_line)
        };
        let guess = if block.ruling.guess {
            format!(" {NOTE}(a guess){NOTE:#}")
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            "{HINT}{lines:>11}{HINT:#} {:<10} {ASIDE}{}{ASIDE:#}{guess}",
            block.role.word(),
            said(block, &numbers)
        );
        for step in steps {
            let first = step.written().lines().next().unwrap_or_default();
            let more = if step.written().lines().count() > 1 {
                " …"
            } else {
                ""
            };
            let fate = match &step.fate {
                Fate::Runs => format!("{ASIDE}{}: {}{ASIDE:#}", step.key, plan.expects(step)),
                why => format!("{NOTE}not run: {why}{NOTE:#}"),
            };
            let where_to = where_to(step);
            let _ = writeln!(
                text,
                "{:>11} {:<10} {}{more}  {fate}{where_to}",
                "",
                "",
                wording::visible(first)
            );
        }
    }
    let runs = plan
        .steps
        .iter()
        .filter(|step| step.fate == Fate::Runs)
        .count();
    let docker = if plan.uses_docker {
        "a Docker daemon is needed"
    } else {
        "no Docker daemon is needed"
    };
    let _ = writeln!(
        text,
        "{:>12} {runs} of {} run; {docker}",
        "Summary",
        wording::count(plan.steps.len(), "step")
    );
    text
}

/// Which rule decided, why, and where: `other-arm: it is for macOS, line 39`.
fn said(block: &Block, numbers: &Lines) -> String {
    let (rule, reason, at) = block.decided_by();
    let line = numbers.of(at.start);
    let is_here = (block.line..=block.end_line).contains(&line);
    let place = if is_here {
        String::new()
    } else {
        format!(", line {line}")
    };
    format!("{rule}: {}{place}", wording::visible(reason))
}

/// The bytes that decided, as lines and text.
pub(super) fn because(block: &Block, plan: &Plan, numbers: &Lines) -> serde_json::Value {
    let (_, _, at) = block.decided_by();
    json!({
        "line": numbers.of(at.start),
        "end_line": numbers.of(at.end.saturating_sub(1).max(at.start)),
        "text": plan.document.text(at).replace('\r', ""),
    })
}

/// Where a step is typed, if that is not the first terminal's own shell.
fn where_to(step: &Step) -> String {
    let inside = match step.place {
        Place::Host => "",
        Place::Inside => ", inside what is open",
    };
    let bound = if step.is_bound {
        format!(", typed as `{}`", wording::visible(step.typed()))
    } else {
        String::new()
    };
    let terminal = match step.terminal() {
        "main" => String::new(),
        name => format!(", in terminal {}", wording::visible(name)),
    };
    format!("{HINT}{bound}{inside}{terminal}{HINT:#}")
}

fn json_of(plan: &Plan) -> serde_json::Value {
    let numbers = Lines::new(&plan.document.source.text);
    let blocks = plan.document.blocks.iter().zip(plan.by_block());
    let blocks: Vec<_> = blocks
        .map(|(block, steps)| block_json(block, plan, &numbers, &steps))
        .collect();
    let steps: Vec<_> = plan
        .steps
        .iter()
        .map(|step| step_json(step, plan))
        .collect();
    json!({ "document": plan.document.source.path, "blocks": blocks, "steps": steps })
}

fn block_json(block: &Block, plan: &Plan, numbers: &Lines, steps: &[&Step]) -> serde_json::Value {
    json!({
        "line": block.line,
        "end_line": block.end_line,
        "role": block.role.word(),
        "reason": block.decided_by().1,
        "rule": block.decided_by().0,
        "because": because(block, plan, numbers),
        "guess": block.ruling.guess,
        "terminal": terminal(block.terminal.as_ref()),
        "place": match block.place { Place::Host => "host", Place::Inside => "container" },
        "runs": runs(block, steps),
    })
}

fn step_json(step: &Step, plan: &Plan) -> serde_json::Value {
    json!({
        "key": step.key,
        "line": step.line,
        "run": step.written(),
        "terminal": step.terminal(),
        "expects": plan.expects(step),
    })
}

fn terminal(name: Option<&String>) -> &str {
    name.map_or("main", String::as_str)
}

/// `yes`; `vars` if it has placeholders; `bound` if it types identifiers of earlier output; `no`.
fn runs(block: &Block, steps: &[&Step]) -> &'static str {
    // What only changes a file is typed nowhere.
    if block.role == Role::Fragment {
        return "no";
    }
    let of_block = || steps.iter();
    let commands = || {
        block.parts.iter().filter_map(|part| match part {
            Part::Command(command) => Some(command.text.as_str()),
            Part::File { .. } | Part::Keys(_) => None,
        })
    };
    let undone = block.ruling.undone.as_ref().map(|undone| &undone.kind);
    if matches!(undone, Some(UndoneKind::Account(_))) {
        return "vars";
    }
    let has_placeholders = commands().any(|command| {
        matches!(
            fill(command, &std::collections::BTreeMap::new()),
            Filled::Missing(_)
        )
    });
    if of_block().any(|step| step.is_bound) && of_block().all(|step| step.fate == Fate::Runs) {
        return "bound";
    }
    if has_placeholders {
        "vars"
    } else if !of_block().any(|step| step.fate == Fate::Runs) {
        "no"
    } else if commands().any(|command| !crate::matching::candidates(command).is_empty()) {
        "bound"
    } else {
        "yes"
    }
}
