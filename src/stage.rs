//! Where steps are played: on this machine, or from a run that was saved. Whoever plays says nothing of
//! what it means.

use std::ops::Range;

use crate::observation::{Aftermath, Observation};
use crate::plan::Step;

/// Where steps are played.
pub trait Stage {
    /// The steps of another page come next, by its number from 0.
    fn turn_to(&mut self, page: usize);
    /// Plays a step; `number` counts those of its page, from 1. `typed` is the command with live identifiers.
    fn play(&mut self, number: usize, step: &Step, typed: &str) -> Observation;
    /// Whether the user wants an end.
    fn is_interrupted(&mut self) -> bool;
    /// Gives the user the terminal of a step.
    fn lend(&mut self, step: &Step);
    /// What is seen when all steps are over.
    fn look_back(&mut self) -> Aftermath;
}

/// Some steps of a page are played, on a stage that is as those before them have left it; what the others do was seen
/// before.
pub struct Resumed<'s> {
    /// Which are played, by their numbers from 0.
    pub played: Range<usize>,
    /// They are the last ones, so that what is seen at the end is of this play.
    pub to_the_end: bool,
    /// Where they are played.
    pub live: &'s mut dyn Stage,
    /// What was seen of the others.
    pub seen: &'s mut dyn Stage,
}

impl Stage for Resumed<'_> {
    fn turn_to(&mut self, page: usize) {
        self.live.turn_to(page);
        self.seen.turn_to(page);
    }

    fn play(&mut self, number: usize, step: &Step, typed: &str) -> Observation {
        if self.played.contains(&(number - 1)) {
            self.live.play(number, step, typed)
        } else {
            self.seen.play(number, step, typed)
        }
    }

    fn is_interrupted(&mut self) -> bool {
        self.live.is_interrupted()
    }

    fn lend(&mut self, step: &Step) {
        self.live.lend(step);
    }

    fn look_back(&mut self) -> Aftermath {
        if self.to_the_end {
            self.live.look_back()
        } else {
            self.seen.look_back()
        }
    }
}
