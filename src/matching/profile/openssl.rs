//! `openssl`: keys and certificates that are made anew each time.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["openssl"]),
    progress: Words::Own(&[
        "{signs}",
        "{b}{hex}",
        "{hex}",
        "Generating *",
        "writing *",
        "e is {n} *",
    ]),
    alike: Words::Own(&[
        "serial={hex} => serial",
        "{w} Fingerprint={hex} => Fingerprint",
        "{b}Serial Number: * => Serial Number",
        "{w} Fingerprint=* => Fingerprint",
    ]),
    ..GENERAL
};
