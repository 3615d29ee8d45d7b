//! The tests, in one binary. Those that concern Docker run against a real daemon:
//!
//!     tests/with-docker cargo test

#![allow(clippy::disallowed_methods, reason = "tests touch the world")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(
    clippy::too_many_lines,
    reason = "pages stand in them as a reader sees them"
)]
#![expect(unreachable_pub, reason = "one binary, whose modules see each other")]

mod action;
mod authors;
mod cleanup;
mod commandline;
mod daemon;
mod daemon_faults;
mod daemon_watch;
mod door;
mod drift;
mod formats;
mod hostile;
mod input;
mod jobs;
mod lint;
mod lsp;
mod matching;
mod plan;
mod playing;
mod proxy;
mod reach;
mod reading;
mod recording;
mod relay;
mod reports;
mod review;
mod robustness;
mod saved;
mod secrets;
mod series;
mod shards;
mod support;
mod terminals;
mod tidy;
mod watch;
