//! How steps ended, and what that says of the tutorial.

use super::{Ended, Finding, Observation, Verdict};
use crate::docker::Death;
use crate::document::Exit;
use crate::plan::Step;

/// Lines by which Docker says that the registry, the network or the daemon is at fault.
const NOT_THE_TUTORIAL: &[&str] = &[
    "toomanyrequests",
    "Cannot connect to the Docker daemon",
    "error during connect",
    "Is the docker daemon running",
    "TLS handshake timeout",
    "no space left on device",
    "Temporary failure in name resolution",
    "dial tcp: lookup",
];

pub(super) fn unable_to_test(
    step: &Step,
    observation: &Observation,
    uses_docker: bool,
    expected: Exit,
) -> Option<Finding> {
    let failed = match (&observation.ended, expected) {
        (Ended::Status(status), Exit::Status(expected)) => *status != expected,
        (Ended::Status(status), Exit::Fails) => *status == 0,
        (Ended::TimeLimit(_) | Ended::ShellLeft(_), _) => true,
        (Ended::Interrupted, _) => {
            return Some(Finding::new(Verdict::Untestable, "interrupted", "interrupted").stuck());
        }
        (Ended::NotSaved(_), _) => false,
    };
    if !uses_docker || !failed {
        return None;
    }
    if observation.daemon_lost {
        return Some(
            Finding::new(
                Verdict::Untestable,
                "daemon-lost",
                "the Docker daemon is gone",
            )
            .stuck(),
        );
    }
    let line = observation
        .output
        .lines()
        .find(|line| NOT_THE_TUTORIAL.iter().any(|words| line.contains(words)))?;
    let names_docker = step.typed().contains("docker");
    names_docker.then(|| {
        Finding::new(
            Verdict::Untestable,
            "could-not-test",
            format!("not the tutorial's fault: {}", line.trim()),
        )
        .stuck()
    })
}

pub(super) fn ended_badly(
    step: &Step,
    observation: &Observation,
    expected: Exit,
) -> Option<Finding> {
    let broken = |code, reason: String| Some(Finding::new(Verdict::Broken, code, reason).stuck());
    // Of its own, and not of a script that the step runs.
    if step.typed().contains("<<")
        && let Some(end) = unclosed_here_document(&observation.output)
        && step.typed().contains(end)
    {
        return Some(never_completed(&format!("`{end}` never ends its text")));
    }
    let last = telling_line(&observation.output);
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
                "`exit=0`".to_owned()
            } else {
                format!("`exit={status}` or `fails`")
            };
            finding.map(|finding| {
                finding.hint(format!(
                    "if a reader should see this, mark the block {accept}"
                ))
            })
        }
        (Ended::Status(0), Exit::Fails) => {
            broken("exit-changed", "exit 0, and it should fail".to_owned())
        }
        (Ended::Status(_), _) => None,
        (Ended::ShellLeft(status), wanted) if leaves_shell(step.written()) => match wanted {
            Exit::Status(wanted) if *status == wanted => None,
            Exit::Fails if *status != 0 => None,
            _ => broken("shell-left", closed(*status)),
        },
        (Ended::ShellLeft(status), _) => broken("shell-left", closed(*status)),
        (Ended::TimeLimit(limit), _) => {
            // Ctrl-C, with which the step was ended, shows on the terminal too.
            let asks = observation.on_terminal.replace("^C", "");
            let asks = asks.trim().lines().last().unwrap_or_default().trim();
            let asks: String = asks.chars().take(80).collect();
            let asks = asks.as_str();
            let waits = match (asks, observation.waits_for_input) {
                ("", false) => said,
                ("", true) => format!("; it reads from the terminal, and nobody types{said}"),
                (asks, _) => format!("; it waits for input at `{asks}`"),
            };
            broken(
                "timed-out",
                format!("not done within {} s{waits}", limit.as_secs_f64()),
            )
            .map(|finding| {
                finding.hint(if asks.is_empty() && !observation.waits_for_input {
                    "give it longer with `timeout=…`"
                } else {
                    "let the command itself answer, as with `-y` or `echo yes |`"
                })
            })
        }
        (Ended::NotSaved(why), _) => broken("not-saved", why.clone()),
        (Ended::Interrupted, _) => unreachable!("interrupted steps are not judged"),
    }
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
    Some(finding.hint("if it is meant to end, mark the block `alive=no`"))
}

/// The shell's own complaint that there is no such program, which the status of a longer command
/// line may hide.
pub(super) fn not_found(output: &str) -> Option<&str> {
    output
        .lines()
        .find(|line| line.starts_with("bash: ") && line.ends_with(": command not found"))
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
