//! Git: its hashes are of the time at which a commit was made, too.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["git"]),
    hashes: true,
    // Names of branches and tags stand there only on a terminal: `log.decorate` is `auto`, see git-log(1).
    alike: Words::Own(&[
        "commit * (HEAD -> *) => commit {1}",
        "commit * (tag: *) => commit {1}",
        "* (HEAD -> *) * => {1} {3}",
        "* (tag: *) * => {1} {3}",
        "* (origin/*) * => {1} {3}",
    ]),
    ..GENERAL
};
