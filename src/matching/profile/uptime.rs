//! `uptime`, `w`: how long, how many, how busy.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["uptime", "w"]),
    alike: Words::Own(&["*load average: * => load average"]),
    ..GENERAL
};
