//! Everything that the daemon has.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use bollard::models::Network;
use bollard::query_parameters::{
    ListNetworksOptions, ListNodesOptions, ListServicesOptions, ListTasksOptions,
    ListVolumesOptions,
};

use super::Error;
use super::engine::Engine;
use super::object::is_hex;
use super::reach::PATIENCE;
use crate::identity::Kind;

/// What the daemon has.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    /// IDs in full, and what they are of.
    pub(super) ids: BTreeMap<String, Kind>,
    /// Names of containers, networks and volumes, and their IDs; a volume's is its name.
    pub(super) names: BTreeMap<String, String>,
    /// The networks' addresses, each with the number of bits that it has in common with them.
    pub(super) subnets: Vec<(Ipv4Addr, u32)>,
    /// Ports of the host that lead to containers.
    pub(super) ports: BTreeSet<u16>,
}

/// `172.17.0.0/16`.
fn subnet(text: &str) -> Option<(Ipv4Addr, u32)> {
    let (address, bits) = text.split_once('/')?;
    Some((address.parse().ok()?, bits.parse().ok()?))
}

impl Engine {
    /// Everything that the daemon has now. What it does not answer, it does not have.
    pub(super) fn inventory(&self) -> Inventory {
        let mut inventory = Inventory::default();
        for image in self.images().unwrap_or_default() {
            let digests = image
                .repo_digests
                .iter()
                .filter_map(|digest| digest.split_once("@sha256:"));
            inventory
                .ids
                .extend(digests.map(|(_, hex)| (hex.to_owned(), Kind::Digest)));
            let id = image.id.trim_start_matches("sha256:").to_owned();
            inventory.ids.insert(id, Kind::Image);
        }
        for container in self.containers().unwrap_or_default() {
            let id = container.id.unwrap_or_default();
            for name in container.names.unwrap_or_default() {
                let name = name.trim_start_matches('/').to_owned();
                inventory.names.insert(name, id.clone());
            }
            let ports = container.ports.unwrap_or_default();
            inventory
                .ports
                .extend(ports.into_iter().filter_map(|port| port.public_port));
            inventory.ids.insert(id, Kind::Container);
        }
        for network in self.networks().unwrap_or_default() {
            let id = network.id.unwrap_or_default();
            let subnets = network
                .ipam
                .and_then(|ipam| ipam.config)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|config| subnet(config.subnet.as_deref()?));
            inventory.subnets.extend(subnets);
            inventory
                .names
                .extend(network.name.map(|name| (name, id.clone())));
            inventory.ids.insert(id, Kind::Network);
        }
        for name in self.volume_names().unwrap_or_default() {
            if is_hex(&name) {
                inventory.ids.insert(name.clone(), Kind::Volume);
            }
            inventory.names.insert(name.clone(), name);
        }
        let of_swarm = self.swarm_ids().unwrap_or_default();
        inventory
            .ids
            .extend(of_swarm.into_iter().map(|id| (id, Kind::Service)));
        inventory
    }

    fn networks(&self) -> Result<Vec<Network>, Error> {
        let question = self.docker.list_networks(None::<ListNetworksOptions>);
        self.ask("list networks", PATIENCE * 5, question)
    }

    fn volume_names(&self) -> Result<Vec<String>, Error> {
        let question = self.docker.list_volumes(None::<ListVolumesOptions>);
        let volumes = self.ask("list volumes", PATIENCE * 5, question)?;
        Ok(volumes
            .volumes
            .unwrap_or_default()
            .into_iter()
            .map(|volume| volume.name)
            .collect())
    }

    /// The IDs of nodes, services and tasks; an error where there is no swarm.
    fn swarm_ids(&self) -> Result<Vec<String>, Error> {
        let nodes = self.docker.list_nodes(None::<ListNodesOptions>);
        let nodes = self.ask("list nodes", PATIENCE, nodes)?;
        let services = self.docker.list_services(None::<ListServicesOptions>);
        let services = self.ask("list services", PATIENCE, services)?;
        let tasks = self.docker.list_tasks(None::<ListTasksOptions>);
        let tasks = self.ask("list tasks", PATIENCE, tasks)?;
        Ok(nodes
            .into_iter()
            .filter_map(|node| node.id)
            .chain(services.into_iter().filter_map(|service| service.id))
            .chain(tasks.into_iter().filter_map(|task| task.id))
            .collect())
    }
}
