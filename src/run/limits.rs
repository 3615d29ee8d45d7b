//! How long steps may take, and how long what they leave must live.

use std::time::Duration;

use crate::commandline;
use crate::document::Alive;
use crate::plan::Step;
use crate::terminal::{PlayOptions, Stays, Streams};

/// A step may take so long, if nobody says otherwise.
const STEP_LIMIT: Duration = Duration::from_secs(120);

/// One that pulls or builds may take so long.
const LONG_LIMIT: Duration = Duration::from_secs(600);

/// A container that goes on in the background must live so long.
const GRACE: Duration = Duration::from_secs(3);

/// How long containers that a step leaves running are watched; none if it leaves none, or is not to
/// be watched.
pub(super) fn grace(command: &str, step: &Step) -> Option<Duration> {
    match step.settings.alive {
        Some(Alive::No) => None,
        Some(Alive::For(grace)) => Some(grace),
        None => commandline::detaches(command).then_some(GRACE),
    }
}

pub(super) fn default_limit(command: &str) -> Duration {
    if commandline::fetches_images(command) {
        LONG_LIMIT
    } else {
        STEP_LIMIT
    }
}

/// The manner of a step that is nothing special.
pub(super) fn manner(number: usize, limit: Duration) -> PlayOptions<'static> {
    PlayOptions {
        number,
        streams: Streams::Both,
        screen: None,
        answers: Vec::new(),
        shown: String::new(),
        stays: Stays::Never,
        limit,
    }
}
