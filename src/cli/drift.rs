//! The arguments of `tutcheck drift`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::play::{PlayArguments, limit};
use super::target::{Target, target};

/// `tutcheck drift`.
#[derive(Debug, Args)]
pub struct DriftArguments {
    /// Markdown files; a folder means every Markdown file with steps below it. `log` instead says what moved when
    #[arg(required_unless_present_any = ["workflow", "engines"], value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How it is played
    #[command(flatten)]
    pub play: PlayArguments,
    /// Nothing is played where no image moved, though a page may fetch packages that did
    #[arg(long, env = "TUTCHECK_QUICK")]
    pub quick: bool,
    /// Play with another image in place, and write nothing: python:3.13-slim=python:3.14-slim
    #[arg(long, value_name = "OLD=NEW", env = "TUTCHECK_SIMULATE", value_delimiter = ',', value_parser = images)]
    pub simulate: Vec<(String, String)>,
    /// How long replays may take that prove what a break comes from
    #[arg(long, value_name = "TIME", default_value = "20m", env = "TUTCHECK_PROOF_BUDGET", value_parser = limit)]
    pub proof_budget: Duration,
    /// A registry of yours where images of green runs are kept, for when their own has them no more
    #[arg(long, value_name = "REGISTRY", env = "TUTCHECK_KEEP_BASELINE")]
    pub keep_baseline: Option<String>,
    /// Say what breaks only on some engines, from a run of each that `check --save` has written
    #[arg(long, value_name = "RUN.json", num_args = 1.., conflicts_with = "paths")]
    pub engines: Vec<PathBuf>,
    /// Print the nightly job for github, gitlab or cron
    #[arg(long, value_enum, value_name = "HOST")]
    pub workflow: Option<Host>,
    /// text, json or markdown, to standard output or to a file; may be repeated
    #[arg(long, value_name = "FORMAT[=FILE]", env = "TUTCHECK_REPORT", value_delimiter = ',', value_parser = drift_target)]
    pub report: Vec<DriftTarget>,
    /// Only what came of each page
    #[arg(short, long, env = "TUTCHECK_QUIET")]
    pub quiet: bool,
}

/// Where a nightly job runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Host {
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// A machine of one's own.
    Cron,
}

impl Host {
    /// As it is typed.
    pub fn word(self) -> &'static str {
        match self {
            Host::Github => "github",
            Host::Gitlab => "gitlab",
            Host::Cron => "cron",
        }
    }
}

/// How drift is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DriftFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For an issue or a pull request.
    Markdown,
}

/// A report on drift.
pub type DriftTarget = Target<DriftFormat>;

fn drift_target(text: &str) -> Result<DriftTarget, String> {
    target(text, "text, json and markdown")
}

fn images(text: &str) -> Result<(String, String), String> {
    let pair = text
        .split_once('=')
        .filter(|(old, new)| !old.is_empty() && !new.is_empty());
    let (old, new) = pair.ok_or("write OLD=NEW: python:3.13-slim=python:3.14-slim")?;
    Ok((old.to_owned(), new.to_owned()))
}
