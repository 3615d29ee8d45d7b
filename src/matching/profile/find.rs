//! `find -ls`, `ls -i`: the numbers of inodes.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["find", "ls"]),
    alike: Words::Own(&[
        "{b}{n}{b}{n} {w} {b}{n} * => *",
        "{b}{n}{b}{n} * => *",
        "{n}{b}{n} * => *",
        "{n} * => *",
        "{b}{n} * => *",
    ]),
    ..GENERAL
};
