//! `npm install`: counts, times and advice; errors do not vary.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["npm install", "npm ci", "npm i"]),
    progress: Words::Own(&[
        "audited {n} package*",
        "{n} package* looking for funding",
        "  run `npm *",
        "found {n} vulnerabilit*",
        "{n} vulnerabilit*",
        "npm notice*",
        "npm warn *",
        "npm WARN *",
        "Run `npm audit`*",
        "To address *",
        "  npm audit *",
        "",
    ]),
    // Dependencies of dependencies come and go: their count is compared as a size is.
    alike: Words::Own(&[
        "added * package*, and audited * => added *B of packages",
        "added * package*, removed * => added *B of packages, removed",
        "added * package* in * => added *B of packages",
        "removed * package*, and audited * => removed *B of packages",
        "removed * package* in * => removed *B of packages",
        "changed * package*, and audited * => changed *B of packages",
        "changed * package* in * => changed *B of packages",
        "up to date* => up to date",
    ]),
    ..GENERAL
};
