//! Arguments about parts of all pages.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::report::MOST_SHARDS;

use super::{Color, GivenArguments, PlanArguments, ToldArguments};

/// Which part of all pages is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShardArgument {
    /// What the engine says that runs this job.
    Auto,
    /// This one, from 1, of so many.
    Of(usize, usize),
}

pub(super) fn shard(text: &str) -> Result<ShardArgument, String> {
    if text == "auto" {
        return Ok(ShardArgument::Auto);
    }
    let parts = text.split_once('/').and_then(|(index, of)| {
        let (index, of): (usize, usize) = (index.parse().ok()?, of.parse().ok()?);
        ((1..=of).contains(&index) && of <= MOST_SHARDS).then_some((index, of))
    });
    match parts {
        Some((index, of)) => Ok(ShardArgument::Of(index, of)),
        None => Err("it takes one of so many, such as `2/4`, or `auto`".to_owned()),
    }
}

/// `tutcheck plan`.
#[derive(Debug, Args)]
pub struct PlanCommandArguments {
    /// Of what, and for whom
    #[command(flatten)]
    pub plan: PlanArguments,
    /// Say how so many shards would share the pages, and how long each would take
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub shards: Option<u16>,
    /// List the images that the pages use, a line each, for a job that pulls them first
    #[arg(long, conflicts_with = "shards")]
    pub images: bool,
}

/// `tutcheck report`.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// What is done with reports.
    #[command(subcommand)]
    pub command: ReportCommand,
}

/// What is done with reports.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Make one report of several: of shards, or of a play and a later one of what broke
    Merge(MergeArguments),
}

/// `tutcheck report merge`.
#[derive(Debug, Args)]
pub struct MergeArguments {
    /// What `--report json=FILE` has written
    #[arg(required = true, value_name = "REPORT.json")]
    pub reports: Vec<PathBuf>,
    /// How it is told
    #[command(flatten)]
    pub told: ToldArguments,
    /// Colours: auto, always, never
    #[arg(long, value_enum, default_value = "auto", env = "TUTCHECK_COLOR")]
    pub color: Color,
}

impl PlanCommandArguments {
    /// For whom pages are read.
    pub fn given(&self) -> &GivenArguments {
        &self.plan.given
    }
}
