//! `docker port`: where a container is reached.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker port", "docker container port"]),
    // The same port of the host, for IPv6; engines before 20.10 did not say it.
    progress: Words::Own(&["* -> [::]:*", "* -> :::*", "[::]:*", ":::*"]),
    ..GENERAL
};
