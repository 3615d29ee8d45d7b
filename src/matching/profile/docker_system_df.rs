//! `docker system df`: counts and sizes of the whole machine.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker system df"]),
    unless: Words::Own(&["--format", "-v", "--verbose"]),
    reading: Reading::Table,
    any: Words::Own(&["TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"]),
    key: Words::Own(&["TYPE"]),
    ..GENERAL
};
