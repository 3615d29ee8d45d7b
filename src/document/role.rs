//! Which role a block has, and why: the first rule that decides.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::attributes::{self, Origin, Settings, Similarity};
use super::block::{Block, Part, Place};
use super::directive::Hidden;
use super::file::leaves_scratch;
use super::key;
use super::markdown::{Code, Piece};
use super::place::LineCounter;
use super::prompt::Kind;
use super::session::{show, unless_usage};
use super::{commands, language};
use crate::diagnostic::{Diagnostic, Source};
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
        terminal: "main".to_owned(),
        inside: BTreeMap::new(),
        interrupts_said: 0,
        says_terminal: false,
        says_leave: false,
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

pub(super) struct Reader<'a> {
    pub(super) source: &'a Arc<Source>,
    pub(super) faults: &'a mut Vec<Diagnostic>,
    pub(super) blocks: Vec<Block>,
    pub(super) lines: LineCounter<'a>,
    pub(super) section: String,
    /// Settings of a comment for the next block.
    pub(super) pending: Option<(Settings, Range<usize>)>,
    /// The paragraph just before, with its code words.
    pub(super) prose: Option<(&'a str, &'a [String])>,
    /// The block before gave commands, and no heading came since.
    pub(super) after_commands: bool,
    /// Where the commands of this block are typed.
    pub(super) terminal: String,
    /// What was opened so far in each terminal.
    pub(super) inside: BTreeMap<String, Inside>,
    /// How often the prose has said so far to press Ctrl-C.
    pub(super) interrupts_said: usize,
    /// The prose since the last block speaks of another terminal.
    pub(super) says_terminal: bool,
    /// The prose since the last block tells to leave a shell.
    pub(super) says_leave: bool,
}

/// What steps have opened in a terminal.
#[derive(Debug, Default)]
pub(super) struct Inside {
    /// Shells and programs, the innermost last.
    pub(super) opened: Vec<Opened>,
    /// The last command may have opened one; the image decides.
    pub(super) perhaps: bool,
    /// How often the prose had said to press Ctrl-C when something was last typed here.
    pub(super) interrupts_heard: usize,
    /// What the prompt of the terminal's own shell starts with, if the page has shown it.
    pub(super) own_prompt: Option<String>,
}

impl Inside {
    /// The page shows the prompt of something that is open, whether we knew of it or not.
    pub(super) fn is_open_for_sure(&mut self) {
        if self.opened.is_empty() {
            self.opened.push(Opened {
                program: String::new(),
                has_docker: false,
            });
        }
    }

    /// Whether a prompt with user and host is that of a shell which a step has opened, and not the
    /// reader's own.
    pub(super) fn is_of_inner(&self, prompt: &str) -> bool {
        let is_open = !self.opened.is_empty() || self.perhaps;
        let head = super::session::head(prompt);
        let is_other = match &self.own_prompt {
            Some(own) => own != head,
            None => head.starts_with("root@"),
        };
        is_open && head.contains('@') && is_other
    }
}

/// A shell or program that takes commands.
#[derive(Debug)]
pub(super) struct Opened {
    /// Its name; empty where nothing tells.
    pub(super) program: String,
    /// Docker's own client may be in there.
    pub(super) has_docker: bool,
}

impl Opened {
    /// It is known to have a language of its own.
    pub(super) fn is_no_shell(&self) -> bool {
        !self.program.is_empty() && !super::front::is_shell(&self.program)
    }
}

/// What was decided about a block.
pub(super) struct Decision {
    pub(super) role: Role,
    pub(super) reason: String,
    pub(super) guess: bool,
    pub(super) parts: Vec<Part>,
}

impl Decision {
    pub(super) fn of(role: Role, reason: impl Into<String>) -> Decision {
        Decision {
            role,
            reason: reason.into(),
            guess: false,
            parts: Vec::new(),
        }
    }

    pub(super) fn guessed(self) -> Decision {
        Decision {
            guess: true,
            ..self
        }
    }

    pub(super) fn with(self, parts: Vec<Part>) -> Decision {
        Decision { parts, ..self }
    }
}

impl<'a> Reader<'a> {
    fn piece(&mut self, piece: &'a Piece) {
        match piece {
            Piece::Heading { slug } => {
                self.section.clone_from(slug);
                self.says_terminal = false;
                self.says_leave = false;
                self.after_commands = false;
                self.prose = None;
            }
            Piece::Prose { text, code } => {
                self.interrupts_said += usize::from(key::says_interrupt(text));
                self.says_terminal |= key::says_terminal(text);
                self.says_leave |= key::says_leave(text);
                self.prose = Some((text, code));
            }
            Piece::Comment { span, inner } => self.comment(span, inner),
            Piece::Code(code) => self.code(code),
        }
    }

    pub(super) fn push(
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
                Part::File { .. } | Part::Keys(_) => None,
            })
            .unwrap_or(self.place());
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
            other_terminal: std::mem::take(&mut self.says_terminal),
            leave_said: std::mem::take(&mut self.says_leave),
            section: self.section.clone(),
            parts: decision.parts,
        });
    }

    /// What was opened in the terminal of this block.
    pub(super) fn inside(&mut self) -> &mut Inside {
        self.inside.entry(self.terminal.clone()).or_default()
    }

    /// Where the next command of this block is typed.
    pub(super) fn place(&self) -> Place {
        let is_inside = self
            .inside
            .get(&self.terminal)
            .is_some_and(|inside| !inside.opened.is_empty());
        if is_inside {
            Place::Container
        } else {
            Place::Host
        }
    }

    /// Which terminal the settings of a block name.
    pub(super) fn choose_terminal(&mut self, settings: &Settings) {
        let name = settings.terminal.as_deref().unwrap_or("main");
        name.clone_into(&mut self.terminal);
    }

    pub(super) fn text(&self, span: &Range<usize>) -> &'a str {
        &self.source.text[span.clone()]
    }

    fn code(&mut self, code: &'a Code) {
        let (mut settings, _) = self.pending.take().unwrap_or_default();
        let info = self.text(&code.info);
        let language = language::name(info);
        // What follows `{figure}` is the business of whoever draws it.
        if language::kind(language) != Language::Inert {
            let start = code.info.start + language::after_name(info, language);
            attributes::read(
                self.source,
                start..code.info.end,
                Origin::Fence,
                &mut settings,
                self.faults,
            );
        }
        if let Some(terminal) = language::terminal(language).filter(|_| settings.terminal.is_none())
        {
            settings.terminal = Some(terminal.to_owned());
        }
        self.choose_terminal(&settings);
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
        let marked_up = |line: &Range<usize>| self.text(line).contains(['<', '&']);
        if code.is_html && lines.iter().any(marked_up) {
            let reason = "it is HTML with tags or entities in it; a fence would say what is meant";
            return Decision::of(Role::Other, reason).guessed();
        }
        match &settings.similarity {
            Some(Similarity::Score) => {
                let reason = "`expected_similarity` says so; its score is not used";
                return self.output(lines, reason, false);
            }
            Some(Similarity::Pattern(pattern)) => {
                let reason = "`expected_similarity` says so, with a regular expression";
                return self.output_like(lines, Some(pattern), reason, false);
            }
            None if settings.expect => return self.output(lines, "a directive says so", false),
            None => {}
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
            Language::ByContent => self.by_content(code, language),
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
        match self.leading_prompt(&texts, kind) {
            Some(Kind::Repl) => return self.repl(lines),
            Some(Kind::Foreign) => {
                return Decision::of(Role::Other, "the prompt is another system's");
            }
            Some(kind) => return self.transcript(lines, kind),
            None => {}
        }
        if kind == Language::Console {
            if let Some(decision) = self.one_command_and_output(lines, &texts) {
                return decision;
            }
            if !language::is_program(first) {
                let reason = "it has no prompt and its first line is no command";
                return self.output(lines, reason, true);
            }
        }
        self.plain_commands(lines, &labelled)
    }

    /// A block without a language, or with one that does not say what it is.
    fn by_content(&mut self, code: &Code, language: &str) -> Decision {
        let lines = code.lines.as_slice();
        let texts: Vec<&str> = lines.iter().map(|line| self.text(line)).collect();
        let Some(first) = texts.iter().find(|line| !line.trim().is_empty()) else {
            return Decision::of(Role::Other, "the block is empty");
        };
        match self.leading_prompt(&texts, Language::Console) {
            Some(Kind::Repl) => return self.repl(lines),
            Some(Kind::Foreign) => {
                return Decision::of(Role::Other, "the prompt is another system's");
            }
            Some(kind) => return self.transcript(lines, kind),
            None => {}
        }
        if let Some(path) = self.file_in_prose().filter(|_| self.leads_on()) {
            let path = path.to_owned();
            return self
                .file(code, &path, false, "the sentence before it names the file")
                .guessed();
        }
        if language::is_output(language) {
            return self.output(lines, &format!("the language is `{language}`"), false);
        }
        if self.after_commands && language::looks_printed(&texts) {
            let reason = "it follows commands and looks like what they print";
            return self.output(lines, reason, true);
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
        let texts: Vec<&str> = code.lines.iter().map(|line| self.text(line)).collect();
        if self.leading_prompt(&texts, Language::Console) == Some(Kind::Repl) {
            return self.repl(&code.lines);
        }
        let speakers = language::spoken_by(language);
        let top = self.inside().opened.last();
        if top.is_some_and(|top| speakers.contains(&top.program.as_str())) {
            return self.statements(&code.lines, language);
        }
        match self.file_in_prose() {
            Some(path) if self.is_to_be_added_to(path) => Decision::of(
                Role::Fragment,
                format!("it is to be added to `{path}`: `append={path}` adds it to the end, `file={path}` replaces it"),
            )
            .guessed(),
            Some(path) => {
                let path = path.to_owned();
                self.file(code, &path, false, "the sentence before it names the file")
                    .guessed()
            }
            None if self.after_commands && self.says_output() => {
                self.output(&code.lines, "the sentence before says so", true)
            }
            None => Decision {
                // A reader may well take it for a file.
                guess: self.file_named().is_some(),
                ..Decision::of(Role::Fragment, format!("`{language}` without a file name"))
            },
        }
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
}
