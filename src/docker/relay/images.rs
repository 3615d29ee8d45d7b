//! Requests about images that are there.

use std::collections::BTreeSet;

use hyper::{Response, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::far::{Body, Fault};
use super::fields::Fields;
use super::shared::{Asked, Shared, not_found, refusal};
use crate::reference::{familiar, repository};

/// What a path may not have in it.
pub(super) const IN_PATH: &AsciiSet = &CONTROLS.add(b' ').add(b'?').add(b'#').add(b'%').add(b'"');

/// An image as the page means it.
pub(super) struct Meant {
    pub(super) id: String,
    /// The reference, if it was not named by its ID.
    pub(super) reference: Option<String>,
}

impl Shared {
    /// What the daemon knows of an image.
    pub(super) async fn image(&self, name: &str) -> Option<Fields> {
        let name = utf8_percent_encode(name, IN_PATH);
        self.far.look(&format!("/images/{name}/json")).await
    }

    pub(super) async fn image_id(&self, name: &str) -> Option<String> {
        self.image(name).await?.text("Id")
    }

    /// The image that a word means to the page.
    pub(super) async fn meant(&self, word: &str) -> Option<Meant> {
        let reference = familiar(word);
        let known = self.room(|room| {
            let id = room.images.id(word).map(str::to_owned);
            (room.images.sees(&reference), id, room.is_shared())
        });
        if let (false, Some(id), _) = known {
            return Some(Meant {
                id,
                reference: None,
            });
        }
        let there = self.image_id(word).await?;
        let is_by_id = is_beginning(word, &there);
        // By a digest, one that is seen under another name.
        let is_seen = word.contains('@') && self.room(|room| room.images.sees_id(&there));
        (known.0 || known.2 || is_seen).then(|| Meant {
            reference: (!is_by_id).then_some(reference),
            id: there,
        })
    }
}

/// Whether a word is an ID, or its first digits.
fn is_beginning(word: &str, id: &str) -> bool {
    let word = word.strip_prefix("sha256:").unwrap_or(word);
    let id = id.strip_prefix("sha256:").unwrap_or(id);
    id.starts_with(word)
}

/// What the daemon says of an image that is not there.
pub(super) fn not_there(name: &str) -> Result<Response<Body>, Fault> {
    let name = if name.starts_with("sha256:") {
        name.to_owned()
    } else {
        familiar(name)
    };
    not_found(&format!("No such image: {name}"))
}

/// Whether the page may use an image: what other people have pulled is as good as pulled anew, and is seen
/// from here on. One that nobody has, the daemon says itself.
pub(super) async fn uses(shared: &Shared, name: &str) -> bool {
    if shared.meant(name).await.is_some() {
        return true;
    }
    if shared.room(|room| room.wants_anew(name)) {
        return false;
    }
    let Some(id) = shared.image_id(name).await else {
        return true;
    };
    if is_beginning(name, &id) {
        return false;
    }
    shared.room(|room| room.images.shows(&familiar(name), &id));
    true
}

pub(super) async fn list(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    let edit = |text: &[u8]| {
        let mut all: Vec<Fields> = serde_json::from_slice(text).ok()?;
        retain(shared, &mut all);
        serde_json::to_vec(&all).ok()
    };
    shared.forward_edited(asked, edit).await
}

/// Those that the page sees, by the names that it sees.
pub(super) fn retain(shared: &Shared, all: &mut Vec<Fields>) {
    all.retain_mut(|image| is_seen(shared, image));
}

/// Whether the page sees an image; then it has the names that the page sees.
pub(super) fn is_seen(shared: &Shared, image: &mut Fields) -> bool {
    let id = image.text("Id").unwrap_or_default();
    let references: Vec<String> = image.get("RepoTags").unwrap_or_default();
    let Some(seen) = shared.room(|room| room.seen_of(&id, &references)) else {
        return false;
    };
    // What has no name may be said in words.
    let is_unnamed = references
        .iter()
        .all(|reference| reference == "<none>:<none>");
    if seen.len() == references.len() || is_unnamed {
        return true;
    }
    let names: BTreeSet<&str> = seen.iter().map(|one| repository(one)).collect();
    image.set("RepoTags", &seen);
    let digests: Vec<String> = image.get("RepoDigests").unwrap_or_default();
    let of_seen = |digest: &&String| {
        names.contains(repository(digest)) || shared.room(|room| room.images.sees(digest))
    };
    let digests: Vec<&String> = digests.iter().filter(of_seen).collect();
    image.set("RepoDigests", &digests);
    true
}

/// What an image that other people have is called, in a message.
pub(super) fn called(meant: &Meant) -> String {
    let name = meant.reference.clone().unwrap_or_else(|| meant.id.clone());
    format!("image `{name}`")
}

/// Why an image cannot be removed, in the daemon's words.
pub(super) fn conflict(words: &str) -> Result<Response<Body>, Fault> {
    refusal(StatusCode::CONFLICT, &format!("conflict: {words}"))
}

impl Shared {
    /// Whether an image was there before, or at least is not known as the run's.
    pub(super) fn is_others_image(&self, id: &str) -> bool {
        self.room(|room| room.images.was_before(id) || !room.images.sees_id(id))
    }
}
