//! Who waits at the door of a run whose page does not say that it uses Docker: a script may, that the page runs.
//! Nothing is asked of the daemon before somebody comes; who does finds the relay, as on any other page.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot::{self, error::TryRecvError};

use super::Address;
use super::arrival::{Wishes, arrive};
use super::ledger::Ledger;
use super::reach::Reach;
use super::relay::Door;
use super::witness::Witness;

/// Between two looks whether another run still has the daemon.
const AGAIN: Duration = Duration::from_millis(100);

/// Waits at a run's door.
#[derive(Debug)]
pub struct Porter {
    called: Arc<Mutex<Option<Witness>>>,
    /// Dropped when nobody comes any more: that is heard whatever a step has made of the socket.
    stays: oneshot::Sender<()>,
    thread: JoinHandle<Option<Ledger>>,
}

impl Porter {
    /// Waits for the first who comes.
    pub fn stand(address: &Address, door: Door, ledger: Ledger, wishes: Wishes) -> Porter {
        let (stays, over) = oneshot::channel();
        let called = Arc::default();
        let (calls, reach) = (Arc::clone(&called), Reach::of(address.clone()));
        let thread = std::thread::spawn(move || wait(door, over, ledger, &wishes, reach, &calls));
        Porter {
            called,
            stays,
            thread,
        }
    }

    /// The witness, once somebody has come.
    pub fn called(&self) -> Option<Witness> {
        lock(&self.called).take()
    }

    /// Nobody comes any more. Gives back the run's ledger, or the witness that has it.
    pub fn leaves(self) -> (Option<Witness>, Option<Ledger>) {
        drop(self.stays);
        let ledger = self.thread.join().ok().flatten();
        (lock(&self.called).take(), ledger)
    }
}

fn lock(called: &Mutex<Option<Witness>>) -> MutexGuard<'_, Option<Witness>> {
    called.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits, and calls the witness; gives the ledger back where there is none.
fn wait(
    mut door: Door,
    mut over: oneshot::Receiver<()>,
    mut ledger: Ledger,
    wishes: &Wishes,
    reach: Reach,
    called: &Mutex<Option<Witness>>,
) -> Option<Ledger> {
    if !door.waits(&mut over) {
        return Some(ledger);
    }
    let waiting = |_: &str| {
        std::thread::sleep(AGAIN);
        over.try_recv() == Err(TryRecvError::Empty)
    };
    let Ok(arrived) = arrive(&reach, &mut ledger, wishes, waiting) else {
        // A client then says itself that there is no daemon.
        door.closes();
        return Some(ledger);
    };
    // Whoever has an answer is to find the witness.
    let mut called = lock(called);
    let mut witness = Witness::of(arrived, reach, ledger, door);
    witness.step_begins(0, "", false);
    *called = Some(witness);
    None
}
