//! Blocks + expectations + settings → steps, each with a key, what is expected of it, and whether
//! it is run.

mod ahead;
mod changes;
mod fate;
mod made;
mod names;
mod narrow;
mod recordings;
mod step;
mod steps;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::commandline::{self, CommandLine};
use crate::diagnostic::{Diagnostic, Source};
use crate::document::{self, Block, Document, Hidden, Part};
use crate::expectation::{self, Expectations};
use crate::matching::Profile;
use crate::secrets::Secrets;
use crate::settings::Settings;
use ahead::look_ahead;
use recordings::match_recordings;

pub use ahead::ends_programs;
pub use changes::{Change, change};
pub use fate::{Fate, Gate, Task};
pub use narrow::Until;
pub use step::{Action, Step};

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
    pub recorded_at: Vec<expectation::RecordedAt>,
    /// A daemon is needed.
    pub uses_docker: bool,
    /// Somewhere the page may show the output of several commands in one.
    pub shows_several: bool,
    /// What the project says of outputs of its own.
    pub profiles: Vec<Profile>,
    /// Values of placeholders, as they may be shown.
    pub placeholders: BTreeMap<String, String>,
    /// Values that nobody may see: outputs come without them, so the page is compared without them, too.
    pub secrets: Secrets,
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
        document: Document,
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
        let (steps, wrong) = steps::of(&document, settings);
        faults.extend(wrong);
        // Teardown is played last, in its own order; setup stays where it is written.
        let (teardown, mut steps): (Vec<Step>, Vec<Step>) = steps
            .into_iter()
            .partition(|step| step.hidden == Some(Hidden::Teardown));
        match_recordings(&mut steps, &expectations);
        steps.extend(teardown);
        look_ahead(&mut steps);
        if !faults.is_empty() {
            return Err(faults);
        }
        let shows_several = document
            .blocks
            .iter()
            .flat_map(Block::commands)
            .filter_map(|command| command.shown.as_ref())
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
            secrets: settings.secrets(),
        })
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

    /// The text of what the page shows, as outputs are: without secrets.
    pub fn text_shown(&self, shown: &document::Shown) -> String {
        self.secrets.hide(&shown.text(&self.document.source.text))
    }

    /// What the page shows as the output of a step.
    pub fn shown(&self, step: &Step) -> Option<&document::Shown> {
        match self
            .document
            .blocks
            .get(step.block)?
            .parts
            .get(step.part?)?
        {
            Part::Command(command) => command.shown.as_ref(),
            Part::Keys(keys) => keys.shown.as_ref(),
            Part::File { .. } => None,
        }
    }

    /// What is looked at in a step, in words.
    pub fn expects(&self, step: &Step) -> &'static str {
        match (step.recorded.is_some(), self.shown(step).is_some()) {
            _ if step.fate != Fate::Runs => "nothing",
            _ if matches!(step.action, Action::Save { .. }) => "that it can be saved",
            _ if matches!(step.action, Action::Press { .. }) => "that something is in front",
            _ if step.settings.no_compare => "exit status",
            (true, true) => "recorded and shown output",
            (true, false) => "recorded output",
            (false, true) => "shown output",
            (false, false) => "exit status",
        }
    }

    /// The steps of each block of the document.
    pub fn by_block(&self) -> Vec<Vec<&Step>> {
        let mut found = vec![Vec::new(); self.document.blocks.len()];
        for step in &self.steps {
            found[step.block].push(step);
        }
        found
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
            Action::Press { .. } | Action::Person(_) => false,
        }
}

#[cfg(test)]
mod tests;
