//! What a step leaves in front of its terminal, seen from the steps that come after it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, Fate, Gate, Step};
use crate::commandline::{self, Foreground};
use crate::document::Place;

/// What a step leaves in front of its terminal depends on its command and on what comes after it
/// there; and what is typed into something needs the step that opens it.
pub(super) fn look_ahead(steps: &mut [Step]) {
    // For each terminal: the step before, and the line that was to open what is not there.
    let mut before: BTreeMap<String, usize> = BTreeMap::new();
    let mut missing: BTreeMap<String, usize> = BTreeMap::new();
    let mut interrupts: BTreeSet<String> = BTreeSet::new();
    for index in 0..steps.len() {
        let terminal = steps[index].terminal().to_owned();
        let step = &steps[index];
        let in_front = match &step.action {
            Action::Run { .. } if step.settings.until.is_some() && step.is_last => {
                match commandline::foreground(step.typed()) {
                    goes @ Foreground::Goes(_) => goes,
                    _ => Foreground::Goes(Vec::new()),
                }
            }
            Action::Run { .. } => commandline::foreground(step.typed()),
            Action::Press { characters, .. } => {
                if let Some(&last) = before.get(&terminal)
                    && ends_programs(characters)
                    && matches!(
                        steps[last].in_front,
                        Foreground::Nothing | Foreground::Unknown
                    )
                    && matches!(steps[last].action, Action::Run { .. })
                {
                    steps[last].in_front = Foreground::Goes(Vec::new());
                }
                Foreground::Nothing
            }
            Action::Save { .. } | Action::Person(_) => continue,
        };
        let step = &mut steps[index];
        let needs_front =
            step.place == Place::Inside || matches!(step.action, Action::Press { .. });
        if !needs_front {
            missing.remove(&terminal);
        } else if let Some(&line) = missing.get(&terminal)
            && step.fate == Fate::Runs
        {
            step.fate = Fate::Gated(Gate::NotRun { line });
        }
        if in_front != Foreground::Nothing && step.fate != Fate::Runs {
            missing.entry(terminal.clone()).or_insert(step.line);
        }
        step.in_front = in_front;
        // What a reader is to end before a step that is not run is ended before the next.
        let is_run = step.fate == Fate::Runs;
        step.after_interrupt |= interrupts.remove(&terminal);
        if step.after_interrupt && !is_run {
            interrupts.insert(terminal.clone());
        }
        if is_run {
            before.insert(terminal, index);
        }
    }
}

/// Whether keys are meant to end a program: Ctrl-C, or Ctrl-\.
pub fn ends_programs(characters: &str) -> bool {
    characters.contains(['\u{3}', '\u{1c}'])
}
