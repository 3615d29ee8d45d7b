//! `apk add`: versions and counts of packages move on; errors do not.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["apk add", "apk update", "apk upgrade"]),
    progress: Words::Own(&["fetch *", "({n}/{n}) *", "OK: *", "Executing *", "v{n}.*"]),
    ..GENERAL
};
