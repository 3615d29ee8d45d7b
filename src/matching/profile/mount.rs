//! `mount`: the layers of an image, by folders that are named anew.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["mount", "cat /proc/mounts", "findmnt", "cat /etc/mtab"]),
    alike: Words::Own(&[
        "*lowerdir={w} * => *lowerdir *",
        "*lowerdir={w} => *lowerdir",
    ]),
    ..GENERAL
};
