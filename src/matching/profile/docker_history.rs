//! `docker history`: the layers of an image, the last one first.

use super::known::{GENERAL, Profile, Reading, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker history", "docker image history"]),
    unless: Words::Own(&["--format", "-q", "--quiet"]),
    reading: Reading::Table,
    // The two builders write down the same instruction in two ways.
    vague: Words::Own(&[
        "COPY file:*",
        "COPY dir:*",
        "COPY multi:*",
        "ADD file:*",
        "ADD dir:*",
        "ADD multi:*",
    ]),
    alike: Words::Own(&[
        "/bin/sh -c #(nop) * => *",
        "RUN /bin/sh -c * => /bin/sh -c *",
        "* # buildkit => *",
        "EXPOSE map[*/tcp:{}] => EXPOSE *",
        "EXPOSE [*/tcp] => EXPOSE *",
        "buildkit.dockerfile.v0 => ",
        " * => *",
    ]),
    any: Words::Own(&["CREATED"]),
    ordered: true,
    ..GENERAL
};
