//! Keys are pressed, and what is in the foreground makes way.

use std::time::{Duration, Instant};

use super::Error;
use super::limits::manner;
use super::scene::Scene;
use crate::document::Place;
use crate::observation::{NotTyped, Observation};
use crate::plan::{Step, ends_programs};
use crate::terminal::{self, Front, Interrupt, PlayOptions, Stays, Terminal};

/// How long a program in front may take to go by itself, and between two looks whether it has.
const GOING: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(20);

/// A program may take so long to end once its key was pressed.
pub(super) const KEY_LIMIT: Duration = Duration::from_secs(30);

/// After other keys, a program has answered when it has been silent for so long.
const ANSWERED: Duration = Duration::from_millis(300);

impl Scene {
    /// Presses keys for what is in front.
    pub(super) fn press(
        &mut self,
        characters: &str,
        number: usize,
        step: &Step,
        interrupt: &mut Interrupt,
    ) -> Result<Observation, Error> {
        let name = step.terminal();
        let terminal = self.seats.ready(name)?;
        if terminal.front() == Front::Shell {
            let status = terminal.ended_alone().map(|(_, status)| status);
            return Ok(Observation::not_typed(NotTyped::NothingInFront(status)));
        }
        self.looks_for_witness();
        if let Some(witness) = &mut self.witness {
            witness.step_begins(self.before + number, "", self.is_past_relay);
        }
        let limit = step.settings.timeout.unwrap_or(KEY_LIMIT);
        let mut has_answered = |_: &terminal::Output, silence| silence >= ANSWERED;
        let is_end = ends_programs(characters) || characters.contains('\u{4}');
        let manner = PlayOptions {
            stays: if is_end {
                Stays::Never
            } else {
                Stays::Once(&mut has_answered)
            },
            ..manner(self.before + number, limit)
        };
        let performance = self.seats.with(name, interrupt, |terminal, around| {
            terminal.press(characters, manner, around)
        })?;
        Ok(self.observe("", number, step, performance, limit, interrupt))
    }

    /// What is in front of a terminal takes a step that is meant for it, and makes way for one that is
    /// not; or the reader is stuck.
    pub(super) fn make_way(
        &mut self,
        step: &Step,
        interrupt: &mut Interrupt,
    ) -> Result<Option<NotTyped>, Error> {
        let name = step.terminal();
        let is_for_own_shell = step.prompt.is_some()
            || self.surely_opened.contains(name)
            || step.hidden.is_some()
            || step.typed().starts_with("docker ");
        let terminal = self.seats.ready(name)?;
        let mut front = terminal.front();
        // What a step in another terminal has ended needs a moment to be gone.
        let deadline = Instant::now() + GOING;
        let is_left = step.after_interrupt || step.place == Place::Inside;
        while matches!(front, Front::Busy(_)) && !is_left && Instant::now() < deadline {
            if interrupt.sleep(PAUSE) {
                break;
            }
            front = self.seats.ready(name)?.front();
        }
        let ended_alone = self.seats.ready(name)?.ended_alone();
        self.ended_alone.extend(ended_alone);
        let ended_alone = ended_alone.map(|(_, status)| status);
        if let (Front::Busy(_), true) = (front, step.after_interrupt) {
            // The prose says so.
            let manner = manner(0, KEY_LIMIT);
            self.seats.with(name, interrupt, |terminal, around| {
                terminal.press("\u{3}", manner, around)
            })?;
            front = self.seats.ready(name)?.front();
        }
        Ok(match (front, step.place) {
            (Front::Busy(by), _) => Some(NotTyped::TerminalBusy(
                by.checked_sub(self.before).filter(|number| *number > 0),
            )),
            // The page sends the reader to a program that has crashed meanwhile.
            (Front::Shell, _)
                if step.after_interrupt && ended_alone.is_some_and(|status| status != 0) =>
            {
                Some(NotTyped::NothingInFront(ended_alone))
            }
            (Front::Shell, Place::Inside) => Some(NotTyped::NothingOpen),
            (Front::Inside, Place::Host) if is_for_own_shell => {
                self.seats.with(name, interrupt, Terminal::leave)?;
                None
            }
            _ => None,
        })
    }
}
