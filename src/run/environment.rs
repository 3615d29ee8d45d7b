//! What a reader's shell has around it.

use std::env;

use super::Surroundings;
use crate::docker::{HOME, Scratch};
use crate::terminal::{self, Setup};

/// The environment of a reader's shell: theirs, with what varies from machine to machine fixed; `host` is
/// where its daemon is, if it has one.
pub(super) fn setup(
    scratch: &Scratch,
    name: &str,
    surroundings: &Surroundings,
    host: Option<String>,
) -> Setup {
    let path = |folder: &str| scratch.path().join(folder).to_string_lossy().into_owned();
    let fixed = [
        (terminal::MARK, name),
        ("LC_ALL", "C.UTF-8"),
        ("LANG", "C.UTF-8"),
        ("LANGUAGE", ""),
        ("TZ", "UTC"),
        ("TERM", "xterm"),
        ("COLUMNS", "120"),
        ("LINES", "40"),
        ("NO_COLOR", "1"),
        ("PAGER", "cat"),
        ("GIT_PAGER", "cat"),
        ("BUILDKIT_PROGRESS", "plain"),
        ("COMPOSE_PROGRESS", "plain"),
        ("DOCKER_CLI_HINTS", "false"),
        ("PYTHONUNBUFFERED", "1"),
    ];
    let removed = [
        "BASH_ENV",
        "ENV",
        "CDPATH",
        "PROMPT_COMMAND",
        "POSIXLY_CORRECT",
        "SHELLOPTS",
        "BASHOPTS",
        "BASH_XTRACEFD",
        "GLOBIGNORE",
        "IFS",
        "BASH_COMPAT",
        "EXECIGNORE",
        "PS4",
        "DOCKER_CONTEXT",
        "OLDPWD",
        "COMPOSE_PROJECT_NAME",
    ];
    let mut variables: Vec<(String, Option<String>)> = fixed
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())))
        .collect();
    variables.extend(removed.iter().map(|name| ((*name).to_owned(), None)));
    // Functions that the caller has exported are no programs of the reader's; and what Git says to its hooks is of the
    // repository that they are called for, which no page is to change.
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let is_callers = |name: &String| name.starts_with("BASH_FUNC_") || is_of_hook(name);
    variables.extend(names.filter(is_callers).map(|name| (name, None)));
    variables.push(("HOME".into(), Some(path(HOME))));
    variables.push(("TMPDIR".into(), Some(path("tmp"))));
    let folder = surroundings.document_folder.to_string_lossy().into_owned();
    variables.push(("TUTCHECK_DOCUMENT_DIR".into(), Some(folder)));
    if let Some(host) = host {
        variables.push(("DOCKER_HOST".into(), Some(host)));
        // The relay is spoken to in plain; the daemon behind it, as the user does.
        let tls = ["DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"];
        variables.extend(tls.map(|name| (name.to_owned(), None)));
        let config = surroundings
            .address
            .config
            .as_ref()
            .map(|config| config.to_string_lossy().into_owned());
        variables.push(("DOCKER_CONFIG".into(), config));
    }
    Setup {
        progress: surroundings.progress.clone(),
        group: None,
        control: scratch.path().join("control"),
        directory: scratch.path().join(HOME),
        variables,
    }
}

/// What `git rev-parse --local-env-vars` lists, and what belongs to it.
const OF_REPOSITORY: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Whether a variable says which repository Git's programs work on.
fn is_of_hook(name: &str) -> bool {
    let is_setting = ["GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"]
        .iter()
        .any(|start| name.starts_with(start));
    is_setting || OF_REPOSITORY.contains(&name)
}
