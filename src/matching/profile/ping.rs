//! `ping`: what is lost is no measure like any other.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["ping"]),
    exact: Words::Own(&["percentage"]),
    ..GENERAL
};
