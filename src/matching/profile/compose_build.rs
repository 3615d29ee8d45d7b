//! `docker compose build`: a builder with a line for each service.

use super::{Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker compose build", "docker-compose build"]),
    reading: Reading::Build,
    forms: super::docker_build::FORMS,
    ..super::GENERAL
};
