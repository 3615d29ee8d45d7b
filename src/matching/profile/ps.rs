//! `ps`: processes, whose numbers and times are of this run.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["ps"]),
    reading: Reading::Columns,
    any: Words::Own(&[
        "PID", "PPID", "PGID", "SID", "TTY", "TT", "STAT", "S", "%CPU", "%MEM", "C", "VSZ", "RSS",
        "SZ", "START", "STARTED", "STIME", "TIME", "ELAPSED",
    ]),
    key: Words::Own(&["COMMAND", "CMD", "ARGS"]),
    ..GENERAL
};
