//! Programs whose output is made up.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "openssl rand",
        "pwgen",
        "uuidgen",
        "mktemp",
        "head /dev/urandom",
        "cat /proc/sys/kernel/random/uuid",
    ]),
    alike: Words::Own(&["{w} => made up"]),
    ..GENERAL
};
