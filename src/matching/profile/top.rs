//! `top`: the busiest processes of this moment.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["top"]),
    reading: Reading::Columns,
    progress: Words::Own(&[
        "Mem: *",
        "CPU: *",
        "Load average: *",
        "top - *",
        "Tasks: *",
        "%Cpu(s)*",
        "KiB *",
        "MiB *",
        "GiB *",
    ]),
    any: Words::Own(&[
        "PID", "PPID", "PR", "NI", "VIRT", "RES", "SHR", "S", "STAT", "%CPU", "%MEM", "TIME",
        "TIME+", "VSZ", "%VSZ", "CPU",
    ]),
    key: Words::Own(&["COMMAND", "CMD"]),
    ..GENERAL
};
