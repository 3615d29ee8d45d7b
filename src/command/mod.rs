//! What each subcommand does: files in, the pure rooms, files and words out.

mod check;
mod clean;
mod compare;
mod explain;
mod fault;
mod files;
mod judge;
mod lint;
mod loaded;
mod machine;
mod pages;
mod plan;
mod project;
mod record;
mod recording;
mod series;
mod settle;
mod telling;
mod ticker;
mod ways;

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use annotate_snippets::Renderer;

use crate::cli::{Arguments, Color, Command};
use crate::diagnostic::{Diagnostic, render_all};
use crate::terminal::Interrupt;

/// A file or the usage is wrong.
const WRONG: u8 = 2;
/// It could not be tested.
const UNABLE: u8 = 3;

/// Does what the arguments say.
pub fn run(arguments: &Arguments) -> ExitCode {
    let status = match &arguments.command {
        None => check::check(&arguments.check),
        Some(Command::Check(arguments)) => check::check(arguments),
        Some(Command::Record(arguments)) => record::record(arguments),
        Some(Command::Plan(arguments)) => plan::plan(arguments),
        Some(Command::Lint(arguments)) => lint::lint(arguments),
        Some(Command::Explain(arguments)) => explain::explain(arguments),
        Some(Command::Judge(arguments)) => judge::judge(arguments),
        Some(Command::Compare(arguments)) => compare::compare(arguments),
        Some(Command::Schema) => schema(),
        Some(Command::Clean) => clean::clean(),
    };
    heard(std::io::stdout().flush());
    let status = if HEARD.load(Ordering::Relaxed) {
        status
    } else {
        status.max(WRONG)
    };
    ExitCode::from(status)
}

/// `tutcheck schema`
fn schema() -> u8 {
    say(crate::saved::SCHEMA);
    0
}

/// Whether standard output took everything so far.
static HEARD: AtomicBool = AtomicBool::new(true);

/// Takes over Ctrl-C and its kin; says so where that cannot be.
fn listen() -> Option<Interrupt> {
    Interrupt::listen()
        .inspect_err(|error| complain(&format!("cannot listen to signals: {error}")))
        .ok()
}

fn set_color(color: Color) {
    let choice = match color {
        // An empty choice leaves it to the terminal, NO_COLOR and CLICOLOR_FORCE.
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// Data.
fn say(text: &str) {
    heard(anstream::stdout().lock().write_all(text.as_bytes()));
}

/// Whoever reads standard output may go away early: that is not our fault, and ends quietly. A full
/// disk is said once.
fn heard(written: std::io::Result<()>) {
    if let Err(error) = written
        && error.kind() != std::io::ErrorKind::BrokenPipe
        && HEARD.swap(false, Ordering::Relaxed)
    {
        complain(&format!("cannot write standard output: {error}"));
    }
}

/// Talk.
fn remark(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// An error that is not about a place in a file.
fn complain(message: &str) {
    let bad = crate::wording::BAD;
    remark(&format!("{bad}error{bad:#}: {message}\n"));
}

/// Every fault at its place, then how many there are.
fn diagnose(mut faults: Vec<Diagnostic>) -> u8 {
    let text = render_all(&mut faults, &Renderer::styled());
    remark(&format!(
        "{text}\n\n{}\n",
        crate::wording::count(faults.len(), "fault")
    ));
    WRONG
}
