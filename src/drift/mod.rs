//! What moved under a page that nobody touched, and which step broke because of it.
//!
//! An [`Inventory`] is what an image gives to those who use it; a [`Lock`] keeps those of the last green run.
//! [`Moved`] says what of an image is another now, in words for an author. [`narrow`] finds the images that a
//! break comes from, by replays with old ones in place, and a [`Cause`] is what came of that.

mod cause;
mod constraints;
pub mod engines;
mod inventory;
mod lock;
mod moved;
mod narrow;
mod night;
mod packages;
mod sources;
mod told;
mod workflow;

pub use cause::{Cause, Proof};
pub use constraints::{constraints, has_python};
pub use inventory::{Config, Inventory, Looked, PLACES, Place};
pub use lock::{Green, Lock, LockedPage, Tools};
pub use moved::{Moved, moved};
pub use narrow::{Narrowed, Replay, narrow};
pub use night::{Break, Night, Outcome, PageNight};
pub use sources::{Sources, sources};
pub use told::{json, markdown, text};
pub use workflow::workflow;
