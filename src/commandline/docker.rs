//! What Docker's client and Compose are asked to do.

use super::call::{Call, after_options, published};
use super::{Command, CommandLine};

/// Options of `docker` and of Compose, before what they are asked to do, that have a value.
pub(super) const WITH_VALUE: &[&str] = &[
    "--context",
    "-c",
    "-H",
    "--host",
    "--config",
    "-l",
    "--log-level",
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--profile",
    "--env-file",
    "--project-directory",
    "--ansi",
    "--progress",
];

/// Whether the word behind this option of `docker` or Compose, before what it is asked to do, is its
/// value.
pub fn has_value(option: &str) -> bool {
    WITH_VALUE.contains(&option)
}

/// Whether a command line calls Docker's client or Compose, wherever in it.
pub fn names_docker(text: &str) -> bool {
    text.contains("docker") && CommandLine::read(text).calls(&["docker", "docker-compose"])
}

/// Groups that verbs of Docker stand in.
const GROUPS: &[&str] = &[
    "container",
    "image",
    "compose",
    "buildx",
    "stack",
    "service",
];

/// What a call of Docker's client or of Compose is asked to do: `run`, `up`, `pull`, without the group
/// that it stands in.
fn verbs(text: &str) -> Vec<String> {
    asked(text).into_iter().map(|(verb, _)| verb).collect()
}

/// The same, each with the words behind it.
fn asked(text: &str) -> Vec<(String, Vec<String>)> {
    if !text.contains("docker") {
        return Vec::new();
    }
    let line = CommandLine::read(text);
    let asked = |command: &Command<'_>| {
        let texts = command.texts();
        let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let (&("docker" | "docker-compose" | "podman"), rest) = words.split_first()? else {
            return None;
        };
        let mut words = after_options(rest, WITH_VALUE);
        while let [group, rest @ ..] = words
            && GROUPS.contains(group)
        {
            words = after_options(rest, WITH_VALUE);
        }
        let (verb, rest) = words.split_first()?;
        let rest = rest.iter().map(|word| (*word).to_owned()).collect();
        Some(((*verb).to_owned(), rest))
    };
    line.commands.iter().filter_map(asked).collect()
}

/// Containers, as they are written, that must run for a command line to do what it says.
pub fn running_containers(text: &str) -> Vec<String> {
    let mut containers = Vec::new();
    for (verb, words) in asked(text) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let call = Call::read(&words);
        let operands = call.operands.iter().map(|word| (*word).to_owned());
        match verb.as_str() {
            "exec" => containers.extend(operands.take(1)),
            "attach" | "kill" | "pause" | "port" | "stats" | "stop" | "top" => {
                containers.extend(operands);
            }
            _ => {}
        }
    }
    containers
}

/// Containers, as they are written, that a command line removes.
pub fn removed_containers(text: &str) -> Vec<String> {
    let removed = asked(text).into_iter().filter(|(verb, _)| verb == "rm");
    let operands = removed.flat_map(|(_, words)| words);
    operands.filter(|word| !word.starts_with('-')).collect()
}

/// The names that a command line gives to containers.
pub fn container_names(text: &str) -> Vec<String> {
    let made = asked(text)
        .into_iter()
        .filter(|(verb, _)| verb == "run" || verb == "create");
    let name = |(_, words): (String, Vec<String>)| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Call::read(&words).value("--name").map(str::to_owned)
    };
    made.filter_map(name).collect()
}

/// Whether a command line lists containers.
pub fn lists_containers(text: &str) -> bool {
    asked(text)
        .iter()
        .any(|(verb, _)| verb == "ps" || (verb == "ls" && text.contains("container")))
}

/// Whether a command line starts containers: `docker run`, `docker start`, `docker compose up`.
pub fn starts_containers(text: &str) -> bool {
    verbs(text)
        .iter()
        .any(|verb| matches!(verb.as_str(), "run" | "up" | "start"))
}

/// Whether a command line runs something in a new container.
pub fn runs_container(text: &str) -> bool {
    verbs(text).iter().any(|verb| verb == "run")
}

/// Whether a command line may fetch or build images, which takes its time.
pub fn fetches_images(text: &str) -> bool {
    verbs(text)
        .iter()
        .any(|verb| matches!(verb.as_str(), "pull" | "build" | "push" | "bake"))
        || text.contains("--build")
}

/// Whether a command line brings Compose's services up.
pub fn brings_up(text: &str) -> bool {
    verbs(text).iter().any(|verb| verb == "up")
}

/// The ports of the machine that it opens for containers, as they are written in it.
pub fn published_ports(text: &str) -> Vec<u16> {
    let mut ports = Vec::new();
    for command in CommandLine::read(text).top() {
        let texts = command.texts();
        let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        if let ["docker" | "podman", "run", rest @ ..]
        | ["docker" | "podman", "container", "run", rest @ ..] = words.as_slice()
        {
            let call = Call::read(rest);
            ports.extend(call.values(&["-p", "--publish"]).filter_map(published));
        }
    }
    ports
}

/// Whether a command line makes containers without starting them.
pub fn creates_containers(text: &str) -> bool {
    verbs(text).iter().any(|verb| verb == "create")
}

/// Whether a command line is attached to what runs in a container already.
pub fn attaches(text: &str) -> bool {
    verbs(text).iter().any(|verb| verb == "attach")
}

/// Options of `docker run` that have a value.
const VALUED: &[&str] = &[
    "-v",
    "--volume",
    "-p",
    "--publish",
    "-e",
    "--env",
    "-u",
    "--user",
    "-w",
    "--workdir",
    "--name",
    "--mount",
    "--network",
    "--net",
    "--entrypoint",
    "-h",
    "--hostname",
    "--env-file",
    "--restart",
    "-m",
    "--memory",
    "--cpus",
    "-l",
    "--label",
    "--platform",
    "--link",
    "--gpus",
    "--ip",
    "--add-host",
    "--cap-add",
    "--cap-drop",
    "--device",
];

/// Whether a line has something left to fill in: a call of `docker run` without an image, of
/// `docker exec` without a command, of `docker stop` without a container.
pub fn lacks_operands(text: &str) -> bool {
    CommandLine::read(text).top().any(|command| {
        let texts = command.texts();
        let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let Some(("docker" | "podman", rest)) =
            words.split_first().map(|(first, rest)| (*first, rest))
        else {
            return false;
        };
        let rest = after_options(rest, WITH_VALUE);
        let rest = rest.strip_prefix(&["container"]).unwrap_or(rest);
        let Some((verb, rest)) = rest.split_first() else {
            return false;
        };
        if rest
            .iter()
            .any(|word| matches!(*word, "--help" | "-h" | "-help"))
            || rest.contains(&"|")
        {
            return false;
        }
        let operands = Call::read(rest).operands.len();
        // An option that is not known may have no value, and what follows it may be the image.
        let is_last_a_value = rest.len() >= 2
            && (VALUED.contains(&rest[rest.len() - 2]) || rest[rest.len() - 1].starts_with('-'));
        let is_fed = !command.redirections.is_empty() || text.contains("xargs");
        let lacks = match *verb {
            "run" | "create" => operands == 0 && is_last_a_value,
            "exec" => operands < 2 && !rest.is_empty(),
            _ => false,
        };
        lacks && !is_fed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_is_asked_to_do() {
        assert!(
            starts_containers("docker container run x")
                && starts_containers("cd a && docker compose -f b up -d")
        );
        assert!(!starts_containers("docker rm run") && !starts_containers("echo docker run"));
        assert!(fetches_images("docker buildx build .") && fetches_images("docker image pull x"));
        assert!(!fetches_images("docker ps --filter name=build"));
        assert!(attaches("docker attach web") && brings_up("docker-compose up"));
    }

    #[test]
    fn calls_without_what_they_need_are_no_commands() {
        for text in [
            "docker run -u [uid]:[gid]",
            "docker run -u \"$(id -u):$(id -g)\"",
            "docker exec -it web",
        ] {
            assert!(lacks_operands(text), "{text}");
        }
        for text in [
            "docker run alpine",
            "docker run -d -p 80:80 nginx",
            "docker exec web ls",
            "docker run --help",
            "docker start x",
        ] {
            assert!(!lacks_operands(text), "{text}");
        }
    }
}
