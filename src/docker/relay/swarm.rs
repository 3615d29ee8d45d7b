//! Requests about a swarm: one that the page has made is the run's, with all that is in it. One that the
//! machine was in before is none, to a page that sees only its own.

use std::sync::Arc;

use hyper::{Response, StatusCode};

use super::far::{Body, Fault, full, whole};
use super::fields::Fields;
use super::shared::{Asked, Shared, refusal};
use crate::docker::object::{Object, ObjectKind};
use crate::reference::familiar;

/// A network that a swarm makes, and leaves behind.
const BRIDGE_OF_SWARM: &str = "docker_gwbridge";

/// What a daemon says that is in no swarm.
const IN_NONE: &str = "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.";

/// What it says that is in one already.
const IN_ONE: &str = "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm and join another one.";

/// What the swarm of a machine is called, in a message.
const CALLED: &str = "swarm of this machine";

/// Whether a daemon says of itself that it is in a swarm.
fn is_in_one(info: &Fields) -> bool {
    let swarm = info.get::<Fields>("Swarm");
    let state = swarm.and_then(|swarm| swarm.text("LocalNodeState"));
    state.is_some_and(|state| state != "inactive")
}

impl Shared {
    /// Whether the machine is in a swarm that is not the page's.
    async fn has_foreign_swarm(&self) -> bool {
        if self.room(|room| room.has_swarm()) {
            return false;
        }
        let info: Option<Fields> = self.far.look("/info").await;
        info.is_some_and(|info| is_in_one(&info))
    }
}

/// Of what the daemon says of itself, the swarm that the page sees.
pub(super) fn retain(shared: &Shared, info: &mut Fields) {
    if !shared.room(|room| room.has_swarm()) && is_in_one(info) {
        let none = serde_json::json!({
            "NodeID": "",
            "NodeAddr": "",
            "LocalNodeState": "inactive",
            "ControlAvailable": false,
            "Error": "",
            "RemoteManagers": null
        });
        info.set("Swarm", &none);
    }
}

/// A swarm that the run has made or joined is left when it is over.
pub(super) async fn enter(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    if shared.has_foreign_swarm().await {
        shared.meets(format!("a {CALLED}"));
        return refusal(StatusCode::SERVICE_UNAVAILABLE, IN_ONE);
    }
    let bridge = format!("/networks/{BRIDGE_OF_SWARM}");
    let bridge: Option<Fields> = shared.far.look(&bridge).await;
    let here = Arc::clone(shared);
    let done = async move {
        let answer = here.forward(asked).await?;
        if answer.status().is_success() {
            here.owns(&Object::new(ObjectKind::Swarm, "swarm"));
            if bridge.is_none() {
                here.owns(&Object::new(ObjectKind::Network, BRIDGE_OF_SWARM));
            }
        }
        Ok(answer)
    };
    shared.to_the_end(done).await
}

/// Something is asked of the swarm, or of what is in it.
pub(super) async fn look(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    if !shared.is_shared() && shared.has_foreign_swarm().await {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, IN_NONE);
    }
    // What goes on as long as somebody listens passes as it comes.
    if asked.path().ends_with("/logs") {
        return shared.forward(asked).await;
    }
    shared.forward_edited(asked, |_| None).await
}

/// The swarm itself is changed, or left.
pub(super) async fn change(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    if shared.is_shared() && shared.has_foreign_swarm().await {
        return shared.refuses(CALLED);
    }
    look(shared, asked).await
}

/// A service, a secret or a configuration is removed.
pub(super) async fn remove(
    shared: &Shared,
    sort: ObjectKind,
    name: &str,
    asked: Asked,
) -> Result<Response<Body>, Fault> {
    if shared.is_shared() && shared.has_foreign_swarm().await {
        let there: Option<Fields> = shared.far.look(asked.path()).await;
        let id = there.and_then(|there| there.text("ID")).unwrap_or_default();
        if shared.is_foreign(sort, &id) {
            return shared.refuses(&format!("`{name}` of the {CALLED}"));
        }
    }
    look(shared, asked).await
}

/// A secret or a configuration that is made is the run's.
pub(super) async fn create(
    shared: &Arc<Shared>,
    sort: ObjectKind,
    asked: Asked,
) -> Result<Response<Body>, Fault> {
    let here = Arc::clone(shared);
    let done = async move {
        let (head, body) = look(&here, asked).await?.into_parts();
        let text = whole(body).await?;
        // A service that is changed is answered without it.
        if let Some(id) = Fields::parse(&text).and_then(|answer| answer.text("ID")) {
            here.owns(&Object::new(sort, id));
        }
        Ok(Response::from_parts(head, full(text)))
    };
    shared.to_the_end(done).await
}

/// A service that is made is the run's, and so are its containers.
pub(super) async fn service(
    shared: &Arc<Shared>,
    mut asked: Asked,
) -> Result<Response<Body>, Fault> {
    let Some(mut service) = asked.object().await? else {
        return look(shared, asked).await;
    };
    let mut task = service.inner("TaskTemplate")?;
    let mut container = task.inner("ContainerSpec")?;
    let image: String = container.read("Image")?.unwrap_or_default();
    let image = (!image.is_empty()).then(|| familiar(&image));
    if let Some(image) = &image {
        // The daemon pulls it by itself.
        shared.sets(image, true).await;
    }
    shared.labels(&mut container)?;
    task.set("ContainerSpec", &container);
    service.set("TaskTemplate", &task);
    asked.brings(&service);
    let answer = create(shared, ObjectKind::Service, asked).await?;
    if let Some(image) = image.filter(|_| answer.status().is_success()) {
        shared.has_set(&image, true).await;
    }
    Ok(answer)
}
