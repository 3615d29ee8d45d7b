//! `git clone`: what the other side counts and sends.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["git clone", "git fetch", "git pull"]),
    progress: Words::Own(&[
        "remote: *",
        "Receiving objects: *",
        "Resolving deltas: *",
        "Updating files: *",
        "Unpacking objects: *",
    ]),
    ..GENERAL
};
