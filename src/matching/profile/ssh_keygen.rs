//! `ssh-keygen`: keys that are made anew each time, and their pictures.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["ssh-keygen", "ssh-keyscan"]),
    progress: Words::Own(&["|*|", "+{signs}[*]{signs}+", "Generating *"]),
    alike: Words::Own(&[
        "*SHA256:{w} * => *SHA256: *",
        "*SHA256:{w} => *SHA256:",
        "*MD5:{hex} * => *MD5: *",
    ]),
    ..GENERAL
};
