//! Requests about volumes.

use std::collections::BTreeSet;
use std::sync::Arc;

use hyper::{Method, Response, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::far::{Body, Fault, full, whole};
use super::fields::Fields;
use super::query::Query;
use super::route::Deed;
use super::shared::{Asked, Shared, not_found, said};
use crate::docker::object::{Object, ObjectKind, is_hex};

/// What the daemon marks volumes with that nobody has named.
const UNNAMED: &str = "com.docker.volume.anonymous";

pub(super) async fn list(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    let edit = |text: &[u8]| {
        let mut fields = Fields::parse(text)?;
        let mut all: Vec<Fields> = fields.get("Volumes")?;
        shared.retain(ObjectKind::Volume, &mut all);
        fields.set("Volumes", &all);
        Some(fields.to_bytes())
    };
    shared.forward_edited(asked, edit).await
}

pub(super) async fn one(
    shared: &Shared,
    name: &str,
    deed: Deed,
    asked: Asked,
) -> Result<Response<Body>, Fault> {
    if !shared.room(|room| room.sees(ObjectKind::Volume, name)) {
        return not_found(&format!("get {name}: no such volume"));
    }
    if deed == Deed::Remove {
        if shared.is_foreign(ObjectKind::Volume, name) {
            return shared.refuses(&format!("volume `{name}`"));
        }
        return shared.forward(asked).await;
    }
    let answer = shared.forward_edited(asked, |_| None).await?;
    if !shared.room(|room| room.unlabelled.contains(name)) {
        return Ok(answer);
    }
    // Without any label it has none, not an empty list.
    let (head, body) = answer.into_parts();
    let text = whole(body).await?;
    let Some(mut fields) = Fields::parse(&text) else {
        return Ok(Response::from_parts(head, full(text)));
    };
    if fields
        .get::<Fields>("Labels")
        .is_some_and(|labels| labels.names().next().is_none())
    {
        fields.set("Labels", &None::<()>);
    }
    Ok(Response::from_parts(head, full(fields.to_bytes())))
}

/// Whether a volume of that name is there that is not the run's.
async fn is_others(shared: &Shared, name: &str) -> bool {
    if name.is_empty() || shared.room(|room| room.has(ObjectKind::Volume, name)) {
        return false;
    }
    let path = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let there: Option<Fields> = shared.far.look(&format!("/volumes/{path}")).await;
    there.is_some()
}

/// What is said where a volume of other people's has a name that the page wants.
fn taken(shared: &Shared, name: &str) -> Fault {
    shared.meets(format!("a volume `{name}`"));
    let message = format!("a volume {name} was there before this run of tutcheck");
    Fault::Refused(StatusCode::CONFLICT, message)
}

/// A container wants a volume by its name. One that is free is the run's; one of other people's is only for
/// a page that sees them.
pub(super) async fn wanted(shared: &Shared, name: &str) -> Result<(), Fault> {
    match is_others(shared, name).await {
        true if shared.is_shared() => Ok(()),
        true => Err(taken(shared, name)),
        false => {
            shared.owns(&Object::new(ObjectKind::Volume, name));
            Ok(())
        }
    }
}

pub(super) async fn create(
    shared: &Arc<Shared>,
    mut asked: Asked,
) -> Result<Response<Body>, Fault> {
    let mut fields = asked.object().await?.unwrap_or_default();
    let name: String = fields.read("Name")?.unwrap_or_default();
    if is_others(shared, &name).await {
        if shared.is_shared() {
            // To make one that is there already changes nothing, nor whose it is.
            return shared.forward(asked).await;
        }
        return Err(taken(shared, &name));
    }
    if !name.is_empty() {
        shared.owns(&Object::new(ObjectKind::Volume, name.as_str()));
    }
    let is_unlabelled = fields.read::<Fields>("Labels")?.is_none();
    shared.labels(&mut fields)?;
    asked.brings(&fields);
    let here = Arc::clone(shared);
    let made = async move {
        let answer = here.forward(asked).await?;
        if !answer.status().is_success() {
            return Ok(answer);
        }
        let (mut head, body) = answer.into_parts();
        let text = whole(body).await?;
        if let Some(name) = Fields::parse(&text).and_then(|fields| fields.text("Name")) {
            here.owns(&Object::new(ObjectKind::Volume, name.as_str()));
            if is_unlabelled {
                here.room(|room| room.unlabelled.insert(name));
            }
        }
        head.headers.remove(hyper::header::CONTENT_LENGTH);
        Ok(Response::from_parts(head, full(here.as_seen(&text))))
    };
    shared.to_the_end(made).await
}

/// Takes in the volumes that a container of the run's came with, beside those that it names.
pub(super) async fn of_container(shared: &Shared, id: &str, named: &BTreeSet<String>) {
    let container: Option<Fields> = shared.far.look(&format!("/containers/{id}/json")).await;
    let mounts: Vec<Fields> = container
        .and_then(|container| container.get("Mounts"))
        .unwrap_or_default();
    let volumes = mounts
        .iter()
        .filter(|mount| mount.text("Type").as_deref() == Some("volume"));
    for name in volumes.filter_map(|mount| mount.text("Name")) {
        // One by name was taken in before, or is other people's; what is left came into being just now.
        if is_hex(&name) && !named.contains(&name) {
            shared.owns(&Object::new(ObjectKind::Volume, name));
        }
    }
}

/// Removes the run's volumes that no container has.
pub(super) async fn prune(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    let filters = asked.query.filters()?;
    let everything = filters
        .get("all")
        .is_some_and(|all| all.keys().any(|on| on != "false" && on != "0"))
        || !asked.is_at_least(42);
    let mut query = Query::filtered("dangling", "true");
    for (of, values) in filters.iter().filter(|(of, _)| of.starts_with("label")) {
        for value in values.keys() {
            query.filter(of, value)?;
        }
    }
    let all: Option<Fields> = shared.far.look(&format!("/volumes{}", query.text())).await;
    let all: Vec<Fields> = all.and_then(|all| all.get("Volumes")).unwrap_or_default();
    let mut deleted = Vec::new();
    for volume in all {
        let name = volume.text("Name").unwrap_or_default();
        let labels: Fields = volume.get("Labels").unwrap_or_default();
        let is_meant = everything || labels.names().any(|label| label == UNNAMED);
        if !is_meant || !shared.room(|room| room.has(ObjectKind::Volume, &name)) {
            continue;
        }
        let path = utf8_percent_encode(&name, NON_ALPHANUMERIC);
        let (status, _) = shared
            .far
            .ask(Method::DELETE, &format!("/volumes/{path}"))
            .await?;
        if status.is_success() {
            deleted.push(name);
        }
    }
    said(
        StatusCode::OK,
        &json!({ "VolumesDeleted": deleted, "SpaceReclaimed": 0 }),
    )
}
