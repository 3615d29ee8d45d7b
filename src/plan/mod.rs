//! Blocks + expectations + settings → steps, each with a key, what is expected of it, and whether
//! it is run.

mod ahead;
mod made;
mod names;
mod recordings;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::commandline::{self, CommandLine, Foreground};
use crate::diagnostic::{Diagnostic, Source};
use crate::document::{
    self, Block, Command, Document, Filled, Hidden, Keys, Part, Place, Role, Shown, UndoneKind,
};
use crate::expectation::{self, Expectations};
use crate::matching::Profile;
use crate::settings::Settings;
use ahead::look_ahead;
use made::Made;
use names::Names;
use recordings::match_recordings;

pub use ahead::ends_programs;

/// What is to be done with a document.
#[derive(Debug)]
pub struct Plan {
    /// The document.
    pub document: Document,
    /// The steps in the order of playing: teardown comes last.
    pub steps: Vec<Step>,
    /// The recordings, and the file they came from if there is one.
    pub expectations: Expectations,
    /// The file of the recordings.
    pub recorded_in: Option<Arc<Source>>,
    /// Where each recording begins in it.
    pub recorded_at: Vec<expectation::Place>,
    /// A daemon is needed.
    pub uses_docker: bool,
    /// Somewhere the page may show the output of several commands in one.
    pub shows_several: bool,
    /// What the project says of outputs of its own.
    pub profiles: Vec<Profile>,
    /// Values of placeholders, as they may be shown.
    pub placeholders: BTreeMap<String, String>,
}

/// One thing that a reader does.
#[derive(Debug)]
pub struct Step {
    /// Stable from run to run: `section/words-of-the-command`.
    pub key: String,
    /// The line of the command, counted from 1.
    pub line: usize,
    /// The bytes of the command in the document.
    pub span: Range<usize>,
    /// What is done.
    pub action: Action,
    /// For a step that no reader sees: which directive.
    pub hidden: Option<Hidden>,
    /// Whether it is done.
    pub fate: Fate,
    /// What the page shows as output.
    pub shown: Option<document::Shown>,
    /// Which recording it has, by index.
    pub recorded: Option<usize>,
    /// What the author set for it.
    pub settings: Arc<document::Settings>,
    /// The terminal that it is typed into, where that is not `main`.
    pub terminal: Option<String>,
    /// What is typed into it: the terminal's own shell, or what an earlier step has opened there.
    pub place: Place,
    /// A placeholder in it stands for an object that the page has made.
    pub is_bound: bool,
    /// The prompt that the page shows before it.
    pub prompt: Option<String>,
    /// The prose before it says to press Ctrl-C.
    pub after_interrupt: bool,
    /// What is typed into the program that it starts, one by one as it asks.
    pub answers: Vec<String>,
    /// It is the last of its block: what the block waits for, it waits for.
    pub is_last: bool,
    /// What it leaves in front of its terminal.
    pub in_front: Foreground,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A command is typed.
    Run {
        /// As the document has it.
        written: String,
        /// With placeholders filled, where it has any.
        filled: Option<String>,
    },
    /// A file is saved.
    Save {
        /// Relative to where the shell is.
        path: String,
        /// Added to its end.
        append: bool,
        /// What is saved.
        content: String,
    },
    /// Keys are pressed.
    Press {
        /// Their names.
        names: String,
        /// What they send.
        characters: String,
    },
    /// Something that a person does.
    Person,
}

/// Whether a step is done, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is.
    Runs,
    /// The author said `skip`.
    Skipped(String),
    /// It is for a person.
    Manual(String),
    /// Something is missing here: a capability, a value, a terminal of another kind.
    Gated(String),
}

impl Step {
    /// The command, or what is done in its place, as the document has it.
    pub fn written(&self) -> &str {
        match &self.action {
            Action::Run { written, .. } => written,
            Action::Save { path, .. } => path,
            Action::Press { names, .. } => names,
            Action::Person => match &self.fate {
                Fate::Manual(what) => what,
                Fate::Runs | Fate::Skipped(_) | Fate::Gated(_) => "",
            },
        }
    }

    /// The command with its placeholders filled.
    pub fn typed(&self) -> &str {
        match &self.action {
            Action::Run {
                filled: Some(filled),
                ..
            } => filled,
            Action::Run { .. } | Action::Save { .. } | Action::Press { .. } | Action::Person => {
                self.written()
            }
        }
    }

    /// Whether a reader does it.
    pub fn is_visible(&self) -> bool {
        matches!(self.hidden, None | Some(Hidden::Manual | Hidden::Key))
    }

    /// The terminal that it is typed into.
    pub fn terminal(&self) -> &str {
        self.terminal.as_deref().unwrap_or("main")
    }

    /// Whether its output is compared with a recording.
    pub fn is_recorded(&self) -> bool {
        matches!(self.action, Action::Run { .. }) && self.hidden.is_none()
    }

    /// What is looked at, for the plan.
    pub fn expects(&self) -> &'static str {
        match (self.recorded.is_some(), self.shown.is_some()) {
            _ if self.fate != Fate::Runs => "nothing",
            _ if matches!(self.action, Action::Save { .. }) => "that it can be saved",
            _ if matches!(self.action, Action::Press { .. }) => "that something is in front",
            _ if self.settings.no_compare => "exit status",
            (true, true) => "recorded and shown output",
            (true, false) => "recorded output",
            (false, true) => "shown output",
            (false, false) => "exit status",
        }
    }
}

impl Plan {
    /// The simple commands of the steps that run: each with its step, as plain words.
    pub fn calls(&self) -> impl Iterator<Item = (&Step, Vec<Cow<'_, str>>)> {
        self.commands()
            .map(|(step, command)| (step, command.texts()))
    }

    /// Every simple command that is typed, with its step.
    pub fn commands(&self) -> impl Iterator<Item = (&Step, commandline::Command<'_>)> {
        self.steps
            .iter()
            .filter(|step| step.fate == Fate::Runs && matches!(step.action, Action::Run { .. }))
            .flat_map(|step| {
                let line = CommandLine::read(step.typed());
                line.commands
                    .into_iter()
                    .map(move |command| (step, command))
            })
    }

    /// Brings a document and its recordings together, or says everything that does not fit.
    pub fn new(
        mut document: Document,
        settings: &Settings,
        recorded_in: Option<Arc<Source>>,
    ) -> Result<Plan, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let expectations = match recorded_in.as_ref().map(Expectations::read) {
            Some(Ok(expectations)) => expectations,
            Some(Err(fault)) => {
                faults.push(fault);
                Expectations::none(&document.source.path)
            }
            None => Expectations::none(&document.source.path),
        };
        let mut steps = Vec::new();
        let mut names = Names::default();
        let mut made = Made::default();
        for block in &mut document.blocks {
            block_steps(
                block,
                &document.source,
                settings,
                &mut made,
                &mut names,
                &mut steps,
                &mut faults,
            );
        }
        // Teardown is played last, in its own order; setup stays where it is written.
        let (teardown, mut steps): (Vec<Step>, Vec<Step>) = steps
            .into_iter()
            .partition(|step| step.hidden == Some(Hidden::Teardown));
        match_recordings(&mut steps, &expectations);
        steps.extend(teardown);
        look_ahead(&mut steps);
        if faults.is_empty() {
            let shows_several = steps
                .iter()
                .filter_map(|step| step.shown.as_ref())
                .any(|shown| shown.with_before > 0);
            let uses_docker = settings.docker || steps.iter().any(names_docker);
            let recorded_at = recorded_in.as_deref().map(expectation::places);
            Ok(Plan {
                document,
                steps,
                expectations,
                recorded_at: recorded_at.unwrap_or_default(),
                recorded_in,
                uses_docker,
                shows_several,
                profiles: settings.profiles.clone(),
                placeholders: settings.shown_variables(),
            })
        } else {
            Err(faults)
        }
    }

    /// Recordings whose step is gone: they say nothing of this document any more.
    pub fn orphans(&self) -> Vec<Diagnostic> {
        let Some(source) = &self.recorded_in else {
            return Vec::new();
        };
        let used: BTreeSet<usize> = self.steps.iter().filter_map(|step| step.recorded).collect();
        let orphans = self
            .expectations
            .steps
            .iter()
            .enumerate()
            .filter(|(index, _)| !used.contains(index));
        orphans
            .map(|(index, recorded)| {
                let place = self.recorded_at.get(index);
                let place = place.map_or(0..0, |place| place.span.clone());
                let message = format!(
                    "the step `{}` is recorded, but the document has it no more",
                    recorded.step
                );
                Diagnostic::new("orphan-expectation", source, place, message)
                    .label(format!(
                        "recorded for `{}`",
                        recorded.run.lines().next().unwrap_or_default()
                    ))
                    .help(format!(
                        "put it back, or let `tutcheck record {}` forget it",
                        self.document.source.path
                    ))
            })
            .collect()
    }

    /// The recording of a step.
    pub fn recording(&self, step: &Step) -> Option<&expectation::Recorded> {
        step.recorded.map(|index| &self.expectations.steps[index])
    }
}

fn names_docker(step: &Step) -> bool {
    step.fate == Fate::Runs
        && match &step.action {
            Action::Run { .. } => commandline::names_docker(step.typed()),
            // A script that a later step may run.
            Action::Save { content, .. } => content.contains("docker "),
            Action::Press { .. } | Action::Person => false,
        }
}

#[expect(
    clippy::too_many_lines,
    reason = "one arm for each thing that a reader does"
)]
fn block_steps(
    block: &mut Block,
    source: &Arc<Source>,
    settings: &Settings,
    made: &mut Made,
    names: &mut Names,
    steps: &mut Vec<Step>,
    faults: &mut Vec<Diagnostic>,
) {
    let settings_of_block = Arc::clone(&block.settings);
    let id = settings_of_block.id.as_deref();
    if block.hidden == Some(Hidden::Manual)
        || (block.role == Role::Manual && block.parts.is_empty())
    {
        let what = block
            .settings
            .manual
            .clone()
            .filter(|what| !what.is_empty());
        let name = what.unwrap_or_else(|| "a person does this".to_owned());
        let fate = Fate::Manual(name.clone());
        let key = names.key(id, &block.section, &name, block, source, faults);
        steps.push(step(
            block,
            key,
            block.line,
            block.span.clone(),
            Action::Person,
            fate,
        ));
        return;
    }
    for index in 0..block.parts.len() {
        // The step has it from here on; a page may show a great deal.
        let shown = match &mut block.parts[index] {
            Part::Command(command) => command.shown.take(),
            Part::Keys(keys) => keys.shown.take(),
            Part::File { .. } => None,
        };
        let part = &block.parts[index];
        let (name, line, span, action) = match part {
            Part::Command(command) => {
                let run = Action::Run {
                    written: command.text.clone(),
                    filled: None,
                };
                (
                    command.text.as_str(),
                    command.line,
                    command.span.clone(),
                    run,
                )
            }
            Part::File {
                path,
                append,
                content,
                line,
            } => {
                let save = Action::Save {
                    path: path.clone(),
                    append: *append,
                    content: document::fill_known(content, &settings.variables),
                };
                (path.as_str(), *line, block.span.clone(), save)
            }
            Part::Keys(Keys {
                names,
                characters,
                span,
                line,
                shown: _,
            }) => {
                let press = Action::Press {
                    names: names.clone(),
                    characters: characters.clone(),
                };
                (names.as_str(), *line, span.clone(), press)
            }
        };
        if let Part::Command(command) = part
            && command.place == Place::Container
            && (block.settings.tty.is_some() || block.settings.stream.is_some())
        {
            let message =
                "`tty` and `stream` do not work inside a shell or program that was opened";
            faults.push(
                Diagnostic::new("bad-value", source, command.span.clone(), message)
                    .help("there is one terminal inside, and everything is printed on it"),
            );
        }
        let key = names.key(id, &block.section, name, block, source, faults);
        let (fate, filled, is_bound) = fate(block, part, settings, made);
        if let (Fate::Runs, Part::Command(command)) = (&fate, part) {
            made.by(filled.as_deref().unwrap_or(&command.text));
        }
        let mut step = step(block, key, line, span, action, fate);
        step.shown = shown;
        step.is_last = index + 1 == block.parts.len();
        if let Part::Command(command) = part {
            step.place = command.place;
            step.is_bound = is_bound;
            step.prompt.clone_from(&command.prompt);
            step.after_interrupt = command.after_interrupt;
            step.answers = answers(block, command, step.shown.as_ref(), source)
                .iter()
                .map(|answer| document::fill_known(answer, &settings.variables))
                .collect();
        }
        if let Action::Run { filled: place, .. } = &mut step.action {
            *place = filled;
        }
        steps.push(step);
    }
}

/// What the page shows that a reader types into the program of a command.
fn answers(
    block: &Block,
    command: &Command,
    shown: Option<&Shown>,
    source: &Source,
) -> Vec<String> {
    match shown {
        _ if !block.settings.answers.is_empty() => block.settings.answers.clone(),
        // Inside a container, what is typed is not on the screen.
        Some(shown) if command.place == Place::Host => {
            document::answers_shown(&shown.text(&source.text))
        }
        _ => command.answers.clone(),
    }
}

fn step(
    block: &Block,
    key: String,
    line: usize,
    span: Range<usize>,
    action: Action,
    fate: Fate,
) -> Step {
    Step {
        key,
        line,
        span,
        action,
        hidden: block.hidden,
        fate,
        shown: None,
        recorded: None,
        settings: block.settings.clone(),
        terminal: block.terminal.clone(),
        place: Place::Host,
        is_bound: false,
        prompt: None,
        after_interrupt: false,
        answers: Vec::new(),
        is_last: true,
        in_front: Foreground::Nothing,
    }
}

/// Whether a part of a block is run; and its command with placeholders filled, where it has any.
fn fate(
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
            return (
                Fate::Manual("it opens a window for a person".to_owned()),
                None,
                false,
            );
        }
        Some(UndoneKind::Account(account)) if !settings.have.contains(account) => {
            let why = format!("`{account}` asks for an account: --have \"{account}\"");
            return (Fate::Gated(why), None, false);
        }
        _ => {}
    }
    let Part::Command(command) = part else {
        return (Fate::Runs, None, false);
    };
    if commandline::opens_window(&command.text) {
        return (
            Fate::Manual("it opens a window for a person".to_owned()),
            None,
            false,
        );
    }
    if command.place == Place::Container && !command.is_open {
        let why = "it is typed into a shell or program that no step before it opens";
        return (Fate::Gated(why.to_owned()), None, false);
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
                .map(|name| format!("--var {}=…", document::variable_name(name)))
                .collect();
            (
                Fate::Gated(format!("needs {}", names.join(" "))),
                None,
                false,
            )
        }
    }
}

/// What the author's settings say, if they keep a step from being run.
fn fate_by_settings(own: &document::Settings, settings: &Settings) -> Option<Fate> {
    let or = |why: &str, otherwise: &str| {
        if why.is_empty() {
            otherwise.to_owned()
        } else {
            why.to_owned()
        }
    };
    if let Some(why) = &own.skip {
        return Some(Fate::Skipped(or(why, "the author says so")));
    }
    if let Some(why) = &own.manual {
        return Some(Fate::Manual(or(why, "a person does this")));
    }
    if let Some(capability) = own
        .needs
        .as_ref()
        .filter(|capability| !settings.have.contains(*capability))
    {
        return Some(Fate::Gated(format!(
            "needs {capability}: --have {capability}"
        )));
    }
    None
}
