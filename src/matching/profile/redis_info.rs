//! `redis-cli info`: memory, times and counters of a server.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["redis-cli info"]),
    alike: Words::Own(&[
        "uptime_in_* => uptime",
        "lru_clock:* => lru_clock",
        "process_id:* => process_id",
        "run_id:* => run_id",
        "server_time_usec:* => server_time_usec",
        "hz:* => hz",
        "configured_hz:* => configured_hz",
        "used_*:* => used_*",
        "allocator_*:* => allocator_*",
        "total_*:* => total_*",
        "instantaneous_*:* => instantaneous_*",
        "mem_*:* => mem_*",
        "*_ratio:* => *_ratio",
        "*_bytes:* => *_bytes",
        "*_human:* => *_human",
        "rdb_last_*:* => rdb_last_*",
        "*_time:* => *_time",
        "master_replid:* => master_replid",
        "executable:* => executable",
        "tracking_*:* => tracking_*",
        "io_threads_*:* => io_threads_*",
        "*_sec:* => *_sec",
    ]),
    ..GENERAL
};
