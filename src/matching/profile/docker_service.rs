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
        "docker secret ls",
        "docker config ls",
    ]),
    unless: Words::Own(&["--format", "-q", "--quiet"]),
    reading: Reading::Table,
    any: Words::Own(&["HOSTNAME", "ENGINE VERSION", "NODE"]),
    alike: Words::Own(&[
        "* about a minute ago => * 1 minute ago",
        "* about an hour ago => * 1 hour ago",
        "* less than a second ago => * 1 second ago",
    ]),
    key: Words::Own(&["NAME", "HOSTNAME"]),
    ..GENERAL
};
