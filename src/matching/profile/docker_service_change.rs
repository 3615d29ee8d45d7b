//! `docker service create` and its kin: how it converges is told as often as time allows.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker service create",
        "docker service update",
        "docker service rollback",
        "docker service scale",
    ]),
    progress: Words::Own(&[
        "overall progress: *",
        "verify: Waiting *",
        "{n}/{n}:*",
        "no suitable node *",
    ]),
    // Since version 26 it is said which one.
    alike: Words::Own(&["verify: Service * converged => verify: Service converged"]),
    ..GENERAL
};
