//! Things of the daemon's that a run makes.

use bollard::models::{EventMessage, EventMessageTypeEnum};
use serde::{Deserialize, Serialize};

/// A thing of the daemon's that a run made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Object {
    /// What it is; also the order of removal.
    pub(super) sort: ObjectKind,
    /// Its ID, or the name of a volume, or the reference of an image.
    pub(super) name: String,
    /// An image that came from a registry.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) pulled: bool,
}

/// What a thing of the daemon's is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ObjectKind {
    /// With what runs for it.
    Service,
    /// Of a swarm.
    Secret,
    /// Of a swarm.
    Config,
    /// The one that the daemon is in.
    Swarm,
    /// Running or not.
    Container,
    /// With its addresses.
    Network,
    /// With what is in it.
    Volume,
    /// Enabled or not.
    Plugin,
    /// With or without a name.
    Image,
}

impl ObjectKind {
    /// Whether it is there only in a swarm.
    pub(super) fn is_of_swarm(self) -> bool {
        matches!(
            self,
            ObjectKind::Service | ObjectKind::Secret | ObjectKind::Config | ObjectKind::Swarm
        )
    }
}

impl Object {
    /// Not pulled.
    pub(super) fn new(sort: ObjectKind, name: impl Into<String>) -> Object {
        Object {
            sort,
            name: name.into(),
            pulled: false,
        }
    }
}

/// What came into being, if an event tells of that.
pub(super) fn made(event: &EventMessage) -> Option<Object> {
    let actor = event.actor.as_ref()?;
    let id = actor.id.clone()?;
    let object = |sort, name, pulled| Some(Object { sort, name, pulled });
    match (event.typ?, event.action.as_deref()?) {
        (EventMessageTypeEnum::CONTAINER, "create") => object(ObjectKind::Container, id, false),
        (EventMessageTypeEnum::NETWORK, "create") => object(ObjectKind::Network, id, false),
        (EventMessageTypeEnum::VOLUME, "create") => object(ObjectKind::Volume, id, false),
        (EventMessageTypeEnum::IMAGE, "pull") => object(ObjectKind::Image, id, true),
        (EventMessageTypeEnum::IMAGE, "tag" | "import" | "load") => {
            let name = actor.attributes.as_ref().and_then(|all| all.get("name"));
            object(ObjectKind::Image, name.cloned().unwrap_or(id), false)
        }
        _ => None,
    }
}

/// Whether a word has the form of an ID, whole or cut to twelve digits.
pub(super) fn is_hex(word: &str) -> bool {
    matches!(word.len(), 12 | 64)
        && word
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What stands for an object where it is named to the daemon: what begins an ID, or has the form of one, may mean
/// another to the daemon, which knows them all.
pub(super) fn means(word: &str, id: &str) -> String {
    let is_clear = !id.starts_with(word) && !is_hex(word);
    if is_clear { word } else { id }.to_owned()
}
