//! `docker compose config`: what was set.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker compose config", "docker-compose config"]),
    exact: Words::Own(&["duration", "percentage", "size"]),
    ..GENERAL
};
