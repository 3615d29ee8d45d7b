//! `docker compose ps`.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker compose ps",
        "docker compose ls",
        "docker-compose ps",
    ]),
    unless: Words::Own(&["--format", "-q", "--quiet", "--services"]),
    reading: Reading::Table,
    any: Words::Own(&["CREATED"]),
    key: Words::Own(&["NAME", "SERVICE"]),
    forms: Words::Own(&[
        "Compose 1: Name *Command *State *Ports*",
        "Compose 2: NAME *IMAGE *COMMAND *SERVICE *",
    ]),
    ..GENERAL
};
