//! Requests about networks.

use std::sync::Arc;

use hyper::Response;

use super::far::{Body, Fault, full, whole};
use super::fields::Fields;
use super::route::Deed;
use super::shared::{Asked, Shared};
use crate::docker::object::{Object, ObjectKind, means};

/// The ID and the name of a network.
fn named(fields: &Fields) -> (String, String) {
    let text = |name| fields.text(name).unwrap_or_default();
    (text("Id"), text("Name"))
}

pub(super) async fn list(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    let edit = |text: &[u8]| {
        let mut all: Vec<Fields> = serde_json::from_slice(text).ok()?;
        all.retain(|fields| {
            let (id, name) = named(fields);
            shared.room(|room| room.sees_network(&id, &name))
        });
        serde_json::to_vec(&all).ok()
    };
    shared.forward_edited(asked, edit).await
}

pub(super) async fn prune(shared: &Shared, mut asked: Asked) -> Result<Response<Body>, Fault> {
    asked.filter("label", &shared.room(|room| room.label()))?;
    shared.prune(&asked).await
}

/// What a word means among all networks: of the one that the page sees, its ID, and whether there is one that
/// it does not see.
pub(super) async fn look_up(shared: &Shared, word: &str) -> (Option<String>, bool) {
    let all: Vec<Fields> = shared.far.look("/networks").await.unwrap_or_default();
    let all: Vec<(String, String)> = all.iter().map(named).collect();
    let means = |(id, name): &&(String, String)| name == word || id.starts_with(word);
    let sees = |(id, name): &&(String, String)| shared.room(|room| room.sees_network(id, name));
    let seen: Vec<_> = all.iter().filter(means).filter(sees).collect();
    let exact = seen.iter().find(|(id, name)| name == word || id == word);
    let found = exact.or(seen.first()).map(|(id, _)| id.clone());
    let is_hidden = found.is_none() && all.iter().any(|one| means(&one));
    (found, is_hidden)
}

pub(super) async fn one(
    shared: &Shared,
    name: &str,
    deed: Deed,
    mut asked: Asked,
) -> Result<Response<Body>, Fault> {
    let (Some(id), _) = look_up(shared, name).await else {
        return Err(Fault::no_network(name));
    };
    asked.renamed("networks", &means(name, &id));
    match deed {
        Deed::Remove if shared.is_foreign(ObjectKind::Network, &id) => {
            shared.refuses(&format!("network `{name}`"))
        }
        Deed::Connect => {
            let mut fields = asked.object().await?.unwrap_or_default();
            let container: String = fields.read("Container")?.unwrap_or_default();
            let Some(id) = shared.container(&container).await else {
                return Err(Fault::no_container(&container));
            };
            fields.set("Container", &means(&container, &id));
            asked.brings(&fields);
            shared.forward(asked).await
        }
        Deed::Look => {
            shared
                .forward_edited(asked, |text| members(shared, text))
                .await
        }
        _ => shared.forward(asked).await,
    }
}

/// Of the containers in a network, those that the page sees.
fn members(shared: &Shared, text: &[u8]) -> Option<Vec<u8>> {
    let mut fields = Fields::parse(text)?;
    let mut members: Fields = fields.get("Containers")?;
    members.retain(|id| shared.room(|room| room.sees(ObjectKind::Container, id)));
    fields.set("Containers", &members);
    Some(fields.to_bytes())
}

pub(super) async fn create(
    shared: &Arc<Shared>,
    mut asked: Asked,
) -> Result<Response<Body>, Fault> {
    let Some(mut fields) = asked.object().await? else {
        return shared.forward(asked).await;
    };
    let name: String = fields.read("Name")?.unwrap_or_default();
    let (there, is_hidden) = look_up(shared, &name).await;
    let is_foreign = there.is_some_and(|id| shared.is_foreign(ObjectKind::Network, &id));
    if is_hidden || is_foreign {
        // The daemon says so in its own words, where it does not allow two of a name.
        shared.meets(format!("a network `{name}`"));
    }
    shared.labels(&mut fields)?;
    asked.brings(&fields);
    let here = Arc::clone(shared);
    let made = async move {
        let (head, body) = here.forward(asked).await?.into_parts();
        let text = whole(body).await?;
        let answer = Fields::parse(&text).unwrap_or_default();
        if head.status.is_success() {
            if let Some(id) = answer.text("Id") {
                here.owns(&Object::new(ObjectKind::Network, id));
            }
        } else if answer
            .text("message")
            .is_some_and(|said| said.contains("overlap"))
            && !overlaps_own(&here, &fields).await
        {
            here.meets("a network with these addresses".to_owned());
        }
        Ok(Response::from_parts(head, full(text)))
    };
    shared.to_the_end(made).await
}

/// Whether a network of the run's has addresses that this one asks for.
async fn overlaps_own(shared: &Shared, wanted: &Fields) -> bool {
    let wanted = subnets(wanted);
    let all: Vec<Fields> = shared.far.look("/networks").await.unwrap_or_default();
    let own = all.iter().filter(|fields| {
        let (id, _) = named(fields);
        shared.room(|room| room.has(ObjectKind::Network, &id))
    });
    let mut taken = own.flat_map(subnets);
    taken.any(|(there, width)| {
        wanted.iter().any(|(here, bits)| {
            let mask = u32::MAX.checked_shl(32 - width.min(*bits)).unwrap_or(0);
            there & mask == here & mask
        })
    })
}

fn subnets(fields: &Fields) -> Vec<(u32, u32)> {
    let ipam: Fields = fields.get("IPAM").unwrap_or_default();
    let configs: Vec<Fields> = ipam.get("Config").unwrap_or_default();
    let subnet = |config: &Fields| {
        let text = config.text("Subnet")?;
        let (address, bits) = text.split_once('/')?;
        let address: std::net::Ipv4Addr = address.parse().ok()?;
        Some((address.to_bits(), bits.parse().ok()?))
    };
    configs.iter().filter_map(subnet).collect()
}
