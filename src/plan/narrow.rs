//! A plan of which an author has only some steps at heart.

use std::sync::Arc;

use super::{Plan, Step};
use crate::document::Hidden;

/// Where what an author has at heart ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// With the page.
    TheEnd,
    /// With the steps that are named: what is behind them is left out, but for what is taken down.
    Named,
}

impl Plan {
    /// Asks of the steps before those that a text means (`web`, `7`, `7-9`) only that they succeed; whether there are
    /// such steps.
    pub fn narrow(&mut self, text: &str, until: Until) -> bool {
        let Some((first, last)) = self.meant(text) else {
            return false;
        };
        let mut number = 0;
        self.steps.retain_mut(|step| {
            number += 1;
            if number < first {
                Arc::make_mut(&mut step.settings).no_compare = true;
            }
            until == Until::TheEnd || number <= last || step.hidden == Some(Hidden::Teardown)
        });
        true
    }

    /// The numbers, from 1, of the first and the last step that a text means.
    fn meant(&self, text: &str) -> Option<(usize, usize)> {
        let number = |text: &str| {
            let number = text.parse().ok();
            number.filter(|number| (1..=self.steps.len()).contains(number))
        };
        let is_it = |step: &Step| step.key == text;
        if let Some(index) = self.steps.iter().position(is_it) {
            return Some((index + 1, index + 1));
        }
        if let Some(one) = number(text) {
            return Some((one, one));
        }
        let (first, last) = text.split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        (first <= last).then_some((first, last))
    }
}
