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

/// Whether a command line tells Docker's client to speak to another daemon than `ours`, and so to speak past
/// the relay. The context `default` is what `DOCKER_HOST` names.
pub fn names_daemon(text: &str, ours: &str) -> bool {
    const BY_OPTION: &[&str] = &["-H", "--host", "--context", "-c"];
    let is_ours = |value: &str| value == ours || value == "default";
    // To read a variable is not to set it: `echo $DOCKER_HOST`.
    let is_set = |name: &str| {
        let mut places = text.match_indices(name);
        places.any(|(at, _)| {
            let value = text[at + name.len()..]
                .strip_prefix('=')
                .unwrap_or_default();
            let value = value.trim_start_matches(['"', '\'']);
            let end = value.find(|c: char| c.is_whitespace() || "\"';&|)".contains(c));
            let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let is_whole =
                !text[..at].ends_with(goes_on) && !text[at + name.len()..].starts_with(goes_on);
            is_whole
                && !text[..at].ends_with(['$', '{'])
                && !is_ours(&value[..end.unwrap_or(value.len())])
        })
    };
    if is_set("DOCKER_HOST") || is_set("DOCKER_CONTEXT") {
        return true;
    }
    if !text.contains("docker") {
        return false;
    }
    CommandLine::read(text).commands.iter().any(|command| {
        let texts = command.texts();
        let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let Some((&("docker" | "docker-compose"), rest)) = words.split_first() else {
            return false;
        };
        let before_verb = rest.len() - after_options(rest, WITH_VALUE).len();
        rest[..before_verb].iter().enumerate().any(|(at, word)| {
            let (name, joined) = word.split_once('=').unzip();
            let value = joined.or_else(|| rest.get(at + 1).copied());
            BY_OPTION.contains(&name.unwrap_or(word)) && !value.is_some_and(is_ours)
        })
    })
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

/// What a call of Docker's client or of Compose is asked to do.
pub(super) struct Asked {
    /// The group that the verb stands in: `volume` of `docker volume rm`.
    pub(super) group: Option<String>,
    pub(super) verb: String,
    /// The words behind it.
    words: Vec<String>,
}

impl Asked {
    /// Whether it is asked of containers.
    fn is_of_containers(&self) -> bool {
        matches!(self.group.as_deref(), None | Some("container" | "compose"))
    }

    pub(super) fn words(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }
}

/// What the calls of a command line are asked to do.
pub(super) fn asked(text: &str) -> Vec<Asked> {
    if !text.contains("docker") && !text.contains("podman") {
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
        let mut group = None;
        while let [first, rest @ ..] = words
            && GROUPS.contains(first)
        {
            group = Some((*first).to_owned());
            words = after_options(rest, WITH_VALUE);
        }
        let (verb, rest) = words.split_first()?;
        Some(Asked {
            group,
            verb: (*verb).to_owned(),
            words: rest.iter().map(|word| (*word).to_owned()).collect(),
        })
    };
    line.commands.iter().filter_map(asked).collect()
}

/// The verbs alone: `run`, `up`, `pull`.
fn verbs(text: &str) -> Vec<String> {
    asked(text).into_iter().map(|asked| asked.verb).collect()
}

/// Containers, as they are written, that a command line has do one of these: `exec`, `stop`, `rm`, `wait`.
pub fn containers_of(text: &str, verbs: &[&str]) -> Vec<String> {
    let is_meant = |asked: &Asked| asked.is_of_containers() && verbs.contains(&asked.verb.as_str());
    let operands = |asked: &Asked| {
        let words = asked.words();
        let operands = Call::read(&words).operands;
        // What comes behind the container is done in it.
        let count = if asked.verb == "exec" {
            1
        } else {
            operands.len()
        };
        let named = operands.into_iter().take(count).map(str::to_owned);
        named.collect::<Vec<_>>()
    };
    let all = asked(text);
    all.iter()
        .filter(|asked| is_meant(asked))
        .flat_map(operands)
        .collect()
}

/// The names that a command line gives to containers.
pub fn container_names(text: &str) -> Vec<String> {
    of_new(text, |call| {
        call.value("--name")
            .map(str::to_owned)
            .into_iter()
            .collect()
    })
}

/// The ports of the machine that it opens for containers, as they are written in it.
pub fn published_ports(text: &str) -> Vec<u16> {
    of_new(text, |call| {
        call.values(&["-p", "--publish"])
            .filter_map(published)
            .collect()
    })
}

/// What is said of each container that a command line makes.
fn of_new<T>(text: &str, said: impl Fn(&Call<'_>) -> Vec<T>) -> Vec<T> {
    let is_new =
        |asked: &Asked| asked.is_of_containers() && matches!(asked.verb.as_str(), "run" | "create");
    let all = asked(text);
    let new = all.iter().filter(|asked| is_new(asked));
    new.flat_map(|asked| said(&Call::read(&asked.words())))
        .collect()
}

/// Whether a command line lists containers.
pub fn lists_containers(text: &str) -> bool {
    asked(text)
        .iter()
        .any(|asked| asked.is_of_containers() && matches!(asked.verb.as_str(), "ps" | "ls"))
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
    fn a_daemon_may_be_named() {
        for text in [
            "docker -H unix:///other.sock ps",
            "docker --context=far ps",
            "export DOCKER_HOST=tcp://far:2375",
            "unset DOCKER_HOST",
            "export DOCKER_HOST=tcp://far:2375; echo $DOCKER_HOST",
            "env -u DOCKER_HOST docker ps",
        ] {
            assert!(names_daemon(text, "unix:///own.sock"), "{text}");
        }
        for text in [
            "docker -H unix:///own.sock ps",
            "docker --context default ps",
            "DOCKER_HOST=unix:///own.sock docker ps",
            "export DOCKER_HOST='unix:///own.sock'",
            "echo $DOCKER_HOST",
            "export DOCKER_HOSTNAME=web MY_DOCKER_HOST=x",
            "docker run -h web nginx",
            "docker run nginx -c x",
        ] {
            assert!(!names_daemon(text, "unix:///own.sock"), "{text}");
        }
    }

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
