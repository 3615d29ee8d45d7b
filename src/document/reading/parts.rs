//! What a reader does with a block: its commands, its file, the output that it shows for another.

use std::ops::Range;

use super::{Fold, content};
use crate::diagnostic::Diagnostic;
use crate::document::attributes::Similarity;
use crate::document::block::{Part, Ruling, Shown, UndoneKind};
use crate::document::case::{Case, Found, Reading};
use crate::document::file::leaves_scratch;
use crate::document::page::Code;
use crate::document::prompt::{self, PromptKind};
use crate::document::role::Role;

impl Fold<'_> {
    /// What a reader does with a block that is read so.
    pub(super) fn parts(
        &mut self,
        case: &Case<'_>,
        found: &Found,
        lines: &[Range<usize>],
        stays: bool,
    ) -> (Role, Vec<Part>) {
        let shows = |parts: &[Part]| {
            parts.iter().any(|part| match part {
                Part::Command(command) => command.shown.is_some(),
                Part::Keys(keys) => keys.shown.is_some(),
                Part::File { .. } => false,
            })
        };
        let of_shell = |parts: Vec<Part>| {
            let role = match parts.is_empty() {
                true => Role::Other,
                false if shows(&parts) => Role::Transcript,
                false => Role::Command,
            };
            (role, parts)
        };
        match &found.reading {
            Reading::Prompts(PromptKind::Foreign) => (foreign_session(case), Vec::new()),
            Reading::Prompts(kind) => {
                let program_opens = case
                    .first()
                    .is_some_and(|(_, line)| !case.has_prompt(line) || kind != &PromptKind::Repl);
                if *kind == PromptKind::Repl
                    && !self.desk.may_be_open(&self.terminal)
                    && !program_opens
                {
                    return (Role::Repl, Vec::new());
                }
                let parts = self.session(stays).transcript(lines, *kind);
                let (role, parts) = of_shell(parts);
                let is_repl = *kind == PromptKind::Repl && role.is_typed() && !program_opens;
                let is_shown_prompt = role == Role::Command && ends_in_prompt(case);
                match (is_repl, is_shown_prompt) {
                    (true, _) => (Role::Repl, parts),
                    (false, true) => (Role::Transcript, parts),
                    _ => (role, parts),
                }
            }
            Reading::Statements => (Role::Repl, self.session(stays).statements(lines)),
            Reading::Commands => {
                let parts = self.session(stays).commands(lines);
                of_shell(parts)
            }
            Reading::Mixed => {
                let parts = self.session(stays).mixed(lines);
                of_shell(parts)
            }
            Reading::OneAndOutput => {
                let parts = self.session(stays).one_and_output(lines);
                of_shell(parts)
            }
            Reading::Output => (Role::Output, Vec::new()),
            Reading::File { path, append } => {
                (Role::File, vec![self.file(case.code, lines, path, *append)])
            }
            Reading::Change(_) => (Role::Fragment, Vec::new()),
            Reading::Look(role) => (*role, Vec::new()),
        }
    }

    fn file(&mut self, code: &Code, lines: &[Range<usize>], path: &str, append: bool) -> Part {
        if let Some(fault) = leaves_scratch(path) {
            let span = self
                .text(&code.span)
                .find(path)
                .map_or(code.info.clone(), |at| {
                    code.span.start + at..code.span.start + at + path.len()
                });
            self.faults.push(
                Diagnostic::new(
                    "file-outside",
                    self.source,
                    span,
                    format!("`{path}` {fault}"),
                )
                .help("files of a tutorial are saved below the directory it runs in"),
            );
        }
        Part::File {
            path: path.to_owned(),
            append,
            content: content(&self.source.text, lines),
            line: self.numbers.of(code.span.start),
        }
    }

    /// What a block that repeats another shows is the other's output.
    pub(super) fn shows_for(&mut self, number: usize, parts: &mut [Part]) {
        let Some(Part::Command(last)) = self.blocks[number].parts.last_mut() else {
            return;
        };
        if let Some(Part::Command(again)) = parts.last_mut()
            && last.shown.is_none()
        {
            last.shown = again.shown.take();
        }
    }

    /// Gives the last command the output that a block shows.
    pub(super) fn output(
        &mut self,
        lines: &[Range<usize>],
        asked: Option<&Similarity>,
        role: &mut Role,
        ruling: &mut Ruling,
    ) {
        let last = self.blocks.iter_mut().rev().find(|block| {
            let is_others = block.ruling.undone.as_ref().is_some_and(|undone| {
                matches!(undone.kind, UndoneKind::Repeats(_))
                    || undone.rule.starts_with("other-")
                    || undone.rule == "or-else"
            });
            block.hidden.is_none() && block.role.is_typed() && !is_others
        });
        let Some(block) = last else {
            if ruling.rule != "printed" && ruling.rule != "follows" {
                *role = Role::Other;
            }
            "it looks like output, but no command comes before it".clone_into(&mut ruling.reason);
            ruling.guess = true;
            return;
        };
        // It may be of all commands that show nothing of their own.
        let silent = block.parts.iter().rev().take_while(|part| match part {
            Part::Command(command) => command.shown.is_none(),
            Part::Keys(keys) => keys.shown.is_none(),
            Part::File { .. } => false,
        });
        let with_before = silent.count().saturating_sub(1);
        let line = block.line;
        let Some(Part::Command(command)) = block.parts.last_mut() else {
            ruling.reason = format!(
                "output of line {line}, which is not typed: {}",
                ruling.reason
            );
            return;
        };
        if command.shown.is_some() {
            ruling.reason = format!(
                "output, and line {} has some already: {}",
                command.line, ruling.reason
            );
            ruling.guess = true;
            return;
        }
        command.shown = Some(Shown {
            lines: lines.to_vec(),
            with_before,
            is_loose: matches!(asked, Some(Similarity::Score)),
            pattern: match asked {
                Some(Similarity::Pattern(pattern)) => Some(pattern.clone()),
                _ => None,
            },
        });
        ruling.reason = format!("output of line {}: {}", command.line, ruling.reason);
    }
}

/// Another system's session is a session all the same, though nobody types it here.
fn foreign_session(case: &Case<'_>) -> Role {
    let has_output = case
        .texts
        .iter()
        .any(|line| !line.trim().is_empty() && !case.has_prompt(line));
    if has_output {
        Role::Transcript
    } else {
        Role::Command
    }
}

/// Whether a session ends in a prompt of its own with nothing behind it: that is what it shows.
fn ends_in_prompt(case: &Case<'_>) -> bool {
    let last = case.texts.iter().rev().find(|line| !line.trim().is_empty());
    let first = case.first().map(|(_, line)| line);
    last.is_some_and(|line| {
        prompt::at(line, None).is_some_and(|found| {
            found.kind == PromptKind::Inside && line[found.length..].trim().is_empty()
        })
    }) && last.copied() != first
}
