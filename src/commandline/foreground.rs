//! What a command leaves in the foreground of the terminal that it is typed into: nothing, a shell,
//! a server.

mod containers;

use super::call::{after_options, base, first_port, is_option, operands};
use super::known::is_assignment;
use super::{CommandLine, Operator};
use crate::programs::{self, Program};

/// What stays in front after a command was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreground {
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
    Unknown,
    /// A program that goes on until somebody ends it; and the ports of this machine that it serves.
    Goes(Vec<u16>),
}

/// Whether a command, that stands alone, gives what it runs a terminal if it has one itself: `docker compose
/// exec` does, unless it is told not to.
pub fn passes_terminal_on(command: &str) -> bool {
    if !command.contains("exec") {
        return false;
    }
    let line = CommandLine::read(command);
    let [alone] = line.commands.as_slice() else {
        return false;
    };
    let words = alone.texts();
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let (["docker", "compose", rest @ ..] | ["docker-compose", rest @ ..]) = words.as_slice()
    else {
        return false;
    };
    alone.redirections.is_empty()
        && alone.then != Operator::Background
        && containers::compose_has_terminal(rest)
}

/// Whether a program is a shell, by its name.
pub fn is_shell(name: &str) -> bool {
    SHELLS.contains(&name)
}

/// Shells, by the names of their programs.
const SHELLS: &[&str] = &["bash", "sh", "ash", "zsh", "dash", "ksh", "$SHELL"];

/// What a command leaves in front.
pub fn foreground(command: &str) -> Foreground {
    let line = CommandLine::read(command);
    // Of several commands on a line, the last is the one that may stay.
    let mut top = line.top().rev();
    let (last, before) = (top.next(), top.next());
    let opened = last.map_or(Foreground::Nothing, |last| {
        let is_fed = last.redirections.iter().any(|(sign, _)| sign.contains('<'));
        let is_piped = before.is_some_and(|before| before.then == Operator::Pipe);
        if is_fed || is_piped || last.then == Operator::Background {
            return Foreground::Nothing;
        }
        let words: Vec<_> = last.words.iter().map(super::Word::plain).collect();
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        of_words(&words)
    });
    match opened {
        // The prompt is another one from here on.
        Foreground::Nothing if command.lines().last().is_some_and(sets_prompt) => {
            Foreground::Unknown
        }
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

fn of_words(words: &[&str]) -> Foreground {
    match words {
        ["winpty" | "time" | "exec", rest @ ..] => of_words(rest),
        [first, rest @ ..] if is_assignment(first) => of_words(rest),
        ["sudo", rest @ ..] => of_sudo(rest),
        ["docker" | "podman", rest @ ..] => containers::of_docker(rest),
        ["docker-compose", rest @ ..] => containers::of_compose(rest),
        ["kubectl", rest @ ..] => containers::of_kubectl(rest),
        ["ssh", rest @ ..] => of_ssh(rest),
        [program, rest @ ..] => of_program(program, rest),
        [] => Foreground::Nothing,
    }
}

/// Whether containers go on when a command is done: `docker run -d`, `docker start`, `docker restart`,
/// `docker compose up -d`. Only the call's own options count: not words behind the image, in quotes,
/// or of another command of the line.
pub fn detaches(command: &str) -> bool {
    CommandLine::read(command).commands.iter().any(|command| {
        let words = command.texts();
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        match words.as_slice() {
            ["docker" | "podman", rest @ ..] => containers::docker_detaches(rest),
            ["docker-compose", rest @ ..] => containers::compose_detaches(rest),
            _ => false,
        }
    })
}

/// Whether a command leaves the shell or program that it is typed into.
pub fn leaves(command: &str) -> bool {
    let mut words = command.trim().trim_end_matches(';').split_whitespace();
    let is_exit = words
        .next()
        .is_some_and(|word| matches!(word, "exit" | "logout") || programs::is_leave_word(word));
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
        let line = CommandLine::read(file);
        !file.contains(['<', '>', '|', '&', ';', '\n'])
            && line.commands.len() == 1
            && line.commands[0].words.len() == 1
    })
}

/// Whether the prompt may be another after a command: that of a shell or program which it opens,
/// or, after `exit`, of the one before.
pub fn changes_prompt(command: &str) -> bool {
    const OPEN: &[&str] = &["screen", "tmux", "vagrant"];
    let program = command.split_whitespace().next().unwrap_or_default();
    let opens = matches!(
        foreground(command),
        Foreground::Program { .. } | Foreground::Unknown
    );
    opens
        || leaves(command)
        || OPEN.contains(&program)
        || may_attach(command)
            && CommandLine::read(command)
                .commands
                .iter()
                .any(|command| containers::is_attached(&command.texts()))
}

/// Whether it is worth a closer look: most commands have none of these words.
fn may_attach(command: &str) -> bool {
    (command.contains("docker") || command.contains("podman"))
        && (command.contains("attach") || command.contains(" -"))
}

fn program(name: &str, on_screen: bool) -> Foreground {
    let name = base(name);
    Foreground::Program {
        name: name.to_owned(),
        // A shell is told later how large its terminal is; other programs ask at once.
        on_screen: on_screen || !SHELLS.contains(&name),
    }
}

fn of_sudo(words: &[&str]) -> Foreground {
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

fn of_ssh(words: &[&str]) -> Foreground {
    const WITH_VALUE: &[&str] = &[
        "-b", "-c", "-e", "-i", "-F", "-l", "-m", "-o", "-p", "-J", "-L", "-R", "-D", "-W",
    ];
    let has = |letter| words.iter().any(|word| is_option(word, letter, ""));
    match after_options(words, WITH_VALUE) {
        [_] if !has('N') => program("sh", true),
        [_, command @ ..] if has('t') => match of_words(command) {
            Foreground::Program { name, .. } => Foreground::Program {
                name,
                on_screen: true,
            },
            _ => Foreground::Unknown,
        },
        _ => Foreground::Nothing,
    }
}

fn of_program(name: &str, rest: &[&str]) -> Foreground {
    let has = |option: &str| rest.contains(&option);
    match (base(name), rest) {
        ("su", _) if !has("-c") && !has("--command") => program("sh", true),
        ("newgrp" | "chroot", [_]) => program("sh", true),
        ("python" | "python3", rest) if has("http.server") => {
            Foreground::Goes(vec![first_port(rest).unwrap_or(8000)])
        }
        ("tail", rest) if rest.iter().any(|word| is_option(word, 'f', "--follow")) => {
            Foreground::Goes(Vec::new())
        }
        ("watch", [_, ..]) | ("top" | "htop", _) => Foreground::Goes(Vec::new()),
        ("ping", rest) if !rest.iter().any(|word| word.starts_with("-c")) => {
            Foreground::Goes(Vec::new())
        }
        ("flask", rest) if has("run") => Foreground::Goes(vec![first_port(rest).unwrap_or(5000)]),
        ("npm" | "yarn" | "pnpm", ["start" | "dev"] | ["run", "dev" | "start" | "serve"]) => {
            Foreground::Goes(Vec::new())
        }
        ("uvicorn" | "gunicorn", [_, ..]) => {
            Foreground::Goes(vec![first_port(rest).unwrap_or(8000)])
        }
        ("rails", ["server" | "s", ..]) => Foreground::Goes(vec![3000]),
        ("hugo" | "mkdocs" | "jekyll", _) if has("serve") || has("server") => {
            Foreground::Goes(Vec::new())
        }
        (name, rest) if takes_commands(name, rest) => program(name, true),
        _ => Foreground::Nothing,
    }
}

/// Whether a program, called like this, takes commands from the keyboard.
fn takes_commands(name: &str, rest: &[&str]) -> bool {
    if SHELLS.contains(&name) {
        return rest.iter().all(|word| {
            word.starts_with("--") || (word.starts_with('-') && !word.contains(['c', 's']))
        });
    }
    programs::called(name).is_some_and(|program| is_typed_into(program, rest))
}

/// Whether a program that takes commands waits for them from the keyboard, called with these words.
fn is_typed_into(program: &Program, rest: &[&str]) -> bool {
    let is_help = |word: &&str| matches!(*word, "--version" | "-V" | "--help");
    if rest
        .iter()
        .any(|word| program.once_with.contains(word) || is_help(word))
    {
        return false;
    }
    match program.operands {
        programs::Operands::Script => rest
            .iter()
            .all(|word| word.starts_with('-') && *word != "-v"),
        programs::Operands::AtMost(count) => {
            operands(rest, program.options_with_value).len() <= count
        }
        programs::Operands::Any => true,
        programs::Operands::First(wanted) => {
            operands(rest, program.options_with_value).first() == Some(&wanted)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compose_passes_its_terminal_on() {
        for (command, does) in [
            ("docker compose exec redis redis-cli incr hits", true),
            ("docker-compose -f x.yaml exec web ls", true),
            ("docker compose exec -T web ls", false),
            ("docker compose exec web ls | wc -l", false),
            ("docker compose exec web ls > list", false),
            ("docker exec web ls", false),
        ] {
            assert_eq!(passes_terminal_on(command), does, "{command}");
        }
    }

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
            match foreground(command) {
                Foreground::Program { name: found, .. } => assert_eq!(found, name, "{command}"),
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
            assert_eq!(foreground(command), Foreground::Goes(ports), "{command}");
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
            assert_eq!(foreground(command), Foreground::Nothing, "{command}");
        }
        for command in [
            "docker run -it debian bash -c \"echo hi; exec bash\"",
            "PS1='> '",
            "source ~/.bashrc",
            "source $HOME/.bashrc",
        ] {
            assert_eq!(foreground(command), Foreground::Unknown, "{command}");
        }
        assert_eq!(
            foreground("docker run -it hello-world"),
            Foreground::Unknown
        );
        assert_eq!(
            foreground("docker exec -it web sh -c 'ls'"),
            Foreground::Unknown
        );
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
