//! Images are removed: the run's by the daemon, other people's only from what the page sees.

use std::sync::Arc;

use hyper::{Method, Response, StatusCode};
use percent_encoding::utf8_percent_encode;
use serde_json::{Value, json};

use super::far::{Body, Fault};
use super::fields::Fields;
use super::images::{Meant, called, conflict, retain};
use super::query::Query;
use super::shared::{Asked, Shared, said};
use crate::reference::repository;

/// Digits of an ID in a message.
const SHORT: usize = 12;

pub(super) async fn remove(
    shared: &Arc<Shared>,
    meant: &Meant,
    asked: Asked,
) -> Result<Response<Body>, Fault> {
    let Some(image) = shared.image(&meant.id).await else {
        return shared.forward(asked).await;
    };
    let is_removable = shared.is_removable(meant, &image);
    // Of other people's image, the last name that the page sees is to it the last there is.
    if is_removable && (shared.is_shared() || !shared.is_last_seen(meant, &image)) {
        return shared.forward(asked).await;
    }
    if shared.is_shared() {
        return shared.refuses(&called(meant));
    }
    let force = asked.query.is_on("force");
    match shared.pretend(meant, &image, force).await {
        Ok(gone) => said(StatusCode::OK, &gone),
        Err(words) => conflict(&words),
    }
}

impl Shared {
    /// Whether the daemon may remove it: a reference that the run has set, of an image that has others, too,
    /// or an image that was not there before.
    fn is_removable(&self, meant: &Meant, image: &Fields) -> bool {
        if !self.is_others_image(&meant.id) {
            return true;
        }
        let all: Vec<String> = image.get("RepoTags").unwrap_or_default();
        let Some(reference) = &meant.reference else {
            return false;
        };
        self.room(|room| {
            let images = &room.images;
            let is_own = images.has_set(reference) && images.was(reference) != Some(&meant.id);
            is_own && all.iter().any(|other| !images.has_set(other))
        })
    }

    /// Whether an image is other people's, and the page sees no other name of it.
    fn is_last_seen(&self, meant: &Meant, image: &Fields) -> bool {
        let all: Vec<String> = image.get("RepoTags").unwrap_or_default();
        let seen = self.room(|room| room.seen_of(&meant.id, &all));
        let mut others = seen.into_iter().flatten();
        let is_only = others.all(|one| Some(&one) == meant.reference.as_ref());
        is_only && self.is_others_image(&meant.id)
    }

    /// What the daemon would say if it removed an image of other people's, which the page no longer sees then.
    async fn pretend(
        &self,
        meant: &Meant,
        image: &Fields,
        force: bool,
    ) -> Result<Vec<Value>, String> {
        let id = meant.id.trim_start_matches("sha256:");
        let id = &id[..id.len().min(SHORT)];
        let all: Vec<String> = image.get("RepoTags").unwrap_or_default();
        let seen = self
            .room(|room| room.seen_of(&meant.id, &all))
            .unwrap_or_default();
        let untagged = match &meant.reference {
            Some(reference) => vec![reference.clone()],
            None => seen.clone(),
        };
        let is_last = seen.iter().all(|one| untagged.contains(one));
        let containers = self.containers().await;
        let user = containers
            .iter()
            .find(|container| container.image == meant.id);
        if let Some(user) = user.filter(|_| is_last) {
            let container = &user.id[..SHORT.min(user.id.len())];
            if user.state == "running" && (meant.reference.is_none() || !force) {
                return Err(match &meant.reference {
                    Some(_) => in_use(&untagged[0], container, id),
                    None => format!(
                        "unable to delete {id} (cannot be forced) - image is being used by running container {container}"
                    ),
                });
            }
            if !force {
                return Err(match &meant.reference {
                    Some(_) => in_use(&untagged[0], container, id),
                    None => format!(
                        "unable to delete {id} (must be forced) - image is being used by stopped container {container}"
                    ),
                });
            }
        }
        if meant.reference.is_none() && untagged.len() > 1 && !force {
            return Err(format!(
                "unable to delete {id} (must be forced) - image is referenced in multiple repositories"
            ));
        }
        let mut gone = Vec::new();
        let digests: Vec<String> = image.get("RepoDigests").unwrap_or_default();
        for reference in &untagged {
            gone.push(json!({ "Untagged": reference }));
            let of_name = |digest: &&String| repository(digest) == repository(reference);
            let digests = digests
                .iter()
                .filter(of_name)
                .filter(|digest| *digest != reference);
            gone.extend(digests.map(|digest| json!({ "Untagged": digest })));
            self.takes_off(reference, &meant.id).await;
        }
        if is_last && user.is_none() {
            self.room(|room| room.images.hides_id(&meant.id));
            gone.push(json!({ "Deleted": meant.id }));
            let layers = image
                .get::<Fields>("RootFS")
                .and_then(|root| root.get("Layers"));
            let layers: Vec<String> = layers.unwrap_or_default();
            gone.extend(layers.iter().rev().map(|layer| json!({ "Deleted": layer })));
        }
        Ok(gone)
    }
}

impl Shared {
    /// The page no longer sees a reference; one that the run has set is taken off.
    async fn takes_off(&self, reference: &str, id: &str) {
        let is_own = self.room(|room| {
            let images = &mut room.images;
            images.hides(reference);
            images.has_set(reference) && images.was(reference) != Some(id)
        });
        self.room(|room| room.images.forgets(reference));
        if is_own {
            self.holds(id).await;
            let name = utf8_percent_encode(reference, super::images::IN_PATH);
            let _ = self
                .far
                .ask(Method::DELETE, &format!("/images/{name}"))
                .await;
        }
    }
}

fn in_use(reference: &str, container: &str, id: &str) -> String {
    format!(
        "unable to remove repository reference \"{}\" (must force) - container {container} is using its referenced image {id}",
        reference.strip_suffix(":latest").unwrap_or(reference)
    )
}

/// Removes images that no container of the run's has: without a name, or all of them.
pub(super) async fn prune(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    let filters = asked.query.filters()?;
    let is_off = |on: &String| on == "false" || on == "0";
    let everything = filters
        .get("dangling")
        .is_some_and(|on| on.keys().any(is_off));
    let mut query = Query::default();
    for (of, values) in filters.iter().filter(|(of, _)| *of != "dangling") {
        for value in values.keys() {
            query.filter(of, value)?;
        }
    }
    let target = format!("/images/json{}", query.text());
    let mut all: Vec<Fields> = shared.far.look(&target).await.unwrap_or_default();
    retain(shared, &mut all);
    let used = shared.containers().await;
    let (mut gone, mut freed) = (Vec::new(), 0);
    for image in all {
        let id = image.text("Id").unwrap_or_default();
        let references: Vec<String> = image.get("RepoTags").unwrap_or_default();
        let named: Vec<String> = references
            .into_iter()
            .filter(|reference| reference != "<none>:<none>")
            .collect();
        let is_used = used.iter().any(|container| container.image == id);
        if is_used || (!everything && !named.is_empty()) {
            continue;
        }
        let mut names: Vec<Option<String>> = named.into_iter().map(Some).collect();
        if names.is_empty() {
            names.push(None);
        }
        for reference in names {
            let meant = Meant {
                id: id.clone(),
                reference,
            };
            gone.extend(shared.untag(&meant).await);
        }
        freed += image.get::<u64>("Size").unwrap_or_default();
    }
    let gone = (!gone.is_empty()).then_some(gone);
    let freed = if gone.is_some() { freed } else { 0 };
    said(
        StatusCode::OK,
        &json!({ "ImagesDeleted": gone, "SpaceReclaimed": freed }),
    )
}

impl Shared {
    /// Removes one reference, and the image with its last.
    async fn untag(&self, meant: &Meant) -> Vec<Value> {
        let Some(image) = self.image(&meant.id).await else {
            return Vec::new();
        };
        if !self.is_removable(meant, &image) {
            if self.is_shared() {
                return Vec::new();
            }
            return self.pretend(meant, &image, false).await.unwrap_or_default();
        }
        let name = meant.reference.as_deref().unwrap_or(&meant.id);
        let name = utf8_percent_encode(name, super::images::IN_PATH);
        let removed = self
            .far
            .ask(Method::DELETE, &format!("/images/{name}"))
            .await;
        match removed {
            Ok((status, text)) if status.is_success() => {
                serde_json::from_slice(&text).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}
