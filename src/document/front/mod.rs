//! What a command leaves in front of the terminal that it is typed into: nothing, a shell, a server.

mod call;

use call::{
    Call, after_options, base, first_port, image_name, is_assignment, is_option, last_of_line,
    operands, published, words,
};

/// What stays in front after a command was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InFront {
    /// Nothing: it ends by itself.
    Nothing,
    /// A shell or another program that takes commands.
    Program {
        /// Its name, without folders.
        name: String,
        /// It wants a terminal for its output, or it does not show its prompt.
        on_screen: bool,
    },
    /// What the image says that it is: `docker run -it IMAGE`.
    Perhaps,
    /// A program that goes on until somebody ends it; and the ports of this machine that it serves.
    Goes(Vec<u16>),
}

/// Whether a program is a shell, by its name.
pub fn is_shell(name: &str) -> bool {
    SHELLS.contains(&name)
}

/// Shells, by the names of their programs.
const SHELLS: &[&str] = &["bash", "sh", "ash", "zsh", "dash", "ksh", "$SHELL"];

/// Programs with a language of their own, and what keeps them from taking it from the keyboard.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("python", &["-c", "-m"]),
    ("python3", &["-c", "-m"]),
    ("node", &["-e", "-p"]),
    ("psql", &["-c", "-f", "-l", "--command", "--file", "--list"]),
    ("mysql", &["-e", "--execute"]),
    ("mariadb", &["-e", "--execute"]),
    ("redis-cli", &[]),
    ("sqlite3", &[]),
    ("mongosh", &["--eval"]),
    ("mongo", &["--eval"]),
];

/// Images whose own command takes commands, and what it is.
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
    ("python", "python3"),
    ("node", "node"),
];

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

/// What a command leaves in front.
pub fn in_front(command: &str) -> InFront {
    // Of several commands on a line, the last is the one that may stay.
    let last = command.lines().last().unwrap_or_default();
    let last = if command.contains("\\\n") {
        command
    } else {
        last
    };
    let last = last_of_line(last).trim();
    let words: Vec<&str> = words(last)
        .into_iter()
        .filter(|word| *word != "\\" && !word.starts_with('>') && !word.starts_with("2>"))
        .collect();
    let opened = if last.ends_with('&') || last.contains(['|', '<']) {
        InFront::Nothing
    } else {
        of_words(&words)
    };
    match opened {
        // The prompt is another one from here on.
        InFront::Nothing if sets_prompt(last) => InFront::Perhaps,
        opened => opened,
    }
}

/// Whether a command may give the shell another prompt.
fn sets_prompt(command: &str) -> bool {
    const WORDS: &[&str] = &[
        "PS1=",
        "PROMPT_COMMAND=",
        "source ~/.",
        ". ~/.",
        "source $HOME/.",
        ". $HOME/.",
        "source /etc/",
        ". /etc/",
    ];
    let command = command.strip_prefix("export ").unwrap_or(command);
    WORDS.iter().any(|words| command.starts_with(words))
}

fn of_words(words: &[&str]) -> InFront {
    match words {
        ["winpty" | "time" | "exec", rest @ ..] => of_words(rest),
        [first, rest @ ..] if is_assignment(first) => of_words(rest),
        ["sudo", rest @ ..] => of_sudo(rest),
        ["docker" | "podman", rest @ ..] => of_docker(rest),
        ["docker-compose", rest @ ..] => of_compose(rest),
        ["kubectl", rest @ ..] => of_kubectl(rest),
        ["ssh", rest @ ..] => of_ssh(rest),
        [program, rest @ ..] => of_program(program, rest),
        [] => InFront::Nothing,
    }
}

/// Whether containers go on when a command is done: `docker run -d`, `docker start`, `docker restart`,
/// `docker compose up -d`.
pub fn detaches(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    let is_detached = words
        .iter()
        .any(|word| *word == "--wait" || is_option(word, 'd', "--detach"));
    let starts = |verb: &str| words.contains(&verb);
    let is_docker = words
        .iter()
        .any(|word| word.ends_with("docker") || *word == "docker-compose");
    let starts_again = ["start", "restart", "unpause"].into_iter().any(starts);
    is_docker && (starts_again || (is_detached && (starts("run") || starts("up"))))
}

/// Whether a command leaves the shell or program that it is typed into.
pub fn leaves(command: &str) -> bool {
    let mut words = command.trim().trim_end_matches(';').split_whitespace();
    let is_exit = words.next().is_some_and(|word| {
        matches!(
            word,
            "exit" | "quit" | "logout" | "exit()" | "quit()" | "\\q" | ".exit" | ".quit" | "QUIT"
        )
    });
    is_exit && words.all(|word| word.parse::<u8>().is_ok())
}

/// Whether a command writes what is typed into a file: `cat > FILE`, and nothing else on the line.
pub fn takes_text(command: &str) -> bool {
    let typed = command
        .trim()
        .strip_prefix("cat")
        .unwrap_or_default()
        .trim_start();
    let file = typed.strip_prefix(">>").or_else(|| typed.strip_prefix('>'));
    file.is_some_and(|file| {
        !file.contains(['<', '>', '|', '&', ';', '\n']) && words(file).len() == 1
    })
}

/// Whether the prompt may be another after a command: that of a shell or program which it opens,
/// or, after `exit`, of the one before.
pub(super) fn changes_prompt(command: &str) -> bool {
    const OPEN: &[&str] = &["screen", "tmux", "vagrant"];
    let program = command.split_whitespace().next().unwrap_or_default();
    matches!(
        in_front(command),
        InFront::Program { .. } | InFront::Perhaps
    ) || leaves(command)
        || OPEN.contains(&program)
        || command.contains(" attach ")
        || (command.contains("docker") && command.contains("-it"))
}

fn program(name: &str, on_screen: bool) -> InFront {
    let name = base(name);
    InFront::Program {
        name: name.to_owned(),
        // A shell is told later how large its terminal is; other programs ask at once.
        on_screen: on_screen || !SHELLS.contains(&name),
    }
}

fn of_sudo(words: &[&str]) -> InFront {
    let mut opens_shell = false;
    let mut rest = words;
    while let [option, after @ ..] = rest
        && let Some(letters) = option.strip_prefix('-')
    {
        opens_shell |= letters.contains(['s', 'i']) && !letters.starts_with('-');
        // `-u postgres`, `-iu postgres`
        let has_value =
            letters.ends_with(['u', 'g', 'p', 'h', 'C', 'D']) && !letters.starts_with('-');
        rest = &after[usize::from(has_value).min(after.len())..];
    }
    match rest {
        [] if opens_shell => program("sh", true),
        _ => of_words(rest),
    }
}

fn of_ssh(words: &[&str]) -> InFront {
    const WITH_VALUE: &[&str] = &[
        "-b", "-c", "-e", "-i", "-F", "-l", "-m", "-o", "-p", "-J", "-L", "-R", "-D", "-W",
    ];
    let has = |letter| words.iter().any(|word| is_option(word, letter, ""));
    match after_options(words, WITH_VALUE) {
        [_] if !has('N') => program("sh", true),
        [_, command @ ..] if has('t') => match of_words(command) {
            InFront::Program { name, .. } => InFront::Program {
                name,
                on_screen: true,
            },
            _ => InFront::Perhaps,
        },
        _ => InFront::Nothing,
    }
}

fn of_program(name: &str, rest: &[&str]) -> InFront {
    let has = |option: &str| rest.contains(&option);
    match (base(name), rest) {
        ("su", _) if !has("-c") && !has("--command") => program("sh", true),
        ("newgrp" | "chroot", [_]) => program("sh", true),
        ("python" | "python3", rest) if has("http.server") => {
            InFront::Goes(vec![first_port(rest).unwrap_or(8000)])
        }
        ("tail", rest) if rest.iter().any(|word| is_option(word, 'f', "--follow")) => {
            InFront::Goes(Vec::new())
        }
        ("watch", [_, ..]) | ("top" | "htop", _) => InFront::Goes(Vec::new()),
        ("ping", rest) if !rest.iter().any(|word| word.starts_with("-c")) => {
            InFront::Goes(Vec::new())
        }
        ("flask", rest) if has("run") => InFront::Goes(vec![first_port(rest).unwrap_or(5000)]),
        ("npm" | "yarn" | "pnpm", ["start" | "dev"] | ["run", "dev" | "start" | "serve"]) => {
            InFront::Goes(Vec::new())
        }
        ("uvicorn" | "gunicorn", [_, ..]) => InFront::Goes(vec![first_port(rest).unwrap_or(8000)]),
        ("rails", ["server" | "s", ..]) => InFront::Goes(vec![3000]),
        ("hugo" | "mkdocs" | "jekyll", _) if has("serve") || has("server") => {
            InFront::Goes(Vec::new())
        }
        (name, rest) if takes_commands(name, rest) => program(name, true),
        _ => InFront::Nothing,
    }
}

fn of_docker(words: &[&str]) -> InFront {
    let words = after_options(
        words,
        &["--context", "-c", "-H", "--host", "--config", "-l"],
    );
    match words {
        ["container", rest @ ..] => of_docker(rest),
        ["compose", rest @ ..] => of_compose(rest),
        ["run", rest @ ..] => of_run(rest),
        ["exec", rest @ ..] => of_exec(rest),
        ["attach", ..] => InFront::Perhaps,
        ["start", rest @ ..]
            if rest
                .iter()
                .any(|word| is_option(word, 'i', "--interactive")) =>
        {
            InFront::Perhaps
        }
        ["logs", rest @ ..] | ["service", "logs", rest @ ..]
            if rest.iter().any(|word| is_option(word, 'f', "--follow")) =>
        {
            InFront::Goes(Vec::new())
        }
        ["events", rest @ ..] if !rest.iter().any(|word| word.starts_with("--until")) => {
            InFront::Goes(Vec::new())
        }
        ["stats", rest @ ..] if !rest.contains(&"--no-stream") => InFront::Goes(Vec::new()),
        _ => InFront::Nothing,
    }
}

fn of_run(words: &[&str]) -> InFront {
    let call = Call::read(words);
    if call.has('d', "--detach") || call.value("--help").is_some() {
        return InFront::Nothing;
    }
    let Some((image, rest)) = call.operands.split_first() else {
        return InFront::Nothing;
    };
    let image = image_name(image);
    let own = IMAGES.iter().find(|(name, _)| *name == image);
    let is_interactive = call.has('i', "--interactive") && call.has('t', "--tty");
    if is_interactive {
        let opened = match (call.value("--entrypoint"), rest, own) {
            (Some(entry), rest, _) => takes_commands(base(entry), rest).then_some(entry),
            (None, [first, rest @ ..], _) => takes_commands(base(first), rest).then_some(*first),
            (None, [], Some((_, own))) => Some(*own),
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
        InFront::Goes(ports)
    } else if is_interactive {
        InFront::Perhaps
    } else {
        InFront::Nothing
    }
}

fn of_exec(words: &[&str]) -> InFront {
    let call = Call::read(words);
    let is_interactive = call.has('i', "--interactive") && call.has('t', "--tty");
    match &call.operands[..] {
        [_, first, rest @ ..] if is_interactive => {
            if takes_commands(base(first), rest) {
                program(first, false)
            } else {
                InFront::Perhaps
            }
        }
        _ => InFront::Nothing,
    }
}

fn of_compose(words: &[&str]) -> InFront {
    let words = after_options(
        words,
        &[
            "-f",
            "--file",
            "-p",
            "--project-name",
            "--profile",
            "--env-file",
            "--project-directory",
        ],
    );
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
                InFront::Nothing
            } else {
                InFront::Goes(Vec::new())
            }
        }
        ["watch", ..] => InFront::Goes(Vec::new()),
        ["logs", ..] if has('f', "--follow") => InFront::Goes(Vec::new()),
        ["exec" | "run", rest @ ..] if !has('T', "--no-TTY") && !has('d', "--detach") => {
            let call = Call::read(rest);
            match &call.operands[..] {
                [_, first, rest @ ..] if takes_commands(base(first), rest) => program(first, true),
                _ => InFront::Nothing,
            }
        }
        _ => InFront::Nothing,
    }
}

fn of_kubectl(words: &[&str]) -> InFront {
    let has = |letter, long: &str| words.iter().any(|word| is_option(word, letter, long));
    match words {
        ["port-forward" | "proxy", ..] => InFront::Goes(Vec::new()),
        ["logs", ..] if has('f', "--follow") => InFront::Goes(Vec::new()),
        ["exec" | "run", ..] if has('i', "--stdin") && has('t', "--tty") => {
            let last = words.last().copied().unwrap_or_default();
            if takes_commands(base(last), &[]) {
                program(last, false)
            } else {
                InFront::Perhaps
            }
        }
        _ => InFront::Nothing,
    }
}

/// Whether a program, called like this, takes commands from the keyboard.
fn takes_commands(name: &str, rest: &[&str]) -> bool {
    if SHELLS.contains(&name) {
        return rest.iter().all(|word| {
            word.starts_with("--") || (word.starts_with('-') && !word.contains(['c', 's']))
        });
    }
    let Some((_, others)) = PROGRAMS.iter().find(|(program, _)| *program == name) else {
        return false;
    };
    if rest.iter().any(|word| others.contains(word)) {
        return false;
    }
    match name {
        "python" | "python3" | "node" => rest.iter().all(|word| {
            word.starts_with('-') && *word != "--version" && *word != "-V" && *word != "-v"
        }),
        "redis-cli" => operands(rest, "hpanu").is_empty(),
        "sqlite3" => operands(rest, "").len() <= 1,
        _ => !rest
            .iter()
            .any(|word| matches!(*word, "--version" | "-V" | "--help")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_and_programs_are_known() {
        for (command, name) in [
            ("docker run -it alpine sh", "sh"),
            ("docker run --rm -it --entrypoint bash x/y", "bash"),
            ("docker run --rm -it --entrypoint=/bin/sh x/y", "sh"),
            ("docker run -it -v \"$PWD\":/w -w /w ubuntu", "bash"),
            (
                "docker run -it --rm docker.io/library/python:3.13-slim",
                "python3",
            ),
            ("docker exec -it web /bin/bash", "bash"),
            ("docker exec -it db psql -U postgres", "psql"),
            ("docker run -i -t ubuntu bash", "bash"),
            (
                "docker run -it --network n --rm redis redis-cli -h cache",
                "redis-cli",
            ),
            ("docker compose exec web sh", "sh"),
            ("docker compose -f x.yaml run --rm web bash", "bash"),
            ("sudo docker run -it ubuntu bash", "bash"),
            ("python3", "python3"),
            ("bash", "bash"),
            ("sudo -s", "sh"),
            ("sudo -iu postgres", "sh"),
            ("sudo -u postgres psql shop", "psql"),
            ("su - postgres", "sh"),
            ("ssh -p 22 you@server", "sh"),
            ("ssh -t -p 22 you@server PGPASSWORD=x psql shop", "psql"),
            ("cd x && bash", "bash"),
            ("sqlite3 test.db", "sqlite3"),
            ("bash --norc", "bash"),
            ("PS1='> ' bash --norc", "bash"),
            ("exec sh", "sh"),
            ("exec $SHELL", "$SHELL"),
            ("docker run -it -e PS1='ready> ' busybox sh", "sh"),
            ("su - nobody -s /bin/sh", "sh"),
            ("docker run -it --rm -h web debian bash", "bash"),
        ] {
            match in_front(command) {
                InFront::Program { name: found, .. } => assert_eq!(found, name, "{command}"),
                other => panic!("{command}: {other:?}"),
            }
        }
    }

    #[test]
    fn programs_that_go_on_are_known() {
        for (command, ports) in [
            ("docker run -p 8080:80 nginx", vec![8080]),
            (
                "docker run --rm -it -p 127.0.0.1:8080:80 me/web",
                vec![8080],
            ),
            ("docker run --name web nginx:1.27", vec![]),
            ("docker compose up", vec![]),
            ("docker compose up --build", vec![]),
            ("docker logs -f web", vec![]),
            ("python3 -m http.server 9000", vec![9000]),
            ("python -m http.server", vec![8000]),
            ("python3 -um http.server 9000", vec![9000]),
            ("tail -f log", vec![]),
        ] {
            assert_eq!(in_front(command), InFront::Goes(ports), "{command}");
        }
    }

    #[test]
    fn most_commands_end() {
        for command in [
            "docker run alpine sh",
            "docker exec -it web sh -c 'ls' | cat",
            "docker ps",
            "docker run -i alpine sh <<END",
            "docker run -dit alpine ash",
            "docker run -d -p 80:80 nginx",
            "docker compose up -d",
            "docker compose up --wait",
            "docker compose exec web ls",
            "bash run.sh",
            "python app.py",
            "bash -c 'ls'",
            "psql -c 'select 1'",
            "docker run --entrypoint ls nginx",
            "python3 -m http.server &",
            "ping -c 1 localhost",
            "",
        ] {
            assert_eq!(in_front(command), InFront::Nothing, "{command}");
        }
        for command in [
            "docker run -it debian bash -c \"echo hi; exec bash\"",
            "PS1='> '",
            "source ~/.bashrc",
            "source $HOME/.bashrc",
        ] {
            assert_eq!(in_front(command), InFront::Perhaps, "{command}");
        }
        assert_eq!(in_front("docker run -it hello-world"), InFront::Perhaps);
        assert_eq!(in_front("docker exec -it web sh -c 'ls'"), InFront::Perhaps);
    }
    #[test]
    fn containers_go_on_behind_some_commands() {
        for command in [
            "docker run -d nginx",
            "docker restart web",
            "docker compose restart",
        ] {
            assert!(detaches(command), "{command}");
        }
        assert!(!detaches("docker run nginx") && !detaches("systemctl restart x"));
    }

    #[test]
    fn what_is_typed_goes_into_a_file() {
        for command in ["cat > f", "cat >>f", "cat > \"my file\""] {
            assert!(takes_text(command), "{command}");
        }
        for command in ["cat f > g", "cat > f <<END", "cat > f | wc", "cat"] {
            assert!(!takes_text(command), "{command}");
        }
    }
}
