//! `ip`, `ifconfig`: numbers of interfaces, and counters.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["ip", "ifconfig"]),
    alike: Words::Own(&[
        "{n}: *@if{n}: * => *@if: *",
        "{b}RX packets* => RX packets",
        "{b}TX packets* => TX packets",
        "{b}RX bytes* => RX bytes",
    ]),
    ..GENERAL
};
