//! What steps leave running is looked after: until it is up, and from then on while the page goes on.

use std::time::Duration;

use super::settling::Settling;
use super::turns::{Fallen, Turns};
use super::witness::Witness;
use crate::observation::{Death, LaterDeath};

impl Witness {
    /// Waits until the containers that the last step, with this number, has started are up, but no longer
    /// than `grace` since the last of them began; then they are looked after while the page goes on. One that ends by
    /// itself is told of, with its last words. `pause` waits a little; `false` gives up.
    pub fn first_death(
        &self,
        step: usize,
        grace: Duration,
        mut pause: impl FnMut() -> bool,
    ) -> Option<(Death, String)> {
        let mut settling = Settling::default();
        loop {
            let (fallen, last_start, running) =
                self.turns(|turns| (turns.first_death(), turns.last_start(), turns.running()));
            if let Some(fallen) = fallen {
                return Some(self.with_last_words(fallen));
            }
            let waited = self.daemon_time() - last_start?;
            if waited > grace.as_secs_f64() || self.is_deaf() || !pause() {
                return None;
            }
            if settling.all_up(&running, self.engine()) {
                self.turns(|turns| turns.watch(step, grace));
                return None;
            }
        }
    }

    /// Containers that earlier steps have left running and that have ended by themselves meanwhile, noticed
    /// at the step of this number; told once.
    pub fn later_deaths(&self, noticed: usize) -> Vec<LaterDeath> {
        let fallen = self.turns(Turns::fallen).into_iter();
        let told = fallen.map(|(step, fallen)| {
            let (death, words) = self.with_last_words(fallen);
            LaterDeath {
                step,
                // What is taken down at the end is counted before it.
                noticed: noticed.max(step),
                death,
                words,
            }
        });
        told.collect()
    }

    /// Waits until nothing is to be looked after any more. `pause` waits a little; `false` gives up.
    pub fn watch_on(&self, mut pause: impl FnMut() -> bool) {
        loop {
            let until = self.turns(|turns| turns.watched_until());
            let is_over = until.is_none_or(|until| self.daemon_time() > until);
            if is_over || self.is_deaf() || !pause() {
                return;
            }
        }
    }

    fn with_last_words(&self, fallen: Fallen) -> (Death, String) {
        let words = self.engine().last_words(&fallen.id).unwrap_or_default();
        (self.seen(|seen| seen.death(fallen)), words)
    }
}
