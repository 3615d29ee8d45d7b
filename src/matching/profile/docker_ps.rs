//! `docker ps`.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker ps",
        "docker container ls",
        "docker container list",
        "docker container ps",
    ]),
    unless: Words::Own(&["--format", "-q", "--quiet"]),
    reading: Reading::Table,
    any: Words::Own(&["CREATED"]),
    key: Words::Own(&["NAMES", "IMAGE", "COMMAND"]),
    ..GENERAL
};
