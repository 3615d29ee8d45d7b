//! `docker stats`: numbers of this moment.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker stats", "docker container stats"]),
    unless: Words::Own(&["--format"]),
    reading: Reading::Table,
    any: Words::Own(&["CPU %", "MEM %", "NET I/O", "BLOCK I/O"]),
    gauge: Words::Own(&["MEM USAGE / LIMIT", "PIDS"]),
    key: Words::Own(&["NAME"]),
    ..GENERAL
};
