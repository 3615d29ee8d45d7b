//! What tutcheck itself knows of commands, a file for each kind of output.

use super::known::Profile;
use super::{
    apk, apt_get, compose_build, compose_logs, compose_ps, compose_up, curl, docker_build,
    docker_diff, docker_history, docker_images, docker_info, docker_inspect, docker_logs,
    docker_ls, docker_ps, docker_pull, docker_push, docker_rm, docker_run, docker_service,
    docker_service_change, docker_stats, docker_system_df, docker_top, git_clone, ls, npm, pip,
};

/// The first one that suits a command counts.
pub(super) const OWN: &[&Profile] = &[
    &apk::PROFILE,
    &apt_get::PROFILE,
    &compose_build::PROFILE,
    &compose_logs::PROFILE,
    &compose_ps::PROFILE,
    &compose_up::PROFILE,
    &curl::PROFILE,
    &docker_build::PROFILE,
    &docker_diff::PROFILE,
    &docker_history::PROFILE,
    &docker_images::PROFILE,
    &docker_info::PROFILE,
    &docker_inspect::PROFILE,
    &docker_logs::PROFILE,
    &docker_ls::PROFILE,
    &docker_ps::PROFILE,
    &docker_pull::PROFILE,
    &docker_push::PROFILE,
    &docker_rm::PROFILE,
    &docker_run::PROFILE,
    &docker_service::PROFILE,
    &docker_service_change::PROFILE,
    &docker_stats::PROFILE,
    &docker_system_df::PROFILE,
    &docker_top::PROFILE,
    &git_clone::PROFILE,
    &ls::PROFILE,
    &npm::PROFILE,
    &pip::PROFILE,
];
