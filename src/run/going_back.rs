//! A scene keeps the moments between its steps, goes back to one of them, and is taken up by another version of its page.

use std::path::PathBuf;
use std::time::Instant;

use super::basis::Basis;
use super::marks::{Marks, Memory, Moment, Return};
use super::scene::{RUN_LIMIT, Scene};
use super::{Page, Surroundings};
use crate::commandline::{Influence, influence, leaves_no_words};
use crate::docker::{self, Witness};
use crate::document::Place;
use crate::observation::Ended;
use crate::plan::{Action, Step};
use crate::terminal::{self, Interrupt};

/// The folder of the scratch directory in which copies of its files are kept.
const FOLDER: &str = "control/marks";

impl Scene {
    /// Moments are kept from here on, where one can come again at all; the first is now.
    pub(super) fn keeps_marks(&mut self, interrupt: &mut Interrupt) {
        if self.basis.lacks(&self.basis).is_ok() {
            self.marks = Marks::keep_in(self.scratch.path().join(FOLDER)).ok();
            self.mark(0, interrupt);
        }
    }

    /// A step was played; what came of it is a moment that can come again, unless it was cut short.
    pub(super) fn has_played(
        &mut self,
        number: usize,
        step: &Step,
        ended: &Ended,
        interrupt: &mut Interrupt,
    ) {
        let Some(marks) = &mut self.marks else {
            return;
        };
        let reach = reach(step);
        let is_here = matches!(&step.action, Action::Run { .. } if step.place == Place::Host);
        if is_here && leaves_no_words(step.typed()) {
            marks.has_no_words(number);
        }
        if *ended == Ended::Interrupted {
            marks.takes(number, None);
            return;
        }
        if let Some(witness) = self
            .witness
            .as_ref()
            .filter(|_| reach == Influence::Anything)
        {
            witness.may_change_what_runs();
        }
        self.mark(number, interrupt);
    }

    /// So many steps are over now.
    fn mark(&mut self, steps: usize, interrupt: &mut Interrupt) {
        if let Some(mut marks) = self.marks.take() {
            let moment = self.moment(&mut marks, interrupt);
            marks.takes(steps, moment);
            self.marks = Some(marks);
        }
    }

    fn moment(&mut self, marks: &mut Marks, interrupt: &mut Interrupt) -> Option<Moment> {
        if self.is_past_relay || interrupt.pending() > 0 || !marks.has_words() {
            return None;
        }
        self.gather_late_output();
        let own = self.witness.as_ref().map(Witness::clients);
        let shells = self.seats.states(&own.unwrap_or_default(), interrupt)?;
        let last = marks.last_known().cloned();
        let files = last.as_ref().map(|moment| &moment.files);
        let files = marks.copies.take(&self.played_in(), files)?;
        let last = last.as_ref().and_then(|moment| moment.daemon.as_ref());
        let daemon = match &self.witness {
            Some(witness) => Some(witness.mark(last)?),
            None => None,
        };
        let memory = Memory {
            later: self.later.clone(),
            surely_opened: self.surely_opened.clone(),
            ended_alone: self.ended_alone.clone(),
            deaths: self.deaths.clone(),
            kept: self.kept,
        };
        Some(Moment {
            shells,
            files,
            daemon,
            memory,
        })
    }

    /// The folders that steps are played in.
    fn played_in(&self) -> Vec<PathBuf> {
        let folders = [docker::HOME, docker::KEPT, "tmp"].into_iter();
        folders
            .map(|folder| self.scratch.path().join(folder))
            .collect()
    }

    /// Goes back to the last moment that can come again, with no more than so many steps before it; why not, if there is
    /// none. What is half put back is to be cleared.
    pub(super) fn goes_back(
        &mut self,
        steps: usize,
        interrupt: &mut Interrupt,
    ) -> Result<Return, String> {
        const NONE: &str = "no place before it can be had again";
        let mut marks = self.marks.take().ok_or(NONE)?;
        let last = marks.last().ok_or(NONE)?;
        let mut because = None;
        let found = (0..=steps.min(last)).rev().find_map(|steps| {
            let moment = marks.at(steps)?;
            match self.changed_since(&moment) {
                None => Some((steps, moment)),
                Some(changed) => {
                    because.get_or_insert(changed);
                    None
                }
            }
        });
        let (steps, moment) = found.ok_or(NONE)?;
        if steps < last {
            let put_back = self.put_back(&moment, interrupt);
            put_back
                .map_err(|why| format!("what was there before it cannot be put back: {why}"))?;
        }
        // What was told at the end of the last play is to be told again.
        let Memory {
            later,
            surely_opened,
            ended_alone,
            deaths,
            kept,
        } = moment.memory.clone();
        self.later = later;
        self.surely_opened = surely_opened;
        self.ended_alone = ended_alone;
        self.deaths = deaths;
        self.kept = kept;
        marks.forget_behind(steps);
        self.marks = Some(marks);
        Ok(Return { steps, because })
    }

    /// What stands against a moment: the step that has changed something since, and what.
    fn changed_since(&self, moment: &Moment) -> Option<(usize, String)> {
        match (&self.witness, &moment.daemon) {
            (Some(witness), Some(mark)) => witness.changed_since(mark),
            (None, None) => None,
            // A witness that has come since knows nothing of what was before it.
            _ => Some((0, "the daemon".to_owned())),
        }
    }

    fn put_back(&mut self, moment: &Moment, interrupt: &mut Interrupt) -> Result<(), String> {
        self.seats.close_all();
        let own = self.witness.as_ref().map(Witness::clients);
        terminal::end_orphans(&own.unwrap_or_default());
        if let (Some(witness), Some(mark)) = (&mut self.witness, &moment.daemon) {
            witness.hears_out();
            witness
                .returns_to(mark)
                .map_err(|error| error.to_string())?;
        }
        let files = moment.files.put_back(&self.played_in());
        files.map_err(|error| format!("files: {error}"))?;
        let become_so = self.seats.become_so(&moment.shells, interrupt);
        become_so.ok_or_else(|| "a shell has not become what it was".to_owned())
    }

    /// Why pages cannot be played on what is here; otherwise, it is theirs.
    pub(super) fn is_taken_up(
        &mut self,
        pages: &[Page<'_>],
        surroundings: &Surroundings,
    ) -> Result<(), &'static str> {
        let basis = Basis::of(pages, surroundings, self.scratch.path());
        let besides = self.basis.lacks(&basis)?;
        let may_have = |witness: &mut Witness| witness.takes_besides(&besides);
        if !besides.is_empty() && !self.witness.as_mut().is_none_or(may_have) {
            return Err("another run has what it wants now");
        }
        self.basis.wishes.things.extend(besides);
        self.deadline = Instant::now() + RUN_LIMIT;
        self.progress = surroundings.progress.clone();
        self.seats.shows(&surroundings.progress);
        Ok(())
    }
}

/// How far a step reaches.
fn reach(step: &Step) -> Influence {
    match &step.action {
        Action::Run { .. } if step.place == Place::Host => influence(step.typed()),
        Action::Run { .. } | Action::Press { .. } => Influence::Anything,
        Action::Save { .. } => Influence::Here,
        Action::Person(_) => Influence::Nothing,
    }
}
