//! What holds for any command of docker's: how its errors end, and what it warns of.

use super::known::{GENERAL, Profile, Words};

pub(super) const PROFILE: Profile = Profile {
    commands: Words::Own(&["docker", "docker-compose"]),
    // Layers on their way, as many as an image has, in any order.
    progress: Words::Own(&[
        "{id}: Pulling fs layer",
        "{id}: Waiting",
        "{id}: Downloading*",
        "{id}: Verifying Checksum",
        "{id}: Download complete",
        "{id}: Extracting*",
        "{id}: Pull complete",
        "{id}: Already exists",
        "{id}: Retrying in*",
        "{id}: Preparing",
        "{id}: Layer already exists",
        "{id}: Mounted from *",
        "{id}: Pushing*",
        "{id}: Pushed",
        "What's next:*",
        "    View a summary of image*",
        "    Learn more about*",
        "*i Info *",
        "See 'docker*--help'*",
        "Run 'docker*--help' for more information",
        "Usage:  docker *",
    ]),
    any: Words::Own(&[".Pid", "*.Pid"]),
    // Versions word their errors in turn.
    alike: Words::Own(&[
        "docker: Error response from daemon: driver failed programming external connectivity on endpoint * (*): * => docker: Error response from daemon: endpoint {1}: {3}",
        "docker: Error response from daemon: *. => docker: Error response from daemon: *",
        "docker: Error response from daemon: *: unknown => docker: Error response from daemon: *",
        "docker: Error response from daemon: failed to create task for container: * => docker: Error response from daemon: *",
        "docker: '*' is not a docker command. => docker: unknown command: docker *",
        "Error: No such * => Error response from daemon: No such *",
        "* -> :::* => * -> [::]:*",
        "Error response from daemon: manifest for * not found: * => Error response from daemon: * is not found",
        "Error response from daemon: failed to resolve reference \"*\": *: not found => Error response from daemon: * is not found",
    ]),
    forms: Words::Own(&[
        "Docker before version 28: See 'docker*--help'.",
        "Docker 28 or later: Run 'docker*--help' for more information",
    ]),
    ..GENERAL
};
