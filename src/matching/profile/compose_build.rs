//! `docker compose build`: a builder with a line for each service.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker compose build", "docker-compose build"]),
    reading: Reading::Build,
    forms: super::docker_build::FORMS,
    ..GENERAL
};
