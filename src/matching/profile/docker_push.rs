//! `docker push`: what is asserted is the last line.

use super::{Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker push", "docker image push"]),
    progress: Words::Own(&[
        "{id}: Preparing",
        "{id}: Waiting",
        "{id}: Layer already exists",
        "{id}: Mounted from *",
        "{id}: Pushing*",
        "{id}: Pushed",
    ]),
    alike: Words::Own(&["*: digest: * size: {n} => *: digest: *"]),
    ..super::GENERAL
};
