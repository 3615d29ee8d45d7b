//! Images that stand in for others: a run whose images are pinned meets them under the names that its page uses.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::{Method, Response};

use super::far::{Body, Fault};
use super::fields::{Fields, tells_of_failure};
use super::query::Query;
use super::shared::{Asked, Shared};
use super::tap;
use crate::docker::object::{Object, ObjectKind};
use crate::reference::{familiar, host, parts};

/// Another image is pulled than was asked for, and gets the name of that one: who asked hears of no other.
pub(super) async fn pull(
    shared: &Arc<Shared>,
    reference: &str,
    other: &str,
    mut asked: Asked,
) -> Result<Response<Body>, Fault> {
    // With a digest, docker says no tag.
    let other = familiar(other);
    asked.pulls(&other);
    if host(&other) != host(reference) {
        asked.forgets_password();
    }
    shared.comes(&other);
    let answer = shared.forward(asked).await?;
    if !answer.status().is_success() {
        return Ok(answer);
    }
    let words = [
        (other.clone(), reference.to_owned()),
        tags(&other, reference),
    ];
    let failed = Arc::new(AtomicBool::new(false));
    let fails = Arc::clone(&failed);
    let edit = move |line: &[u8]| {
        let has_failed = Fields::parse(line).is_some_and(|fields| tells_of_failure(&fields));
        fails.fetch_or(has_failed, Ordering::SeqCst);
        let mut line = String::from_utf8_lossy(line).into_owned();
        for (one, by) in &words {
            // The digest of what was pulled is said as it is.
            if !line.contains("Digest: ") {
                line = line.replace(one, by);
            }
        }
        Some(line.into_bytes())
    };
    let (here, reference) = (Arc::clone(shared), reference.to_owned());
    Ok(tap::filtered(answer, edit, async move {
        if !failed.load(Ordering::SeqCst) {
            here.stands_in(&reference, &other).await;
        }
    }))
}

/// What an image is called behind its repository, as a pull says it, and what another is.
fn tags(other: &str, reference: &str) -> (String, String) {
    let tag = other
        .split_once('@')
        .map_or(parts(other).1, |(_, digest)| digest);
    let id = |tag: &str| format!("\"id\":\"{tag}\"");
    (id(tag), id(parts(reference).1))
}

impl Shared {
    /// An image that stands in is about to come, under a name that no page sees and that goes with the run.
    fn comes(&self, name: &str) {
        self.notes().gives_name(&Object {
            sort: ObjectKind::Image,
            name: name.to_owned(),
            pulled: true,
        });
    }

    /// An image that is there gets a reference of the run's.
    async fn stands_in(&self, reference: &str, other: &str) {
        let (repository, tag) = parts(reference);
        self.gives_name(other, repository, tag).await;
        self.notes().seen.uses(reference);
        self.has_set(reference, true).await;
    }

    /// Before the classic builder looks for its bases, which cannot be told of others, these stand there.
    pub(super) async fn puts_in_place(&self) {
        let pins = self.room(|room| room.pins.of_builds(&room.run));
        for (reference, other) in pins {
            if self.room(|room| room.images.sees(&reference)) {
                continue;
            }
            self.sets(&reference, true).await;
            let other = familiar(&other);
            // One that cannot be had is said where the build misses it.
            if self.image_id(&other).await.is_some() || self.pulls(&other).await {
                self.stands_in(&reference, &other).await;
            }
        }
    }

    /// Has the daemon pull an image; false if it cannot.
    async fn pulls(&self, image: &str) -> bool {
        self.comes(image);
        let mut query = Query::default();
        query.pulls(image);
        let target = format!("/images/create{}", query.text());
        let Ok((status, told)) = self.far.ask(Method::POST, &target).await else {
            return false;
        };
        let mut lines = told.split(|byte| *byte == b'\n').filter_map(Fields::parse);
        status.is_success() && !lines.any(|line| tells_of_failure(&line))
    }
}
