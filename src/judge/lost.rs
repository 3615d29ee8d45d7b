//! What may have been lost from a page, by what is missing: a folder, a `cd`, an `export`, an image, a port.

use super::Hint;
use crate::commandline::{self, CommandLine};
use crate::document::{Place, Wait};
use crate::observation::Ended;
use crate::plan::{Action, Fate, Plan, Step};

/// A hint at it, for the step of this number, from 1.
pub(super) fn hint(plan: &Plan, number: usize, output: &str, ended: &Ended) -> Option<Hint> {
    let (before, step) = (&plan.steps[..number - 1], &plan.steps[number - 1]);
    no_such_image(output)
        .or_else(|| not_served(step, ended))
        .or_else(|| no_folder(before, output))
        .or_else(|| saved_elsewhere(before, step, output))
        .or_else(|| not_exported(before, step, output))
        .or_else(|| not_set(before, step))
}

/// `manifest for hello-wrold:latest not found`, `pull access denied for hello-wrold, repository does not
/// exist`.
fn no_such_image(output: &str) -> Option<Hint> {
    const AROUND: &[(&str, &[&str])] = &[
        ("manifest for ", &[" not found"]),
        ("pull access denied for ", &[", repository does not exist"]),
        ("failed to resolve reference \"", &["\": "]),
    ];
    let image = output.lines().find_map(|line| {
        AROUND.iter().find_map(|(start, ends)| {
            let (_, rest) = line.split_once(start)?;
            let end = ends.iter().find_map(|end| rest.find(end))?;
            let says_so = line.contains("not found") || line.contains("does not exist");
            Some(&rest[..end]).filter(|image| says_so && !image.is_empty())
        })
    })?;
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    Some(Hint::NoSuchImage {
        image: image.to_owned(),
    })
}

/// The block waits for a port that its command does not open, or that nobody serves.
fn not_served(step: &Step, ended: &Ended) -> Option<Hint> {
    let (Ended::NotReady(_), Some(Wait::Port(asked))) = (ended, &step.settings.wait) else {
        return None;
    };
    let opened = commandline::published_ports(step.typed());
    let (asked, line) = (*asked, step.line);
    if opened.contains(&asked) {
        return Some(Hint::InnerPort { port: asked, line });
    }
    Some(Hint::OtherPort {
        asked,
        opened: *opened.first()?,
        line,
    })
}

/// `bash: cd: galaxy: No such file or directory`, and no step makes it.
fn no_folder(before: &[Step], output: &str) -> Option<Hint> {
    let rest = output
        .lines()
        .find_map(|line| line.strip_prefix("bash: "))
        .filter(|rest| rest.ends_with(": No such file or directory"))?;
    let path = rest.split(": No such file or directory").next()?;
    // `> config/settings.ini` wants the folder, too.
    let folder = match path.strip_prefix("cd: ") {
        Some(folder) => folder,
        None => {
            path.rsplit_once('/')
                .filter(|(folder, _)| !folder.starts_with('.'))?
                .0
        }
    };
    let last = commandline::base(folder.trim_end_matches('/'));
    let names = |step: &Step| {
        step.typed()
            .split_whitespace()
            .any(|word| word.contains(last))
    };
    let is_made = before.iter().any(|step| match &step.action {
        Action::Save { path, .. } => path.contains(last),
        Action::Run { .. } => {
            CommandLine::read(step.typed()).calls(&["mkdir", "git"]) && names(step)
        }
        Action::Press { .. } | Action::Person(_) => false,
    });
    (!last.is_empty() && !is_made).then(|| Hint::NoFolder {
        folder: folder.to_owned(),
    })
}

/// A file is missing on this machine that the page has saved.
fn saved_elsewhere(before: &[Step], step: &Step, output: &str) -> Option<Hint> {
    let is_here = step.place == Place::Host && !commandline::runs_container(step.typed());
    let missing = output.lines().find_map(super::telling::missing_file)?;
    let path = |step: &Step| match &step.action {
        Action::Save { path, .. } => (commandline::base(path) == missing).then(|| path.clone()),
        Action::Run { .. } => {
            let made = commandline::files_made(step.typed());
            let is_it = |path: &String| path.contains('/') && commandline::base(path) == missing;
            made.into_iter().find(is_it)
        }
        Action::Press { .. } | Action::Person(_) => None,
    };
    let mut before = before.iter().rev().filter(|_| is_here);
    let (saved, path) = before.find_map(|step| Some((step, path(step)?)))?;
    Some(Hint::SavedElsewhere {
        file: missing.to_owned(),
        folder: path.rsplit_once('/').map(|(folder, _)| folder.to_owned()),
        line: saved.line,
    })
}

/// A variable that the output speaks of was set by a step, and not exported.
fn not_exported(before: &[Step], step: &Step, output: &str) -> Option<Hint> {
    if step.place != Place::Host {
        return None;
    }
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let names = output
        .split(|c| !is_of_name(c))
        .chain(passed_on(step.typed()));
    let is_exported = |name: &str| {
        let says = |step: &Step| {
            let typed = step.typed();
            ["export ", "declare -x ", "set -a"]
                .iter()
                .any(|word| typed.contains(word))
                && (typed.contains(name) || typed.contains("set -a"))
        };
        before.iter().any(says)
    };
    let sets = |step: &Step, name: &str| {
        let assigns = |part: &str| {
            let rest = part.trim_start().strip_prefix(name);
            rest.and_then(|rest| rest.strip_prefix('='))
                .is_some_and(|value| {
                    !value.trim_end().contains(' ') || value.starts_with(['"', '\'', '$'])
                })
        };
        step.fate == Fate::Runs && step.typed().split(['\n', ';']).any(assigns)
    };
    let is_name = |name: &&str| {
        name.len() > 1 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_exported(name)
    };
    names.filter(is_name).find_map(|name| {
        let set = before.iter().rfind(|other| sets(other, name))?;
        Some(Hint::NotExported {
            name: name.to_owned(),
            line: set.line,
        })
    })
}

/// A variable in the command that nothing on the page sets.
fn not_set(before: &[Step], step: &Step) -> Option<Hint> {
    /// Those that every shell has.
    const OF_SHELLS: &[&str] = &[
        "HOME",
        "PATH",
        "PWD",
        "OLDPWD",
        "USER",
        "LOGNAME",
        "SHELL",
        "HOSTNAME",
        "RANDOM",
        "UID",
        "EUID",
        "PPID",
        "SECONDS",
        "LINENO",
        "COLUMNS",
        "LINES",
        "TERM",
        "LANG",
        "TMPDIR",
        "EDITOR",
        "IFS",
        "REPLY",
        "BASH_VERSION",
        "HOSTTYPE",
        "OSTYPE",
        "MACHTYPE",
        "DOCKER_HOST",
        "SHLVL",
        "TUTCHECK_DOCUMENT_DIR",
    ];
    if step.place != Place::Host {
        return None;
    }
    let command = step.typed();
    let played = || before.iter().filter(|other| other.fate == Fate::Runs);
    let sets = |text: &str, name: &str| {
        let given = [
            format!("{name}="),
            format!("for {name} in"),
            format!("read {name}"),
        ];
        given.iter().any(|given| text.contains(given.as_str()))
            || CommandLine::read(text).calls(&["source", ".", "read"])
    };
    let name = variables(command)
        .into_iter()
        .chain(passed_on(command))
        .find(|name| {
            !OF_SHELLS.contains(name)
                && !sets(command, name)
                && !played().any(|other| sets(other.typed(), name))
        })?;
    Some(Hint::NotSet {
        name: name.to_owned(),
    })
}

/// `docker run -e TOKEN …`: the names of variables that a container gets as they are in the shell.
fn passed_on(command: &str) -> Vec<&str> {
    let mut words = command.split_whitespace();
    let mut names = Vec::new();
    if !commandline::names_docker(command) {
        return names;
    }
    while let Some(word) = words.next() {
        let name = match word {
            "-e" | "--env" => words.next(),
            _ => word.strip_prefix("--env="),
        };
        let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        names.extend(name.filter(is_name));
    }
    names
}

/// The names behind `$` and `${`, outside of single quotes.
fn variables(command: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut is_quoted = false;
    let mut is_double = false;
    for (at, character) in command.char_indices() {
        match character {
            '"' => is_double = !is_double,
            '\'' if !is_double => is_quoted = !is_quoted,
            '$' if !is_quoted && !command[..at].ends_with('\\') => {
                let rest = command[at + 1..].trim_start_matches('{');
                let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let name = &rest[..rest.find(|c| !is_of_name(c)).unwrap_or(rest.len())];
                // A default is a value, too.
                let has_default = rest[name.len()..].starts_with([':', '-'])
                    && command[at + 1..].starts_with('{');
                let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
                names.extend((is_name && !has_default).then_some(name));
            }
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_stand_behind_a_dollar() {
        assert_eq!(
            variables(r#"curl "$HOST:${PORT}/$(id)" '$no' \$no ${A:-b} $1 $? "it's $x""#),
            ["HOST", "PORT", "x"]
        );
    }

    #[test]
    fn variables_are_passed_on_by_name() {
        let command = "docker run -e TOKEN --env=PORT -e MODE=x --env HOST nginx";
        assert_eq!(passed_on(command), ["TOKEN", "PORT", "HOST"]);
        assert!(passed_on("grep -e TOKEN file").is_empty());
    }

    #[test]
    fn an_image_that_no_registry_has_is_named() {
        for (line, image) in [
            (
                "Error response from daemon: manifest for hello-wrold:latest not found: manifest unknown",
                "hello-wrold:latest",
            ),
            (
                "docker: Error response from daemon: pull access denied for nosuch, repository does not exist or may require",
                "nosuch",
            ),
            (
                "failed to resolve reference \"docker.io/library/a:1\": docker.io/library/a:1: not found",
                "a:1",
            ),
        ] {
            let image = Some(Hint::NoSuchImage {
                image: image.to_owned(),
            });
            assert_eq!(no_such_image(line), image, "{line}");
        }
    }
}
