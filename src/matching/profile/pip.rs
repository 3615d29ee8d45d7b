//! `pip install`: versions and sizes of packages move on; errors do not.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "pip install",
        "pip3 install",
        "pip download",
        "pip3 download",
    ]),
    progress: Words::Own(&[
        "Collecting *",
        "Downloading *",
        "  Downloading *",
        "Installing *",
        "  Installing *",
        "Successfully built *",
        "Requirement already satisfied: *",
        "Looking in *",
        "Using cached *",
        "  Using cached *",
        "  Preparing metadata *",
        "  Getting requirements *",
        "Building wheel*",
        "  Building wheel*",
        "  Created wheel *",
        "  Stored in directory: *",
        "Obtaining *",
        "Defaulting to user installation *",
        "WARNING: Running pip as *",
        "WARNING: The script*",
        "[notice] *",
        "   *",
        "Saved *",
        "",
    ]),
    requested: Words::Own(&["Successfully installed *"]),
    ..GENERAL
};
