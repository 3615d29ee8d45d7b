//! What an author may want to mend although nothing is broken: guesses, blocks that nobody verifies,
//! dead links, and places where a reader does what the page does not say.

mod harm;
mod kinds;
mod typing;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::commandline::{self, Foreground};
use crate::diagnostic::Diagnostic;
use crate::document::{Block, END_OF_INPUT, Hidden, Part, Place, Role};
use crate::plan::{Action, Fate, Gate, Plan, Step, ends_programs};

pub use harm::needs;
pub use kinds::KINDS;

/// Everything that is to be said of a document, by place. `exists` knows which files there are, from
/// the document's folder.
pub fn lint(plan: &Plan, exists: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    guesses(plan, &mut findings);
    not_verified(plan, &mut findings);
    dead_links(plan, exists, &mut findings);
    terminals(plan, &mut findings);
    left_open(plan, &mut findings);
    early_visits(plan, &mut findings);
    harm::destructive(plan, &mut findings);
    harm::sudo(plan, &mut findings);
    harm::used_twice(plan, &mut findings);
    harm::not_read(plan, &mut findings);
    harm::bare(plan, &mut findings);
    typing::check(plan, &mut findings);
    typing::closed_too_far_in(plan, &mut findings);
    typing::left_for_later(plan, &mut findings);
    findings.sort_by_key(|finding| finding.span.start);
    findings
}

fn warning(plan: &Plan, code: &'static str, span: Range<usize>, message: String) -> Diagnostic {
    Diagnostic::new(code, &plan.document.source, span, message).warning()
}

/// The first line of a block, and no more: a long block would hide what is said of it.
fn opening(plan: &Plan, block: &Block) -> Range<usize> {
    let text = plan.document.text(&block.span);
    let length = text.find('\n').unwrap_or(text.len());
    block.span.start..block.span.start + length
}

fn guesses(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    // A pattern is usual where no language says that it is to be run.
    let is_plain = |block: &Block| plan.document.text(&opening(plan, block)).trim() == "```";
    let is_doubtful = |block: &&Block| {
        block.ruling.undone.is_none()
            && block.ruling.guess
            && block.settings.skip.is_none()
            && (block.role != Role::Synopsis || !is_plain(block))
    };
    for block in plan.document.blocks.iter().filter(is_doubtful) {
        let message = format!(
            "this block is taken for `{}` ({}: {})",
            block.role.word(),
            block.ruling.rule,
            block.ruling.reason
        );
        let help = match block.role {
            Role::Output => {
                "say so with the language `text`, or `<!-- tutcheck: expect -->` before it"
            }
            Role::Command | Role::Transcript => "say so with the language `bash` or `console`",
            Role::Synopsis => {
                "if it is to be run, write it without brackets; `<!-- tutcheck: skip=\"why\" -->` says that it is none"
            }
            Role::File => "say so with `<!-- tutcheck: file=… -->` before it",
            Role::Fragment => {
                "if a reader is to save it, say where: `<!-- tutcheck: file=… -->` before it"
            }
            _ => {
                "a language behind the fence says what it is; `<!-- tutcheck: skip=\"why\" -->` before it, that it is nothing to run"
            }
        };
        findings.push(warning(plan, "guessed", opening(plan, block), message).help(help));
    }
}

fn not_verified(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    for step in plan.steps.iter().filter(|step| step.is_visible()) {
        let (message, help) = match &step.fate {
            Fate::Skipped(None) => (
                "this is skipped without a reason".to_owned(),
                "write why: `<!-- tutcheck: skip=\"needs a GPU\" -->`",
            ),
            // A value that the reader has and we have not is the author's wish.
            Fate::Gated(Gate::Values(_)) => continue,
            Fate::Gated(gate) if step.settings.needs.is_none() => (
                format!("this is never run here: {gate}"),
                "give it what it needs, or write `<!-- tutcheck: skip=\"why\" -->` before it",
            ),
            Fate::Runs | Fate::Skipped(_) | Fate::Manual(_) | Fate::Gated(_) => continue,
        };
        findings.push(warning(plan, "not-verified", step.span.clone(), message).help(help));
    }
}

fn dead_links(plan: &Plan, exists: &dyn Fn(&str) -> bool, findings: &mut Vec<Diagnostic>) {
    let document = &plan.document;
    for (span, target) in &document.links {
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        let is_elsewhere =
            path.contains("://") || path.starts_with("mailto:") || path.starts_with("//");
        if is_elsewhere || target.is_empty() {
            continue;
        }
        let path = path.split('?').next().unwrap_or_default();
        if !path.is_empty() && !exists(&path.replace("%20", " ")) {
            let message = format!("this leads nowhere: there is no `{path}`");
            findings.push(warning(plan, "dead-link", span.clone(), message));
        } else if path.is_empty() && !document.anchors.contains(anchor) {
            let message = format!("this leads nowhere: no heading of the page is `#{anchor}`");
            findings.push(warning(plan, "dead-link", span.clone(), message));
        }
    }
}

/// Where the reader uses another terminal, or leaves a program, without the page saying so to us.
fn terminals(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    for block in &plan.document.blocks {
        let is_typed =
            matches!(block.role, Role::Command | Role::Transcript) && block.hidden.is_none();
        if is_typed && block.other_terminal && block.terminal.is_none() {
            let message =
                "the text before speaks of another terminal, and this is typed into `main`";
            findings.push(
                warning(
                    plan,
                    "other-terminal",
                    opening(plan, block),
                    message.to_owned(),
                )
                .help("`<!-- tutcheck: terminal=two -->` before it types it into another"),
            );
        }
    }
    shells(plan, findings);
}

/// Where the reader leaves a shell, or a program has the terminal, and the page does not say so to us.
fn shells(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    for block in plan.document.blocks.iter().filter(|block| block.leave_said) {
        let first = block.parts.iter().find_map(|part| match part {
            Part::Command(command) => Some(command),
            Part::File { .. } | Part::Keys(_) => None,
        });
        if first.is_some_and(|command| {
            command.place == Place::Inside
                && command.prompt.is_none()
                && !commandline::leaves(&command.text)
        }) {
            let message =
                "the text before tells the reader to leave the shell, and this is typed into it";
            findings.push(
                warning(plan, "not-left", opening(plan, block), message.to_owned())
                    .help("show `exit`, or say it with `<!-- tutcheck key ctrl-d -->` before"),
            );
        }
    }
    for (index, step) in plan.steps.iter().enumerate() {
        let next = plan.steps[index + 1..].iter().find(|next| {
            next.terminal() == step.terminal()
                && next.fate == Fate::Runs
                && matches!(next.action, Action::Run { .. } | Action::Press { .. })
        });
        let Some(next) = next.filter(|_| step.fate == Fate::Runs) else {
            continue;
        };
        let is_ended = next.after_interrupt
            || matches!(&next.action, Action::Press { characters, .. } if ends_programs(characters));
        if matches!(step.in_front, Foreground::Goes(_)) && !is_ended && is_run(next) {
            let message = format!(
                "line {} leaves a program in the foreground of this terminal",
                step.line
            );
            findings.push(
                warning(plan, "terminal-busy", next.span.clone(), message).help(
                    "end it with `<!-- tutcheck key ctrl-c -->` before, or use another terminal: `terminal=two`",
                ),
            );
        }
        let is_inside =
            step.place == Place::Inside || matches!(step.in_front, Foreground::Program { .. });
        let leaves = commandline::leaves(step.typed()) || !is_run(next);
        let is_hidden = next.hidden.is_some_and(|hidden| hidden != Hidden::Key);
        if is_inside && next.place == Place::Host && !leaves && !is_hidden {
            let message =
                "the reader has to leave a shell before this, and the page does not say so";
            findings.push(
                warning(plan, "not-left", next.span.clone(), message.to_owned())
                    .help("show `exit`, or say it with `<!-- tutcheck key ctrl-d -->`"),
            );
        }
    }
}

/// Shells and programs that the page opens and never leaves.
fn left_open(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    let mut open: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| step.fate == Fate::Runs) {
        let open = open.entry(step.terminal()).or_default();
        let ends = match &step.action {
            Action::Run { .. } => commandline::leaves(step.typed()),
            Action::Press { characters, .. } => characters.contains(END_OF_INPUT),
            Action::Save { .. } | Action::Person(_) => continue,
        };
        if step.place == Place::Host {
            open.clear();
        }
        if ends {
            open.pop();
        } else if matches!(step.in_front, Foreground::Program { .. }) {
            open.push(step);
        }
    }
    // A shell that the reader has left, without a word to us, is told of at that place.
    let is_told = findings.iter().any(|finding| finding.code == "not-left");
    for step in open.into_values().flatten().filter(|_| !is_told) {
        let message = "the page ends inside of what this opens, and does not say how to leave it";
        findings.push(
            warning(plan, "left-open", step.span.clone(), message.to_owned())
                .help("show `exit`, or say it with `<!-- tutcheck key ctrl-d -->`"),
        );
    }
}

fn is_run(step: &Step) -> bool {
    matches!(step.action, Action::Run { .. })
}

/// A server that was just started may not answer yet.
fn early_visits(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    let runs: Vec<&Step> = plan.steps.iter().filter(|step| is_run(step)).collect();
    for pair in runs.windows(2) {
        let (server, visit) = (pair[0], pair[1]);
        let starts = commandline::detaches(server.typed());
        let waits = server.settings.wait.is_some()
            || visit.settings.retry.is_some()
            || server.typed().contains("--wait");
        let words = visit.typed();
        let visits = ["curl ", "wget ", "http "]
            .iter()
            .any(|word| words.contains(word))
            && ["localhost", "127.0.0.1", "0.0.0.0"]
                .iter()
                .any(|host| words.contains(host));
        if starts && visits && !waits {
            let port = commandline::asked_ports(words).first().copied();
            let port = port.map_or_else(|| "…".to_owned(), |port| port.to_string());
            let message = format!("the server of line {} may not answer yet", server.line);
            findings.push(
                warning(plan, "early-visit", visit.span.clone(), message).help(format!(
                    "`<!-- tutcheck: wait=port:{port} -->` before the block of the server waits for it; `retry=10x1s` on this one tries again"
                )),
            );
        }
    }
}
