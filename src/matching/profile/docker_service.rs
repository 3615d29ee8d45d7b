//! Services, nodes and stacks of a swarm.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker service ls",
        "docker node ls",
        "docker stack ls",
        "docker service ps",
        "docker stack ps",
        "docker stack services",
    ]),
    unless: Words::Own(&["--format", "-q", "--quiet"]),
    reading: Reading::Table,
    any: Words::Own(&["HOSTNAME", "ENGINE VERSION", "CURRENT STATE", "NODE"]),
    key: Words::Own(&["NAME", "HOSTNAME"]),
    ..GENERAL
};
