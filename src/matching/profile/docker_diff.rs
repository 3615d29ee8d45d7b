//! `docker diff`: what changed in a container, in whatever order the daemon finds it.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker diff", "docker container diff"]),
    unordered: true,
    ..GENERAL
};
