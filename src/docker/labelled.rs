//! What carries the label of a run: it is the run's, whatever became of its ledger.

use std::collections::HashMap;

use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListNetworksOptionsBuilder, ListVolumesOptionsBuilder,
};

use super::engine::Engine;
use super::object::{Object, ObjectKind};
use super::reach::PATIENCE;
use super::relay::LABEL;

impl Engine {
    /// What carries the label of a run.
    pub(super) fn labelled(&self, run: &str) -> Vec<Object> {
        let filters = HashMap::from([("label", vec![format!("{LABEL}={run}")])]);
        let containers = ListContainersOptionsBuilder::default()
            .all(true)
            .filters(&filters)
            .build();
        let containers = self.docker.list_containers(Some(containers));
        let containers = self.ask("list containers", PATIENCE * 5, containers);
        let networks = ListNetworksOptionsBuilder::default()
            .filters(&filters)
            .build();
        let networks = self.docker.list_networks(Some(networks));
        let networks = self.ask("list networks", PATIENCE * 5, networks);
        let volumes = ListVolumesOptionsBuilder::default()
            .filters(&filters)
            .build();
        let volumes = self.docker.list_volumes(Some(volumes));
        let volumes = self.ask("list volumes", PATIENCE * 5, volumes);
        let containers = containers.unwrap_or_default().into_iter();
        let containers = containers.filter_map(|container| container.id);
        let networks = networks.unwrap_or_default().into_iter();
        let networks = networks.filter_map(|network| network.id);
        let volumes = volumes.ok().and_then(|volumes| volumes.volumes);
        let volumes = volumes.into_iter().flatten().map(|volume| volume.name);
        let object = |sort| move |name| Object::new(sort, name);
        containers
            .map(object(ObjectKind::Container))
            .chain(networks.map(object(ObjectKind::Network)))
            .chain(volumes.map(object(ObjectKind::Volume)))
            .collect()
    }
}
