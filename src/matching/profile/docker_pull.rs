//! `docker pull`: layers come in any order; that an image came or was there already is one fact.

use super::{Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker pull", "docker image pull"]),
    progress: Words::Own(&[
        "{id}: Pulling fs layer",
        "{id}: Waiting",
        "{id}: Downloading*",
        "{id}: Verifying Checksum",
        "{id}: Download complete",
        "{id}: Extracting*",
        "{id}: Pull complete",
        "{id}: Already exists",
        "{id}: Retrying in*",
    ]),
    alike: Words::Own(&[
        "Status: Image is up to date for * => Status: Downloaded newer image for *",
    ]),
    ..super::GENERAL
};
