//! `docker images`: the table until version 28, and the one since.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker images", "docker image ls", "docker image list"]),
    unless: Words::Own(&["--format", "-q", "--quiet"]),
    reading: Reading::Table,
    alike: Words::Own(&["<untagged> => <none>"]),
    any: Words::Own(&["CREATED", "EXTRA"]),
    key: Words::Own(&["REPOSITORY", "TAG", "IMAGE"]),
    forms: Words::Own(&[
        "Docker before version 1.13: REPOSITORY *VIRTUAL SIZE",
        "Docker before version 29: REPOSITORY *TAG *IMAGE ID *",
        "Docker 29 or later: IMAGE *ID *DISK USAGE*",
    ]),
    ..GENERAL
};
