//! `docker logs`: the program's own words.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker logs",
        "docker container logs",
        "docker service logs",
    ]),
    ..GENERAL
};
