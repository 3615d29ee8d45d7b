//! `docker push`: what is asserted is the last line.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker push", "docker image push"]),
    alike: Words::Own(&["*: digest: * size: {n} => *: digest: *"]),
    ..GENERAL
};
