//! What a run is doing at the moment: noted by whoever does it, and shown where somebody watches.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is going on; nothing is noted where nobody watches.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    now: Option<Arc<Mutex<Now>>>,
}

/// The present moment of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Now {
    /// The last line that it has printed and ended.
    pub last_line: String,
    /// What is waited for: `a container: 1 s of 3`.
    pub waits: Option<String>,
}

impl Progress {
    /// For somebody who watches.
    pub fn watched() -> Progress {
        Progress {
            now: Some(Arc::default()),
        }
    }

    /// Whether somebody watches.
    pub fn is_watched(&self) -> bool {
        self.now.is_some()
    }

    /// A step begins.
    pub fn begins(&self) {
        if let Some(mut now) = self.lock() {
            *now = Now::default();
        }
    }

    /// What was printed up to now ends so.
    pub fn heard(&self, end: &[u8]) {
        let Some(mut now) = self.lock() else { return };
        let text = String::from_utf8_lossy(end);
        let ended = text.rsplit_once('\n').map_or("", |(ended, _)| ended);
        let last = ended.lines().rfind(|line| !line.trim().is_empty());
        if let Some(last) = last {
            last.trim().clone_into(&mut now.last_line);
        }
    }

    /// Something is waited for.
    pub fn waits(&self, what: impl FnOnce() -> String) {
        if let Some(mut now) = self.lock() {
            now.waits = Some(what());
        }
    }

    /// The present moment.
    pub fn now(&self) -> Now {
        self.lock().map(|now| now.clone()).unwrap_or_default()
    }

    fn lock(&self) -> Option<MutexGuard<'_, Now>> {
        let now = self.now.as_ref()?;
        Some(now.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_one_that_has_ended() {
        let progress = Progress::watched();
        progress.heard(b"one\ntwo\n\nhal");
        assert_eq!(progress.now().last_line, "two");
        progress.heard(b"half");
        assert_eq!(progress.now().last_line, "two");
        progress.begins();
        assert_eq!(progress.now(), Now::default());
        let unwatched = Progress::default();
        unwatched.waits(|| unreachable!("nobody watches"));
    }
}
