//! `docker pull`: that an image came or was there already is one fact.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker pull", "docker image pull"]),
    alike: Words::Own(&[
        "Status: Image is up to date for * => Status: Downloaded newer image for *",
    ]),
    ..GENERAL
};
