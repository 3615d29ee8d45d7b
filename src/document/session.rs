//! What is typed and what is printed: a block of a shell, read line by line.

use std::ops::Range;

use super::block::{Command, Keys, Part, Shown};
use super::front::{self, InFront};
use super::language::{self, Language};
use super::placeholder::usage_pattern;
use super::prompt::{self, Kind};
use super::role::{Decision, Opened, Reader, Role};
use super::{commands, key, statement};

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

    /// A command, behind its prompt if it has one.
    fn command(&mut self, text: String, span: Range<usize>, prompt: Option<(Kind, &str)>) -> Part {
        let is_docker = text.split_whitespace().next() == Some("docker");
        let inside = self.inside();
        let is_open = !inside.opened.is_empty() || inside.perhaps;
        match prompt {
            Some((Kind::Shell, prompt)) if inside.is_of_inner(prompt) => inside.is_open_for_sure(),
            Some((Kind::Shell, prompt)) => {
                inside.own_prompt = Some(head(prompt).to_owned());
                inside.opened.clear();
            }
            Some((Kind::Inside | Kind::Repl, _)) => inside.is_open_for_sure(),
            // Few images have Docker in them: the reader is meant to have left the shell.
            None if is_docker && !inside.opened.iter().any(|opened| opened.has_docker) => {
                inside.opened.clear();
            }
            // What is written for a shell is not meant for a program with a language of its own.
            None if !front::leaves(&text) => {
                while inside.opened.last().is_some_and(Opened::is_no_shell) {
                    inside.opened.pop();
                }
            }
            _ => {}
        }
        let place = self.place();
        let in_front = front::in_front(&text);
        let inside = self.inside();
        inside.perhaps = front::changes_prompt(&text);
        if let InFront::Program { name, .. } = in_front {
            inside.opened.push(Opened {
                program: name,
                has_docker: text.contains("docker.sock") || text.contains("dind"),
            });
        } else if front::leaves(&text) {
            inside.opened.pop();
        }
        let after_interrupt = self.hears_interrupt();
        let line = self.lines.line(span.start);
        let prompt = prompt.map(|(_, prompt)| prompt.trim().to_owned());
        Part::Command(Command {
            text,
            span,
            line,
            place,
            is_open,
            prompt,
            after_interrupt,
            answers: Vec::new(),
            shown: None,
        })
    }

    /// Whether the prose has said to press Ctrl-C since something was last typed into this terminal.
    fn hears_interrupt(&mut self) -> bool {
        let said = self.interrupts_said;
        std::mem::replace(&mut self.inside().interrupts_heard, said) != said
    }

    /// Keys that are pressed.
    pub(super) fn keys(&mut self, names: &str, characters: String, span: Range<usize>) -> Part {
        self.hears_interrupt();
        if characters == END_OF_INPUT {
            self.inside().opened.pop();
        }
        let line = self.lines.line(span.start);
        Part::Keys(Keys {
            names: names.to_owned(),
            characters,
            span,
            line,
            shown: None,
        })
    }

    /// A block with the prompts of a program that takes commands of its own language.
    pub(super) fn repl(&mut self, lines: &[Range<usize>]) -> Decision {
        let first = lines.iter().map(|line| self.text(line));
        let opens = first.clone().find(|line| !line.trim().is_empty());
        let opens = opens.is_some_and(|line| self.opens(line));
        let inside = self.inside();
        if inside.opened.is_empty() && !inside.perhaps && !opens {
            return Decision::of(Role::Repl, "it has the prompt of a program");
        }
        let decision = self.transcript(lines, Kind::Repl);
        match decision.role {
            Role::Command | Role::Transcript => Decision {
                role: Role::Repl,
                reason: "it has the prompt of a program that is open".to_owned(),
                ..decision
            },
            _ => decision,
        }
    }

    /// A block in the language of the program that is open.
    pub(super) fn statements(&mut self, lines: &[Range<usize>], language: &str) -> Decision {
        let reason = format!("a program that speaks `{language}` is open");
        let texts: Vec<&str> = lines.iter().map(|line| self.text(line)).collect();
        let mut parts = Vec::new();
        let mut start = 0;
        for end in 1..=lines.len() {
            if end < lines.len() && !statement::is_over(language, &texts[start..end], texts[end]) {
                continue;
            }
            let mut text = texts[start..end].join("\n").trim().to_owned();
            let span = lines[start].start..lines[end - 1].end;
            start = end;
            if text.contains('\n') && language.to_ascii_lowercase().starts_with("py") {
                // An empty line ends a block.
                text.push('\n');
            }
            if !text.is_empty() {
                parts.push(self.command(text, span, Some((Kind::Repl, ""))));
            }
        }
        Decision::of(Role::Repl, reason).with(parts)
    }

    /// Lines with prompts are commands; those between are what a reader sees.
    pub(super) fn transcript(&mut self, lines: &[Range<usize>], leading: Kind) -> Decision {
        let mut parts: Vec<Part> = Vec::new();
        let mut has_output = false;
        let mut prompts = Prompts::new(leading);
        let mut opened_here = false;
        let mut i = 0;
        while i < lines.len() {
            let text = self.text(&lines[i]);
            let found = self
                .prompt(text)
                .filter(|found| prompts.accepts(text, *found));
            let Some(mut found) = found else {
                let opens = parts.is_empty();
                has_output |= self.unprompted(&mut parts, lines, i);
                prompts.may_change |= opens && !parts.is_empty();
                i += 1;
                continue;
            };
            let first = i;
            let mut typed = text[found.length..].to_owned();
            i += 1;
            while i < lines.len() && found.kind == Kind::Repl {
                let line = self.text(&lines[i]);
                let Some(length) = prompt::repl_continuation(line, &typed) else {
                    break;
                };
                typed.push('\n');
                typed.push_str(&line[length..]);
                i += 1;
            }
            while i < lines.len() && found.kind != Kind::Repl && !commands::is_complete(&typed) {
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
            if let Some(characters) = pressed(&typed) {
                if found.kind == Kind::Shell && typed.trim() == "^C" {
                    // Nothing is in front where the reader's own prompt is.
                    continue;
                }
                let span = lines[first].start + found.length..lines[first].end;
                parts.push(self.keys(typed.trim(), characters, span));
            } else if !typed.trim().is_empty() && !typed.trim_start().starts_with('#') {
                if found.kind == Kind::Shell && opened_here && self.exits_below(&lines[first..]) {
                    // The page shows the same prompt inside.
                    found.kind = Kind::Hash;
                }
                let mark = &self.text(&lines[first])[..found.length];
                let span = lines[first].start + found.length..lines[i - 1].end;
                let before = self.inside().opened.len();
                // Python wants an empty line to know that a block is over.
                let is_block = self.text(&lines[i - 1]).trim_start().starts_with("...");
                if mark.trim() == ">>>" && is_block && !typed.ends_with('\n') {
                    typed.push('\n');
                }
                let end = if found.kind == Kind::Repl {
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
                let after = self.inside().opened.len();
                opened_here = after > before || (opened_here && after == before);
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

    /// Takes the lines below a command that writes what is typed into a file, `^D` at their end; says
    /// how many they are.
    fn input_below(&self, part: &mut Part, below: &[Range<usize>]) -> usize {
        let Part::Command(command) = part else {
            return 0;
        };
        if !front::takes_text(&command.text) {
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
                .is_some_and(|found| found.kind != Kind::Hash)
        }) {
            return 0;
        }
        let mut input: String = texts().take(end).flat_map(|line| [line, "\r"]).collect();
        input.push_str(END_OF_INPUT);
        command.answers.push(input);
        end + 1
    }

    /// A line without a prompt: a key, a comment, output; or what opens the program whose prompts follow.
    /// Says whether it is output.
    fn unprompted(&mut self, parts: &mut Vec<Part>, lines: &[Range<usize>], i: usize) -> bool {
        let line = &lines[i];
        let text = self.text(line);
        if parts.is_empty() {
            if self.opens(text) {
                parts.push(self.command(text.trim().to_owned(), line.clone(), None));
            }
            return false;
        }
        if let Some((key, rest)) = split_key(text) {
            let characters = pressed(key).unwrap_or_default();
            let rest = line.end - rest.len()..line.end;
            parts.push(self.keys(key, characters, line.start..rest.start));
            return !rest.is_empty() && show(parts, &rest, self.text(&rest));
        }
        let is_comment = text.trim_start().starts_with("# ")
            && self.text(&lines[i - 1]).trim().is_empty()
            && lines[i + 1..]
                .iter()
                .map(|line| self.text(line))
                .find(|line| !line.trim().is_empty())
                .is_some_and(|next| self.prompt(next).is_some());
        !is_comment && show(parts, line, text)
    }

    /// Whether a line is a command that opens a program or a shell.
    fn opens(&self, line: &str) -> bool {
        self.prompt(line).is_none()
            && language::is_program(line)
            && matches!(
                front::in_front(line),
                InFront::Program { .. } | InFront::Perhaps
            )
    }

    /// The prompt that a line starts with, given what is open.
    fn prompt(&self, line: &str) -> Option<prompt::Prompt> {
        prompt::prompt(line)
            .or_else(|| prompt::angle(line))
            .or_else(|| {
                let top = self.inside.get(&self.terminal)?.opened.last()?;
                prompt::of_program(line, &top.program)
            })
    }

    /// The prompt that the first line with one has, where the block is to be read by prompts.
    pub(super) fn leading_prompt(&self, lines: &[&str], kind: Language) -> Option<Kind> {
        let mut hash = None;
        for line in lines.iter().filter(|line| !line.trim().is_empty()) {
            match self.prompt(line) {
                Some(found) if found.kind == Kind::Hash => {
                    let command = &line[found.length..];
                    if hash.is_none() {
                        hash = Some(language::is_command(command));
                    }
                }
                // Root opens a shell.
                Some(found) if hash == Some(true) && found.kind == Kind::Inside => break,
                Some(found) => return Some(found.kind),
                // In a script, a line that is no comment settles that `# ` starts comments, and that
                // nothing is a prompt, unless it opens what has them.
                None if kind == Language::Shell && !self.opens(line) => return None,
                None => {}
            }
        }
        (hash == Some(true)).then_some(Kind::Hash)
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
                Kind::Inside | Kind::Repl => return false,
                Kind::Shell if front::leaves(command) => return true,
                _ => {}
            }
        }
        false
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
            block.hidden.is_none()
                && matches!(block.role, Role::Command | Role::Transcript | Role::Repl)
        });
        let with_before = last.as_ref().map_or(0, |block| match block.role {
            Role::Command | Role::Repl => block.parts.len().saturating_sub(1),
            _ => 0,
        });
        let command = last.and_then(|block| match block.parts.last_mut() {
            Some(Part::Command(command)) => Some(command),
            Some(Part::File { .. } | Part::Keys(_)) | None => None,
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

/// What Ctrl-D sends.
const END_OF_INPUT: &str = "\u{4}";

/// The key that terminals show at the start of a line, and what the program says after it.
fn split_key(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start();
    let rest = text
        .strip_prefix("^C")
        .or_else(|| text.strip_prefix("^D"))?;
    Some((&text[..2], rest.trim_start()))
}

/// What is sent where a session shows that a key was pressed, as terminals do.
fn pressed(text: &str) -> Option<String> {
    let text = text.trim();
    key::characters(text).filter(|_| matches!(text, "^C" | "^D"))
}

/// What a prompt starts with: user and host, or its sign.
pub(super) fn head(prompt: &str) -> &str {
    let prompt = prompt::without_environment(prompt.trim());
    prompt.split([':', ' ', '/', '~']).next().unwrap_or(prompt)
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
        let form = form(line, found);
        // Inside, root's prompt may be a bare one.
        let is_expected =
            self.leading == Kind::Hash || self.may_change || self.seen.contains(&form);
        let is_comment = found.kind == Kind::Hash
            && !(is_expected && language::is_command(&line[found.length..]));
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
        self.may_change = front::changes_prompt(command) || pressed(command).is_some();
    }
}

/// How a prompt looks, but for the directory, which changes: the indent, and what it starts with.
fn form(line: &str, found: prompt::Prompt) -> (usize, String) {
    let indent = line.len() - line.trim_start().len();
    let head = head(&line[indent..found.length]);
    (indent, format!("{:?}{head}", found.kind))
}

/// The decision, unless it is a pattern of commands that nobody types.
pub(super) fn unless_usage(decision: Decision) -> Decision {
    let pattern = decision.parts.iter().find_map(|part| match part {
        Part::Command(command) => usage_pattern(&command.text),
        Part::File { .. } | Part::Keys(_) => None,
    });
    match pattern {
        Some(pattern) => {
            Decision::of(Role::Synopsis, format!("a usage pattern: `{pattern}`")).guessed()
        }
        None => decision,
    }
}

/// Adds a line to what the last command shows; says whether there is anything on it.
pub(super) fn show(parts: &mut [Part], line: &Range<usize>, text: &str) -> bool {
    let shown = match parts.last_mut() {
        // A reader's shell counts its jobs; this one has no prompt to do it at.
        Some(Part::Command(command)) if command.text.ends_with('&') && is_job(text) => {
            return false;
        }
        Some(Part::Command(command)) => &mut command.shown,
        Some(Part::Keys(keys)) => &mut keys.shown,
        Some(Part::File { .. }) | None => return false,
    };
    let shown = shown.get_or_insert_default();
    shown.lines.push(line.clone());
    !text.trim().is_empty()
}

/// Blank lines that separate the commands of a transcript belong to no output.
fn trim_shown(part: &mut Part, text: &str) {
    let place = match part {
        Part::Command(command) => &mut command.shown,
        Part::Keys(keys) => &mut keys.shown,
        Part::File { .. } => return,
    };
    if let Some(shown) = place {
        let blank = |line: &Range<usize>| text[line.clone()].trim().is_empty();
        while shown.lines.last().is_some_and(blank) {
            shown.lines.pop();
        }
        if shown.lines.is_empty() {
            *place = None;
        }
    }
}

/// `[1] 12345`: a job that was started in the background.
fn is_job(line: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    line.trim()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "))
        .is_some_and(|(job, process)| number(job) && number(process))
}
