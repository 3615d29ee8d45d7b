//! Documents that were read, with all that belongs to them.

use std::path::PathBuf;
use std::rc::Rc;

use super::fault::{Fault, report};
use crate::plan::Plan;
use crate::run::Surroundings;
use crate::saved::Given;
use crate::settings::Settings;

/// A document with its plan and its places.
pub(super) struct Loaded {
    /// Where it was read, as it was called.
    pub(super) path: PathBuf,
    pub(super) plan: Plan,
    pub(super) settings: Settings,
    /// Where its recordings are, or will be.
    pub(super) expectations: PathBuf,
    /// The same for messages.
    pub(super) expectations_shown: String,
    /// The document's path below the project root.
    pub(super) name: String,
    pub(super) surroundings: Surroundings,
    /// What was given with the call, and in the environment.
    pub(super) given: Given,
    /// Which way through the page it is, where there are several.
    pub(super) way: Option<String>,
    /// The pages that it goes on from, the first one first.
    pub(super) before: Vec<Rc<Loaded>>,
}

/// Documents that were read, and what is wrong with others: one page's fault stops no other.
pub(super) struct Loading {
    pub(super) documents: Vec<Rc<Loaded>>,
    pub(super) faults: Vec<Fault>,
}

impl Loading {
    /// Says the faults, if there are any; the exit status of all, given that of the documents: what
    /// is wrong with a file comes behind an interruption and a break, and before all else.
    pub(super) fn ends(faults: Vec<Fault>, status: u8) -> u8 {
        if faults.is_empty() {
            return status;
        }
        let wrong = report(faults);
        if matches!(status, 1 | 130) {
            status
        } else {
            wrong
        }
    }
}

impl Loaded {
    /// The same page with another plan.
    pub(super) fn with_plan(&self, plan: Plan) -> Loaded {
        Loaded {
            path: self.path.clone(),
            plan,
            settings: self.settings.clone(),
            expectations: self.expectations.clone(),
            expectations_shown: self.expectations_shown.clone(),
            name: self.name.clone(),
            surroundings: self.surroundings.clone(),
            given: self.given.clone(),
            way: self.way.clone(),
            before: self.before.clone(),
        }
    }

    /// Its path, and the way through it where there are several.
    pub(super) fn title(&self) -> String {
        let path = &self.plan.document.source.path;
        match &self.way {
            Some(way) => format!("{path} ({way})"),
            None => path.clone(),
        }
    }
}
