//! What a scene is set for, and whether it will do for other pages.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Page, Surroundings, keeping, project};
use crate::commandline;
use crate::docker::{Address, Wishes};
use crate::plan::{Plan, Step};

/// Stands for the relay's address before there is one.
const RELAY: &str = "unix:///relay";

/// What pages have their scene set for.
#[derive(Debug)]
pub(super) struct Basis {
    pub(super) wishes: Wishes,
    variables: Vec<(String, Option<String>)>,
    uses_docker: bool,
    /// It has a copy of the project's files, as they were then.
    has_project: bool,
}

impl Basis {
    pub(super) fn of(pages: &[Page<'_>], surroundings: &Surroundings, scratch: &Path) -> Basis {
        let plans: Vec<&Plan> = pages.iter().map(|page| page.plan).collect();
        let texts: Vec<&str> = plans
            .iter()
            .map(|plan| plan.document.source.text.as_str())
            .collect();
        let project = &surroundings.project;
        Basis {
            wishes: wishes(pages, &plans, &surroundings.address),
            variables: keeping::variables(scratch, &texts),
            uses_docker: plans.iter().any(|plan| plan.uses_docker),
            has_project: project.starts_here || project::is_cloned(project, &plans),
        }
    }

    /// What a scene that was set for this must have besides, to do for something else; why it cannot, otherwise.
    pub(super) fn lacks(&self, other: &Basis) -> Result<BTreeSet<String>, &'static str> {
        let is_past_relay = |basis: &Basis| basis.wishes.is_shared || basis.wishes.to_be_alone;
        if self.has_project || other.has_project {
            return Err("it has a copy of the project's files");
        }
        if is_past_relay(self) || is_past_relay(other) {
            return Err("it sees what others have at the daemon");
        }
        if other.uses_docker && !self.uses_docker {
            return Err("it needs a daemon now");
        }
        if self.variables != other.variables {
            return Err("it speaks of another place in a home now");
        }
        let things = other.wishes.things.difference(&self.wishes.things);
        Ok(things.cloned().collect())
    }
}

/// How the pages are to use their daemon.
fn wishes(pages: &[Page<'_>], plans: &[&Plan], address: &Address) -> Wishes {
    Wishes {
        things: steps(plans).flat_map(commandline::resources).collect(),
        to_be_alone: steps(plans).any(|typed| {
            let typed = address.redirected(typed, RELAY);
            commandline::names_daemon(&typed, RELAY)
        }),
        keep_images: pages.iter().find_map(|page| page.options.keep_images),
        is_shared: pages.iter().any(|page| page.options.shares_daemon),
        pins: pages
            .first()
            .map(|page| page.options.pins.clone())
            .unwrap_or_default(),
    }
}

/// What is typed.
fn steps<'a>(plans: &'a [&Plan]) -> impl Iterator<Item = &'a str> {
    plans.iter().flat_map(|plan| &plan.steps).map(Step::typed)
}
