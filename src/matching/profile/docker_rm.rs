//! Removing: how many layers an image had is not the reader's business.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker rmi",
        "docker image rm",
        "docker image remove",
        "docker image prune",
        "docker container prune",
        "docker volume prune",
        "docker system prune",
        "docker builder prune",
    ]),
    progress: Words::Own(&[
        "Untagged: *@sha256:{id}",
        "untagged: *@sha256:{id}",
        "Total reclaimed space: *",
        "Total:*",
    ]),
    once: Words::Own(&["Deleted: sha256:{id}", "deleted: sha256:{id}"]),
    ..GENERAL
};
