//! `docker push`: what is asserted is the last line.

use super::{Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker push", "docker image push"]),
    alike: Words::Own(&["*: digest: * size: {n} => *: digest: *"]),
    ..super::GENERAL
};
