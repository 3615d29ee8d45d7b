//! `curl`: the progress it shows beside the answer, and what it says of the connection.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["curl"]),
    progress: Words::Own(&["*% Total*% Received*", "*Dload*Upload*", "*--:--:--*"]),
    ..GENERAL
};
