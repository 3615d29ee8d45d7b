//! The Docker daemon: a witness of what steps do, and the ledger of what they made.
//!
//! The only room that names bollard and hyper. Steps are not run through it, the shell does that; the daemon
//! is asked what the IDs in an output really are, and told at the end to remove what the run made.

use std::path::Path;

mod address;
mod archive;
mod arrival;
mod census;
mod clean;
mod deeds;
mod digests;
mod engine;
mod hearing;
mod inventory;
mod labelled;
mod layering;
mod ledger;
mod liveness;
mod mark;
mod names;
mod notes;
mod object;
mod own;
mod pins;
mod place;
mod porter;
mod reach;
mod relay;
mod removal;
mod scratch;
mod seen;
mod settling;
mod transport;
mod turn;
mod turns;
mod witness;

pub use address::Address;
pub use arrival::Wishes;
pub use clean::{Cleaned, Run, clean, remove_scratch};
pub use engine::{Facts, facts};
pub use ledger::Ledger;
pub use mark::Mark;
pub use names::kept_as;
pub use pins::{Besides, POLICY, Pins};
pub use place::Scratch;
pub use porter::Porter;
pub use relay::Door;
pub use scratch::{HOME, KEPT};
pub use witness::Witness;

impl Error {
    /// What becomes of an error with the folder of tutcheck's state.
    fn no_folder(folder: &Path) -> impl FnOnce(std::io::Error) -> Error {
        move |source| Error::NoFolder {
            folder: folder.display().to_string(),
            source,
        }
    }

    /// What becomes of an error of the operating system's while something is done to a file of ours.
    fn state(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        move |source| Error::State {
            action,
            path: path.display().to_string(),
            source,
        }
    }
}

/// Why the daemon is no witness.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody answers, or not in time.
    #[error("no Docker daemon answers at {address}: {reason}")]
    Unreachable {
        /// The address that was tried.
        address: String,
        /// What happened.
        reason: String,
    },
    /// The daemon refused something.
    #[error("the Docker daemon cannot {action}: {reason}")]
    Request {
        /// What was asked for.
        action: &'static str,
        /// The status of its answer, if it gave one.
        status: Option<u16>,
        /// Its answer.
        reason: String,
    },
    /// The user gave up.
    #[error("interrupted while another run used the daemon")]
    Interrupted,
    /// The folder for tutcheck's own state.
    #[error(
        "cannot keep word of what runs make in {folder}: {source} (TUTCHECK_STATE names another folder)"
    )]
    NoFolder {
        /// The folder.
        folder: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A file of tutcheck's own state.
    #[error("cannot {action} {path}: {source}")]
    State {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: String,
        /// What the operating system says.
        source: std::io::Error,
    },
}

impl Error {
    /// Whether a file could not be made because there is one.
    fn is_taken(&self) -> bool {
        matches!(self, Error::State { source, .. } if source.kind() == std::io::ErrorKind::AlreadyExists)
    }
}
