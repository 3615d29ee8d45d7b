//! What kind of output a command prints, and what of it is said rather than shown on the way.
//!
//! A profile is a short table in words that authors may use for commands of their own too. It may
//! leave out lines of progress and bring two forms of the same facts into one. It never leaves out
//! a line that starts like an error.

mod apk;
mod apt_get;
mod banners;
mod compose_build;
mod compose_config;
mod compose_logs;
mod compose_ps;
mod compose_run;
mod compose_up;
mod curl;
mod dd;
mod df;
mod docker;
mod docker_build;
mod docker_diff;
mod docker_history;
mod docker_images;
mod docker_info;
mod docker_inspect;
mod docker_logs;
mod docker_ls;
mod docker_ps;
mod docker_pull;
mod docker_push;
mod docker_rm;
mod docker_run;
mod docker_service;
mod docker_service_change;
mod docker_stats;
mod docker_swarm_inspect;
mod docker_system_df;
mod docker_top;
mod find;
mod gauges;
mod git;
mod git_clone;
mod ip;
mod knowledge;
mod known;
mod line;
mod ls;
mod mount;
mod npm;
mod openssl;
mod own;
mod ping;
mod pip;
mod process_status;
mod ps;
mod random;
mod redis_info;
mod requested;
mod settings;
mod ssh_keygen;
mod stat;
mod top;
mod uptime;

pub(super) use knowledge::{Knowledge, of};
pub use known::{Profile, Reading, Words};
pub(super) use line::{Line, all, is_error, is_warning, words};
