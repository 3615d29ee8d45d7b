//! `docker compose run`: what its command prints, and before that, what comes into being for it.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker compose run", "docker-compose run"]),
    progress: Words::Own(&[
        "*Network * Creat*",
        "*Volume * Creat*",
        "*Container * Creat*",
        "*Container * Start*",
        "*Container * Running",
        "*Container * Waiting",
        "*Container * Healthy",
        // What is pulled for it.
        " * Pulling",
        " * Pulled",
        " {id} Pulling fs layer*",
        " {id} Waiting*",
        " {id} Downloading*",
        " {id} Verifying Checksum*",
        " {id} Download complete*",
        " {id} Extracting*",
        " {id} Pull complete*",
        " {id} Already exists*",
        "[+] *",
        "Creating network * with *",
        "Creating * ... *",
        "Starting * ... *",
    ]),
    ..GENERAL
};
