//! Commands that do more than the page is about, and what they need of the machine.

use std::collections::{BTreeMap, BTreeSet};

use crate::commandline::{self, Call, CommandLine};
use crate::diagnostic::Diagnostic;
use crate::document::{Block, Role};
use crate::plan::{Action, Fate, Plan};

use super::{opening, warning};

/// Commands that throw away what the page has not made, also where this reader does not type them.
pub(super) fn destructive(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    for block in plan
        .document
        .blocks
        .iter()
        .filter(|block| block.role.is_typed() && block.hidden.is_none())
    {
        if let Some((text, span)) = typed(plan, block)
            .into_iter()
            .find(|(text, _)| commandline::is_destructive(text))
        {
            let first = text.lines().next().unwrap_or_default();
            let message = format!(
                "`{}` removes more than what the page has made",
                crate::wording::visible(first)
            );
            findings.push(
                warning(plan, "destructive", span, message)
                    .help("name what is to be removed, or warn the reader and write `<!-- tutcheck: skip=\"why\" -->` before it"),
            );
        }
    }
}

/// The commands of a block with their places; of one that is not typed, its lines.
fn typed<'p>(plan: &'p Plan, block: &'p Block) -> Vec<(&'p str, std::ops::Range<usize>)> {
    if block.parts.is_empty() {
        let lines = plan.document.text(&block.span).lines();
        let typed = lines.map(|line| line.trim().trim_start_matches(['$', '>', '#']).trim());
        return typed.map(|text| (text, opening(plan, block))).collect();
    }
    block
        .commands()
        .map(|command| (command.text.as_str(), command.span.clone()))
        .collect()
}

/// `sudo`, which asks for a password on most machines.
pub(super) fn sudo(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    for step in plan.steps.iter().filter(|step| step.fate == Fate::Runs) {
        let Action::Run { .. } = &step.action else {
            continue;
        };
        let line = CommandLine::read(step.typed());
        let is_asked = line.commands.iter().any(|command| {
            command
                .words
                .first()
                .is_some_and(|word| word.written == "sudo")
        });
        if is_asked {
            let message = "`sudo` asks for a password on most machines".to_owned();
            findings.push(
                warning(plan, "sudo", step.span.clone(), message)
                    .help("say what the reader needs the right for, or do without"),
            );
        }
    }
}

/// Names of containers and ports of the machine that are asked for a second time while the first may
/// still have them.
pub(super) fn used_twice(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut ports: BTreeMap<u16, usize> = BTreeMap::new();
    for (step, texts) in plan.calls() {
        let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        match words.as_slice() {
            ["docker", "run" | "create", rest @ ..]
            | ["docker", "container", "run" | "create", rest @ ..] => {
                let call = Call::read(rest);
                let is_detached = call.has('d', "--detach");
                if let Some(name) = call.value("--name") {
                    if let Some(line) = names.get(name) {
                        let message = format!("the name `{name}` is taken since line {line}");
                        findings.push(
                            warning(plan, "used-twice", step.span.clone(), message)
                                .help(format!("remove the first before: `docker rm -f {name}`")),
                        );
                    } else if !call.removes_itself() || is_detached {
                        names.insert(name.to_owned(), step.line);
                    }
                }
                for port in call
                    .values(&["-p", "--publish"])
                    .filter_map(commandline::published)
                {
                    if let Some(line) = ports.get(&port) {
                        let message = format!("the port {port} is served since line {line}");
                        findings.push(
                            warning(plan, "used-twice", step.span.clone(), message)
                                .help("end the first before, or take another port"),
                        );
                    } else if is_detached {
                        ports.insert(port, step.line);
                    }
                }
            }
            ["docker", rest @ ..]
                if rest.iter().any(|word| {
                    matches!(*word, "rm" | "stop" | "kill" | "prune" | "down" | "rename")
                }) =>
            {
                let takes_all = rest
                    .iter()
                    .any(|word| matches!(*word, "prune" | "down") || word.contains('$'));
                if takes_all {
                    names.clear();
                    ports.clear();
                }
                // Whose port it was is not followed: one that is stopped frees it.
                for word in rest {
                    if names
                        .get(*word)
                        .is_some_and(|_| rest.contains(&"rm") || rest.contains(&"rename"))
                    {
                        names.remove(*word);
                    }
                }
                ports.clear();
            }
            _ => {}
        }
    }
}

/// Programs that every machine has.
const EVERYWHERE: &[&str] = &[
    "cat", "ls", "cp", "mv", "rm", "mkdir", "rmdir", "grep", "sed", "head", "tail", "wc", "sort",
    "chmod", "touch", "sleep", "date", "env", "id", "uname", "whoami", "hostname", "bash", "sh",
    "tr", "cut", "tee", "seq", "find", "xargs", "awk", "ln", "du", "df", "kill", "time", "sudo",
    "basename", "dirname", "uniq", "printenv", "timeout", "mktemp", "which", "ps", "stat",
];

/// The programs that the page calls, in one line at its top.
pub fn needs(plan: &Plan) -> Vec<String> {
    let mut programs: BTreeSet<String> = BTreeSet::new();
    for step in plan
        .steps
        .iter()
        .filter(|step| step.fate == Fate::Runs && step.place == crate::document::Place::Host)
    {
        if let Action::Run { .. } = &step.action {
            programs.extend(commandline::programs(step.typed()));
        }
    }
    // A function of the page's own is no program.
    let is_function = |name: &str| {
        plan.steps
            .iter()
            .any(|step| step.typed().contains(&format!("{name}()")))
    };
    programs
        .into_iter()
        .filter(|name| !EVERYWHERE.contains(&name.as_str()) && !is_function(name))
        .collect()
}

/// Commands that stand in the text without any markup: nothing types them.
pub(super) fn bare(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    let typed = |span: &std::ops::Range<usize>| {
        plan.document.blocks.iter().any(|block| block.span == *span)
    };
    let lines: Vec<_> = plan
        .document
        .bare
        .iter()
        .filter(|span| !typed(span))
        .collect();
    if lines.len() < 3 {
        return;
    }
    for span in lines {
        let message = "this is a command without any markup, and nothing types it".to_owned();
        findings.push(
            warning(plan, "bare-commands", span.clone(), message)
                .help("put it into a code block, or let the whole page be typed: `bare: true` in its front matter under `tutcheck:`"),
        );
    }
}

/// Sessions of programs that nothing on the page opens.
pub(super) fn not_read(plan: &Plan, findings: &mut Vec<Diagnostic>) {
    let silent = |block: &&Block| {
        block.role == Role::Repl
            && block.parts.is_empty()
            && block.hidden.is_none()
            && block.ruling.undone.is_none()
    };
    for block in plan.document.blocks.iter().filter(silent) {
        let message = "this is typed into a program, and no step before it opens one".to_owned();
        findings.push(
            warning(plan, "session-not-read", opening(plan, block), message)
                .help("show the command that opens it, or write `<!-- tutcheck: skip=\"why\" -->` before it"),
        );
    }
}
