//! Programs that say how things are at this moment, in numbers.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "free",
        "vmstat",
        "iostat",
        "mpstat",
        "cat /proc/meminfo",
        "cat /proc/loadavg",
        "cat /proc/uptime",
        "cat /proc/stat",
        "redis-cli time",
        "redis-cli dbsize --latency",
        "python -m timeit",
        "python3 -m timeit",
        "timeit",
    ]),
    measured: Words::Own(&["number", "size", "duration"]),
    ..GENERAL
};
