//! `docker pull`, and the pull that `docker run` and `docker create` do first.

use super::{Line, is_error};

/// What is written beside a layer while it is on its way, on a terminal or piped.
const PROGRESS: &[&str] = &[
    "Pulling fs layer",
    "Waiting",
    "Downloading",
    "Verifying Checksum",
    "Download complete",
    "Extracting",
    "Pull complete",
    "Already exists",
    "Layer already exists",
    "Preparing",
    "Pushing",
    "Pushed",
    "Mounted from",
];

/// Leaves out the lines of layers, and the whole pull that a missing image caused: a reader who
/// has the image already does not see it. That an image came or was there already is one fact.
pub(super) fn without_progress(lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let mut kept = Vec::with_capacity(lines.len());
    let mut in_preamble = false;
    for mut line in lines {
        let text = line.text.as_ref();
        if is_error(text) {
            in_preamble = false;
        } else if is_layer(text) {
            continue;
        } else if text.starts_with("Unable to find image '") && text.ends_with("' locally") {
            in_preamble = true;
            continue;
        } else if in_preamble {
            in_preamble = !text.starts_with("Status: ");
            let expected = text.starts_with("Status: ")
                || text.starts_with("Digest: ")
                || text.contains(": Pulling from ");
            if expected {
                continue;
            }
            in_preamble = false;
        } else if let Some(image) = text.strip_prefix("Status: Image is up to date for ") {
            line.text = format!("Status: Downloaded newer image for {image}").into();
        }
        kept.push(line);
    }
    kept
}

/// `551cb06279f2: Pull complete`.
fn is_layer(text: &str) -> bool {
    let Some((id, state)) = text.split_once(": ") else {
        return false;
    };
    id.len() == 12
        && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        && PROGRESS.iter().any(|progress| state.starts_with(progress))
}
