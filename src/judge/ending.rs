//! How steps ended, and what that says of the tutorial.

use std::time::Duration;

use super::{Ended, Finding, Observation, Verdict, no_stage, untestable};
use crate::commandline::{self, Foreground};
use crate::document::{self, Alive, Exit, Place};
use crate::observation::{Death, NotTyped};
use crate::plan::{Action, Plan, Step};
use crate::programs;
use crate::trouble;

/// What is said of a step that was not typed.
pub(super) fn not_typed(step: &Step, why: &NotTyped) -> Finding {
    match why {
        NotTyped::TerminalBusy(by) => busy(*by),
        NotTyped::NothingOpen => nothing_open(),
        NotTyped::NothingInFront(status) => nothing_in_front(*status),
        NotTyped::NoStage(why) => no_stage(why),
        NotTyped::NotObserved if step.action == Action::Person => untestable("for a person"),
        NotTyped::NotObserved => Finding::new(
            Verdict::Untestable,
            "not-observed",
            "the saved run has nothing of this command: play the page again",
        ),
    }
}

pub(super) fn unable_to_test(
    step: &Step,
    observation: &Observation,
    uses_docker: bool,
    expected: Exit,
) -> Option<Finding> {
    let failed = match (&observation.ended, expected) {
        (Ended::Status(status), Exit::Status(expected)) => *status != expected,
        (Ended::Status(status), Exit::Fails) => *status == 0,
        (Ended::TimeLimit(_) | Ended::ShellLeft(_) | Ended::NotReady(_), _) => true,
        (Ended::Interrupted, _) => {
            return Some(Finding::new(Verdict::Untestable, "interrupted", "interrupted").stuck());
        }
        (Ended::NotSaved(_) | Ended::Stays | Ended::Left(_) | Ended::NotTyped(_), _) => false,
    };
    if step.place == Place::Host && observation.output.lines().any(asks_for_password) {
        let reason = "`sudo` would ask for a password here, and nobody types one";
        let hint = "play it where `sudo` asks for none, or as root";
        let finding = Finding::new(Verdict::Untestable, "needs-password", reason);
        return Some(finding.stuck().hint(hint));
    }
    if !uses_docker || !failed {
        return None;
    }
    if observation.daemon_lost {
        return Some(
            Finding::new(
                Verdict::Untestable,
                "daemon-lost",
                "the Docker daemon went away",
            )
            .stuck(),
        );
    }
    let line = trouble::line(&observation.output)?;
    let names_docker = commandline::names_docker(step.typed()) || step.place == Place::Container;
    names_docker.then(|| {
        Finding::new(
            Verdict::Untestable,
            "could-not-test",
            format!("not the tutorial's fault: {}", line.trim()),
        )
        .stuck()
    })
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
    let broken = |code, reason: String| Some(Finding::new(Verdict::Broken, code, reason).stuck());
    if let Action::Press { names, .. } = &step.action {
        return match &observation.ended {
            Ended::Status(status) | Ended::Left(status) => left_as_wanted(step, *status),
            Ended::TimeLimit(limit) => broken(
                "timed-out",
                format!(
                    "the program in front went on for {} s after {names}",
                    limit.as_secs_f64()
                ),
            )
            .map(|finding| finding.hint("press another key, or give it longer with `timeout=…`")),
            _ => None,
        };
    }
    // Of its own, and not of a script that the step runs.
    if step.typed().contains("<<")
        && let Some(end) = unclosed_here_document(&observation.output)
        && step.typed().contains(end)
    {
        return Some(never_completed(&format!("`{end}` never ends its text")));
    }
    // Ctrl-C, with which a step was ended, shows where its output is on the terminal.
    let last = telling_line(&observation.output).trim_end_matches("^C");
    let said = if last.is_empty() {
        String::new()
    } else {
        format!(": {last}")
    };
    let closed =
        |status: i32| format!("the terminal was closed by this step, with status {status}{said}");
    match (&observation.ended, expected) {
        (Ended::Status(status), Exit::Status(wanted)) if *status != wanted => {
            let finding = broken(
                "exit-changed",
                format!("exit {status} instead of {wanted}{said}"),
            );
            let accept = if *status == 0 {
                "`<!-- tutcheck: exit=0 -->`".to_owned()
            } else {
                format!("`<!-- tutcheck: exit={status} -->`")
            };
            let mend = if not_found(&observation.output).is_some() {
                "is it misspelt, or to be installed first? If"
            } else {
                "mend the command, or what it stands on; if"
            };
            finding.map(|finding| {
                finding.hint(format!(
                    "{mend} a reader should see this, write {accept} before its block"
                ))
            })
        }
        (Ended::Status(0), Exit::Fails) => {
            broken("exit-changed", "exit 0, and it should fail".to_owned())
        }
        (Ended::Left(status), _) if commandline::leaves(step.typed()) => {
            left_as_wanted(step, *status)
        }
        (Ended::Left(status), _) => broken(
            "shell-left",
            format!("what it was typed into ended with it, with status {status}{said}"),
        )
        .map(|finding| finding.hint("a reader leaves it with `exit`: show that where it is meant")),
        (Ended::NotReady(why), _) => broken("not-ready", why.clone()).map(|finding| {
            finding.hint("give it longer with `timeout=…`, or mend what `wait=` names")
        }),
        (Ended::ShellLeft(status), wanted) if leaves_shell(step.written()) => match wanted {
            Exit::Status(wanted) if *status == wanted => None,
            Exit::Fails if *status != 0 => None,
            _ => broken("shell-left", closed(*status)),
        },
        (Ended::ShellLeft(status), _) => broken("shell-left", closed(*status)),
        (Ended::TimeLimit(limit), _) => Some(too_long(step, observation, *limit, last, &said)),
        (Ended::NotSaved(why), _) => broken("not-saved", why.clone()),
        // Nothing is wrong, or it was said before.
        (Ended::Status(_) | Ended::Stays | Ended::Interrupted | Ended::NotTyped(_), _) => None,
    }
}

/// A step that met its time limit: what it was waiting for, if that can be told.
fn too_long(
    step: &Step,
    observation: &Observation,
    limit: Duration,
    last: &str,
    said: &str,
) -> Finding {
    // Ctrl-C, with which the step was ended, shows on the terminal too.
    let asks = observation.on_terminal.replace("^C", "");
    let asks = asks.trim().lines().last().unwrap_or_default().trim();
    let asks: String = asks.chars().take(80).collect();
    let is_question = !document::answers_shown(&format!("{last} y")).is_empty();
    let waits = match (asks.as_str(), observation.waits_for_input) {
        ("", false) => said.to_owned(),
        ("", true) => format!("; it reads from the terminal, and nobody types{said}"),
        (asks, _) => format!("; it waits for input at `{asks}`"),
    };
    let hint = if programs::asks_for_more(last).is_some() {
        "the program waits for the rest of what was typed: is a quote, a bracket or a `;` missing?"
    } else if commandline::takes_text(step.typed()) {
        "what is typed into the file ends with a line `^D` in a session"
    } else if asks.is_empty() && !observation.waits_for_input && !is_question {
        "give it longer with `timeout=…`"
    } else {
        "let the command itself answer, as with `-y` or `echo yes |`, or say what is typed: `type=\"…\"`"
    };
    let reason = format!("not done within {} s{waits}", limit.as_secs_f64());
    Finding::new(Verdict::Broken, "timed-out", reason)
        .stuck()
        .hint(hint)
}

/// A container that was to go on, and did not. Of the services of a composition, one that ends well
/// has done its work.
pub(super) fn died(step: &Step, observation: &Observation) -> Option<Finding> {
    let (death, _) = observation.death.as_ref()?;
    if death.status == 0 && step.typed().contains("compose") {
        return None;
    }
    let Death { name, status, .. } = death;
    let reason = if death.restarts {
        format!("container {name} ends again and again, with {status}")
    } else {
        format!("container {name} exited with {status}")
    };
    let finding = Finding::new(Verdict::Broken, "container-died", reason).stuck();
    Some(
        finding.hint("if it is meant to end, write `<!-- tutcheck: alive=no -->` before its block"),
    )
}

/// The shell's own complaint that there is no such program, which the status of a longer command
/// line may hide.
pub(super) fn not_found(output: &str) -> Option<&str> {
    output.lines().find(|line| {
        let says = line.ends_with(": command not found") || line.ends_with(": event not found");
        line.starts_with("bash: ") && says
    })
}

/// Whether a command is there to close the terminal.
fn leaves_shell(command: &str) -> bool {
    let mut words = command.split_whitespace();
    let is_exit = matches!(words.next(), Some("exit" | "logout"));
    is_exit && words.all(|word| word.parse::<u8>().is_ok())
}

/// The line of an output that says best what went wrong: the last one, but for advice.
fn telling_line(output: &str) -> &str {
    let is_advice =
        |line: &&str| !line.is_empty() && !line.starts_with("See '") && !line.starts_with("Run '");
    output
        .lines()
        .rev()
        .map(str::trim)
        .find(is_advice)
        .unwrap_or_default()
}

/// A reader who types it sees the prompt for the rest of a command, and nothing happens. Sourced, it
/// would run and could even succeed.
pub(super) fn never_completed(because: &str) -> Finding {
    let reason = format!("the shell waits for the rest of this command: {because}");
    Finding::new(Verdict::Broken, "incomplete-command", reason)
        .stuck()
        .hint("write the whole command in one block")
}

/// The end of a here-document that the text does not have, as bash says it.
fn unclosed_here_document(output: &str) -> Option<&str> {
    let (_, wanted) = output
        .split_once("here-document at line ")?
        .1
        .split_once("delimited by end-of-file (wanted `")?;
    wanted.split_once("')").map(|(end, _)| end)
}

/// No reader sees the status of a shell that is left, or of a program that Ctrl-C has ended: it counts
/// only where the author says which.
fn left_as_wanted(step: &Step, status: i32) -> Option<Finding> {
    let is_wanted = match step.settings.exit {
        None => true,
        Some(Exit::Status(wanted)) => status == wanted,
        Some(Exit::Fails) => status != 0,
    };
    let reason = format!("it ended with status {status}, which is not what the block says");
    (!is_wanted).then(|| {
        Finding::new(Verdict::Broken, "exit-changed", reason)
            .stuck()
            .hint("without `exit=` or `fails`, no status counts where no reader sees one")
    })
}

/// What is said of a step for which the program of another one does not make way.
fn busy(by: Option<usize>) -> Finding {
    let by = by.map_or("an earlier page".to_owned(), |number| {
        format!("step {number}")
    });
    let reason = format!("the program of {by} is still in front of this terminal");
    Finding::new(Verdict::Broken, "terminal-busy", reason)
        .stuck()
        .hint(
            "end it before with `<!-- tutcheck key ctrl-c -->`, or give this block another terminal: \
             `terminal=two`",
        )
}

/// What is said of a step that is typed into something which has ended.
fn nothing_open() -> Finding {
    let reason = "the shell or program that it is typed into is not open any more";
    Finding::new(Verdict::Broken, "nothing-open", reason)
        .stuck()
        .hint(
            "`docker run -it` keeps a shell open; `tutcheck plan` says where each command is typed",
        )
}

/// What is said of a key that nobody takes; the program in front may have ended by itself.
fn nothing_in_front(ended_alone: Option<i32>) -> Finding {
    let reason = match ended_alone {
        Some(status) => format!("the program in front has ended by itself, with status {status}"),
        None => "there is no program in front that takes the key".to_owned(),
    };
    let hint = match ended_alone {
        Some(_) => "it should still run when a reader comes to end it: look at what it printed",
        None => {
            "a key belongs behind a program that goes on, in its terminal: `key ctrl-c terminal=…`"
        }
    };
    Finding::new(Verdict::Broken, "nothing-in-front", reason)
        .stuck()
        .hint(hint)
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
        let reason = format!("its program ended by itself later, with status {status}");
        Finding::new(Verdict::Broken, "exit-changed", reason)
            .hint("a reader finds it running when the page says so: look at what it printed later")
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
    let reason = format!("service {name} ended by itself, with status {status}");
    Some(
        Finding::new(Verdict::Broken, "container-died", reason).hint(
            "if it is meant to end, say so with `<!-- tutcheck: alive=no -->` before its block",
        ),
    )
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
        assert_eq!(
            not_found("bash: !world: event not found"),
            Some("bash: !world: event not found")
        );
    }
}
