//! Programs that take statements say at their start of which version they are: the reader's own has another.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&[
        "python", "python3", "node", "psql", "sqlite3", "mysql", "mariadb", "mongosh",
    ]),
    alike: Words::Own(&[
        "Python * (*) [*] on * => Python",
        "Welcome to Node.js v* => Welcome to Node.js",
        "psql (*) => psql",
        "SQLite version * * * => SQLite",
        "Server version: * => Server version",
        "Your MySQL connection id is * => connection",
        "Your MariaDB connection id is * => connection",
        "Using MongoDB: * => MongoDB",
        "Using Mongosh: * => Mongosh",
    ]),
    ..GENERAL
};
