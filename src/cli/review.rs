//! The arguments of `tutcheck review`, `accept` and `reject`.

use std::path::PathBuf;

use clap::Args;

use super::Color;

/// `tutcheck review`.
#[derive(Debug, Args)]
pub struct ReviewArguments {
    /// Pages; without one, those of the last run in this project
    #[arg(value_name = "PAGE")]
    pub pages: Vec<PathBuf>,
    /// Colours: auto, always, never
    #[arg(long, value_enum, default_value = "auto", env = "TUTCHECK_COLOR")]
    pub color: Color,
}

/// `tutcheck accept`.
#[derive(Debug, Args)]
pub struct AcceptArguments {
    /// Keys of steps, without which all that differ are meant; pages, without which those of the last run are
    #[arg(value_name = "KEY|PAGE")]
    pub words: Vec<String>,
    /// Only into the page
    #[arg(long)]
    pub document: bool,
    /// Only into the recording, also of steps that have none yet
    #[arg(long)]
    pub recording: bool,
    /// Let the page show the output also of steps of which it shows nothing
    #[arg(long)]
    pub show: bool,
    /// Write nothing, and end with status 1 if anything would be written
    #[arg(long)]
    pub check: bool,
    /// Colours: auto, always, never
    #[arg(long, value_enum, default_value = "auto", env = "TUTCHECK_COLOR")]
    pub color: Color,
}

/// `tutcheck reject`.
#[derive(Debug, Args)]
pub struct RejectArguments {
    /// Keys of steps, and the page they are of if it is not that of the last run
    #[arg(required = true, value_name = "KEY|PAGE")]
    pub keys: Vec<String>,
    /// Colours: auto, always, never
    #[arg(long, value_enum, default_value = "auto", env = "TUTCHECK_COLOR")]
    pub color: Color,
}
