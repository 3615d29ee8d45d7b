//! The steps of a document's blocks, in its order.

use std::sync::Arc;

use super::fate::{Fate, Task, fate, said};
use super::made::Made;
use super::names::Names;
use super::step::{Action, Step};
use crate::commandline::Foreground;
use crate::diagnostic::Diagnostic;
use crate::document::{self, Block, Command, Document, Hidden, Keys, Part, Place, Role};
use crate::settings::Settings;

/// The steps, and what is wrong with them.
pub(super) fn of(document: &Document, settings: &Settings) -> (Vec<Step>, Vec<Diagnostic>) {
    let mut steps = Steps {
        document,
        settings,
        made: Made::default(),
        names: Names::default(),
        found: Vec::new(),
        faults: Vec::new(),
    };
    (0..document.blocks.len()).for_each(|number| steps.block(number));
    (steps.found, steps.faults)
}

struct Steps<'d> {
    document: &'d Document,
    settings: &'d Settings,
    /// What the steps so far have made.
    made: Made,
    names: Names,
    found: Vec<Step>,
    faults: Vec<Diagnostic>,
}

impl Steps<'_> {
    fn block(&mut self, number: usize) {
        let block = &self.document.blocks[number];
        let is_for_person = block.hidden == Some(Hidden::Manual)
            || (block.role == Role::Manual && block.parts.is_empty());
        if is_for_person {
            let task = Task::Said(said(block.settings.manual.as_ref()));
            let what = task.to_string();
            let step = Step {
                key: self.key(block, &what),
                action: Action::Person(what),
                fate: Fate::Manual(task),
                ..empty(number, block)
            };
            self.found.push(step);
            return;
        }
        for index in 0..block.parts.len() {
            self.part(number, index);
        }
    }

    fn part(&mut self, number: usize, index: usize) {
        let block = &self.document.blocks[number];
        let part = &block.parts[index];
        let step = Step {
            part: Some(index),
            is_last: index + 1 == block.parts.len(),
            ..empty(number, block)
        };
        let step = match part {
            Part::Command(command) => self.command(step, block, command),
            Part::File {
                path,
                append,
                content,
                line,
            } => Step {
                line: *line,
                action: Action::Save {
                    path: path.clone(),
                    append: *append,
                    content: document::fill_known(content, &self.settings.variables),
                },
                ..step
            },
            Part::Keys(Keys {
                names,
                characters,
                span,
                line,
                shown: _,
            }) => Step {
                line: *line,
                span: span.clone(),
                action: Action::Press {
                    names: names.clone(),
                    characters: characters.clone(),
                },
                ..step
            },
        };
        let (fate, filled, is_bound) = fate(block, part, self.settings, &self.made);
        if let (Fate::Runs, Part::Command(command)) = (&fate, part) {
            self.made.by(filled.as_deref().unwrap_or(&command.text));
        }
        let mut step = Step {
            key: self.key(block, step.written()),
            fate,
            is_bound,
            ..step
        };
        if let Action::Run { filled: place, .. } = &mut step.action {
            *place = filled;
        }
        self.found.push(step);
    }

    fn command(&mut self, step: Step, block: &Block, command: &Command) -> Step {
        if command.place == Place::Inside
            && (block.settings.tty.is_some() || block.settings.stream.is_some())
        {
            let message =
                "`tty` and `stream` do not work inside a shell or program that was opened";
            let source = &self.document.source;
            self.faults.push(
                Diagnostic::new("bad-value", source, command.span.clone(), message)
                    .help("there is one terminal inside, and everything is printed on it"),
            );
        }
        let answers = match block.settings.answers.as_slice() {
            [] => &command.answers,
            said => said,
        };
        let fill = |answer: &String| document::fill_known(answer, &self.settings.variables);
        Step {
            line: command.line,
            span: command.span.clone(),
            action: Action::Run {
                written: command.text.clone(),
                filled: None,
            },
            place: command.place,
            prompt: command.prompt.clone(),
            after_interrupt: command.after_interrupt,
            answers: answers.iter().map(fill).collect(),
            ..step
        }
    }

    fn key(&mut self, block: &Block, name: &str) -> String {
        let id = block.settings.id.as_deref();
        let (source, faults) = (&self.document.source, &mut self.faults);
        self.names
            .key(id, &block.section, name, block, source, faults)
    }
}

/// A step of a block of which nothing more is known.
fn empty(number: usize, block: &Block) -> Step {
    Step {
        key: String::new(),
        line: block.line,
        span: block.span.clone(),
        block: number,
        part: None,
        action: Action::Person(String::new()),
        hidden: block.hidden,
        fate: Fate::Runs,
        recorded: None,
        settings: Arc::clone(&block.settings),
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
