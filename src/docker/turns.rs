//! How containers come and go, as events tell it: since the step began, and of those that earlier steps
//! have left running.

use std::collections::BTreeSet;
use std::time::Duration;

/// What happened to a container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    Starts,
    /// A later step than the one that made it starts it again.
    IsStarted,
    /// Somebody ends it.
    IsEnded,
    /// With this status.
    Ends(String),
}

/// When, by the daemon's clock in nanoseconds; the container; what happened.
type Turn = (i64, String, Change);

/// A container that ended by itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fallen {
    pub(super) id: String,
    pub(super) status: i32,
    /// It was started again.
    pub(super) restarts: bool,
}

/// Containers that a step has left running, and that are looked after while the page goes on.
#[derive(Debug, Clone)]
struct Watch {
    step: usize,
    containers: BTreeSet<String>,
    /// By the daemon's clock in nanoseconds.
    until: i64,
}

/// The same event may come twice, from the stream and when it is asked for, and late.
#[derive(Debug, Default, Clone)]
pub(super) struct Turns {
    of_step: BTreeSet<Turn>,
    before: BTreeSet<Turn>,
    /// The step starts containers that may have been there before.
    starts_again: bool,
    watches: Vec<Watch>,
}

impl Turns {
    /// A step begins; `starts_again` if it starts containers that may be there already.
    pub(super) fn step_begins(&mut self, starts_again: bool) {
        self.before.append(&mut self.of_step);
        self.starts_again = starts_again;
    }

    /// Takes one in; between steps, only while the last one is looked after.
    pub(super) fn take(&mut self, mut turn: Turn, is_ours: bool) {
        let is_old = || self.before.iter().any(|(_, id, _)| *id == turn.1);
        let is_start = |change: &Change| matches!(change, Change::Starts | Change::IsStarted);
        let mut here = self.of_step.iter();
        let mut is_new_here = || !here.any(|(_, id, change)| *id == turn.1 && is_start(change));
        if turn.2 == Change::Starts && self.starts_again && is_new_here() && is_old() {
            turn.2 = Change::IsStarted;
        }
        let matters = is_ours || !self.of_step.is_empty() || !self.watches.is_empty();
        if matters && !self.before.contains(&turn) {
            self.of_step.insert(turn);
        }
    }

    /// The first container that the step started and nobody ended, and that has ended all the same.
    pub(super) fn first_death(&self) -> Option<Fallen> {
        first_death(&self.of_step.iter())
    }

    /// Containers that the step started, or somebody ended, and of whose end nothing was heard.
    pub(super) fn without_end(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for (_, id, change) in &self.of_step {
            match change {
                Change::Starts | Change::IsStarted | Change::IsEnded => ids.insert(id.clone()),
                Change::Ends(_) => ids.remove(id),
            };
        }
        ids
    }

    /// Containers that the step has started and that nobody has ended.
    pub(super) fn running(&self) -> BTreeSet<String> {
        running(self.of_step.iter())
    }

    /// Containers that any step has started, and of whose end nothing was heard.
    pub(super) fn all_running(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for (_, id, change) in self.before.union(&self.of_step) {
            match change {
                Change::Starts | Change::IsStarted => ids.insert(id.clone()),
                Change::Ends(_) => ids.remove(id),
                // One that is paused for a moment, as `commit` does it, goes on.
                Change::IsEnded => false,
            };
        }
        ids
    }

    /// When the step started a container for the last time, in seconds since 1970; none if it
    /// started none that is still to be looked after.
    pub(super) fn last_start(&self) -> Option<f64> {
        self.last_start_nanos().map(seconds)
    }

    fn last_start_nanos(&self) -> Option<i64> {
        let starts = self.of_step.iter();
        let mut starts =
            starts.filter(|(_, _, change)| matches!(change, Change::Starts | Change::IsStarted));
        starts.next_back().map(|(time, ..)| *time)
    }

    /// From here on the page goes on, and what `step` has left running is still looked after.
    pub(super) fn watch(&mut self, step: usize, grace: Duration) {
        let grace = i64::try_from(grace.as_nanos()).unwrap_or(i64::MAX);
        if let Some(start) = self.last_start_nanos() {
            self.watches.retain(|watch| watch.step != step);
            self.watches.push(Watch {
                step,
                containers: self.running(),
                until: start.saturating_add(grace),
            });
        }
    }

    /// The first of each step's containers that have ended by themselves meanwhile; told once.
    pub(super) fn fallen(&mut self) -> Vec<(usize, Fallen)> {
        let mut fallen = Vec::new();
        self.watches.retain(|watch| {
            let turns = self.before.union(&self.of_step);
            let turns =
                turns.filter(|(time, id, _)| *time <= watch.until && watch.containers.contains(id));
            match first_death(&turns) {
                Some(death) => {
                    fallen.push((watch.step, death));
                    false
                }
                None => true,
            }
        });
        fallen
    }

    /// Until when something is to be looked after, in seconds since 1970.
    pub(super) fn watched_until(&self) -> Option<f64> {
        let running = running(self.before.union(&self.of_step));
        let watched = self.watches.iter().filter(|watch| {
            let mut containers = watch.containers.iter();
            containers.any(|container| running.contains(container))
        });
        watched.map(|watch| watch.until).max().map(seconds)
    }
}

fn first_death<'t>(turns: &(impl Iterator<Item = &'t Turn> + Clone)) -> Option<Fallen> {
    let mut running: BTreeSet<&str> = BTreeSet::new();
    for (time, id, change) in turns.clone() {
        match change {
            Change::Starts | Change::IsStarted => {
                running.insert(id);
            }
            Change::IsEnded => {
                running.remove(id.as_str());
            }
            Change::Ends(status) if running.contains(id.as_str()) => {
                let mut all = turns.clone();
                return Some(Fallen {
                    id: id.clone(),
                    status: status.parse().unwrap_or(-1),
                    restarts: all.any(|(later, other, change)| {
                        later > time && other == id && *change == Change::Starts
                    }),
                });
            }
            Change::Ends(_) => {}
        }
    }
    None
}

fn running<'t>(turns: impl Iterator<Item = &'t Turn>) -> BTreeSet<String> {
    let mut running = BTreeSet::new();
    for (_, id, change) in turns {
        match change {
            Change::Starts | Change::IsStarted => running.insert(id.clone()),
            Change::IsEnded | Change::Ends(_) => running.remove(id),
        };
    }
    running
}

#[expect(clippy::cast_precision_loss, reason = "microseconds are enough")]
fn seconds(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_nanos(10);

    fn turns(changes: &[(i64, &str, Change)]) -> Turns {
        let mut turns = Turns::default();
        for (time, id, change) in changes {
            turns.take((*time, (*id).to_owned(), change.clone()), true);
        }
        turns
    }

    fn ends(status: &str) -> Change {
        Change::Ends(status.to_owned())
    }

    #[test]
    fn what_a_step_leaves_running_is_looked_after() {
        let mut turns = turns(&[(1, "web", Change::Starts), (2, "db", Change::Starts)]);
        turns.watch(3, GRACE);
        turns.step_begins(false);
        assert_eq!(turns.first_death(), None);
        assert_eq!(turns.fallen(), []);
        assert_eq!(turns.watched_until(), Some(12e-9));
        turns.take((9, "db".to_owned(), ends("3")), false);
        let death = Fallen {
            id: "db".to_owned(),
            status: 3,
            restarts: false,
        };
        assert_eq!(turns.fallen(), [(3, death)]);
        assert_eq!(turns.fallen(), []);
        assert_eq!(turns.watched_until(), None);
    }

    #[test]
    fn what_is_ended_or_lives_long_enough_is_not() {
        let mut ended = turns(&[(1, "web", Change::Starts)]);
        ended.watch(1, GRACE);
        ended.step_begins(false);
        ended.take((4, "web".to_owned(), Change::IsEnded), true);
        ended.take((5, "web".to_owned(), ends("137")), true);
        assert_eq!(ended.fallen(), []);
        assert_eq!(ended.watched_until(), None);
        let mut old = turns(&[(1, "web", Change::Starts)]);
        old.watch(1, GRACE);
        old.step_begins(false);
        old.take((12, "web".to_owned(), ends("1")), true);
        assert_eq!(old.fallen(), []);
    }

    #[test]
    fn a_start_by_the_page_is_no_restart() {
        let mut turns = turns(&[(1, "job", Change::Starts)]);
        turns.watch(1, GRACE);
        turns.step_begins(true);
        turns.take((3, "job".to_owned(), ends("0")), true);
        turns.take((4, "job".to_owned(), Change::Starts), true);
        assert!(!turns.fallen()[0].1.restarts);
    }

    #[test]
    fn an_event_that_comes_again_is_of_its_own_step() {
        let mut turns = turns(&[(1, "web", Change::Starts)]);
        turns.step_begins(false);
        turns.take((1, "web".to_owned(), Change::Starts), true);
        assert_eq!(turns.last_start(), None);
    }
}
