//! Git: its hashes are of the time at which a commit was made, too.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["git"]),
    hashes: true,
    ..GENERAL
};
