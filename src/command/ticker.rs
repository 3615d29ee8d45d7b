//! The line below the others that says what is being played: a clock, what is waited for, what was printed
//! last. It is drawn again and again while a step goes on.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::door;
use crate::progress::Progress;
use crate::terminal;
use crate::wording::{self, ASIDE, NOTE};

/// Between two drawings.
const TICK: Duration = Duration::from_millis(500);

/// Draws the line, for as long as this lives.
pub(super) struct Ticker {
    shared: Arc<(Mutex<Shown>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shown {
    step: Option<Step>,
    is_over: bool,
}

struct Step {
    began: Instant,
    /// `2/9 docker pull nginx`
    title: String,
}

impl Ticker {
    pub(super) fn start(progress: Progress) -> Ticker {
        let shared: Arc<(Mutex<Shown>, Condvar)> = Arc::default();
        let mine = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let (shown, woken) = &*mine;
            let mut shown = lock(shown);
            while !shown.is_over {
                if let Some(step) = &shown.step {
                    draw(step, &progress);
                }
                shown = woken
                    .wait_timeout(shown, TICK)
                    .map_or_else(|poisoned| poisoned.into_inner().0, |(shown, _)| shown);
            }
        });
        Ticker {
            shared,
            thread: Some(thread),
        }
    }

    /// A step begins.
    pub(super) fn begins(&self, title: String) {
        lock(&self.shared.0).step = Some(Step {
            began: Instant::now(),
            title,
        });
        self.shared.1.notify_one();
    }

    /// Takes the line away; until the next step there is none.
    pub(super) fn clear(&self) {
        if lock(&self.shared.0).step.take().is_some() {
            door::draw("\r\x1b[K");
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.clear();
        lock(&self.shared.0).is_over = true;
        self.shared.1.notify_one();
        if let Some(thread) = self.thread.take() {
            // One that has panicked draws nothing any more.
            let _ = thread.join();
        }
    }
}

fn draw(step: &Step, progress: &Progress) {
    let now = progress.now();
    let seconds = step.began.elapsed().as_secs();
    let clock = if seconds > 0 {
        format!(" {seconds} s")
    } else {
        String::new()
    };
    let more = now
        .waits
        .or(Some(now.last_line).filter(|line| !line.is_empty()));
    // Hidden before they are cut: half a secret is none that could be found.
    let more = more.map(|more| door::hidden(&more).into_owned());
    let width = usize::from(terminal::columns().unwrap_or(80));
    let room = width.saturating_sub(14 + clock.len());
    let title = door::hidden(&step.title);
    let title: String = title.chars().take(room).collect();
    let room = room.saturating_sub(title.chars().count() + 3);
    let more: String = wording::visible(more.as_deref().unwrap_or_default())
        .chars()
        .take(room)
        .collect();
    let dash = if more.is_empty() { "" } else { " · " };
    door::draw(&format!(
        "\r\x1b[K{NOTE}{:>12}{NOTE:#}{clock} {title}{ASIDE}{dash}{more}{ASIDE:#}",
        "playing"
    ));
}

fn lock(shown: &Mutex<Shown>) -> MutexGuard<'_, Shown> {
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}
