//! From a page to its blocks: one fold, in order, in which the rules decide and the desk remembers.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::attributes::{self, Origin, Settings, Similarity};
use super::block::{Block, Part, Place, Ruling, Shown, Undone, UndoneKind};
use super::desk::Desk;
use super::directive::Hidden;
use super::evidence::{Lead, Says};
use super::facts;
use super::fence::{self, Language};
use super::file::{leaves_scratch, may_be};
use super::page::{Code, Item, Mark, Page, Prose};
use super::place::Lines;
use super::placeholder::usage_pattern;
use super::prompt::Kind;
use super::reader::Reader;
use super::role::Role;
use super::rules::done::DONE;
use super::rules::what::WHAT;
use super::rules::{Case, Facts, Found, Reading, Why};
use super::session::Session;
use super::spoken;
use crate::commandline;
use crate::diagnostic::{Diagnostic, Source};

/// Gives every code block and directive of a page its role, and says whether this reader does it.
pub(super) fn read(
    source: &Arc<Source>,
    page: &Page,
    reader: &Reader,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Block> {
    let facts = facts::of(source, page, reader);
    let mut fold = Fold {
        source,
        page,
        reader,
        facts: &facts,
        faults,
        blocks: Vec::new(),
        numbers: Lines::new(&source.text),
        desk: Desk::default(),
        section: 0,
        pending: None,
        lead: Lead::default(),
        follows: None,
        terminal: "main".to_owned(),
        at_terminal: "main".to_owned(),
        has_fetched: false,
        to_make: BTreeSet::new(),
        trouble: None,
        labelled: false,
        says_terminal: false,
        says_leave: false,
        waits: None,
    };
    for (index, item) in page.items.iter().enumerate() {
        fold.item(item, page.items.get(index + 1));
    }
    fold.ends();
    let mut blocks = fold.blocks;
    save_what_is_needed(source, page, &mut blocks);
    blocks
}

/// What reading remembers besides the desk.
pub(super) struct Fold<'a> {
    pub(super) source: &'a Arc<Source>,
    page: &'a Page,
    reader: &'a Reader,
    facts: &'a Facts,
    pub(super) faults: &'a mut Vec<Diagnostic>,
    pub(super) blocks: Vec<Block>,
    pub(super) numbers: Lines,
    pub(super) desk: Desk,
    section: usize,
    /// Settings of a comment for the next block.
    pub(super) pending: Option<(Settings, Range<usize>)>,
    lead: Lead,
    /// The last block of commands in this section, if only output came since.
    follows: Option<usize>,
    /// The terminal of the block that is read.
    pub(super) terminal: String,
    /// The terminal at which the page has put its reader.
    at_terminal: String,
    has_fetched: bool,
    /// Files that the page has told its reader to make.
    to_make: BTreeSet<String>,
    /// The sentence before a block that showed what it looks like when something goes wrong.
    trouble: Option<Range<usize>>,
    /// The last block stands below the label of a Linux: `Fedora:`.
    labelled: bool,
    says_terminal: bool,
    says_leave: bool,
    /// A command in a sentence, typed unless the next block has it.
    waits: Option<Code>,
}

impl<'a> Fold<'a> {
    fn item(&mut self, item: &'a Item, next: Option<&'a Item>) {
        match item {
            Item::Heading(section) => {
                self.type_sentence(None);
                self.section = *section;
                self.says_terminal = false;
                self.says_leave = false;
                self.follows = None;
                self.trouble = None;
                self.lead = Lead {
                    heading: Some(*section),
                    ..Lead::default()
                };
                // Behind a heading the reader sits where something can be typed.
                if !self.desk.is_busy("main") {
                    "main".clone_into(&mut self.at_terminal);
                }
            }
            Item::Prose(prose) => self.prose(prose, next),
            Item::Comment { span, inner } => {
                self.type_sentence(None);
                self.comment(span, inner);
            }
            Item::Code(code) => {
                self.type_sentence(Some(code));
                self.code(code);
            }
        }
    }

    fn ends(&mut self) {
        self.type_sentence(None);
        if let Some((_, span)) = self.pending.take() {
            self.faults.push(
                Diagnostic::new(
                    "nothing-follows",
                    self.source,
                    span,
                    "no block follows these settings",
                )
                .help(
                    "without the colon it is a step of its own: `<!-- tutcheck manual=\"…\" -->`",
                ),
            );
        }
    }

    /// A paragraph: what it says of the terminal, and whether it is a command itself.
    fn prose(&mut self, prose: &'a Prose, next: Option<&'a Item>) {
        if let Some(code) = spoken::alone(prose, self.lead.last(), next) {
            self.type_sentence(Some(&code));
            self.code(&code);
            return;
        }
        self.lead.push(prose);
        for sentence in self
            .lead
            .sentences
            .iter()
            .filter(|sentence| sentence.is_near)
            .cloned()
            .collect::<Vec<_>>()
        {
            if spoken::says_interrupt(&sentence.plain) {
                self.desk.hears_interrupt();
                if self.at_terminal != "main" && sentence.plain.contains("first") {
                    "main".clone_into(&mut self.at_terminal);
                }
            }
            if spoken::says_terminal(&sentence.plain) {
                self.says_terminal = true;
                self.at_terminal = if sentence.plain.contains("third") {
                    "third"
                } else {
                    "second"
                }
                .to_owned();
            } else if spoken::says_first_terminal(&sentence.plain) {
                "main".clone_into(&mut self.at_terminal);
            }
            if sentence.says(Says::Save) {
                self.to_make
                    .extend(sentence.files().into_iter().map(str::to_owned));
            }
            self.says_leave |= spoken::says_leave(&sentence.plain);
            let leaves_below = next.is_some_and(|next| self.leaves(next));
            if let Some(how) = spoken::leaves_how(&sentence).filter(|_| !leaves_below) {
                self.leave(how, &sentence.span);
            }
        }
        if let Some(code) = spoken::in_sentence(prose, next) {
            self.type_sentence(None);
            self.waits = Some(code);
        }
    }

    /// Whether a block begins with what leaves a shell or program.
    fn leaves(&self, item: &Item) -> bool {
        let Item::Code(code) = item else { return false };
        let first = code
            .lines
            .iter()
            .map(|line| self.text(line))
            .find(|line| !line.trim().is_empty());
        first.is_some_and(|line| {
            let length = super::prompt::at(line, self.desk.program(&self.at_terminal))
                .map_or(0, |found| found.length);
            commandline::leaves(&line[length..])
        })
    }

    /// The page says in words how a shell or program is left: that is done.
    fn leave(&mut self, how: spoken::Leave, at: &Range<usize>) {
        let terminal = self.at_terminal.clone();
        if self.desk.depth(&terminal) == 0 {
            return;
        }
        self.terminal = terminal;
        let mut session = self.session(false);
        let part = match how {
            spoken::Leave::Key => {
                session.keys("ctrl-d", super::desk::END_OF_INPUT.to_owned(), at.clone())
            }
            spoken::Leave::Word(word) => session.command(word, at.clone(), None),
        };
        let ruling = Ruling {
            rule: "said",
            reason: "the sentence tells how to leave what is open".to_owned(),
            at: at.clone(),
            guess: false,
            undone: None,
        };
        self.push(
            at.clone(),
            Settings::default(),
            None,
            Role::Command,
            ruling,
            vec![part],
        );
        self.says_leave = false;
    }

    /// Types the command of a sentence, unless the block that follows has it.
    fn type_sentence(&mut self, next: Option<&Code>) {
        let Some(code) = self.waits.take() else {
            return;
        };
        let text = self.text(&code.span);
        let has_it =
            next.is_some_and(|next| next.lines.iter().any(|line| self.text(line).contains(text)));
        if !has_it {
            self.code(&code);
        }
    }

    pub(super) fn session(&mut self, stays: bool) -> Session<'_> {
        Session {
            source: &self.source.text,
            numbers: &self.numbers,
            desk: &mut self.desk,
            terminal: &self.terminal,
            stays,
        }
    }

    pub(super) fn push(
        &mut self,
        span: Range<usize>,
        settings: Settings,
        hidden: Option<Hidden>,
        role: Role,
        ruling: Ruling,
        parts: Vec<Part>,
    ) {
        let line = self.numbers.of(span.start);
        let end_line = line + self.text(&span).trim_end().matches('\n').count();
        let place = parts
            .iter()
            .find_map(|part| match part {
                Part::Command(command) => Some(command.place),
                Part::File { .. } | Part::Keys(_) => None,
            })
            .unwrap_or(self.desk.place(&self.terminal));
        let terminal = (self.terminal != "main").then(|| self.terminal.clone());
        self.blocks.push(Block {
            span,
            line,
            end_line,
            role,
            ruling,
            hidden,
            place,
            settings: Arc::new(settings),
            other_terminal: std::mem::take(&mut self.says_terminal),
            leave_said: std::mem::take(&mut self.says_leave),
            terminal,
            section: self.page.sections[self.section].slug.clone(),
            parts,
        });
    }

    /// Which terminal the settings of a block name, else the one that the page has put its reader at.
    pub(super) fn choose_terminal(&mut self, settings: &Settings) {
        let name = settings.terminal.as_deref().unwrap_or(&self.at_terminal);
        self.terminal = name.to_owned();
    }

    pub(super) fn text(&self, span: &Range<usize>) -> &'a str {
        &self.source.text[span.clone()]
    }

    /// The settings of a code block: those of the comment before it, and of its fence.
    fn settings(&mut self, code: &Code, language: &str) -> Settings {
        let (mut settings, _) = self.pending.take().unwrap_or_default();
        let info = self.text(&code.info);
        // What follows `{figure}` is the business of whoever draws it.
        if fence::kind(language) != Language::Inert {
            let start = code.info.start + fence::after_name(info, language);
            attributes::read(
                self.source,
                start..code.info.end,
                Origin::Fence,
                &mut settings,
                self.faults,
            );
        }
        if let Some(terminal) = fence::terminal(language).filter(|_| settings.terminal.is_none()) {
            settings.terminal = Some(terminal.to_owned());
        }
        settings
    }

    fn code(&mut self, code: &Code) {
        let source: &'a str = &self.source.text;
        let info = &source[code.info.clone()];
        let mut language = fence::name(info);
        if language.is_empty()
            && let Some(class) = &code.class_below
        {
            language = fence::name_of_class(class);
        }
        let settings = self.settings(code, language);
        self.choose_terminal(&settings);
        let texts: Vec<&str> = code
            .lines
            .iter()
            .map(|line| trimmed(source, line, code.mark))
            .collect();
        let lines: Vec<Range<usize>> = code
            .lines
            .iter()
            .zip(&texts)
            .map(|(line, text)| {
                let at = text.as_ptr() as usize - source.as_ptr() as usize;
                if text.is_empty() {
                    line.start..line.start
                } else {
                    at..at + text.len()
                }
            })
            .collect();
        let lead = std::mem::take(&mut self.lead);
        let stays = lead.near(Says::Inside).is_some();
        let desk = self.desk.clone();
        let terminal = self.terminal.clone();
        let before = std::mem::take(&mut self.blocks);
        let to_make = std::mem::take(&mut self.to_make);
        let trouble = self.trouble.take();
        let case = Case {
            source,
            page: self.page,
            code,
            texts: &texts,
            language,
            kind: fence::kind(language),
            settings: &settings,
            reader: self.reader,
            desk: &desk,
            terminal: &terminal,
            section: self.section,
            lead: &lead,
            before: &before,
            follows: self.follows,
            has_fetched: self.has_fetched,
            facts: self.facts,
            commands: &[],
            role: None,
            place: None,
            to_make: &to_make,
            sibling: self.labelled,
            after_trouble: trouble.as_ref(),
        };
        let (rule, found) = what(&case);
        let (mut role, mut parts) = self.parts(&case, &found, &lines, stays);
        let mut ruling = Ruling {
            rule,
            reason: found.reason.clone(),
            at: found.at.clone(),
            guess: found.guess,
            undone: None,
        };
        if let Some(pattern) =
            usage(&parts, &lead).filter(|_| role.is_typed() && settings.similarity.is_none())
        {
            role = Role::Synopsis;
            parts.clear();
            ruling.rule = "usage";
            ruling.reason = format!("a usage pattern: `{pattern}`");
            ruling.guess = true;
        }
        let texts_of_commands: Vec<&str> = parts
            .iter()
            .filter_map(|part| match part {
                Part::Command(command) => Some(command.text.as_str()),
                Part::File { .. } | Part::Keys(_) => None,
            })
            .collect();
        let ruled = Case {
            commands: &texts_of_commands,
            role: Some(role),
            place: parts.iter().find_map(|part| match part {
                Part::Command(command) => Some(command.place),
                Part::File { .. } | Part::Keys(_) => None,
            }),
            ..case
        };
        let is_asked = matches!(
            role,
            Role::Command | Role::Transcript | Role::Repl | Role::File
        ) && !settings.run
            && settings.skip.is_none();
        let undone = is_asked.then(|| undone(&ruled)).flatten();
        // A word of the author about what a file is called is a word that it is wanted.
        let undone = undone.filter(|(_, why)| {
            rule != "author" || why.kind == UndoneKind::No && ruled.facts.other_system.is_some()
        });
        let is_label = |sentence: &super::evidence::Sentence| {
            sentence.is_alone && sentence.text.split_whitespace().count() <= 4
        };
        self.labelled = lead
            .last()
            .is_some_and(|last| is_label(last) && super::systems::addressed(&last.text).linux);
        if !role.is_typed() && role != Role::File {
            self.trouble = lead
                .any(Says::Trouble)
                .map(|sentence| sentence.span.clone());
        }
        self.blocks = before;
        self.to_make = to_make;
        let undone = undone.map(|(rule, why)| Undone {
            rule,
            reason: why.reason,
            at: why.at,
            kind: why.kind,
        });
        self.settle(code, &lines, settings, role, ruling, parts, undone, desk);
        self.lead.is_adjacent = true;
    }

    /// Takes a block in that has been ruled on.
    #[expect(
        clippy::too_many_arguments,
        reason = "all that was found of one block, in one place"
    )]
    fn settle(
        &mut self,
        code: &Code,
        lines: &[Range<usize>],
        settings: Settings,
        mut role: Role,
        mut ruling: Ruling,
        mut parts: Vec<Part>,
        undone: Option<Undone>,
        desk: Desk,
    ) {
        match undone.as_ref().map(|undone| &undone.kind) {
            Some(UndoneKind::No) => {
                parts.clear();
                self.desk = desk;
            }
            Some(UndoneKind::Repeats(before)) => {
                self.shows_for(*before, &mut parts);
                parts.clear();
                self.desk = desk;
            }
            Some(UndoneKind::Window | UndoneKind::Account(_)) | None => {}
        }
        if settings.manual.is_some() {
            role = Role::Manual;
            "an attribute says so".clone_into(&mut ruling.reason);
            ruling.rule = "author";
        }
        ruling.undone = undone;
        if role == Role::Output {
            let pattern = match &settings.similarity {
                Some(Similarity::Pattern(pattern)) => Some(pattern.clone()),
                _ => None,
            };
            self.output(lines, pattern, &mut role, &mut ruling);
        }
        self.has_fetched |= parts
            .iter()
            .any(|part| matches!(part, Part::Command(command) if fetches(&command.text)));
        let is_undone = ruling
            .undone
            .as_ref()
            .is_some_and(|undone| undone.kind == UndoneKind::No);
        let is_other_readers = ruling
            .undone
            .as_ref()
            .is_some_and(|undone| undone.rule.starts_with("other-") || undone.rule == "or-else");
        self.push(code.span.clone(), settings, None, role, ruling, parts);
        // Output below what another reader types is of what this one has typed.
        if role.is_typed() && !(is_undone && is_other_readers) {
            self.follows = Some(self.blocks.len() - 1);
        } else if !matches!(role, Role::Output) && !role.is_typed() {
            self.follows = None;
        }
    }

    /// What a reader does with a block that is read so.
    fn parts(
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
            Reading::Prompts(Kind::Foreign) => (foreign_session(case), Vec::new()),
            Reading::Prompts(kind) => {
                let program_opens = case
                    .first()
                    .is_some_and(|(_, line)| !case.has_prompt(line) || kind != &Kind::Repl);
                if *kind == Kind::Repl && !self.desk.may_be_open(&self.terminal) && !program_opens {
                    return (Role::Repl, Vec::new());
                }
                let parts = self.session(stays).transcript(lines, *kind);
                let (role, parts) = of_shell(parts);
                let is_repl = *kind == Kind::Repl && role.is_typed() && !program_opens;
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
    fn shows_for(&mut self, number: usize, parts: &mut [Part]) {
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
    fn output(
        &mut self,
        lines: &[Range<usize>],
        pattern: Option<String>,
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
        let with_before = match block.role {
            Role::Command | Role::Repl => block.parts.len().saturating_sub(1),
            _ => 0,
        };
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
            pattern,
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
        super::prompt::at(line, None).is_some_and(|found| {
            found.kind == Kind::Inside && line[found.length..].trim().is_empty()
        })
    }) && last.copied() != first
}

/// What the first rule says that decides.
fn what(case: &Case<'_>) -> (&'static str, Found) {
    WHAT.iter()
        .find_map(|rule| Some((rule.name, (rule.decide)(case)?)))
        .expect("the last rule always decides")
}

/// Why this reader does not do it, if so.
fn undone(case: &Case<'_>) -> Option<(&'static str, Why)> {
    DONE.iter()
        .find_map(|rule| Some((rule.name, (rule.decide)(case)?)))
}

/// The part of a block that makes it a pattern of commands, which nobody types.
fn usage(parts: &[Part], lead: &Lead) -> Option<String> {
    let commands = parts.iter().filter_map(|part| match part {
        Part::Command(command) => Some(command.text.as_str()),
        Part::File { .. } | Part::Keys(_) => None,
    });
    let is_led = lead.near(Says::Usage).is_some();
    for text in commands {
        if let Some(pattern) = usage_pattern(text) {
            return Some(pattern.to_owned());
        }
        if commandline::lacks_operands(text) {
            return Some(text.lines().next().unwrap_or_default().to_owned());
        }
        if let Some(word) = super::placeholder::foreign_word(text)
            .filter(|_| text.trim_start().starts_with("docker"))
        {
            return Some(word.to_owned());
        }
        if is_led && super::placeholder::has_any(text) {
            return Some(text.lines().next().unwrap_or_default().to_owned());
        }
    }
    None
}

/// The lines as they are saved.
fn content(source: &str, lines: &[Range<usize>]) -> String {
    let mut content = String::new();
    for line in lines {
        content.push_str(&source[line.clone()]);
        content.push('\n');
    }
    content
}

/// A line as a reader sees it: in HTML without the tags around it.
fn trimmed<'s>(source: &'s str, line: &Range<usize>, mark: Mark) -> &'s str {
    let mut text = &source[line.clone()];
    if mark != Mark::Html {
        return text;
    }
    while let Some(rest) = text
        .strip_prefix('<')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'))
    {
        let Some(end) = rest.find('>') else { break };
        text = &rest[end + 1..];
    }
    loop {
        let bare = text.trim_end();
        let Some(start) = bare
            .rfind("</")
            .filter(|start| bare.ends_with('>') && !bare[*start..bare.len() - 1].contains('>'))
        else {
            break;
        };
        text = &text[..start];
    }
    // A tag that ends before a remark: `<code>docker pull x</code>  # latest`.
    if let Some(at) = text.find("</code>") {
        let (before, after) = (&text[..at], &text[at + 7..]);
        if after.trim_start().starts_with('#') {
            return before;
        }
    }
    text
}

/// Whether a command brings files of somebody's.
fn fetches(text: &str) -> bool {
    let line = commandline::CommandLine::read(text);
    line.commands.iter().any(|command| {
        let words = command.texts();
        let has = |wanted: &[&str]| {
            words
                .iter()
                .zip(wanted)
                .filter(|(word, wanted)| word == wanted)
                .count()
                == wanted.len()
        };
        has(&["git", "clone"])
            || has(&["svn", "co"])
            || has(&["unzip"])
            || (has(&["tar"]) && words.iter().any(|word| word.contains('x')))
            || has(&["gh", "repo", "clone"])
    })
}

/// A file that a later command cannot do without, and that exactly one block before it may be.
fn save_what_is_needed(source: &Arc<Source>, page: &Page, blocks: &mut [Block]) {
    let mut has_fetched = false;
    for index in 0..blocks.len() {
        let needed: Vec<String> = blocks[index]
            .commands()
            .filter(|command| command.place == Place::Host)
            .flat_map(|command| commandline::files_needed(&command.text))
            .collect();
        for path in needed {
            if has_fetched || is_made(&blocks[..index], &path) {
                continue;
            }
            let fits = |block: &Block| {
                let code = page.items.iter().find_map(|item| match item {
                    Item::Code(code) if code.span == block.span => Some(code),
                    _ => None,
                });
                code.filter(|_| block.role == Role::Fragment && block.ruling.undone.is_none())
                    .is_some_and(|code| {
                        let language = fence::name(&source.text[code.info.clone()]);
                        let texts: Vec<&str> = code
                            .lines
                            .iter()
                            .map(|line| &source.text[line.clone()])
                            .collect();
                        may_be(&path, language, &texts)
                    })
            };
            let mut found = (0..index).filter(|number| fits(&blocks[*number]));
            let (Some(number), None) = (found.next(), found.next()) else {
                continue;
            };
            let lines = page.items.iter().find_map(|item| match item {
                Item::Code(code) if code.span == blocks[number].span => Some(code.lines.as_slice()),
                _ => None,
            });
            let line = blocks[index].line;
            let block = &mut blocks[number];
            block.role = Role::File;
            block.parts = vec![Part::File {
                path: path.clone(),
                append: false,
                content: content(&source.text, lines.unwrap_or_default()),
                line: block.line,
            }];
            block.ruling.rule = "needed";
            block.ruling.reason =
                format!("line {line} needs `{path}`, and no other block may be it");
            block.ruling.guess = true;
        }
        has_fetched |= blocks[index]
            .commands()
            .any(|command| fetches(&command.text));
    }
}

/// Whether a file is there: a block saves it, or a command writes it.
fn is_made(blocks: &[Block], path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_same = |saved: &str| {
        saved.rsplit('/').next() == Some(name)
            || super::file::is_composition(saved) && super::file::is_composition(path)
    };
    blocks
        .iter()
        .flat_map(|block| &block.parts)
        .any(|part| match part {
            Part::File { path, .. } => is_same(path),
            Part::Command(command) => {
                let line = commandline::CommandLine::read(&command.text);
                line.commands.iter().any(|command| {
                    command
                        .redirections
                        .iter()
                        .any(|(sign, target)| sign.contains('>') && is_same(&target.plain()))
                        || matches!(
                            command.program(),
                            Some(
                                "touch"
                                    | "cp"
                                    | "mv"
                                    | "curl"
                                    | "wget"
                                    | "tee"
                                    | "vi"
                                    | "vim"
                                    | "nano"
                                    | "echo"
                            )
                        ) && command.texts().iter().any(|word| is_same(word))
                })
            }
            Part::Keys(_) => false,
        })
}
