//! Arguments: what was typed, and each with its `TUTCHECK_…` variable.

mod drift;
mod help;
mod play;
mod review;
mod shards;
mod target;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

pub use drift::{DriftArguments, DriftFormat, DriftTarget, Host};
pub use help::{CompletionsArguments, Form, ManArguments, SchemaArguments, completions, manual};
pub use play::{Color, GivenArguments, PlayArguments};
pub use review::{AcceptArguments, RejectArguments, ReviewArguments};
pub use shards::{
    MergeArguments, PlanCommandArguments, ReportArguments, ReportCommand, ShardArgument,
};
use target::target;
pub use target::{ReportFormat, ReportTarget, Target};

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
    Plan(PlanCommandArguments),
    /// Say what an author may want to mend: guesses, blocks never verified, dead links; runs nothing
    Lint(PlanArguments),
    /// Say what a rule of reading, or the code of a finding, means
    Explain(ExplainArguments),
    /// Check again and again as the author saves
    Watch(CheckArguments),
    /// Judge a saved run again, without a shell and without Docker
    Judge(JudgeArguments),
    /// Step through what the last run found: accept, reject, skip
    Review(ReviewArguments),
    /// Take what the last run printed into the page, the recording or both
    Accept(AcceptArguments),
    /// Leave steps out of what `accept` and `review` offer, until the next run
    Reject(RejectArguments),
    /// Draw the terminal of the last run of a page, or of one of its steps, as SVG
    Picture(PictureArguments),
    /// Merge reports of several machines
    Report(ReportArguments),
    /// Compare two files as the output of a command
    Compare(CompareArguments),
    /// Say what moved under tutorials that nobody touched, and prove which step broke because of it
    Drift(DriftArguments),
    /// Serve an editor, by the language server protocol on standard input and output
    Lsp,
    /// Write tutcheck.yaml and the jobs of CI for the pages of this project
    Init(InitArguments),
    /// Print the JSON schema of a kind of file
    Schema(SchemaArguments),
    /// Print completions for a shell
    Completions(CompletionsArguments),
    /// Print a page of the manual
    Man(ManArguments),
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
    /// Only pages of which something has changed since a commit: their text, recording or settings, and, of pages that begin
    /// in the project's files, any of those
    #[arg(long, value_name = "REF", env = "TUTCHECK_SINCE")]
    pub since: Option<String>,
    /// Only a part of the pages, as several machines share them, the longest first: 2/4, or auto, from what the
    /// engine says to its jobs
    #[arg(long, value_name = "I/N", value_parser = shards::shard, env = "TUTCHECK_SHARD")]
    pub shard: Option<ShardArgument>,
    /// Only pages that were broken or could not be tested in this report (JSON), or are not in it
    #[arg(long, value_name = "REPORT.json", env = "TUTCHECK_RERUN")]
    pub rerun: Option<PathBuf>,
    /// Of one page, what comes before this step has only to succeed: its key, or its number
    #[arg(long, value_name = "STEP", conflicts_with_all = ["only", "every_arm"])]
    pub from: Option<String>,
    /// The same, and the page ends behind it: its key, its number, or several steps, N-M
    #[arg(long, value_name = "STEP|N-M", conflicts_with = "every_arm")]
    pub only: Option<String>,
    /// Play each page once for each way that its reader could go: every tab that names no other system
    #[arg(long, env = "TUTCHECK_EVERY_ARM")]
    pub every_arm: bool,
    /// Go on where a reader would be stuck
    #[arg(long, env = "TUTCHECK_KEEP_GOING")]
    pub keep_going: bool,
    /// Play a page that broke so often again; what passes then is noted as flaky, and is no break
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=5), env = "TUTCHECK_RETRIES")]
    pub retries: u8,
    /// So many pages at once [default: as many as there are cores]
    #[arg(short, long, value_name = "N", env = "TUTCHECK_JOBS", value_parser = clap::value_parser!(u8).range(1..))]
    pub jobs: Option<u8>,
    /// It is one of several, and says nothing on its own.
    #[arg(long, hide = true)]
    pub worker: bool,
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
    /// Files that `check --save` has written, or pages, whose last run is meant; by default those of the last call
    #[arg(value_name = "RUN.json|PAGE")]
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
#[derive(Debug, Clone, Args)]
pub struct ToldArguments {
    /// text, json, junit, github, markdown, html, tap, sarif, gitlab, or auto (by the CI that this runs in), to standard output or
    /// to a file; may be repeated
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

/// `tutcheck picture`.
#[derive(Debug, Args)]
pub struct PictureArguments {
    /// The page
    pub page: PathBuf,
    /// Only the step with this key
    #[arg(long, value_name = "KEY")]
    pub step: Option<String>,
    /// Where it goes; standard output, if nothing is said
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `tutcheck init`.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// Pages, or folders of pages
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Whose CI: github or gitlab; by default that of the project's remote
    #[arg(long, value_enum, value_name = "HOST")]
    pub host: Option<Host>,
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

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

fn report_target(text: &str) -> Result<ReportTarget, String> {
    target(
        text,
        "text, json, junit, github, markdown, html, tap, sarif, gitlab and auto",
    )
}

/// The words of what to do.
pub fn commands() -> Vec<String> {
    let arguments = Arguments::command();
    let commands = arguments.get_subcommands();
    commands
        .map(|command| command.get_name().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
