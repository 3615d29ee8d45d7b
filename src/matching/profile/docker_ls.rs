//! `docker network ls` and `docker volume ls`.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker network ls",
        "docker network list",
        "docker volume ls",
        "docker volume list",
    ]),
    unless: Words::Own(&["--format", "-q", "--quiet"]),
    reading: Reading::Table,
    key: Words::Own(&["NAME", "VOLUME NAME"]),
    ..GENERAL
};
