//! What a swarm has: the raft counts its changes, and periods are settings.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker secret inspect",
        "docker config inspect",
        "docker service inspect",
        "docker node inspect",
    ]),
    exact: Words::Own(&["duration"]),
    alike: Words::Own(&["{b}\"Index\": {n}* => \"Index\""]),
    ..GENERAL
};
