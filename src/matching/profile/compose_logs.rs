//! `docker compose logs`: each service speaks in its own order.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker compose logs", "docker-compose logs"]),
    reading: Reading::Logs,
    ..GENERAL
};
