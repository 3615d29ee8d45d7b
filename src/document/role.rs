//! Which role a block has, and why: the first rule that decides.

use std::ops::Range;
use std::sync::Arc;

use super::attributes::{self, Origin, Settings};
use super::block::{Block, Command, Part, Place, Shown};
use super::file::{is_file_name, leaves_scratch};
use super::markdown::{Code, Piece};
use super::place::{LineCounter, split_lines};
use super::placeholder::usage_pattern;
use super::prompt::{self, Kind};
use super::{commands, language};
use crate::diagnostic::{Diagnostic, Source, did_you_mean};
use language::Language;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Commands to type.
    Command,
    /// Commands with the output that a reader should see.
    Transcript,
    /// Output of the step before it.
    Output,
    /// A file that a reader saves.
    File,
    /// A part of a file, to look at.
    Fragment,
    /// Input of a program that takes its own language.
    Repl,
    /// A pattern of commands, or one whose placeholders have no value.
    Synopsis,
    /// For a person.
    Manual,
    /// Nothing for this reader.
    Other,
}

impl Role {
    /// The word in plans and reports.
    pub fn word(self) -> &'static str {
        match self {
            Role::Command => "command",
            Role::Transcript => "transcript",
            Role::Output => "output",
            Role::File => "file",
            Role::Fragment => "fragment",
            Role::Repl => "repl",
            Role::Synopsis => "synopsis",
            Role::Manual => "manual",
            Role::Other => "other",
        }
    }
}

/// A directive that is a step of its own, invisible on the rendered page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// Before everything else of its place.
    Setup,
    /// In its place.
    Run,
    /// A check in its place.
    Assert,
    /// At the end, whatever happened.
    Teardown,
    /// A key to press.
    Key,
    /// Something a person does, with no block to show for it.
    Manual,
}

const DIRECTIVES: &[(&str, Hidden)] = &[
    ("setup", Hidden::Setup),
    ("run", Hidden::Run),
    ("assert", Hidden::Assert),
    ("teardown", Hidden::Teardown),
    ("key", Hidden::Key),
    ("manual", Hidden::Manual),
];

/// Gives every code block and directive its role.
pub(super) fn assign(
    source: &Arc<Source>,
    pieces: &[Piece],
    faults: &mut Vec<Diagnostic>,
) -> Vec<Block> {
    let mut reader = Reader {
        source,
        faults,
        blocks: Vec::new(),
        lines: LineCounter::new(&source.text),
        section: String::new(),
        pending: None,
        prose: None,
        after_commands: false,
        place: Place::Host,
    };
    for piece in pieces {
        reader.piece(piece);
    }
    if let Some((_, span)) = reader.pending.take() {
        reader.faults.push(
            Diagnostic::new(
                "nothing-follows",
                source,
                span,
                "no block follows these settings",
            )
            .help("without the colon it is a step of its own: `<!-- tutcheck manual=\"…\" -->`"),
        );
    }
    reader.blocks
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    faults: &'a mut Vec<Diagnostic>,
    blocks: Vec<Block>,
    lines: LineCounter<'a>,
    section: String,
    /// Settings of a comment for the next block.
    pending: Option<(Settings, Range<usize>)>,
    /// The paragraph just before, with its code words.
    prose: Option<(&'a str, &'a [String])>,
    /// The block before gave commands, and no heading came since.
    after_commands: bool,
    place: Place,
}

/// What was decided about a block.
struct Decision {
    role: Role,
    reason: String,
    guess: bool,
    parts: Vec<Part>,
}

impl Decision {
    fn of(role: Role, reason: impl Into<String>) -> Decision {
        Decision {
            role,
            reason: reason.into(),
            guess: false,
            parts: Vec::new(),
        }
    }

    fn guessed(self) -> Decision {
        Decision {
            guess: true,
            ..self
        }
    }

    fn with(self, parts: Vec<Part>) -> Decision {
        Decision { parts, ..self }
    }
}

impl<'a> Reader<'a> {
    fn piece(&mut self, piece: &'a Piece) {
        match piece {
            Piece::Heading { slug } => {
                self.section.clone_from(slug);
                self.after_commands = false;
                self.prose = None;
            }
            Piece::Prose { text, code } => self.prose = Some((text, code)),
            Piece::Comment { span, inner } => self.comment(span, inner),
            Piece::Code(code) => self.code(code),
        }
    }

    fn push(
        &mut self,
        span: Range<usize>,
        settings: Settings,
        hidden: Option<Hidden>,
        decision: Decision,
    ) {
        let line = self.lines.line(span.start);
        let block = self.text(&span).trim_end();
        let end_line = line + block.matches('\n').count();
        let place = decision
            .parts
            .iter()
            .find_map(|part| match part {
                Part::Command(command) => Some(command.place),
                Part::File { .. } => None,
            })
            .unwrap_or(self.place);
        self.blocks.push(Block {
            span,
            line,
            end_line,
            role: decision.role,
            reason: decision.reason,
            guess: decision.guess,
            hidden,
            place,
            settings: Arc::new(settings),
            section: self.section.clone(),
            parts: decision.parts,
        });
    }

    fn text(&self, span: &Range<usize>) -> &'a str {
        &self.source.text[span.clone()]
    }

    // --- Directives ----------------------------------------------------------------------

    fn comment(&mut self, span: &Range<usize>, inner: &Range<usize>) {
        let text = self.text(inner);
        let Some(rest) = text.trim_start().strip_prefix("tutcheck") else {
            return;
        };
        let at = inner.end - rest.len();
        if let Some(words) = rest.strip_prefix(':') {
            let start = inner.end - words.len();
            let (mut settings, _) = self.pending.take().unwrap_or_default();
            attributes::read(
                self.source,
                start..inner.end,
                Origin::Directive,
                &mut settings,
                self.faults,
            );
            self.pending = Some((settings, span.clone()));
        } else if rest.starts_with(char::is_whitespace) {
            self.step_of_its_own(span, at..inner.end);
        }
    }

    fn step_of_its_own(&mut self, span: &Range<usize>, inner: Range<usize>) {
        let rest = self.text(&inner);
        let start = inner.start + rest.len() - rest.trim_start().len();
        let head_end = self
            .text(&(start..inner.end))
            .find('\n')
            .map_or(inner.end, |i| start + i);
        let head = self.text(&(start..head_end));
        let name = head.split([' ', '=', '\r']).next().unwrap_or_default();
        let Some(&(_, hidden)) = DIRECTIVES.iter().find(|(known, _)| *known == name) else {
            let known = DIRECTIVES.iter().map(|(known, _)| *known);
            let help = match did_you_mean(name, known) {
                Some(guess) => format!("did you mean `{guess}`?"),
                None => "a step of its own is one of setup, run, assert, teardown, key, manual; settings of the next \
                         block follow a colon: `<!-- tutcheck: skip -->`"
                    .to_owned(),
            };
            let fault = Diagnostic::new(
                "unknown-directive",
                self.source,
                start..start + name.len().max(1),
                format!("unknown directive `{name}`"),
            );
            self.faults.push(fault.help(help));
            return;
        };
        let mut settings = Settings::default();
        let words = if hidden == Hidden::Manual {
            start
        } else {
            start + name.len()
        };
        let decision = if hidden == Hidden::Key {
            Decision::of(
                Role::Command,
                format!("the key {}", head[name.len()..].trim()),
            )
        } else {
            {
                attributes::read(
                    self.source,
                    words..head_end,
                    Origin::Directive,
                    &mut settings,
                    self.faults,
                );
                if hidden == Hidden::Manual {
                    Decision::of(Role::Manual, "a directive says so")
                } else {
                    let body = (head_end + 1).min(inner.end)..inner.end;
                    let lines = split_lines(&self.source.text, body);
                    let parts = self.commands(&lines);
                    if parts.is_empty() {
                        self.faults.push(
                            Diagnostic::new(
                                "empty-directive",
                                self.source,
                                span.clone(),
                                format!("`{name}` has no commands"),
                            )
                            .help("they stand on the lines after it, before `-->`"),
                        );
                    }
                    Decision::of(Role::Command, format!("a hidden {name}")).with(parts)
                }
            }
        };
        self.push(span.clone(), settings, Some(hidden), decision);
    }

    // --- Code blocks -----------------------------------------------------------------------

    fn code(&mut self, code: &'a Code) {
        let (mut settings, _) = self.pending.take().unwrap_or_default();
        let info = self.text(&code.info);
        let language = language::name(info);
        // What follows `{figure}` is the business of whoever draws it.
        if language::kind(language) != Language::Inert {
            let start = code.info.end - info.trim_start().len() + language.len();
            attributes::read(
                self.source,
                start..code.info.end,
                Origin::Fence,
                &mut settings,
                self.faults,
            );
        }
        let decision = self.decide(code, language, &settings);
        let commands = matches!(decision.role, Role::Command | Role::Transcript);
        self.push(code.span.clone(), settings, None, decision);
        if commands {
            self.after_commands = true;
        } else if self
            .blocks
            .last()
            .is_some_and(|block| block.role != Role::Output)
        {
            self.after_commands = false;
        }
        self.prose = None;
    }

    fn decide(&mut self, code: &Code, language: &str, settings: &Settings) -> Decision {
        let lines = &code.lines;
        if settings.expect {
            return self.output(lines, "a directive says so", false);
        }
        if let Some(path) = settings.file.as_ref().or(settings.append.as_ref()) {
            return self.file(
                code,
                path,
                settings.append.is_some(),
                "its attribute names the file",
            );
        }
        let kind = language::kind(language);
        let decision = match kind {
            Language::Shell | Language::Console => self.shell(lines, kind, language),
            Language::ByContent => self.by_content(lines, language),
            Language::OtherSystem => {
                Decision::of(Role::Other, format!("`{language}` is for another system"))
            }
            Language::Inert => Decision::of(
                Role::Other,
                format!("`{language}` is nothing to type or save"),
            ),
            Language::Source => self.source_text(code, language),
        };
        match &settings.manual {
            Some(_) => Decision {
                role: Role::Manual,
                reason: "an attribute says so".to_owned(),
                ..decision
            },
            None => decision,
        }
    }

    fn shell(&mut self, lines: &[Range<usize>], kind: Language, language: &str) -> Decision {
        let labelled = format!("the language is `{language}`");
        let texts: Vec<&str> = lines.iter().map(|line| self.text(line)).collect();
        let Some(first) = texts.iter().find(|line| !line.trim().is_empty()) else {
            return Decision::of(Role::Other, "the block is empty");
        };
        match leading_prompt(&texts, kind) {
            Some(Kind::Repl) => return Decision::of(Role::Repl, "it has the prompt of a program"),
            Some(Kind::Foreign) => {
                return Decision::of(Role::Other, "the prompt is another system's");
            }
            Some(kind) => return self.transcript(lines, kind),
            None => {}
        }
        if kind == Language::Console && !language::is_program(first) {
            return self.output(
                lines,
                "it has no prompt and its first line is no command",
                true,
            );
        }
        self.plain_commands(lines, &labelled)
    }

    /// A block without a language, or with one that does not say what it is.
    fn by_content(&mut self, lines: &[Range<usize>], language: &str) -> Decision {
        let texts: Vec<&str> = lines.iter().map(|line| self.text(line)).collect();
        let Some(first) = texts.iter().find(|line| !line.trim().is_empty()) else {
            return Decision::of(Role::Other, "the block is empty");
        };
        match leading_prompt(&texts, Language::Console) {
            Some(Kind::Repl) => return Decision::of(Role::Repl, "it has the prompt of a program"),
            Some(Kind::Foreign) => {
                return Decision::of(Role::Other, "the prompt is another system's");
            }
            Some(kind) => return self.transcript(lines, kind),
            None => {}
        }
        if language::is_output(language) {
            return self.output(lines, &format!("the language is `{language}`"), false);
        }
        if let Some(decision) = self.one_command_and_output(lines, &texts) {
            return decision;
        }
        if language::is_command(first) {
            let decision = self.plain_commands(lines, "its first line is a command");
            return decision.guessed();
        }
        if self.after_commands {
            return self.output(
                lines,
                "it follows commands and its first line is no command",
                true,
            );
        }
        Decision::of(Role::Other, "neither commands nor output of any").guessed()
    }

    /// A first line that is a command, and then only lines that are none.
    fn one_command_and_output(
        &mut self,
        lines: &[Range<usize>],
        texts: &[&str],
    ) -> Option<Decision> {
        let commands = commands::split(texts);
        let (first, rest) = commands.split_first()?;
        let is_output = !rest.is_empty()
            && language::is_program(texts[first.start])
            && !rest
                .iter()
                .any(|command| language::is_command(texts[command.start]));
        if !is_output {
            return None;
        }
        let (typed, printed) = lines.split_at(first.end);
        let mut parts = self.commands(typed);
        for line in printed {
            show(&mut parts, line, self.text(line));
        }
        let reason = "its first line is a command, and no other is";
        let decision = Decision::of(Role::Transcript, reason).with(parts);
        Some(unless_usage(decision).guessed())
    }

    fn source_text(&mut self, code: &Code, language: &str) -> Decision {
        match self.file_in_prose() {
            Some(path) => {
                let path = path.to_owned();
                self.file(code, &path, false, "the sentence before it names the file")
                    .guessed()
            }
            None => Decision::of(Role::Fragment, format!("`{language}` without a file name")),
        }
    }

    /// The file that the sentence before the block says to create.
    fn file_in_prose(&self) -> Option<&'a str> {
        const VERBS: &[&str] = &["create", "save", "paste", "write", "make", "add", "put"];
        let (text, code) = self.prose?;
        let sentence = text.trim_end().trim_end_matches([':', '.']);
        let sentence = sentence.rsplit(". ").next()?.to_lowercase();
        let says = sentence
            .split(|c: char| !c.is_alphabetic())
            .any(|word| VERBS.contains(&word.trim_end_matches('s')));
        let name = code
            .iter()
            .rev()
            .find(|name| is_file_name(name) && sentence.contains(&name.to_lowercase()))?;
        says.then_some(name.as_str())
    }

    fn file(&mut self, code: &Code, path: &str, append: bool, reason: &str) -> Decision {
        if let Some(fault) = leaves_scratch(path) {
            let span = self
                .text(&code.span)
                .find(path)
                .map_or(code.info.clone(), |i| {
                    code.span.start + i..code.span.start + i + path.len()
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
        let mut content = String::new();
        for line in &code.lines {
            content.push_str(self.text(line));
            content.push('\n');
        }
        let line = self.lines.line(code.span.start);
        Decision::of(Role::File, reason).with(vec![Part::File {
            path: path.to_owned(),
            append,
            content,
            line,
        }])
    }

    // --- Commands and output ---------------------------------------------------------------

    fn plain_commands(&mut self, lines: &[Range<usize>], reason: &str) -> Decision {
        let parts = self.commands(lines);
        if parts.is_empty() {
            return Decision::of(Role::Other, "it has only comments");
        }
        unless_usage(Decision::of(Role::Command, reason).with(parts))
    }

    fn commands(&mut self, lines: &[Range<usize>]) -> Vec<Part> {
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
    fn transcript(&mut self, lines: &[Range<usize>], leading: Kind) -> Decision {
        let mut parts: Vec<Part> = Vec::new();
        let mut has_output = false;
        let mut i = 0;
        while i < lines.len() {
            let text = self.text(&lines[i]);
            let found =
                prompt::prompt(text).filter(|p| p.kind != Kind::Hash || leading == Kind::Hash);
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

    fn output(&mut self, lines: &[Range<usize>], reason: &str, guess: bool) -> Decision {
        let last = self.blocks.iter_mut().rev().find(|block| {
            block.hidden.is_none() && matches!(block.role, Role::Command | Role::Transcript)
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
        });
        let decision = Decision::of(
            Role::Output,
            format!("output of line {}: {reason}", command.line),
        );
        Decision { guess, ..decision }
    }
}

/// The decision, unless it is a pattern of commands that nobody types.
fn unless_usage(decision: Decision) -> Decision {
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
fn show(parts: &mut [Part], line: &Range<usize>, text: &str) -> bool {
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
fn leading_prompt(lines: &[&str], kind: Language) -> Option<Kind> {
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
