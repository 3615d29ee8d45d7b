//! Names that images have because of us.

use crate::reference::repository;

/// What images of other people's are called while a run holds them; nobody is shown it.
pub(super) const HOLDS: &str = "tutcheck-holds";

/// Whether a reference is one by which a run holds an image.
pub(super) fn is_hold(reference: &str) -> bool {
    repository(reference) == HOLDS
}

/// The copy of an image in a registry of one's own: `REGISTRY/python:tutcheck-0123456789ab`.
pub fn kept_as(registry: &str, image: &str, digest: &str) -> String {
    const DIGITS: usize = 12;
    let name = repository(image).rsplit('/').next().unwrap_or(image);
    let digits: String = digest
        .trim_start_matches("sha256:")
        .chars()
        .take(DIGITS)
        .collect();
    format!("{registry}/{name}:tutcheck-{digits}")
}
