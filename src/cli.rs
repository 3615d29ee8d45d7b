//! Arguments: what was typed, and each with its `TUTCHECK_…` variable.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::document::{System, parse_duration};

/// Runs a tutorial the way its reader would, and says where the reader would get stuck.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, after_help = EXIT_STATUS)]
pub struct Arguments {
    /// What to do; without it, check.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Checking needs no word.
    #[command(flatten)]
    pub check: CheckArguments,
}

const EXIT_STATUS: &str = "\
Exit status:
  0  all verified steps passed
  1  something is broken
  2  a file or the usage is wrong
  3  could not test (daemon, registry, shell)
  4  nothing to run
  130  interrupted";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play tutorials and say what broke (also without this word)
    Check(CheckArguments),
    /// Play tutorials twice and write down what they print
    Record(RecordArguments),
    /// Say what would run, block by block, and why; runs nothing
    Plan(PlanArguments),
    /// Say what an author may want to mend: guesses, blocks never verified, dead links; runs nothing
    Lint(PlanArguments),
    /// Say what a rule of reading, or the code of a finding, means
    Explain(ExplainArguments),
    /// Judge a saved run again, without a shell and without Docker
    Judge(JudgeArguments),
    /// Compare two files as the output of a command
    Compare(CompareArguments),
    /// Say what moved under tutorials that nobody touched, and prove which step broke because of it
    Drift(DriftArguments),
    /// Print the JSON schema of a saved run
    Schema,
    /// Remove what an interrupted run left
    Clean,
}

/// `tutcheck [check]`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Markdown files; a folder means every Markdown file with steps below it
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How it is played
    #[command(flatten)]
    pub play: PlayArguments,
    /// A step that has neither recording nor shown output is at fault; default where CI=true
    #[arg(long, env = "TUTCHECK_LOCKED")]
    pub locked: bool,
    /// A page that shows an outdated form is at fault
    #[arg(long, env = "TUTCHECK_STRICT")]
    pub strict: bool,
    /// Play each page once for each way that its reader could go: every tab that names no other system
    #[arg(long, env = "TUTCHECK_EVERY_ARM")]
    pub every_arm: bool,
    /// Go on where a reader would be stuck
    #[arg(long, env = "TUTCHECK_KEEP_GOING")]
    pub keep_going: bool,
    /// After the first break, get the shell in the same state
    #[arg(long, env = "TUTCHECK_DEBUG")]
    pub debug: bool,
    /// Write down what was observed, for `tutcheck judge`
    #[arg(long, value_name = "FILE", env = "TUTCHECK_SAVE")]
    pub save: Option<PathBuf>,
    /// How it is told
    #[command(flatten)]
    pub told: ToldArguments,
}

/// `tutcheck judge`.
#[derive(Debug, Args)]
pub struct JudgeArguments {
    /// Files that `check --save` has written
    #[arg(required = true, value_name = "RUN.json")]
    pub runs: Vec<PathBuf>,
    /// A step that has neither recording nor shown output is at fault, also if it was not then
    #[arg(long, env = "TUTCHECK_LOCKED")]
    pub locked: bool,
    /// A page that shows an outdated form is at fault, also if it was not then
    #[arg(long, env = "TUTCHECK_STRICT")]
    pub strict: bool,
    /// How it is told
    #[command(flatten)]
    pub told: ToldArguments,
    /// Colours: auto, always, never
    #[arg(long, value_enum, default_value = "auto", env = "TUTCHECK_COLOR")]
    pub color: Color,
}

/// How what came of a play is told.
#[derive(Debug, Args)]
pub struct ToldArguments {
    /// text or json, to standard output or to a file; may be repeated
    #[arg(long, value_name = "FORMAT[=FILE]", env = "TUTCHECK_REPORT", value_delimiter = ',', value_parser = report_target)]
    pub report: Vec<ReportTarget>,
    /// The same as `--report` to standard output, unless that says another
    #[arg(long, value_enum, env = "TUTCHECK_FORMAT")]
    pub format: Option<Format>,
    /// Only what went wrong, and the summary
    #[arg(short, long, env = "TUTCHECK_QUIET")]
    pub quiet: bool,
}

/// `tutcheck record`.
#[derive(Debug, Args)]
pub struct RecordArguments {
    /// Markdown files; a folder means every Markdown file with steps below it
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How it is played
    #[command(flatten)]
    pub play: PlayArguments,
    /// Play once; what differs from run to run is then found later, by others
    #[arg(long, env = "TUTCHECK_NO_VERIFY")]
    pub no_verify: bool,
    /// How often to play: what differs is found by the second play, and more of them make it certain
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(2..=9), env = "TUTCHECK_PLAYS")]
    pub plays: u8,
    /// Write down which words differ from play to play, and of what kind they are
    #[arg(long, env = "TUTCHECK_SETTLE")]
    pub settle: bool,
    /// For people or for programs
    #[arg(long, value_enum, default_value = "text", env = "TUTCHECK_FORMAT")]
    pub format: Format,
}

/// `tutcheck plan` and `tutcheck lint`.
#[derive(Debug, Args)]
pub struct PlanArguments {
    /// Markdown files; a folder means every Markdown file with steps below it
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Values and capabilities
    #[command(flatten)]
    pub given: GivenArguments,
    /// For people or for programs
    #[arg(long, value_enum, default_value = "text", env = "TUTCHECK_FORMAT")]
    pub format: Format,
}

/// `tutcheck explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The rule or the code, as `plan` and reports have it; without one, all of them
    #[arg(value_name = "WORD")]
    pub name: Option<String>,
    /// For people or for programs
    #[arg(long, value_enum, default_value = "text", env = "TUTCHECK_FORMAT")]
    pub format: Format,
}

/// `tutcheck compare`.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// The command whose output it is
    #[arg(long, value_name = "COMMAND")]
    pub command: String,
    /// Which words are IDs, and of what, as JSON: {"7eb17e337a13": "container"}
    #[arg(long, value_name = "FILE")]
    pub witness: Option<PathBuf>,
    /// What is expected; `...` and its kin mean what they mean on a page
    pub expected: PathBuf,
    /// What was printed
    pub actual: PathBuf,
    /// For people or for programs
    #[arg(long, value_enum, default_value = "text", env = "TUTCHECK_FORMAT")]
    pub format: Format,
}

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
    #[arg(long, value_name = "OLD=NEW", env = "TUTCHECK_SIMULATE", value_delimiter = ',', value_parser = pair)]
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

/// Where a report on drift goes.
#[derive(Debug, Clone)]
pub struct DriftTarget {
    /// For whom.
    pub format: DriftFormat,
    /// A file; standard output if none.
    pub path: Option<PathBuf>,
}

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
    /// Let pages see what the daemon has already, and not only what they make themselves
    #[arg(long, env = "TUTCHECK_SHARE_DAEMON")]
    pub share_daemon: bool,
}

/// What a document may ask for.
#[derive(Debug, Args)]
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
    /// Colours: auto, always, never
    #[arg(long, value_enum, default_value = "auto", env = "TUTCHECK_COLOR")]
    pub color: Color,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Whether there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where a report goes.
#[derive(Debug, Clone)]
pub struct ReportTarget {
    /// For people or for programs.
    pub format: Format,
    /// A file; standard output if none.
    pub path: Option<PathBuf>,
}

fn report_target(text: &str) -> Result<ReportTarget, String> {
    let (format, path) = text.split_once('=').map_or((text, None), |(format, path)| {
        (format, Some(PathBuf::from(path)))
    });
    let format = Format::from_str(format, true)
        .map_err(|_| format!("there is no report `{format}`; there are text and json"))?;
    Ok(ReportTarget { format, path })
}

fn drift_target(text: &str) -> Result<DriftTarget, String> {
    let (format, path) = text.split_once('=').map_or((text, None), |(format, path)| {
        (format, Some(PathBuf::from(path)))
    });
    let format = DriftFormat::from_str(format, true)
        .map_err(|_| format!("there is no report `{format}`; there are text, json and markdown"))?;
    Ok(DriftTarget { format, path })
}

fn limit(text: &str) -> Result<Duration, String> {
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

/// The words of what to do.
pub fn commands() -> Vec<String> {
    let arguments = Arguments::command();
    let commands = arguments.get_subcommands();
    commands
        .map(|command| command.get_name().to_owned())
        .collect()
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
