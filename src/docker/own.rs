//! Which of the daemon's containers are the run's, and what they have.

use std::collections::BTreeSet;

use super::witness::Witness;

impl Witness {
    /// Ports of this machine that lead to containers of the run.
    pub fn published(&self) -> BTreeSet<u16> {
        let containers = self.own();
        self.engine().published(&containers)
    }

    /// The name of a container, not of the run, that has a port of this machine.
    pub fn other_at(&self, port: u16) -> Option<String> {
        let own = self.own();
        let all = self.engine().containers().unwrap_or_default().into_iter();
        let mut others = all.filter(|one| one.id.as_ref().is_none_or(|id| !own.contains(id)));
        let other = others.find(|one| {
            let mut ports = one.ports.iter().flatten();
            ports.any(|one| one.public_port == Some(port))
        })?;
        let name = other.names?.into_iter().next()?;
        Some(name.trim_start_matches('/').to_owned())
    }

    /// Whether a container is one of the run's, by its full ID.
    pub fn has_made(&self, container: &str) -> bool {
        self.own().contains(container)
    }

    /// The last lines that each container of the run has printed.
    pub fn logs(&self) -> String {
        let containers = self.own();
        let logs = containers
            .iter()
            .filter_map(|id| self.engine().last_words(id).ok());
        logs.collect()
    }
}
