//! Where steps are played: on this machine, or from a run that was saved. Whoever plays says nothing of
//! what it means.

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
