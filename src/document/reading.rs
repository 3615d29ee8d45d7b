//! From a page to its blocks: one fold, in order, in which the rules decide and the desk remembers.

mod changes;
mod html;
mod needs;
mod parts;
mod prose;
mod ruling;
mod settle;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::attributes::{self, BlockSettings, Origin};
use super::block::{Block, Change, Hidden, Part, Place, Ruling, Undone, UndoneKind};
use super::case::{Case, Facts, Reading};
use super::desk::Desk;
use super::evidence::{Lead, Says};
use super::facts;
use super::fence::{self, Language};
use super::page::{Code, Item, Page};
use super::place::Lines;
use super::reader::Reader;
use super::role::Role;
use super::session::Session;
use crate::diagnostic::{Diagnostic, Source};
use ruling::{content, lines_of, undone, usage, what};

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
        saved: BTreeSet::new(),
        changes: None,
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
    let codes = needs::codes(page);
    needs::save_what_is_needed(source, &codes, &mut blocks);
    changes::apply(&source.text, &codes, &mut blocks);
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
    pub(super) pending: Option<(BlockSettings, Range<usize>)>,
    lead: Lead,
    /// The last block of commands in this section, if only output came since.
    follows: Option<usize>,
    /// The terminal of the block that is read.
    pub(super) terminal: String,
    /// The terminal at which the page has put its reader.
    at_terminal: String,
    has_fetched: bool,
    /// Files that blocks save.
    saved: BTreeSet<String>,
    /// The file that the block which is read is to change.
    changes: Option<Change>,
    /// Files that the page has told its reader to make.
    to_make: BTreeSet<String>,
    /// The sentence before a block that showed what it looks like when something goes wrong.
    trouble: Option<Range<usize>>,
    /// The last block stands below the label of a Linux: `Fedora:`.
    labelled: bool,
    says_terminal: bool,
    says_leave: bool,
    /// A command in a sentence, typed unless the next block has it.
    waits: Option<(Code, Lead)>,
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
        settings: BlockSettings,
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
            .unwrap_or(match role {
                // Statements are for a program, also where nothing opens it.
                Role::Repl => Place::Inside,
                _ => self.desk.place(&self.terminal),
            });
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
            changes: self.changes.take(),
            parts,
        });
    }

    /// Which terminal the settings of a block name, else the one that the page has put its reader at.
    pub(super) fn choose_terminal(&mut self, settings: &BlockSettings) {
        let name = settings.terminal.as_deref().unwrap_or(&self.at_terminal);
        self.terminal = name.to_owned();
    }

    pub(super) fn text(&self, span: &Range<usize>) -> &'a str {
        &self.source.text[span.clone()]
    }

    /// The settings of a code block: those of the comment before it, and of its fence.
    fn settings(&mut self, code: &Code, language: &str) -> BlockSettings {
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

    #[expect(
        clippy::too_many_lines,
        reason = "the way of a block, from its fence to its ruling, in one place"
    )]
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
        let written = lines_of(source, code);
        let texts: Vec<&str> = written
            .iter()
            .map(|line| html::trimmed(source, line, code.mark))
            .collect();
        let lines: Vec<Range<usize>> = written
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
        let saved = std::mem::take(&mut self.saved);
        let trouble = self.trouble.take();
        let naming = OnceCell::new();
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
            saved: &saved,
            to_make: &to_make,
            naming: &naming,
            sibling: self.labelled,
            after_trouble: trouble.as_ref(),
        };
        let (rule, found) = what(&case);
        let (mut role, mut parts) = self.parts(&case, &found, &lines, stays);
        self.changes = match &found.reading {
            Reading::Change(change) => Some(change.clone()),
            _ => None,
        };
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
        let is_done = matches!(
            role,
            Role::Command | Role::Transcript | Role::Repl | Role::File
        ) || self.changes.is_some();
        let is_asked = is_done && !settings.run && settings.skip.is_none();
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
            // `You will get an error` is told of what everybody sees, and goes on from there.
            let is_certain = |plain: &str| plain.starts_with("you will get");
            self.trouble = lead
                .near(Says::Trouble)
                .filter(|sentence| !is_certain(&sentence.plain))
                .map(|sentence| sentence.span.clone());
        }
        self.blocks = before;
        self.to_make = to_make;
        self.saved = saved;
        let undone = undone.map(|(rule, why)| Undone {
            rule,
            reason: why.reason,
            at: why.at,
            kind: why.kind,
        });
        self.settle(code, &lines, settings, role, ruling, parts, undone, desk);
        self.lead.is_adjacent = true;
    }
}
