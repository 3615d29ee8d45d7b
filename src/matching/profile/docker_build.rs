//! `docker build`, as the legacy builder and as `BuildKit` tell it.

use super::known::{GENERAL, Profile, Reading, Words};

/// How the two builders begin a line.
pub(super) const FORMS: Words = Words::Own(&[
    "the legacy builder: Step {n}/{n} : *",
    "the legacy builder: Successfully built {id}",
    "the legacy builder: Successfully tagged *",
    "BuildKit: #{n} *",
    "BuildKit: [+] Building *",
]);

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
    // The reference is another one each time.
    alike: Words::Own(&[
        "ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref *: * => ERROR: failed to solve: failed to compute cache key: {2}",
    ]),
    forms: FORMS,
    ..GENERAL
};
