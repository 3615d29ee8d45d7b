//! Whether a step is done, and if not, why.

use std::fmt::{self, Display, Formatter};

use super::made::Made;
use crate::commandline;
use crate::document::{self, Block, Filled, Part, Place, UndoneKind};
use crate::settings::Settings;

/// Whether a step is done, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is.
    Runs,
    /// The author said `skip`, perhaps why.
    Skipped(Option<String>),
    /// It is for a person.
    Manual(Task),
    /// Something is missing here.
    Gated(Gate),
}

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// What the author says, if it is said.
    Said(Option<String>),
    /// Something in a window: an editor, a browser.
    Window,
}

/// What is missing for a step to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// A capability that the author names.
    Capability(String),
    /// An account, by the command that asks for it.
    Account(String),
    /// Values of placeholders, by the names of their variables.
    Values(Vec<String>),
    /// A shell or program to type it into: no step before it opens one.
    NotOpened,
    /// The step of this line, which was to open what it is typed into and is not run itself.
    NotRun {
        /// The line, counted from 1.
        line: usize,
    },
}

impl Display for Fate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Fate::Runs => f.write_str("it runs"),
            Fate::Skipped(why) => f.write_str(why.as_deref().unwrap_or("the author says so")),
            Fate::Manual(task) => task.fmt(f),
            Fate::Gated(gate) => gate.fmt(f),
        }
    }
}

impl Display for Task {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Task::Said(what) => what.as_deref().unwrap_or("a person does this"),
            Task::Window => "it opens a window for a person",
        })
    }
}

impl Display for Gate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Gate::Capability(name) => write!(f, "needs {name}: --have {name}"),
            Gate::Account(command) => {
                write!(f, "`{command}` asks for an account: --have \"{command}\"")
            }
            Gate::Values(names) => {
                f.write_str("needs")?;
                names
                    .iter()
                    .try_for_each(|name| write!(f, " --var {name}=…"))
            }
            Gate::NotOpened => {
                f.write_str("it is typed into a shell or program that no step before it opens")
            }
            Gate::NotRun { line } => write!(f, "line {line}, which it is typed into, is not run"),
        }
    }
}

/// Whether a part of a block is run; and its command with placeholders filled, where it has any.
pub(super) fn fate(
    block: &Block,
    part: &Part,
    settings: &Settings,
    made: &Made,
) -> (Fate, Option<String>, bool) {
    if let Some(fate) = fate_by_settings(&block.settings, settings) {
        return (fate, None, false);
    }
    match block.ruling.undone.as_ref().map(|undone| &undone.kind) {
        Some(UndoneKind::Window) => {
            return (Fate::Manual(Task::Window), None, false);
        }
        Some(UndoneKind::Account(account)) if !settings.have.contains(account) => {
            let gate = Gate::Account(account.clone());
            return (Fate::Gated(gate), None, false);
        }
        _ => {}
    }
    let Part::Command(command) = part else {
        return (Fate::Runs, None, false);
    };
    if commandline::opens_window(&command.text) {
        return (Fate::Manual(Task::Window), None, false);
    }
    if command.place == Place::Inside && !command.is_open {
        return (Fate::Gated(Gate::NotOpened), None, false);
    }
    let names = match document::fill(&command.text, &settings.variables) {
        Filled::Whole(filled) => {
            let filled = (filled != command.text).then_some(filled);
            return (Fate::Runs, filled, false);
        }
        Filled::Missing(names) => names,
    };
    // What stands for an object of the page's own needs no value.
    let mut variables = settings.variables.clone();
    for name in &names {
        let object = document::stands_for(name, &command.text).and_then(|kind| made.last(kind));
        if let Some(object) = object.filter(|_| command.place == Place::Host) {
            variables.insert(document::variable_name(name), object.to_owned());
        }
    }
    match document::fill(&command.text, &variables) {
        Filled::Whole(filled) => (Fate::Runs, Some(filled), true),
        Filled::Missing(names) => {
            let names: Vec<String> = names
                .iter()
                .map(|name| document::variable_name(name))
                .collect();
            (Fate::Gated(Gate::Values(names)), None, false)
        }
    }
}

/// What the author's settings say, if they keep a step from being run.
fn fate_by_settings(own: &document::BlockSettings, settings: &Settings) -> Option<Fate> {
    if own.skip.is_some() {
        return Some(Fate::Skipped(said(own.skip.as_ref())));
    }
    if own.manual.is_some() {
        return Some(Fate::Manual(Task::Said(said(own.manual.as_ref()))));
    }
    if let Some(capability) = own
        .needs
        .as_ref()
        .filter(|capability| !settings.have.contains(*capability))
    {
        return Some(Fate::Gated(Gate::Capability(capability.clone())));
    }
    None
}

/// What the author says behind a word, if it is anything.
pub(super) fn said(words: Option<&String>) -> Option<String> {
    words.filter(|words| !words.is_empty()).cloned()
}
