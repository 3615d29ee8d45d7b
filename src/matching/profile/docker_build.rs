//! `docker build`, as the legacy builder and as `BuildKit` tell it.

use super::{Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker build",
        "docker image build",
        "docker builder build",
        "docker buildx build",
        "docker buildx b",
    ]),
    unless: Words::Own(&["-q", "--quiet"]),
    reading: Reading::Build,
    forms: Words::Own(&[
        "the legacy builder: Step {n}/{n} : *",
        "BuildKit: #{n} *",
        "BuildKit: [+] Building *",
    ]),
    ..super::GENERAL
};
