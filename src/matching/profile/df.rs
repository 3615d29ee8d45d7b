//! `df`: how full the disks are.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["df"]),
    measured: Words::Own(&["number", "size", "percentage"]),
    ..GENERAL
};
