//! Whether a container that goes on in the background is up: as far as it says so itself, one need not wait
//! any longer before typing on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use bollard::models::{ContainerInspectResponse, HealthStatusEnum};

use super::engine::Engine;

/// One that serves no port and has no health check is up when it has said nothing for so long.
const QUIET: Duration = Duration::from_millis(300);

/// Looks at containers until each of them is up.
#[derive(Debug, Default)]
pub(super) struct Settling {
    up: BTreeSet<String>,
    /// What each has said last, and since when.
    said: BTreeMap<String, (String, Instant)>,
}

impl Settling {
    /// Whether all of these are up.
    pub(super) fn all_up(&mut self, containers: &BTreeSet<String>, engine: &Engine) -> bool {
        for container in containers {
            if !self.up.contains(container) && self.is_up(container, engine) {
                self.up.insert(container.clone());
            }
        }
        containers.is_subset(&self.up)
    }

    fn is_up(&mut self, id: &str, engine: &Engine) -> bool {
        let Ok(container) = engine.inspect(id) else {
            // One that is gone is not waited for.
            return true;
        };
        let state = container.state.as_ref();
        let health = state.and_then(|state| state.health.as_ref()?.status);
        match health {
            Some(HealthStatusEnum::HEALTHY) => return true,
            Some(HealthStatusEnum::STARTING | HealthStatusEnum::UNHEALTHY) => return false,
            _ => {}
        }
        let ports = published(&container);
        let pid = state.and_then(|state| state.pid).unwrap_or_default();
        if !ports.is_empty() {
            return listens(pid, &ports);
        }
        let words = engine.last_words(id).unwrap_or_default();
        let now = Instant::now();
        let (said, since) = self
            .said
            .entry(id.to_owned())
            .or_insert_with(|| (words.clone(), now));
        if *said != words {
            (*said, *since) = (words, now);
        }
        now - *since >= QUIET
    }
}

/// The ports inside the container that this machine's lead to.
fn published(container: &ContainerInspectResponse) -> BTreeSet<u16> {
    let host = container.host_config.as_ref();
    let bindings = host.and_then(|host| host.port_bindings.as_ref());
    bindings
        .into_iter()
        .flat_map(|bindings| bindings.keys())
        .filter_map(|port| port.strip_suffix("/tcp")?.parse().ok())
        .collect()
}

/// Whether a process listens, in its own network, on all of these ports, for more than itself. Looked up
/// and not tried, since a visitor who says nothing is news in some servers' logs; a daemon that is
/// elsewhere has no such process here.
fn listens(pid: i64, ports: &BTreeSet<u16>) -> bool {
    let tables =
        ["tcp", "tcp6"].map(|table| fs::read_to_string(format!("/proc/{pid}/net/{table}")));
    let open: BTreeSet<u16> = tables
        .iter()
        .flatten()
        .flat_map(|table| table.lines().filter_map(listening))
        .collect();
    ports.is_subset(&open)
}

/// The port of a line of the kernel's table, if somebody listens there for more than the machine itself:
/// `0: 00000000:1F90 00000000:0000 0A …`.
fn listening(line: &str) -> Option<u16> {
    const LISTENS: &str = "0A";
    const SELF: &[&str] = &["0100007F", "00000000000000000000000001000000"];
    let mut words = line.split_whitespace().skip(1);
    let (address, port) = words.next()?.split_once(':')?;
    let is_open = words.nth(1) == Some(LISTENS) && !SELF.contains(&address);
    u16::from_str_radix(port, 16).ok().filter(|_| is_open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_read_from_the_kernels_table() {
        for (line, port) in [
            ("  sl  local_address rem_address   st tx_queue", None),
            (
                "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000",
                Some(8080),
            ),
            (
                "   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000",
                None,
            ),
            (
                "   2: 0200000A:0050 0300000A:D431 01 00000000:00000000 00:00000000",
                None,
            ),
        ] {
            assert_eq!(listening(line), port, "{line}");
        }
    }
}
