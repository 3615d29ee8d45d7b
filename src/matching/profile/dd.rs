//! `dd`: how long it took.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["dd"]),
    alike: Words::Own(&["* bytes *copied, * => * bytes copied"]),
    ..GENERAL
};
