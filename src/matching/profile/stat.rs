//! `stat`: where a file is on a disk.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["stat"]),
    alike: Words::Own(&[
        "Device: {w}{b}Inode: {n}{b}Links: * => Device, Inode, Links: *",
        "Device: {w} *Inode: {n}{b}Links: * => Device, Inode, Links: *",
    ]),
    ..GENERAL
};
