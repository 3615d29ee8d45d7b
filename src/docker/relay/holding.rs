//! Other people's images are held by a name of ours where they may lose their last one, or what they stand
//! below: a builder drops an image whose name it gives away, and an image that is removed takes those that it
//! was built on along.

use hyper::Method;

use super::query::Query;
use super::shared::Shared;
use crate::docker::names::HOLDS;
use crate::docker::object::{Object, ObjectKind};

/// So many digits of an ID tell it from others.
const DIGITS: usize = 12;

impl Shared {
    /// Holds an image that was there before, until the run is over.
    pub(super) async fn holds(&self, id: &str) {
        let held = self.room(|room| {
            let is_new = room.images.was_before(id) && room.images.holds(id);
            is_new.then(|| room.run.clone())
        });
        let Some(run) = held else {
            return;
        };
        let digits = id.trim_start_matches("sha256:");
        let tag = format!("{run}-{}", &digits[..digits.len().min(DIGITS)]);
        // Known before it is there, so that it goes whatever happens.
        self.notes()
            .gives_name(&Object::new(ObjectKind::Image, format!("{HOLDS}:{tag}")));
        self.gives_name(id, HOLDS, &tag).await;
    }

    /// Gives an image a name; that it cannot be given shows in what is done next.
    pub(super) async fn gives_name(&self, id: &str, repository: &str, tag: &str) {
        let mut query = Query::default();
        query.set("repo", repository.to_owned());
        query.set("tag", tag.to_owned());
        let target = format!("/images/{id}/tag{}", query.text());
        let _ = self.far.ask(Method::POST, &target).await;
    }
}
