//! What a block is made of.

use std::ops::Range;
use std::sync::Arc;

use super::{BlockSettings, Role};

/// A code block or directive of the document.
#[derive(Debug)]
pub struct Block {
    /// The bytes of the block, fences included.
    pub span: Range<usize>,
    /// The first line, counted from 1, fences included.
    pub line: usize,
    /// The last line.
    pub end_line: usize,
    /// What the block is.
    pub role: Role,
    /// Why it is that, and whether this reader does it.
    pub ruling: Ruling,
    /// For a directive that is a step of its own: which.
    pub hidden: Option<Hidden>,
    /// Where its commands are typed.
    pub place: Place,
    /// What the author set for it.
    pub settings: Arc<BlockSettings>,
    /// The text before it speaks of another terminal.
    pub other_terminal: bool,
    /// The text before it tells the reader to leave a shell.
    pub leave_said: bool,
    /// The terminal that it is typed into, where that is not `main`.
    pub terminal: Option<String>,
    /// The slug of the heading above it; empty before the first.
    pub section: String,
    /// A part of a file that the reader is to change.
    pub changes: Option<Change>,
    /// What a reader does with it, in order; empty for a block that is only looked at.
    pub parts: Vec<Part>,
}

/// A file that is to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path; empty where only the lines tell which.
    pub path: String,
    /// What is new belongs at its end.
    pub at_end: bool,
}

/// What decided about a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The name of the rule that says what it is.
    pub rule: &'static str,
    /// The same in words.
    pub reason: String,
    /// The bytes of the document that decided.
    pub at: Range<usize>,
    /// Whether another reading was possible, so that an author may want to look.
    pub guess: bool,
    /// Why this reader does not do it, or not so.
    pub undone: Option<Undone>,
}

/// Why this reader does not do what a block shows, or not now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The name of the rule.
    pub rule: &'static str,
    /// The same in words.
    pub reason: String,
    /// The bytes of the document that decided.
    pub at: Range<usize>,
    /// What is to be done about it.
    pub kind: UndoneKind,
}

/// What is to be done about a block that this reader does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoneKind {
    /// Nothing: it is not this reader's.
    No,
    /// It shows a block again, by its number, perhaps with its output.
    Repeats(usize),
    /// It is for a person: an editor, a browser.
    Window,
    /// It asks for an account, by what it calls.
    Account(String),
}

impl Block {
    /// Its commands, in order.
    pub fn commands(&self) -> impl DoubleEndedIterator<Item = &Command> {
        self.parts.iter().filter_map(|part| match part {
            Part::Command(command) => Some(command),
            Part::File { .. } | Part::Keys(_) => None,
        })
    }

    /// The rule that decided last, and where: of what is not done, the one that says so.
    pub fn decided_by(&self) -> (&'static str, &str, &Range<usize>) {
        match &self.ruling.undone {
            Some(undone) => (undone.rule, &undone.reason, &undone.at),
            None => (self.ruling.rule, &self.ruling.reason, &self.ruling.at),
        }
    }
}

/// Where a command is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The reader's own shell.
    Host,
    /// A shell or REPL that an earlier step opened.
    Inside,
}

/// One thing that a reader does with a block.
#[derive(Debug)]
pub enum Part {
    /// Types a command.
    Command(Command),
    /// Saves the block as a file.
    File {
        /// The path as the author wrote it.
        path: String,
        /// Added to the end of the file instead of replacing it.
        append: bool,
        /// What is saved, line ends as `\n`.
        content: String,
        /// The first line of the block.
        line: usize,
    },
    /// Presses keys.
    Keys(Keys),
}

/// Keys that a reader presses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Their names, as the document has them.
    pub names: String,
    /// What they send to the program.
    pub characters: String,
    /// The bytes of the document that say so.
    pub span: Range<usize>,
    /// The line, counted from 1.
    pub line: usize,
    /// What the document shows after it.
    pub shown: Option<Shown>,
}

/// A command as a reader types it.
#[derive(Debug)]
pub struct Command {
    /// The text without prompts; several lines where it has several.
    pub text: String,
    /// The bytes from the first to the last line of it.
    pub span: Range<usize>,
    /// The line it starts in, counted from 1.
    pub line: usize,
    /// Where it is typed.
    pub place: Place,
    /// A step before it has opened what it is typed into, or may have.
    pub is_open: bool,
    /// The prompt that the document shows before it.
    pub prompt: Option<String>,
    /// The prose before it says to press Ctrl-C.
    pub after_interrupt: bool,
    /// What is typed into the program that it starts, with the keys that end it, one by one as it asks.
    pub answers: Vec<String>,
    /// What the document shows as its output.
    pub shown: Option<Shown>,
}

/// Output that is printed in the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The bytes of each line, without line ends.
    pub lines: Vec<Range<usize>>,
    /// How many commands before this one the lines may be of too: those of one block whose output
    /// stands below all of them.
    pub with_before: usize,
    /// The author says that the output is only similar.
    pub is_loose: bool,
    /// In place of the lines: a regular expression that is to be found in the output.
    pub pattern: Option<String>,
}

impl Shown {
    /// The lines as one text, each with its line end.
    pub fn text(&self, document: &str) -> String {
        let mut text = String::with_capacity(self.lines.iter().map(|line| line.len() + 1).sum());
        for line in &self.lines {
            text.push_str(&document[line.clone()]);
            text.push('\n');
        }
        text
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
