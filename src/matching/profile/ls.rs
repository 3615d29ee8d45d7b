//! `ls`: on a reader's terminal in columns, here one name to a line.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["ls"]),
    unless: Words::Own(&["-l", "-s", "-i", "-R"]),
    reading: Reading::Words,
    unordered: true,
    ..GENERAL
};
