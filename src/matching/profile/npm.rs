//! `npm install`: counts, times and advice; errors do not vary.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["npm install", "npm ci", "npm i"]),
    progress: Words::Own(&[
        "added {n} package*",
        "changed {n} package*",
        "removed {n} package*",
        "audited {n} package*",
        "up to date*",
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
    ..GENERAL
};
