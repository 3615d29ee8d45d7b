//! Requests about containers.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use hyper::{Response, StatusCode};
use serde::Deserialize;

use super::far::{Body, Fault, full, whole};
use super::fields::Fields;
use super::query::Query;
use super::room::LABEL;
use super::route::Deed;
use super::shared::{Asked, Shared, refusal};
use super::{images, networks, volumes};
use crate::docker::object::{Object, ObjectKind, means};

/// A container of the run's.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Own {
    pub(super) id: String,
    #[serde(default)]
    pub(super) names: Option<Vec<String>>,
    #[serde(default, rename = "ImageID")]
    pub(super) image: String,
    #[serde(default)]
    pub(super) state: String,
}

impl Shared {
    /// All containers of the run, as the daemon has them now.
    pub(super) async fn containers(&self) -> Vec<Own> {
        let mut query = if self.is_shared() {
            Query::default()
        } else {
            Query::filtered("label", &self.room(|room| room.label()))
        };
        query.set("all", "1".to_owned());
        let target = format!("/containers/json{}", query.text());
        self.far.look(&target).await.unwrap_or_default()
    }

    /// The ID of the container that a word means to the page: by its ID, its name, or the first digits.
    pub(super) async fn container(&self, word: &str) -> Option<String> {
        if word.is_empty() {
            // It begins all of them.
            return None;
        }
        if self.room(|room| room.has(ObjectKind::Container, word)) {
            return Some(word.to_owned());
        }
        let all = self.containers().await;
        let name = word.strip_prefix('/').unwrap_or(word);
        let is_named = |own: &Own| {
            let mut names = own.names.iter().flatten();
            names.any(|known| known.trim_start_matches('/') == name)
        };
        let mut begun = all.iter().filter(|own| own.id.starts_with(word));
        let only = begun.next().filter(|_| begun.next().is_none());
        let found = all.iter().find(|own| own.id == word || is_named(own));
        found.or(only).map(|own| own.id.clone())
    }
}

pub(super) async fn list(shared: &Shared, mut asked: Asked) -> Result<Response<Body>, Fault> {
    if !shared.is_shared() {
        asked.filter("label", &shared.room(|room| room.label()))?;
    }
    shared.forward_edited(asked, |_| None).await
}

pub(super) async fn prune(shared: &Shared, mut asked: Asked) -> Result<Response<Body>, Fault> {
    asked.filter("label", &shared.room(|room| room.label()))?;
    shared.prune(&asked).await
}

/// Something is done with one that is named.
pub(super) async fn one(
    shared: &Arc<Shared>,
    name: &str,
    deed: Deed,
    mut asked: Asked,
) -> Result<Response<Body>, Fault> {
    let Some(id) = shared.container(name).await else {
        return Err(Fault::no_container(name));
    };
    asked.renamed("containers", &means(name, &id));
    if changes(deed, &asked) {
        shared.notes().deeds.changes(&id);
    }
    match deed {
        Deed::Remove if shared.is_foreign(ObjectKind::Container, &id) => {
            shared.refuses(&format!("container `{name}`"))
        }
        Deed::End if shared.is_foreign(ObjectKind::Container, &id) && goes(shared, &id).await => {
            shared.refuses(&format!("container `{name}`"))
        }
        Deed::Look => shared.forward_edited(asked, |_| None).await,
        Deed::Make => {
            let here = Arc::clone(shared);
            shared
                .to_the_end(async move { here.forward(asked).await })
                .await
        }
        Deed::Remove | Deed::End | Deed::Tag | Deed::Connect | Deed::Other => {
            shared.forward(asked).await
        }
    }
}

/// Whether a container may be another one by what is done with it: also by a command in it, and by what is typed there.
fn changes(deed: Deed, asked: &Asked) -> bool {
    const ONLY_WAIT: &[&str] = &["/wait", "/resize"];
    match deed {
        Deed::Look | Deed::Tag | Deed::Connect => false,
        Deed::Remove | Deed::End | Deed::Make => true,
        Deed::Other => {
            let only_waits = ONLY_WAIT.iter().any(|end| asked.path().ends_with(end));
            !matches!(asked.method(), "GET" | "HEAD") && !only_waits
        }
    }
}

/// Whether a container is removed when it ends.
async fn goes(shared: &Shared, id: &str) -> bool {
    let found: Option<Fields> = shared.far.look(&format!("/containers/{id}/json")).await;
    let host = found.and_then(|found| found.get::<Fields>("HostConfig"));
    host.and_then(|host| host.get("AutoRemove"))
        .unwrap_or(false)
}

pub(super) async fn create(
    shared: &Arc<Shared>,
    mut asked: Asked,
) -> Result<Response<Body>, Fault> {
    let Some(mut fields) = asked.object().await? else {
        return shared.forward(asked).await;
    };
    if let Some(image) = fields
        .read::<String>("Image")?
        .filter(|name| !name.is_empty())
        && !images::uses(shared, &image).await
    {
        return images::not_there(&image);
    }
    let mut host = fields.inner("HostConfig")?;
    let mut networking = fields.inner("NetworkingConfig")?;
    joins(shared, &mut host).await?;
    connects(shared, &mut host, &mut networking).await?;
    let named = mounts(shared, &mut host).await?;
    fields.set("HostConfig", &host);
    if networking.names().next().is_some() {
        fields.set("NetworkingConfig", &networking);
    }
    shared.labels(&mut fields)?;
    asked.brings(&fields);
    let name = asked.query.get("name").map(str::to_owned);
    let here = Arc::clone(shared);
    shared
        .to_the_end(async move {
            let answer = here.forward(asked).await?;
            if answer.status() == StatusCode::CONFLICT
                && let Some(name) = name
                && here.container(&name).await.is_none()
            {
                here.meets(format!("a container `{name}`"));
            }
            made(&here, answer, &named).await
        })
        .await
}

/// Takes in what an answer says was made; it was to have these volumes by their names.
async fn made(
    shared: &Shared,
    answer: Response<Body>,
    named: &BTreeSet<String>,
) -> Result<Response<Body>, Fault> {
    if !answer.status().is_success() {
        return Ok(answer);
    }
    let (head, body) = answer.into_parts();
    let text = whole(body).await?;
    if let Some(id) = Fields::parse(&text).and_then(|fields| fields.text("Id")) {
        shared.owns(&Object::new(ObjectKind::Container, id.as_str()));
        volumes::of_container(shared, &id, named).await;
    }
    Ok(Response::from_parts(head, full(text)))
}

/// What it is to have in common with other containers: of other people's, the page knows nothing.
async fn joins(shared: &Shared, host: &mut Fields) -> Result<(), Fault> {
    for mode in ["NetworkMode", "PidMode", "IpcMode"] {
        let said: String = host.read(mode)?.unwrap_or_default();
        if let Some(name) = said.strip_prefix("container:") {
            let Some(id) = shared.container(name).await else {
                return Err(Fault::no_container(name));
            };
            host.set(mode, &format!("container:{}", means(name, &id)));
        }
    }
    for list in ["VolumesFrom", "Links"] {
        let mut all: Vec<String> = host.read(list)?.unwrap_or_default();
        for one in &mut all {
            let (name, rest) = one.split_at(one.find(':').unwrap_or(one.len()));
            let Some(id) = shared.container(name).await else {
                return Err(Fault::no_container(name));
            };
            // A container that is linked to without another name has its own inside.
            let name = if rest.is_empty() && list == "Links" {
                name.to_owned()
            } else {
                means(name, &id)
            };
            *one = format!("{name}{rest}");
        }
        if !all.is_empty() {
            host.set(list, &all);
        }
    }
    Ok(())
}

/// The networks that it is to be in: of other people's, the page knows nothing.
async fn connects(
    shared: &Shared,
    host: &mut Fields,
    networking: &mut Fields,
) -> Result<(), Fault> {
    let mode: String = host.read("NetworkMode")?.unwrap_or_default();
    if !["", "default"].contains(&mode.as_str()) && !mode.starts_with("container:") {
        let (id, is_hidden) = networks::look_up(shared, &mode).await;
        if is_hidden {
            return Err(Fault::no_network(&mode));
        }
        host.set(
            "NetworkMode",
            &id.map_or_else(|| mode.clone(), |id| means(&mode, &id)),
        );
    }
    let mut endpoints: Fields = networking.read("EndpointsConfig")?.unwrap_or_default();
    for name in endpoints.names_mut() {
        let (id, is_hidden) = networks::look_up(shared, name).await;
        if is_hidden {
            return Err(Fault::no_network(name));
        }
        if let Some(id) = id {
            *name = means(name, &id);
        }
    }
    if endpoints.names().next().is_some() {
        networking.set("EndpointsConfig", &endpoints);
    }
    Ok(())
}

/// What is mounted: volumes by name are the run's, and the daemon's socket is the relay. Gives the names of the
/// volumes.
async fn mounts(shared: &Shared, host: &mut Fields) -> Result<BTreeSet<String>, Fault> {
    let mut binds: Vec<String> = host.read("Binds")?.unwrap_or_default();
    let mounts: Vec<Fields> = host.read("Mounts")?.unwrap_or_default();
    let mut mounts: Vec<Fields> = mounts.into_iter().map(Fields::once).collect();
    let socket = |path: &str| shared.is_socket(path).then(|| shared.socket.clone());
    let mut volumes = BTreeSet::new();
    for bind in &mut binds {
        let (source, rest) = bind.split_once(':').unwrap_or((bind.as_str(), ""));
        if let Some(socket) = socket(source) {
            *bind = format!("{socket}:{rest}");
        } else if !rest.is_empty() && !source.starts_with(['/', '.', '~']) {
            volumes.insert(source.to_owned());
        }
    }
    for mount in &mut mounts {
        let Some(source) = mount.read::<String>("Source")? else {
            continue;
        };
        match mount.read::<String>("Type")?.as_deref() {
            Some("volume") if !source.is_empty() => drop(volumes.insert(source)),
            Some("bind") => {
                if let Some(socket) = socket(&source) {
                    mount.set("Source", &socket);
                }
            }
            _ => {}
        }
    }
    if !binds.is_empty() {
        host.set("Binds", &binds);
    }
    if !mounts.is_empty() {
        host.set("Mounts", &mounts);
    }
    for name in &volumes {
        volumes::wanted(shared, name).await?;
    }
    Ok(volumes)
}

impl Shared {
    /// Gives something the run's label.
    pub(super) fn labels(&self, fields: &mut Fields) -> Result<(), Fault> {
        let mut labels: Fields = fields.read("Labels")?.unwrap_or_default();
        labels.set(LABEL, &self.room(|room| room.run.clone()));
        fields.set("Labels", &labels);
        Ok(())
    }

    /// Whether an object is there for everybody to see, and not the run's.
    pub(super) fn is_foreign(&self, sort: ObjectKind, name: &str) -> bool {
        self.room(|room| room.is_shared() && !room.has(sort, name))
    }

    /// Nothing that was there before is removed.
    pub(super) fn refuses(&self, what: &str) -> Result<Response<Body>, Fault> {
        self.meets(format!("the page would remove the {what}, which"));
        let message = format!("{what} was there before this run of tutcheck, and is not removed");
        refusal(StatusCode::FORBIDDEN, &message)
    }

    /// Whether a path is where the page has its daemon: the daemon's own socket, or the usual one.
    fn is_socket(&self, path: &str) -> bool {
        let own = self.far.socket();
        // By whatever other name: `//var/run/docker.sock`, a link.
        let file = |path: &str| {
            let there = std::fs::metadata(path).ok()?;
            Some((there.dev(), there.ino()))
        };
        let path = &plain(path);
        path == own
            || ["/var/run/docker.sock", "/run/docker.sock"].contains(&path.as_str())
            || file(own).is_some_and(|own| file(path) == Some(own))
    }
}

/// A path without its detours, as the daemon takes it: `/x/../run//docker.sock`.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
