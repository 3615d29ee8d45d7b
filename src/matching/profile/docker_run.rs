//! `docker run`: a reader who has the image already does not see it pulled.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "docker run",
        "docker create",
        "docker container run",
        "docker container create",
    ]),
    progress: Words::Own(&[
        "Unable to find image '*' locally",
        "Using default tag: *",
        "*: Pulling from *",
        "Digest: sha256:{id}",
        "Status: Downloaded newer image for *",
        "Status: Image is up to date for *",
    ]),
    ..GENERAL
};
