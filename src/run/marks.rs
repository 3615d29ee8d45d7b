//! Moments between two steps that can come again, so that an author who changes a step needs not wait for those before
//! it: the shells, the files, and what the daemon has.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use super::copies::{Copies, Copy};
use crate::docker::Mark;
use crate::observation::LaterDeath;
use crate::terminal::{self, State};

/// So many moments of a long page are kept.
const MOST: usize = 400;

/// The moments of a run: before its first step, and behind each that was played; none, where one cannot come again.
#[derive(Debug)]
pub(super) struct Marks {
    pub(super) copies: Copies,
    moments: Vec<Option<Rc<Moment>>>,
    /// Behind so many steps, a step has done what no words bring back.
    without_words: Option<usize>,
}

/// What is put back to have a moment again.
#[derive(Debug)]
pub(super) struct Moment {
    pub(super) shells: BTreeMap<String, State>,
    pub(super) files: Copy,
    pub(super) daemon: Option<Mark>,
    pub(super) memory: Memory,
}

/// What is known of steps so far.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    pub(super) later: BTreeMap<usize, terminal::Output>,
    pub(super) surely_opened: BTreeSet<String>,
    pub(super) ended_alone: Vec<(usize, i32)>,
    pub(super) deaths: Vec<LaterDeath>,
    pub(super) kept: usize,
}

/// Where a page goes on.
#[derive(Debug, PartialEq, Eq)]
pub struct Return {
    /// So many steps are as they were.
    pub steps: usize,
    /// Why there is no later place: the step that has changed something since, by its number, and what.
    pub because: Option<(usize, String)>,
}

impl Marks {
    /// None is known yet; copies of files are kept in this folder, which is made.
    pub(super) fn keep_in(folder: PathBuf) -> io::Result<Marks> {
        Ok(Marks {
            copies: Copies::keep_in(folder)?,
            moments: Vec::new(),
            without_words: None,
        })
    }

    /// Behind how many steps the last moment is.
    pub(super) fn last(&self) -> Option<usize> {
        self.moments.len().checked_sub(1)
    }

    /// The last moment that can come again.
    pub(super) fn last_known(&self) -> Option<&Rc<Moment>> {
        self.moments.iter().flatten().next_back()
    }

    /// The moment behind so many steps, if it can come again.
    pub(super) fn at(&self, steps: usize) -> Option<Rc<Moment>> {
        self.moments.get(steps).cloned().flatten()
    }

    /// What the last of so many steps has done, no words bring back.
    pub(super) fn has_no_words(&mut self, steps: usize) {
        self.without_words.get_or_insert(steps);
    }

    /// Whether all that was done can be said in words.
    pub(super) fn has_words(&self) -> bool {
        self.without_words.is_none()
    }

    /// So many steps are over. Those before that were not played have changed nothing.
    pub(super) fn takes(&mut self, steps: usize, moment: Option<Moment>) {
        let last = self.moments.last().cloned().flatten();
        self.moments.resize(steps, last);
        self.moments.push(moment.map(Rc::new));
        self.thin_out();
    }

    /// What was behind so many steps is still to come.
    pub(super) fn forget_behind(&mut self, steps: usize) {
        self.moments.truncate(steps + 1);
        self.without_words = self.without_words.filter(|without| *without <= steps);
    }

    /// Of many moments, every other one of the older half goes.
    fn thin_out(&mut self) {
        if self.moments.iter().flatten().count() <= MOST {
            return;
        }
        let older = self.moments.len() - MOST / 2;
        let known = self.moments[1..older].iter_mut();
        for moment in known.filter(|moment| moment.is_some()).step_by(2) {
            *moment = None;
        }
    }
}
