//! What commands that play have in common.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::document::{System, parse_duration};

/// What commands that play have in common.
#[derive(Debug, Args)]
pub struct PlayArguments {
    /// Values and capabilities
    #[command(flatten)]
    pub given: GivenArguments,
    /// The longest that a step may take, unless it says so itself: 30s, 2m [default: 120s; 600s to pull and build]
    #[arg(long, value_name = "TIME", env = "TUTCHECK_TIMEOUT", value_parser = limit)]
    pub timeout: Option<Duration>,
    /// Keep the scratch directory, and say where it is
    #[arg(long, env = "TUTCHECK_KEEP")]
    pub keep: bool,
    /// Keep images that were pulled; the default on a daemon that has other images or containers
    #[arg(long, env = "TUTCHECK_KEEP_IMAGES", overrides_with = "no_keep_images")]
    pub keep_images: bool,
    /// Remove images that were pulled; the default on a daemon that had nothing
    #[arg(long, env = "TUTCHECK_NO_KEEP_IMAGES")]
    pub no_keep_images: bool,
    /// It is played for another process, and ends with its standard input, which that one holds.
    #[arg(long, hide = true)]
    pub held: bool,
    /// Let pages see what the daemon has already, and not only what they make themselves
    #[arg(long, env = "TUTCHECK_SHARE_DAEMON")]
    pub share_daemon: bool,
}

/// What a document may ask for.
#[derive(Debug, Clone, Default, Args)]
pub struct GivenArguments {
    /// The value of a placeholder such as `[NAME]` or `<name>`; also from `TUTCHECK_VAR_NAME`
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = pair)]
    pub variables: Vec<(String, String)>,
    /// A capability that blocks with `needs=` ask for
    #[arg(
        long,
        value_name = "CAPABILITY",
        env = "TUTCHECK_HAVE",
        value_delimiter = ','
    )]
    pub have: Vec<String>,
    /// For whom the page is read: system=linux, system=macos, system=windows, shell=bash
    #[arg(long, value_name = "WHAT=WORD", env = "TUTCHECK_READER", value_delimiter = ',', value_parser = reader)]
    pub reader: Vec<(String, String)>,
    /// Where the page leaves a choice, the arm with this word in its label is taken; may be repeated
    #[arg(
        long = "pick",
        value_name = "WORD",
        env = "TUTCHECK_PICK",
        value_delimiter = ','
    )]
    pub picks: Vec<String>,
    /// It has been looked at by the call that this is a part of.
    #[arg(skip)]
    pub is_checked: bool,
    /// Colours: auto, always, never
    #[arg(long, value_enum, default_value = "auto", env = "TUTCHECK_COLOR")]
    pub color: Color,
}

/// Whether there are colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

pub(super) fn limit(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "it takes a time such as `30s`, `2m` or `500ms`".to_owned())
}

fn reader(text: &str) -> Result<(String, String), String> {
    let (what, word) = text
        .split_once('=')
        .ok_or("write system=linux or shell=bash")?;
    match what {
        "system" if System::of(word).is_some() => Ok((what.to_owned(), word.to_owned())),
        "system" => Err("the systems are linux, macos and windows".to_owned()),
        "shell" if !word.is_empty() => Ok((what.to_owned(), word.to_owned())),
        _ => Err("write system=linux or shell=bash".to_owned()),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
