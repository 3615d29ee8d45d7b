//! The digests of the images that a run uses, looked up while they are there: a page may remove them again,
//! and what a build fetches never is in a list.

use std::collections::{BTreeMap, BTreeSet};

use super::engine::Engine;
use super::object::is_hex;
use crate::reference::familiar;

/// What was found so far, by reference: `nginx:latest`.
#[derive(Debug, Default, Clone)]
pub(super) struct Digests {
    found: BTreeMap<String, String>,
    /// References that the daemon was asked for. One that was built here has no digest.
    asked: BTreeSet<String>,
}

impl Digests {
    /// Looks up the images that were used; again, those that may have been `fetched` anew.
    pub(super) fn look_up(&mut self, used: &BTreeSet<String>, fetched: bool, engine: &Engine) {
        let is_new = |reference: &String| fetched || !self.asked.contains(reference);
        if !used.iter().any(is_new) {
            return;
        }
        // Without an answer, the next step asks again.
        if let Ok(all) = engine.digests() {
            let of_run = all.into_iter().filter(|(name, _)| used.contains(name));
            self.found.extend(of_run);
            self.asked.extend(used.iter().cloned());
        }
    }

    /// Takes what an output says of images that were fetched: a pull at its end, `BuildKit` for the bases of
    /// what it builds.
    pub(super) fn read(&mut self, output: &str) {
        let mut pulled = None;
        for line in output.lines() {
            let line = line.trim();
            if let Some(digest) = line.strip_prefix("Digest: ") {
                pulled = Some(digest).filter(|digest| is_digest(digest));
            }
            if let Some(reference) = status_of_pull(line)
                && let Some(digest) = pulled.take()
            {
                self.found.insert(reference.to_owned(), digest.to_owned());
            }
            self.found.extend(base_of_build(line));
        }
    }

    pub(super) fn all(&self) -> BTreeMap<String, String> {
        self.found.clone()
    }
}

/// The reference of an image that is named without digest, with its tag.
pub(super) fn reference(image: &str) -> Option<String> {
    if image.contains('@') || image.starts_with("sha256:") || is_hex(image) {
        return None;
    }
    Some(familiar(image))
}

/// What `BuildKit` looks for to build from it: of what is there already, it says no digest.
pub(super) fn bases(output: &str) -> Vec<String> {
    let lines = output.lines();
    let names = lines.filter_map(|line| line.trim().split_once(" load metadata for "));
    names.filter_map(|(_, name)| reference(name)).collect()
}

fn status_of_pull(line: &str) -> Option<&str> {
    let status = line.strip_prefix("Status: ")?;
    status
        .strip_prefix("Downloaded newer image for ")
        .or_else(|| status.strip_prefix("Image is up to date for "))
}

/// `#4 [1/3] FROM docker.io/library/python:3.13-slim@sha256:…`
fn base_of_build(line: &str) -> Option<(String, String)> {
    let from = line.split_once("] FROM ")?.1;
    let (name, digest) = from.split_whitespace().next()?.split_once('@')?;
    is_digest(digest).then(|| Some((reference(name)?, digest.to_owned())))?
}

fn is_digest(word: &str) -> bool {
    word.strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && is_hex(hex))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_tell_of_what_was_fetched() {
        let digest = |digit: &str| format!("sha256:{}", digit.repeat(64));
        let (one, two) = (digest("1"), digest("2"));
        let mut digests = Digests::default();
        digests.read(&format!(
            "latest: Pulling from library/busybox\nDigest: {one}\nStatus: Downloaded newer image for busybox:latest\n"
        ));
        digests.read(&format!(
            "#5 [1/2] FROM docker.io/library/python:3.13-slim@{two}\n#5 [2/2] RUN x\n#6 [1/2] FROM scratch\n"
        ));
        let wanted = [("busybox:latest", one), ("python:3.13-slim", two)];
        let wanted = wanted.map(|(name, digest)| (name.to_owned(), digest));
        assert_eq!(digests.all(), BTreeMap::from(wanted));
    }

    #[test]
    fn bases_are_named_whether_they_are_there_or_not() {
        let output =
            "#2 [internal] load metadata for docker.io/library/python:3.13-slim\n#2 DONE 0.0s\n";
        assert_eq!(bases(output), ["python:3.13-slim"]);
    }

    #[test]
    fn references_have_a_tag() {
        for (image, wanted) in [
            ("nginx", Some("nginx:latest")),
            (
                "127.0.0.1:5000/writer",
                Some("127.0.0.1:5000/writer:latest"),
            ),
            ("python:3.13-slim", Some("python:3.13-slim")),
            ("sha256:0123", None),
            ("0123456789ab", None),
        ] {
            assert_eq!(reference(image).as_deref(), wanted, "{image}");
        }
    }
}
