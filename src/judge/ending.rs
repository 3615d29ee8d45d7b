//! How steps ended, and what that says of the tutorial.

use std::time::Duration;

use super::needed::{is_needed, shows_its_end};
use super::{Ended, Finding, Hint, Observation, Reason, Unfinished, Verdict, Waiting, telling};
use crate::commandline::{self, Foreground};
use crate::document::{self, Alive, Exit, Place};
use crate::observation::NotTyped;
use crate::plan::{Action, Plan, Step};
use crate::programs;
use crate::trouble;

/// What is said of a step that was not typed.
pub(super) fn not_typed(plan: &Plan, number: usize, why: &NotTyped) -> Finding {
    let step = &plan.steps[number - 1];
    match why {
        NotTyped::TerminalBusy(by) => {
            Finding::broken(Reason::TerminalBusy(*by)).hint(Hint::EndItBefore)
        }
        NotTyped::NothingOpen => {
            let left = left_before(plan, number).unwrap_or(Hint::KeepItOpen);
            Finding::broken(Reason::NothingOpen).hint(left)
        }
        NotTyped::NothingInFront(status) => nothing_in_front(*status),
        NotTyped::NoStage(why) => Finding::untestable(Reason::NoStage(why.clone())).stuck(),
        NotTyped::NotObserved if matches!(step.action, Action::Person(_)) => {
            Finding::untestable(Reason::ForPerson)
        }
        NotTyped::NotObserved => Finding::untestable(Reason::NotObserved),
    }
}

/// The step that has left what this one is typed into.
fn left_before(plan: &Plan, number: usize) -> Option<Hint> {
    let step = &plan.steps[number - 1];
    let leaves = |other: &&Step| {
        other.terminal() == step.terminal()
            && other.place == Place::Inside
            && commandline::leaves(other.typed())
    };
    let left = plan.steps[..number - 1].iter().rfind(leaves)?;
    Some(Hint::LeftBefore { line: left.line })
}

/// An earlier step of the page speaks of the port: `python3 -m http.server 8080 &` may have it.
fn is_named_before(plan: &Plan, number: usize, what: &str) -> bool {
    // Of a container that is known, it is surely the container's.
    let port = what.strip_prefix("port ");
    port.is_some_and(|port| {
        let names = |step: &Step| {
            let mut words = step.typed().split(|c: char| !c.is_ascii_digit());
            words.any(|word| word == port)
        };
        plan.steps[..number - 1].iter().any(names)
    })
}

pub(super) fn unable_to_test(
    plan: &Plan,
    number: usize,
    observation: &Observation,
    expected: Exit,
) -> Option<Finding> {
    let step = &plan.steps[number - 1];
    let failed = match (&observation.ended, expected) {
        (Ended::Status(status), Exit::Status(expected)) => *status != expected,
        (Ended::Status(status), Exit::Fails) => *status == 0,
        (
            Ended::Asks {
                is_secret: false, ..
            }
            | Ended::TimeLimit(_)
            | Ended::ShellLeft(_)
            | Ended::Meddled
            | Ended::NotReady(_),
            _,
        ) => true,
        (
            Ended::Asks {
                question,
                is_secret: true,
            },
            _,
        ) => {
            let reason = Reason::AsksForSecret(question.clone());
            return Some(Finding::untestable(reason).stuck().hint(Hint::TypeSecret));
        }
        (Ended::Interrupted, _) => {
            return Some(Finding::untestable(Reason::Interrupted).stuck());
        }
        // What was typed into may have ended with the daemon.
        (Ended::Left(_), _) => observation.daemon_lost,
        (Ended::NotSaved(_) | Ended::Stays | Ended::NotTyped(_), _) => false,
    };
    if let Ended::NotSaved(why) = &observation.ended
        && let Some(line) = trouble::full_disk(why)
    {
        return Some(Finding::untestable(Reason::Trouble(line.to_owned())).stuck());
    }
    if step.place == Place::Host && observation.output.lines().any(asks_for_password) {
        let finding = Finding::untestable(Reason::NeedsPassword);
        return Some(finding.stuck().hint(Hint::PlayAsRoot));
    }
    if failed
        && let Some(what) = &observation.had_before
        && !is_named_before(plan, number, what)
    {
        let finding = Finding::untestable(Reason::HadBefore(what.clone()));
        return Some(finding.stuck().hint(Hint::FreeIt));
    }
    if failed
        && step.place == Place::Host
        && let Some(line) =
            trouble::full_disk(&observation.output).or_else(|| trouble::limit(&observation.output))
    {
        let reason = Reason::Trouble(line.trim().to_owned());
        return Some(Finding::untestable(reason).stuck());
    }
    if !plan.uses_docker || !failed {
        return None;
    }
    if observation.daemon_lost {
        return Some(Finding::untestable(Reason::DaemonLost).stuck());
    }
    let line = trouble::line(&observation.output)?;
    let names_docker = commandline::names_docker(step.typed()) || step.place == Place::Inside;
    let reason = Reason::Trouble(line.trim().to_owned());
    names_docker.then(|| Finding::untestable(reason).stuck())
}

/// What `sudo` says where it may not ask: `sudo: a password is required`, `sudo: a terminal is required
/// to read the password`.
fn asks_for_password(line: &str) -> bool {
    line.starts_with("sudo: ") && line.contains("is required") && line.contains("password")
}

pub(super) fn ended_badly(
    step: &Step,
    observation: &Observation,
    expected: Exit,
) -> Option<Finding> {
    let broken = |reason| Some(Finding::broken(reason));
    if let Action::Press { names, .. } = &step.action {
        return match &observation.ended {
            Ended::Status(status) | Ended::Left(status) => left_as_wanted(step, *status),
            Ended::Asks { question, .. } => Some(asks(question)),
            Ended::TimeLimit(limit) => {
                let (limit, keys) = (*limit, names.clone());
                let reason = Reason::GoesOnAfter { limit, keys };
                Some(Finding::broken(reason).hint(Hint::OtherKey))
            }
            _ => None,
        };
    }
    if let Some(lacks) = telling::unfinished(step.typed(), &observation.output) {
        return Some(never_completed(lacks));
    }
    // Ctrl-C, with which a step was ended, shows where its output is on the terminal.
    let last = telling::line(step.written(), &observation.output).trim_end_matches("^C");
    let said = || last.to_owned();
    let closed = |status: i32| broken(Reason::TerminalClosed(status, said()));
    match (&observation.ended, expected) {
        (Ended::Status(status), Exit::Status(wanted)) if *status != wanted => {
            let (status, said) = (*status, said());
            let is_missing = telling::not_found(&observation.output).is_some();
            let reason = Reason::Exit {
                status,
                wanted,
                said,
            };
            let finding = Finding::broken(reason);
            Some(finding.hint(Hint::AcceptStatus { status, is_missing }))
        }
        (Ended::Status(0), Exit::Fails) => broken(Reason::DidNotFail),
        (Ended::Left(status), _) if commandline::leaves(step.typed()) => {
            left_as_wanted(step, *status)
        }
        (Ended::Left(status), _) => {
            let finding = Finding::broken(Reason::InnerEnded(*status, said()));
            Some(finding.hint(Hint::ShowExit))
        }
        (Ended::NotReady(why), _) => {
            let finding = Finding::broken(Reason::NotReady(why.clone()));
            Some(finding.hint(Hint::LongerOrOtherWait))
        }
        (Ended::ShellLeft(status), wanted) if leaves_shell(step.written()) => match wanted {
            Exit::Status(wanted) if *status == wanted => None,
            Exit::Fails if *status != 0 => None,
            _ => closed(*status),
        },
        (Ended::ShellLeft(status), _) => closed(*status),
        (Ended::Meddled, _) => broken(Reason::Meddled),
        (Ended::Asks { question, .. }, _) => Some(asks(question)),
        (Ended::TimeLimit(limit), _) => Some(too_long(step, observation, *limit, last)),
        (Ended::NotSaved(why), _) => broken(Reason::NotSaved(why.clone())),
        // Nothing is wrong, or it was said before.
        (Ended::Status(_) | Ended::Stays | Ended::Interrupted | Ended::NotTyped(_), _) => None,
    }
}

/// A step that asked something.
fn asks(question: &str) -> Finding {
    Finding::broken(Reason::Asks(question.to_owned())).hint(Hint::Answer)
}

/// A step that met its time limit: what it was waiting for, if that can be told.
fn too_long(step: &Step, observation: &Observation, limit: Duration, last: &str) -> Finding {
    // Ctrl-C, with which the step was ended, shows on the terminal too.
    let asks = observation.on_terminal.replace("^C", "");
    let asks = asks.trim().lines().last().unwrap_or_default().trim();
    let asks: String = asks.chars().take(80).collect();
    let is_question = !document::answers_shown(&format!("{last} y")).is_empty();
    let waiting = match (asks.as_str(), observation.waits_for_input) {
        ("", false) => Waiting::Said(last.to_owned()),
        ("", true) => Waiting::Reads(last.to_owned()),
        (asks, _) => Waiting::Asks(asks.to_owned()),
    };
    let hint = if programs::asks_for_more(last).is_some() {
        Hint::TypeTheRest
    } else if commandline::takes_text(step.typed()) {
        Hint::EndTheText
    } else if asks.is_empty() && !observation.waits_for_input && !is_question {
        Hint::Longer
    } else {
        Hint::Answer
    };
    Finding::broken(Reason::TooLong(limit, waiting)).hint(hint)
}

/// A container that was to go on, and did not. One that ends well has done its work, unless the page
/// needs it later.
pub(super) fn died(
    plan: &Plan,
    number: usize,
    step: &Step,
    observation: &Observation,
) -> Option<Finding> {
    let (death, _) = observation.death.as_ref()?;
    let ended_well = death.status == 0 && !death.restarts;
    let is_asked = step.settings.alive.is_some();
    if !is_asked && !death.restarts && shows_its_end(plan, number, death) {
        return None;
    }
    let may_end = || step.typed().contains("compose") || !is_needed(plan, number, death);
    if ended_well && !is_asked && may_end() {
        return None;
    }
    let reason = Reason::ContainerDied {
        name: death.name.clone(),
        status: death.status,
        restarts: death.restarts,
    };
    Some(Finding::broken(reason).hint(Hint::MeantToEnd))
}

/// Whether a command is there to close the terminal.
fn leaves_shell(command: &str) -> bool {
    let mut words = command.split_whitespace();
    let is_exit = matches!(words.next(), Some("exit" | "logout"));
    is_exit && words.all(|word| word.parse::<u8>().is_ok())
}

/// A reader who types it sees the prompt for the rest of a command, and nothing happens. Sourced, it
/// would run and could even succeed.
pub(super) fn never_completed(lacks: Unfinished) -> Finding {
    let hint = match lacks {
        Unfinished::Quote(_) => Hint::TypeTheRest,
        _ => Hint::WholeCommand,
    };
    Finding::broken(Reason::Incomplete(lacks)).hint(hint)
}

/// No reader sees the status of a shell that is left, or of a program that Ctrl-C has ended: it counts
/// only where the author says which.
fn left_as_wanted(step: &Step, status: i32) -> Option<Finding> {
    let is_wanted = match step.settings.exit {
        None => true,
        Some(Exit::Status(wanted)) => status == wanted,
        Some(Exit::Fails) => status != 0,
    };
    let finding = || Finding::broken(Reason::LeftWith(status)).hint(Hint::StatusUnseen);
    (!is_wanted).then(finding)
}

/// What is said of a key that nobody takes; the program in front may have ended by itself.
fn nothing_in_front(ended_alone: Option<i32>) -> Finding {
    let hint = match ended_alone {
        Some(_) => Hint::LookAtOutput,
        None => Hint::KeyBehindProgram,
    };
    Finding::broken(Reason::NothingInFront(ended_alone)).hint(hint)
}

/// What is said of a program that went on in the foreground and ended by itself, though nobody was to
/// end it: none, if it was well, or another step has ended it.
pub(super) fn crashed(plan: &Plan, number: usize, status: i32) -> Option<Finding> {
    const ENDING: &[&str] = &[
        "stop", "kill", "rm", "down", "restart", "prune", "pkill", "killall",
    ];
    let by_another = plan.steps[number..].iter().any(|step| {
        let words = step.typed();
        words.split_whitespace().any(|word| ENDING.contains(&word))
    });
    let is_meant = match plan.steps[number - 1].settings.exit {
        Some(Exit::Status(wanted)) => wanted == status,
        Some(Exit::Fails) => true,
        None => false,
    };
    // A signal is somebody else's doing.
    let is_crash = (1..128).contains(&status) && !by_another && !is_meant;
    is_crash.then(|| {
        Finding::new(Verdict::Broken, Reason::EndedLater(status)).hint(Hint::LookAtLaterOutput)
    })
}

/// A service of a composition in the foreground that ended with an error, as Compose tells among what
/// the services print; not once it is ended itself.
pub(super) fn service_died(step: &Step, printed: &str) -> Option<Finding> {
    let goes_on =
        matches!(step.in_front, Foreground::Goes(_)) && commandline::brings_up(step.typed());
    if !goes_on || step.settings.alive == Some(Alive::No) {
        return None;
    }
    let before_end = printed.split("Gracefully").next().unwrap_or_default();
    let (name, status) = before_end.lines().find_map(|line| {
        let (name, status) = line.trim().split_once(" exited with code ")?;
        let status: i32 = status.split(' ').next()?.parse().ok()?;
        // A signal is somebody else's doing.
        (1..128).contains(&status).then_some((name, status))
    })?;
    let name = name.to_owned();
    let finding = Finding::new(Verdict::Broken, Reason::ServiceDied { name, status });
    Some(finding.hint(Hint::MeantToEnd))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_say_in_words_that_something_went_wrong() {
        for output in [
            "Traceback (most recent call last):",
            "ERROR:  relation \"towns\" does not exist",
            "connection to server failed: FATAL:  database \"x\" does not exist",
            "invalid command \\foo",
            "nofile.sql: No such file or directory",
            "Invalid argument(s)",
            "ZeroDivisionError: division by zero",
        ] {
            assert!(programs::says_error(output).is_some(), "{output}");
        }
        assert_eq!(
            programs::says_error("no error here: fine\nerrors | 0"),
            None
        );
    }
}
