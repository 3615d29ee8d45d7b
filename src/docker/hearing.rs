//! The daemon's events, heard on a thread of their own for as long as a run goes on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use tokio::sync::oneshot::{self, error::TryRecvError};

use super::engine::Engine;
use super::notes::{Notes, lock};
use super::reach::Reach;

/// Between two tries to hear the daemon again.
pub(super) const RECONNECT: Duration = Duration::from_millis(100);

/// Between two signs of life in the ledger.
const HEARTBEAT: Duration = Duration::from_millis(500);

/// Somebody who hears what the daemon tells; it ends when it is dropped.
#[derive(Debug)]
pub(super) struct Hearing {
    /// Whether a step is running: what comes into being at other times is not ours.
    running: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
    ending: Option<oneshot::Sender<()>>,
    reader: Option<JoinHandle<()>>,
}

impl Hearing {
    /// Begins to hear, and writes down what is heard.
    pub(super) fn begin(reach: &Reach, notes: &Arc<Mutex<Notes>>) -> Hearing {
        let (running, lost) = (Arc::default(), Arc::default());
        let (ending, ended) = oneshot::channel();
        let listener = Listener {
            reach: reach.clone(),
            notes: Arc::clone(notes),
            running: Arc::clone(&running),
            lost: Arc::clone(&lost),
            ended,
        };
        Hearing {
            running,
            lost,
            ending: Some(ending),
            reader: Some(std::thread::spawn(move || listener.listen())),
        }
    }

    /// A step begins, or is over.
    pub(super) fn step_runs(&self, does: bool) {
        self.running.store(does, Ordering::Relaxed);
    }

    /// Whether the daemon is not heard at the moment.
    pub(super) fn is_deaf(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    pub(super) fn stop(&mut self) {
        drop(self.ending.take());
        if let Some(reader) = self.reader.take() {
            // It ends at once; if it has panicked there is nothing more to learn from it.
            let _ = reader.join();
        }
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What its thread has.
struct Listener {
    reach: Reach,
    notes: Arc<Mutex<Notes>>,
    running: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
    ended: oneshot::Receiver<()>,
}

impl Listener {
    /// A stream that breaks while the daemon is there is taken up again where it broke.
    fn listen(mut self) {
        let mut last = None;
        while self.ended.try_recv() == Err(TryRecvError::Empty) {
            match Engine::connect(&self.reach) {
                Ok(engine) => engine.wait(self.listen_once(&engine, &mut last)),
                Err(_) => self.lost.store(true, Ordering::Relaxed),
            }
            std::thread::sleep(RECONNECT);
        }
    }

    async fn listen_once(&mut self, engine: &Engine, last: &mut Option<i64>) {
        let options = last.map(|last| {
            let since = format!("{}.{:09}", last / 1_000_000_000, last % 1_000_000_000);
            EventsOptionsBuilder::default().since(&since).build()
        });
        let mut events = Box::pin(engine.docker.events(options));
        let mut heart = tokio::time::interval(HEARTBEAT);
        loop {
            tokio::select! {
                _ = &mut self.ended => return,
                // A time that is a little old does no harm.
                _ = heart.tick() => drop(lock(&self.notes).ledger.lives()),
                event = events.next() => match event {
                    Some(Ok(event)) => {
                        *last = event.time_nano.or(*last);
                        let is_running = self.running.load(Ordering::Relaxed);
                        lock(&self.notes).take(event, is_running);
                    }
                    Some(Err(_)) | None => return,
                },
            }
        }
    }
}
