//! What is typed and what is printed: the lines of a block, read one by one, at a desk.

mod keys;
mod prompts;
mod shown;
mod statements;

use std::ops::Range;

use super::block::{Command, Keys, Part};
use super::desk::{Desk, END_OF_INPUT};
use super::evidence::{Look, Says, look, plain, says};
use super::place::Lines;
use super::prompt::{self, PromptKind};
use super::systems;
use crate::commandline;
use keys::{pressed, split_key};
use prompts::Prompts;
use shown::trim_shown;

pub(super) use shown::show;

/// The lines of a block, and the desk at which they are typed.
pub(super) struct Session<'s> {
    pub(super) source: &'s str,
    pub(super) numbers: &'s Lines,
    pub(super) desk: &'s mut Desk,
    pub(super) terminal: &'s str,
    /// The page has said that the reader is inside what is open.
    pub(super) stays: bool,
}

impl<'s> Session<'s> {
    fn text(&self, line: &Range<usize>) -> &'s str {
        &self.source[line.clone()]
    }

    /// Every complete command.
    pub(super) fn commands(&mut self, lines: &[Range<usize>]) -> Vec<Part> {
        let texts: Vec<&str> = lines.iter().map(|line| self.text(line)).collect();
        let mut parts = Vec::new();
        let mut is_others = false;
        for range in commandline::split(&texts) {
            // A comment above says for whom a command is, or that it is none to run.
            if let Some(remark) = texts[..range.start]
                .last()
                .and_then(|line| line.trim().strip_prefix('#'))
            {
                is_others = is_for_others(remark);
            } else if range.start > 0 && texts[range.start - 1].trim().is_empty() {
                is_others = false;
            }
            let is_elided = matches!(texts[range.start].trim(), "..." | "…" | "[...]");
            if is_others || is_elided {
                continue;
            }
            let span = lines[range.start].start..lines[range.end - 1].end;
            let text = texts[range].join("\n");
            parts.push(self.command(text.trim_end().to_owned(), span, None));
        }
        parts
    }

    /// Commands without prompts, and what they print between them.
    pub(super) fn mixed(&mut self, lines: &[Range<usize>]) -> Vec<Part> {
        let texts: Vec<&str> = lines.iter().map(|line| self.text(line)).collect();
        let mut parts: Vec<Part> = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            if look(texts[at]) == Look::Typed {
                let first = commandline::split(&texts[at..]).into_iter().next();
                let length = first.map_or(1, |range| range.end);
                let span = lines[at].start..lines[at + length - 1].end;
                let text = texts[at..at + length].join("\n").trim().to_owned();
                parts.push(self.command(text, span, None));
                at += length;
                continue;
            }
            let is_comment = look(texts[at]) == Look::Comment
                && texts[at + 1..]
                    .iter()
                    .find(|line| !line.trim().is_empty())
                    .is_some_and(|next| matches!(look(next), Look::Typed | Look::Comment));
            if !parts.is_empty() && !is_comment {
                // Output that is written as a comment is what stands behind its sign.
                let sign = texts[at].len()
                    - texts[at]
                        .trim_start()
                        .trim_start_matches('#')
                        .trim_start_matches(' ')
                        .len();
                let start = if look(texts[at]) == Look::Comment {
                    sign
                } else {
                    0
                };
                show(
                    &mut parts,
                    &(lines[at].start + start..lines[at].end),
                    &texts[at][start..],
                );
            }
            at += 1;
        }
        self.trim(&mut parts);
        parts
    }

    /// A first command, and all below it is what it prints.
    pub(super) fn one_and_output(&mut self, lines: &[Range<usize>]) -> Vec<Part> {
        let texts: Vec<&str> = lines.iter().map(|line| self.text(line)).collect();
        let Some(first) = commandline::split(&texts).into_iter().next() else {
            return Vec::new();
        };
        let (typed, printed) = lines.split_at(first.end);
        let mut parts = self.commands(typed);
        for line in printed {
            show(&mut parts, line, self.text(line));
        }
        self.trim(&mut parts);
        parts
    }

    fn trim(&self, parts: &mut [Part]) {
        for part in parts {
            trim_shown(part, self.source);
        }
    }

    /// A command, behind its prompt if it has one.
    pub(super) fn command(
        &mut self,
        text: String,
        span: Range<usize>,
        prompt: Option<(PromptKind, &str)>,
    ) -> Part {
        let typed = self.desk.types(self.terminal, &text, prompt, self.stays);
        let line = self.numbers.of(span.start);
        let prompt = prompt.map(|(_, prompt)| prompt.trim().to_owned());
        Part::Command(Command {
            text,
            span,
            line,
            place: typed.place,
            is_open: typed.is_open,
            prompt,
            after_interrupt: typed.after_interrupt,
            answers: Vec::new(),
            shown: None,
        })
    }

    /// Keys that are pressed.
    pub(super) fn keys(&mut self, names: &str, characters: String, span: Range<usize>) -> Part {
        self.desk.presses(self.terminal, &characters);
        let line = self.numbers.of(span.start);
        Part::Keys(Keys {
            names: names.to_owned(),
            characters,
            span,
            line,
            shown: None,
        })
    }

    /// Lines with prompts are commands; those between are what a reader sees.
    pub(super) fn transcript(&mut self, lines: &[Range<usize>], leading: PromptKind) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut prompts = Prompts::new(leading);
        let lines = &without_margin(self.source, lines, |line| self.prompt(line).is_some());
        let mut opened_here = false;
        let mut i = 0;
        while i < lines.len() {
            let text = self.text(&lines[i]);
            let found = self
                .prompt(text)
                .filter(|found| prompts.accepts(text, *found) || is_more(text, *found, &parts));
            let Some(mut found) = found else {
                let opens = parts.is_empty();
                i += self.unprompted(&mut parts, lines, i);
                prompts.may_change |= opens && !parts.is_empty();
                continue;
            };
            let first = i;
            let mut typed = text[found.length..].to_owned();
            i += 1;
            while i < lines.len() && found.kind == PromptKind::Repl {
                let line = self.text(&lines[i]);
                let Some(length) = prompt::repl_continuation(line, &typed) else {
                    break;
                };
                typed.push('\n');
                typed.push_str(&line[length..]);
                i += 1;
            }
            while i < lines.len()
                && found.kind != PromptKind::Repl
                && !commandline::is_complete(&typed)
            {
                let line = self.text(&lines[i]);
                if prompt::prompt(line)
                    .is_some_and(|p| p.kind == found.kind && found.kind != PromptKind::Hash)
                {
                    break;
                }
                typed.push('\n');
                typed.push_str(&line[prompt::continuation(line).unwrap_or(0)..]);
                i += 1;
            }
            prompts.typed(self.text(&lines[first]), found, &typed);
            if let Some(characters) = pressed(&typed) {
                if found.kind == PromptKind::Shell && typed.trim() == "^C" {
                    // Nothing is in front where the reader's own prompt is.
                    continue;
                }
                let span = lines[first].start + found.length..lines[first].end;
                parts.push(self.keys(typed.trim(), characters, span));
            } else if !typed.trim().is_empty() && !typed.trim_start().starts_with('#') {
                if found.kind == PromptKind::Shell
                    && opened_here
                    && self.exits_below(&lines[first..])
                {
                    // The page shows the same prompt inside.
                    found.kind = PromptKind::Hash;
                }
                let mark = &self.text(&lines[first])[..found.length];
                let span = lines[first].start + found.length..lines[i - 1].end;
                let before = self.desk.depth(self.terminal);
                // Python wants an empty line to know that a block is over.
                let is_block = self.text(&lines[i - 1]).trim_start().starts_with("...");
                if mark.trim() == ">>>" && is_block && !typed.ends_with('\n') {
                    typed.push('\n');
                }
                let end = if found.kind == PromptKind::Repl {
                    [' '].as_slice()
                } else {
                    &['\n', ' ']
                };
                let mut part = self.command(
                    typed.trim_end_matches(end).to_owned(),
                    span,
                    Some((found.kind, mark)),
                );
                i += self.input_below(&mut part, &lines[i..]);
                parts.push(part);
                let after = self.desk.depth(self.terminal);
                opened_here = after > before || (opened_here && after == before);
            }
        }
        self.trim(&mut parts);
        parts
    }

    /// Takes the lines below a command that writes what is typed into a file, `^D` at their end; says
    /// how many they are.
    fn input_below(&self, part: &mut Part, below: &[Range<usize>]) -> usize {
        let Part::Command(command) = part else {
            return 0;
        };
        if !commandline::takes_text(&command.text) {
            return 0;
        }
        let texts = || below.iter().map(|line| self.text(line));
        let is_end = |line: &str| {
            let line = line.trim().trim_matches(['<', '>', '[', ']', '(', ')']);
            matches!(
                line.to_ascii_lowercase().as_str(),
                "^d" | "ctrl-d" | "ctrl+d"
            )
        };
        let Some(end) = texts().position(is_end) else {
            return 0;
        };
        if texts().take(end).any(|line| {
            self.prompt(line)
                .is_some_and(|found| found.kind != PromptKind::Hash)
        }) {
            return 0;
        }
        let mut input: String = texts().take(end).flat_map(|line| [line, "\r"]).collect();
        input.push_str(END_OF_INPUT);
        command.answers.push(input);
        end + 1
    }

    /// A line without a prompt: a key, a comment, output; or a command before the first prompt. Says
    /// how many lines it took.
    fn unprompted(&mut self, parts: &mut Vec<Part>, lines: &[Range<usize>], i: usize) -> usize {
        let line = &lines[i];
        let text = self.text(line);
        if parts.is_empty() {
            let is_typed = self.prompt(text).is_none() && look(text) == Look::Typed;
            if !is_typed {
                return 1;
            }
            let texts: Vec<&str> = lines[i..].iter().map(|line| self.text(line)).collect();
            let length = commandline::split(&texts)
                .first()
                .map_or(1, |range| range.end);
            let span = line.start..lines[i + length - 1].end;
            parts.push(self.command(texts[..length].join("\n").trim().to_owned(), span, None));
            return length;
        }
        if let Some((key, rest)) = split_key(text) {
            let characters = pressed(key).unwrap_or_default();
            let rest = line.end - rest.len()..line.end;
            parts.push(self.keys(key, characters, line.start..rest.start));
            if !rest.is_empty() {
                show(parts, &rest, self.text(&rest));
            }
            return 1;
        }
        // A prompt of two lines, and comments between commands, are no output.
        let next = lines[i + 1..]
            .iter()
            .map(|line| self.text(line))
            .find(|line| !line.trim().is_empty());
        let is_before_prompt = next.is_some_and(|next| self.prompt(next).is_some());
        let is_comment = text.trim_start().starts_with("# ")
            && self.text(&lines[i - 1]).trim().is_empty()
            && is_before_prompt;
        let is_upper = is_before_prompt && prompt::is_upper_line(text);
        if !is_comment && !is_upper {
            show(parts, line, text);
        }
        1
    }

    /// The prompt that a line starts with, given what is open.
    fn prompt(&self, line: &str) -> Option<prompt::Prompt> {
        prompt::at(line, self.desk.program(self.terminal))
    }

    /// Whether a shell that this block opens is left below with the prompt of the one outside: the
    /// page then shows that prompt for both.
    fn exits_below(&self, lines: &[Range<usize>]) -> bool {
        let below = lines.iter().filter_map(|line| {
            let text = self.text(line);
            let found = prompt::prompt(text)?;
            Some((found.kind, &text[found.length..]))
        });
        for (kind, command) in below {
            match kind {
                PromptKind::Inside | PromptKind::Repl => return false,
                PromptKind::Shell if commandline::leaves(command) => return true,
                _ => {}
            }
        }
        false
    }
}

/// Whether a comment above a command says that it is for another system, or not to be run.
fn is_for_others(remark: &str) -> bool {
    let named = systems::of_heading(remark);
    let is_other = remark.split_whitespace().count() <= 4
        && (named.windows || named.macos)
        && !named.linux
        && !named.unix;
    let plain = plain(remark);
    is_other
        || says(&plain, Says::Warned)
        || matches!(
            plain.trim_matches(|c: char| !c.is_alphanumeric()),
            "bad" | "wrong" | "don't" | "incorrect"
        )
}

/// The lines of a session that has a margin on its left: where the first prompt is indented, so is
/// all that is printed.
fn without_margin(
    source: &str,
    lines: &[Range<usize>],
    has_prompt: impl Fn(&str) -> bool,
) -> Vec<Range<usize>> {
    let blanks = |line: &Range<usize>| {
        source[line.clone()].len() - source[line.clone()].trim_start_matches(' ').len()
    };
    let margin = lines
        .iter()
        .find(|line| has_prompt(&source[(*line).clone()]))
        .map_or(0, blanks);
    let is_margin = lines
        .iter()
        .filter(|line| !source[(*line).clone()].trim().is_empty())
        .all(|line| blanks(line) >= margin);
    let cut = if is_margin { margin } else { 0 };
    lines
        .iter()
        .map(|line| (line.start + cut).min(line.end)..line.end)
        .collect()
}

/// `> ` before what is a command of its own: the one above was complete, and somebody's editor has
/// put the sign there.
fn is_more(line: &str, found: prompt::Prompt, parts: &[Part]) -> bool {
    let is_bare = matches!(parts.last(), Some(Part::Command(command)) if command.shown.is_none());
    is_bare && line.trim_start().starts_with("> ") && found.kind == PromptKind::Shell
}
