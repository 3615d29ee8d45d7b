//! `docker compose up`, `down` and their kin: what became of each resource.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker compose up",
        "docker-compose up",
        "docker compose down",
        "docker-compose down",
        "docker compose start",
        "docker-compose start",
        "docker compose stop",
        "docker-compose stop",
        "docker compose restart",
        "docker-compose restart",
        "docker compose create",
        "docker-compose create",
        "docker compose rm",
        "docker-compose rm",
        "docker compose kill",
        "docker-compose kill",
        "docker compose pull",
        "docker-compose pull",
        "docker compose push",
        "docker-compose push",
    ]),
    reading: Reading::Compose,
    // Layers on their way, below the service that they are of.
    progress: Words::Own(&[
        "* {id} Pulling fs layer*",
        "* {id} Waiting*",
        "* {id} Downloading*",
        "* {id} Verifying Checksum*",
        "* {id} Download complete*",
        "* {id} Extracting*",
        "* {id} Pull complete*",
        "* {id} Already exists*",
    ]),
    forms: Words::Own(&[
        "Compose 1: Creating * ... *",
        "Compose 1: Removing * ... *",
        "Compose 1: Creating network \"*\" with the default driver",
        "Compose 2: *Container *  *",
        "Compose 2: *Network *  *",
    ]),
    ..GENERAL
};
