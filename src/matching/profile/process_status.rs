//! `/proc/PID/status`: what the kernel tells of a process; numbers and sizes of this one.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["cat /proc/self/status", "cat /proc/1/status"]),
    alike: Words::Own(&[
        "Pid:* => Pid",
        "PPid:* => PPid",
        "Tgid:* => Tgid",
        "NStgid:* => NStgid",
        "NSpid:* => NSpid",
        "NSpgid:* => NSpgid",
        "NSsid:* => NSsid",
        "FDSize:* => FDSize",
        "VmPeak:* => VmPeak",
        "VmSize:* => VmSize",
        "VmHWM:* => VmHWM",
        "VmRSS:* => VmRSS",
        "VmData:* => VmData",
        "VmPTE:* => VmPTE",
        "VmSwap:* => VmSwap",
        "RssAnon:* => RssAnon",
        "RssFile:* => RssFile",
        "SigQ:* => SigQ",
        "Cpus_allowed*:* => Cpus_allowed",
        "Mems_allowed*:* => Mems_allowed",
        "voluntary_ctxt_switches:* => voluntary_ctxt_switches",
        "nonvoluntary_ctxt_switches:* => nonvoluntary_ctxt_switches",
    ]),
    ..GENERAL
};
