//! What each subcommand does: files in, the pure rooms, files and words out.

mod check;
mod chosen;
mod clean;
mod compare;
mod door;
mod drift;
mod explain;
mod fault;
mod files;
mod forms;
mod init;
mod jobs;
mod judge;
mod kept;
mod lint;
mod loaded;
mod lsp;
mod machine;
mod narrowed;
mod pages;
mod picture;
mod plan;
mod playing;
mod project;
mod record;
mod recording;
mod report;
mod review;
mod series;
mod settle;
mod shards;
mod since;
mod targets;
mod telling;
mod ticker;
mod watch;
mod ways;

use std::process::ExitCode;

use crate::cli::{Arguments, Color, Command, PlayArguments};
use crate::terminal::Interrupt;
use door::{complain, diagnose, remark, say, say_json, tell, warn};

/// A file or the usage is wrong.
const WRONG: u8 = 2;
/// It could not be tested.
const UNABLE: u8 = 3;

/// Does what the arguments say.
pub fn run(arguments: &Arguments) -> ExitCode {
    let status = match &arguments.command {
        None => check::check(&arguments.check),
        Some(Command::Check(arguments)) => check::check(arguments),
        Some(Command::Watch(arguments)) => watch::watch(arguments),
        Some(Command::Record(arguments)) => record::record(arguments),
        Some(Command::Plan(arguments)) => plan::plan(arguments),
        Some(Command::Lint(arguments)) => lint::lint(arguments),
        Some(Command::Explain(arguments)) => explain::explain(arguments),
        Some(Command::Judge(arguments)) => judge::judge(arguments),
        Some(Command::Review(arguments)) => review::review(arguments),
        Some(Command::Accept(arguments)) => review::accept(arguments),
        Some(Command::Reject(arguments)) => review::reject(arguments),
        Some(Command::Picture(arguments)) => picture::picture(arguments),
        Some(Command::Report(arguments)) => report::report(arguments),
        Some(Command::Compare(arguments)) => compare::compare(arguments),
        Some(Command::Drift(arguments)) => drift::drift(arguments),
        Some(Command::Lsp) => lsp::lsp(),
        Some(Command::Init(arguments)) => init::init(arguments),
        Some(Command::Schema(arguments)) => forms::schema(arguments),
        Some(Command::Completions(arguments)) => forms::completions(arguments),
        Some(Command::Man(arguments)) => forms::man(arguments),
        Some(Command::Clean) => clean::clean(),
    };
    let status = if door::was_heard() {
        status
    } else {
        status.max(WRONG)
    };
    ExitCode::from(status)
}

/// Takes over Ctrl-C and its kin; says so where that cannot be.
fn listen() -> Option<Interrupt> {
    Interrupt::listen()
        .inspect_err(|error| complain(&format!("cannot listen to signals: {error}")))
        .ok()
}

/// The same, for a play that somebody may have who is gone one day without a word: it ends then.
fn listen_for(play: &PlayArguments) -> Option<Interrupt> {
    let interrupt = listen()?;
    if play.held {
        let ends = interrupt.by_another();
        let ends =
            ends.inspect_err(|error| complain(&format!("cannot listen to signals: {error}")));
        let ends = ends.ok()?;
        std::thread::spawn(move || {
            // Nothing comes; it ends with whoever holds the other end.
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            ends.interrupt();
        });
    }
    Some(interrupt)
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
