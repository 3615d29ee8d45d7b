//! `docker version` and `docker info`: all of it is about the machine.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker version", "docker info", "docker system info"]),
    unless: Words::Own(&["--format", "-f"]),
    only: Words::Own(&["Client:*", "Server:*"]),
    alike: Words::Own(&["Client:* => Client:", "Server:* => Server:"]),
    ..GENERAL
};
