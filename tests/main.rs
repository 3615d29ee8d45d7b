//! The tests, in one binary. Those that concern Docker run against a real daemon:
//!
//!     tests/with-docker cargo test

#![allow(clippy::disallowed_methods, reason = "tests touch the world")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![expect(unreachable_pub, reason = "one binary, whose modules see each other")]

mod bad_input;
mod commandline;
mod daemon;
mod faults;
mod hostile;
mod lint;
mod matching;
mod plan;
mod proxy;
mod reading;
mod record;
mod report;
mod saved;
mod secrets;
mod series;
mod support;
mod terminals;
mod tidy;
