//! Requests about plugins: those that the page has installed are the run's, and it sees no others.

use std::sync::Arc;

use hyper::Response;

use super::far::{Body, Fault};
use super::fields::Fields;
use super::route::Deed;
use super::shared::{Asked, Shared, not_found};
use crate::docker::object::{Object, ObjectKind};
use crate::reference::familiar;

impl Shared {
    /// Whether a plugin is there, whoever has it.
    async fn has_plugin(&self, name: &str) -> bool {
        let there: Option<Fields> = self.far.look(&format!("/plugins/{name}/json")).await;
        there.is_some()
    }

    /// Whether the page sees a plugin: by its name, or by the first digits of its ID.
    async fn sees_plugin(&self, word: &str) -> bool {
        if self.room(|room| room.sees(ObjectKind::Plugin, &familiar(word))) {
            return true;
        }
        let there: Option<Fields> = self.far.look(&format!("/plugins/{word}/json")).await;
        let name = there.and_then(|there| there.text("Name"));
        name.is_some_and(|name| self.room(|room| room.sees(ObjectKind::Plugin, &name)))
    }
}

pub(super) async fn list(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    let edit = |text: &[u8]| {
        let mut all: Vec<Fields> = serde_json::from_slice(text).ok()?;
        shared.retain(ObjectKind::Plugin, &mut all);
        serde_json::to_vec(&all).ok()
    };
    shared.forward_edited(asked, edit).await
}

/// A plugin is pulled, or made from what is at hand.
pub(super) async fn install(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    let named = asked.query.get("name").or(asked.query.get("remote"));
    let name = familiar(named.unwrap_or_default());
    let is_own = shared.room(|room| room.has(ObjectKind::Plugin, &name));
    if !is_own && shared.has_plugin(&name).await {
        // The daemon says so in its own words.
        shared.meets(format!("a plugin `{name}`"));
        return shared.forward(asked).await;
    }
    // Known before it is there; one that does not come is nothing to remove.
    shared.owns(&Object::new(ObjectKind::Plugin, name));
    let here = Arc::clone(shared);
    shared
        .to_the_end(async move { here.forward(asked).await })
        .await
}

/// Something is done with one that is named.
pub(super) async fn one(
    shared: &Shared,
    name: &str,
    deed: Deed,
    asked: Asked,
) -> Result<Response<Body>, Fault> {
    if !shared.sees_plugin(name).await {
        return not_found(&format!("plugin \"{name}\" not found"));
    }
    if deed == Deed::Remove && shared.is_foreign(ObjectKind::Plugin, &familiar(name)) {
        return shared.refuses(&format!("plugin `{name}`"));
    }
    shared.forward(asked).await
}
