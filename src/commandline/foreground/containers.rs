//! What calls of Docker, Compose and Kubernetes leave in the foreground.

use std::borrow::Cow;

use super::{Foreground, program, takes_commands};
use crate::commandline::call::{Call, after_options, base, is_option, published};
use crate::commandline::docker;
use crate::programs::{self, image_name};

/// Images whose own command is a server.
const SERVERS: &[&str] = &[
    "nginx",
    "httpd",
    "redis",
    "postgres",
    "mysql",
    "mariadb",
    "mongo",
    "traefik",
    "registry",
    "rabbitmq",
    "caddy",
    "memcached",
];

pub(super) fn docker_detaches(words: &[&str]) -> bool {
    match after_options(words, docker::WITH_VALUE) {
        ["container", rest @ ..] => docker_detaches(rest),
        ["compose", rest @ ..] => compose_detaches(rest),
        ["run", rest @ ..] => Call::read(rest).has('d', "--detach"),
        ["start", rest @ ..] => {
            let call = Call::read(rest);
            !call.has('a', "--attach") && !call.has('i', "--interactive")
        }
        ["restart" | "unpause", ..] => true,
        _ => false,
    }
}

pub(super) fn compose_detaches(words: &[&str]) -> bool {
    let words = after_options(words, docker::WITH_VALUE);
    let has = |letter, long: &str| words.iter().any(|word| is_option(word, letter, long));
    match words {
        ["start" | "restart" | "unpause", ..] => true,
        ["up", ..] => has('d', "--detach") || words.contains(&"--wait"),
        ["run", rest @ ..] => Call::read(rest).has('d', "--detach"),
        _ => false,
    }
}

/// `docker compose exec web ls`, without `-T` or `-d`.
pub(super) fn compose_has_terminal(words: &[&str]) -> bool {
    let ["exec", rest @ ..] = after_options(words, docker::WITH_VALUE) else {
        return false;
    };
    let call = Call::read(rest);
    !call.has('T', "--no-TTY") && !call.has('T', "--no-tty") && !call.has('d', "--detach")
}

/// `docker attach`, `docker run -it …`, whatever it is that runs there.
pub(super) fn is_attached(words: &[Cow<'_, str>]) -> bool {
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let is_docker = words
        .first()
        .is_some_and(|word| matches!(word.as_ref(), "docker" | "podman" | "docker-compose"));
    is_docker
        && (has("attach")
            || words.iter().any(|word| {
                word.starts_with('-')
                    && !word.starts_with("--")
                    && word.contains('i')
                    && word.contains('t')
            }))
}

pub(super) fn of_docker(words: &[&str]) -> Foreground {
    let words = after_options(words, docker::WITH_VALUE);
    match words {
        ["container", rest @ ..] => of_docker(rest),
        ["compose", rest @ ..] => of_compose(rest),
        ["run", rest @ ..] => of_run(rest),
        ["exec", rest @ ..] => of_exec(rest),
        ["attach", ..] => Foreground::Unknown,
        ["start", rest @ ..]
            if rest
                .iter()
                .any(|word| is_option(word, 'i', "--interactive")) =>
        {
            Foreground::Unknown
        }
        ["logs", rest @ ..] | ["service", "logs", rest @ ..]
            if rest.iter().any(|word| is_option(word, 'f', "--follow")) =>
        {
            Foreground::Goes(Vec::new())
        }
        ["events", rest @ ..] if !rest.iter().any(|word| word.starts_with("--until")) => {
            Foreground::Goes(Vec::new())
        }
        ["stats", rest @ ..] if !rest.contains(&"--no-stream") => Foreground::Goes(Vec::new()),
        _ => Foreground::Nothing,
    }
}

fn of_run(words: &[&str]) -> Foreground {
    let call = Call::read(words);
    if call.has('d', "--detach") || call.value("--help").is_some() {
        return Foreground::Nothing;
    }
    let Some((image, rest)) = call.operands.split_first() else {
        return Foreground::Nothing;
    };
    let image = image_name(image);
    let own = own_program(image);
    let is_interactive = call.has('i', "--interactive") && call.has('t', "--tty");
    if is_interactive {
        let opened = match (call.value("--entrypoint"), rest, own) {
            (Some(entry), rest, _) => takes_commands(base(entry), rest).then_some(entry),
            (None, [first, rest @ ..], _) => takes_commands(base(first), rest).then_some(*first),
            (None, [], Some(own)) => Some(own),
            (None, [], None) => None,
        };
        if let Some(opened) = opened {
            return program(opened, false);
        }
    }
    let ports: Vec<u16> = call
        .values(&["-p", "--publish"])
        .filter_map(published)
        .collect();
    let is_server = rest.is_empty() && SERVERS.contains(&image);
    let is_shown = call.value("--entrypoint").is_none();
    if (!ports.is_empty() && own.is_none_or(|_| !rest.is_empty())) || (is_server && is_shown) {
        Foreground::Goes(ports)
    } else if is_interactive {
        Foreground::Unknown
    } else {
        Foreground::Nothing
    }
}

fn of_exec(words: &[&str]) -> Foreground {
    let call = Call::read(words);
    let is_interactive = call.has('i', "--interactive") && call.has('t', "--tty");
    match &call.operands[..] {
        [_, first, rest @ ..] if is_interactive => {
            if takes_commands(base(first), rest) {
                program(first, false)
            } else {
                Foreground::Unknown
            }
        }
        _ => Foreground::Nothing,
    }
}

pub(super) fn of_compose(words: &[&str]) -> Foreground {
    let words = after_options(words, docker::WITH_VALUE);
    let has = |letter, long: &str| words.iter().any(|word| is_option(word, letter, long));
    match words {
        ["up", rest @ ..] => {
            let ends = has('d', "--detach")
                || [
                    "--wait",
                    "--no-start",
                    "--abort-on-container-exit",
                    "--help",
                ]
                .iter()
                .any(|word| rest.contains(word))
                || rest.iter().any(|word| word.starts_with("--exit-code-from"));
            if ends {
                Foreground::Nothing
            } else {
                Foreground::Goes(Vec::new())
            }
        }
        ["watch", ..] => Foreground::Goes(Vec::new()),
        ["logs", ..] if has('f', "--follow") => Foreground::Goes(Vec::new()),
        ["exec" | "run", rest @ ..] if !has('T', "--no-TTY") && !has('d', "--detach") => {
            let call = Call::read(rest);
            match &call.operands[..] {
                [_, first, rest @ ..] if takes_commands(base(first), rest) => program(first, true),
                _ => Foreground::Nothing,
            }
        }
        _ => Foreground::Nothing,
    }
}

pub(super) fn of_kubectl(words: &[&str]) -> Foreground {
    let has = |letter, long: &str| words.iter().any(|word| is_option(word, letter, long));
    match words {
        ["port-forward" | "proxy", ..] => Foreground::Goes(Vec::new()),
        ["logs", ..] if has('f', "--follow") => Foreground::Goes(Vec::new()),
        ["exec" | "run", ..] if has('i', "--stdin") && has('t', "--tty") => {
            let last = words.last().copied().unwrap_or_default();
            if takes_commands(base(last), &[]) {
                program(last, false)
            } else {
                Foreground::Unknown
            }
        }
        _ => Foreground::Nothing,
    }
}

/// The program that takes commands which an image starts by itself.
fn own_program(image: &str) -> Option<&'static str> {
    let shell = IMAGES.iter().find(|(name, _)| *name == image);
    shell
        .map(|(_, shell)| *shell)
        .or_else(|| programs::of_image(image)?.names.first().copied())
}

/// Images whose own command is a shell, and which.
const IMAGES: &[(&str, &str)] = &[
    ("ubuntu", "bash"),
    ("debian", "bash"),
    ("alpine", "sh"),
    ("busybox", "sh"),
    ("fedora", "bash"),
    ("centos", "bash"),
    ("rockylinux", "bash"),
    ("almalinux", "bash"),
    ("amazonlinux", "bash"),
    ("archlinux", "bash"),
    ("bash", "bash"),
];
