//! `docker top`: processes, with numbers of the host.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker top", "docker container top"]),
    reading: Reading::Table,
    any: Words::Own(&[
        "PID", "PPID", "C", "STIME", "TIME", "TTY", "STAT", "%CPU", "%MEM", "VSZ", "RSS", "START",
    ]),
    key: Words::Own(&["CMD", "COMMAND"]),
    ..GENERAL
};
