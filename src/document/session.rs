//! What is typed and what is printed: a block of a shell, read line by line.

use std::ops::Range;

use super::block::{Command, Part, Place, Shown};
use super::commands;
use super::language::{self, Language};
use super::placeholder::usage_pattern;
use super::prompt::{self, Kind};
use super::role::{Decision, Reader, Role};

impl Reader<'_> {
    pub(super) fn plain_commands(&mut self, lines: &[Range<usize>], reason: &str) -> Decision {
        let parts = self.commands(lines);
        if parts.is_empty() {
            return Decision::of(Role::Other, "it has only comments");
        }
        unless_usage(Decision::of(Role::Command, reason).with(parts))
    }

    pub(super) fn commands(&mut self, lines: &[Range<usize>]) -> Vec<Part> {
        let texts: Vec<&str> = lines.iter().map(|line| self.text(line)).collect();
        let mut parts = Vec::new();
        for range in commands::split(&texts) {
            let span = lines[range.start].start..lines[range.end - 1].end;
            let text = texts[range].join("\n");
            parts.push(self.command(text.trim_end().to_owned(), span, None));
        }
        parts
    }

    fn command(&mut self, text: String, span: Range<usize>, prompt: Option<Kind>) -> Part {
        if matches!(prompt, Some(Kind::Shell)) {
            self.place = Place::Host;
        } else if prompt == Some(Kind::Inside) {
            self.place = Place::Container;
        }
        let place = self.place;
        if language::opens_shell(&text) {
            self.place = Place::Container;
        } else if matches!(text.trim(), "exit" | "quit" | "logout")
            || text.trim().starts_with("exit ")
        {
            self.place = Place::Host;
        }
        let line = self.lines.line(span.start);
        Part::Command(Command {
            text,
            span,
            line,
            place,
            shown: None,
        })
    }

    /// Lines with prompts are commands; those between are what a reader sees.
    pub(super) fn transcript(&mut self, lines: &[Range<usize>], leading: Kind) -> Decision {
        let mut parts: Vec<Part> = Vec::new();
        let mut has_output = false;
        let mut prompts = Prompts::new(leading);
        let mut i = 0;
        while i < lines.len() {
            let text = self.text(&lines[i]);
            let found = prompt::prompt(text).filter(|found| prompts.accepts(text, *found));
            let Some(found) = found else {
                has_output |= show(&mut parts, &lines[i], text);
                i += 1;
                continue;
            };
            let first = i;
            let mut typed = text[found.length..].to_owned();
            i += 1;
            while i < lines.len() && !commands::is_complete(&typed) {
                let line = self.text(&lines[i]);
                if prompt::prompt(line)
                    .is_some_and(|p| p.kind == found.kind && found.kind != Kind::Hash)
                {
                    break;
                }
                typed.push('\n');
                typed.push_str(&line[prompt::continuation(line).unwrap_or(0)..]);
                i += 1;
            }
            prompts.typed(self.text(&lines[first]), found, &typed);
            if !typed.trim().is_empty() && !typed.trim_start().starts_with('#') {
                let span = lines[first].start + found.length..lines[i - 1].end;
                parts.push(self.command(typed.trim_end().to_owned(), span, Some(found.kind)));
            }
        }
        for part in &mut parts {
            trim_shown(part, &self.source.text);
        }
        if parts.is_empty() {
            return Decision::of(Role::Other, "nothing is typed at its prompts");
        }
        let (role, reason) = if has_output {
            (
                Role::Transcript,
                "it has prompts, and lines without one follow",
            )
        } else {
            (Role::Command, "every line has a prompt")
        };
        unless_usage(Decision::of(role, reason).with(parts))
    }

    pub(super) fn output(&mut self, lines: &[Range<usize>], reason: &str, guess: bool) -> Decision {
        self.output_like(lines, None, reason, guess)
    }

    /// The same, where a pattern stands for the lines.
    pub(super) fn output_like(
        &mut self,
        lines: &[Range<usize>],
        pattern: Option<&str>,
        reason: &str,
        guess: bool,
    ) -> Decision {
        let last = self.blocks.iter_mut().rev().find(|block| {
            block.hidden.is_none() && matches!(block.role, Role::Command | Role::Transcript)
        });
        let with_before = last.as_ref().map_or(0, |block| match block.role {
            Role::Command => block.parts.len().saturating_sub(1),
            _ => 0,
        });
        let command = last.and_then(|block| match block.parts.last_mut() {
            Some(Part::Command(command)) => Some(command),
            Some(Part::File { .. }) | None => None,
        });
        let Some(command) = command else {
            let decision = Decision::of(
                Role::Other,
                "looks like output, but no command comes before it",
            );
            return decision.guessed();
        };
        if command.shown.is_some() {
            return Decision::of(Role::Other, "the step before it has output already").guessed();
        }
        command.shown = Some(Shown {
            lines: lines.to_vec(),
            with_before,
            pattern: pattern.map(str::to_owned),
        });
        let decision = Decision::of(
            Role::Output,
            format!("output of line {}: {reason}", command.line),
        );
        Decision { guess, ..decision }
    }
}

/// The prompts of a session so far. What looks like one in the middle of output is output: a prompt
/// has the indent and the form of the one before, unless a command has opened another shell.
struct Prompts {
    leading: Kind,
    /// Indent and form of each prompt that was seen.
    seen: Vec<(usize, String)>,
    may_change: bool,
}

impl Prompts {
    fn new(leading: Kind) -> Prompts {
        Prompts {
            leading,
            seen: Vec::new(),
            may_change: false,
        }
    }

    fn accepts(&self, line: &str, found: prompt::Prompt) -> bool {
        let is_comment = found.kind == Kind::Hash
            && (self.leading != Kind::Hash || !language::is_command(&line[found.length..]));
        let form = form(line, found);
        let is_known = self.seen.is_empty()
            || self.seen.contains(&form)
            || (self.may_change && self.seen.iter().any(|(indent, _)| *indent == form.0));
        !is_comment && is_known
    }

    fn typed(&mut self, line: &str, found: prompt::Prompt, command: &str) {
        let form = form(line, found);
        if !self.seen.contains(&form) {
            self.seen.push(form);
        }
        self.may_change = language::changes_prompt(command);
    }
}

/// How a prompt looks, but for the directory, which changes: the indent, and what it starts with.
fn form(line: &str, found: prompt::Prompt) -> (usize, String) {
    let indent = line.len() - line.trim_start().len();
    let mark = line[indent..found.length].trim_end();
    let head = mark.split([':', ' ', '/', '~']).next().unwrap_or_default();
    (indent, format!("{:?}{head}", found.kind))
}

/// The decision, unless it is a pattern of commands that nobody types.
pub(super) fn unless_usage(decision: Decision) -> Decision {
    let pattern = decision.parts.iter().find_map(|part| match part {
        Part::Command(command) => usage_pattern(&command.text),
        Part::File { .. } => None,
    });
    match pattern {
        Some(pattern) => Decision::of(Role::Synopsis, format!("a usage pattern: `{pattern}`")),
        None => decision,
    }
}

/// Adds a line to what the last command shows; says whether there is anything on it.
pub(super) fn show(parts: &mut [Part], line: &Range<usize>, text: &str) -> bool {
    let Some(Part::Command(command)) = parts.last_mut() else {
        return false;
    };
    let shown = command.shown.get_or_insert_default();
    shown.lines.push(line.clone());
    !text.trim().is_empty()
}

/// Blank lines that separate the commands of a transcript belong to no output.
fn trim_shown(part: &mut Part, text: &str) {
    let Part::Command(command) = part else { return };
    if let Some(shown) = &mut command.shown {
        let blank = |line: &Range<usize>| text[line.clone()].trim().is_empty();
        while shown.lines.last().is_some_and(blank) {
            shown.lines.pop();
        }
        if shown.lines.is_empty() {
            command.shown = None;
        }
    }
}

/// The prompt that the first line with one has, where the block is to be read by prompts.
pub(super) fn leading_prompt(lines: &[&str], kind: Language) -> Option<Kind> {
    let mut hash = None;
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        match prompt::prompt(line) {
            Some(found) if found.kind == Kind::Hash => {
                let command = &line[found.length..];
                if hash.is_none() {
                    hash = Some(language::is_command(command));
                }
            }
            Some(found) => return Some(found.kind),
            // In a script, a line that is no comment settles that `# ` starts comments.
            None if kind == Language::Shell => return None,
            None => {}
        }
    }
    (hash == Some(true)).then_some(Kind::Hash)
}
