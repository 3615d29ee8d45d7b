//! How far a command reaches: what may be another one once it is over.

use super::{Command, CommandLine};

/// What may be another one by a command; what is not known may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Influence {
    /// It only looks.
    Nothing,
    /// The shell and files.
    Here,
    /// What its daemon is asked for, besides.
    Daemon,
    /// Whatever runs, besides: it may speak to it.
    Anything,
}

/// Programs that only look, whatever they are told.
const LOOK: &[&str] = &[
    "ls",
    "cat",
    "head",
    "tail",
    "less",
    "more",
    "wc",
    "grep",
    "egrep",
    "fgrep",
    "tree",
    "stat",
    "file",
    "du",
    "df",
    "pwd",
    "echo",
    "date",
    "uname",
    "id",
    "whoami",
    "hostname",
    "which",
    "type",
    "sort",
    "uniq",
    "cut",
    "tr",
    "nl",
    "column",
    "basename",
    "dirname",
    "realpath",
    "readlink",
    "diff",
    "cmp",
    "md5sum",
    "sha256sum",
    "seq",
    "true",
    "false",
    "test",
    "[",
    "uptime",
    "free",
    "arch",
    "nproc",
    "groups",
    "jq",
];

/// Programs that change files and the shell, and speak to nobody.
const LOCAL: &[&str] = &[
    "mkdir", "rmdir", "cd", "cp", "mv", "rm", "touch", "chmod", "ln", "tee", "sed", "printf",
    "export", "unset", "alias", "declare", "find", "awk", "tar", "gzip", "gunzip", "zip", "unzip",
    "pushd", "popd", "umask", "mktemp", "truncate", "install", "env", "set", "shopt", "sleep",
    "hostname", "date",
];

/// By what a script of `awk` may write, or call others.
const AWK_WRITES: &[&str] = &[">", "|", "system", "getline", "-i"];

/// The same of `sed`.
const SED_WRITES: &[&str] = &["-i", "--in-place", "-s", "w ", "/w", "/e", "-f"];

/// What only looks, of `docker`: the words behind its options.
const DOCKER_LOOKS: &[&str] = &[
    "ps",
    "images",
    "inspect",
    "logs",
    "port",
    "top",
    "stats",
    "diff",
    "history",
    "version",
    "info",
    "events",
    "search",
    "container ls",
    "container list",
    "container ps",
    "container inspect",
    "container logs",
    "container port",
    "container top",
    "container diff",
    "container stats",
    "image ls",
    "image list",
    "image inspect",
    "image history",
    "network ls",
    "network list",
    "network inspect",
    "volume ls",
    "volume list",
    "volume inspect",
    "system df",
    "system info",
    "context ls",
    "context show",
    "compose ps",
    "compose ls",
    "compose config",
    "compose logs",
    "compose images",
    "compose port",
    "compose top",
    "compose version",
    "buildx version",
    "--version",
    "-v",
    "--help",
    "help",
];

/// What lets a container speak to others than those of its networks.
const REACHES_OTHERS: &[&str] = &["--link", "--net", "host", "docker.sock", "://"];

/// How far a text reaches that is typed into a shell.
pub fn influence(text: &str) -> Influence {
    let line = CommandLine::read(text);
    if line.commands.is_empty() {
        return Influence::Here;
    }
    // What is written into a variable while it is looked up.
    let assigns = text.contains("${") && text.contains('=') || text.contains("((");
    let least = if assigns {
        Influence::Here
    } else {
        Influence::Nothing
    };
    let reach = |command: &Command<'_>| of(command).max(saved_by(command));
    let furthest = line.commands.iter().map(reach).max();
    let is_read = line.text().len() == text.len() && !text.contains("()");
    match furthest {
        Some(furthest) if is_read => furthest.max(least),
        _ => Influence::Anything,
    }
}

/// Words that a text which is typed into a shell gives another meaning than they have: aliases, functions.
pub fn renamed(text: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let lines = text.split(['\n', ';', '&']).map(str::trim_start);
    let name = |line: &'_ str| -> Option<usize> {
        let length = line.find(|c| !is_name(c)).unwrap_or(line.len());
        (length > 0).then_some(length)
    };
    lines
        .filter_map(|line| {
            let named = line
                .strip_prefix("alias ")
                .or(line.strip_prefix("function "));
            let rest = named.unwrap_or(line);
            let length = name(rest)?;
            let is_function = rest[length..].trim_start().starts_with("()");
            (named.is_some() || is_function).then(|| &rest[..length])
        })
        .collect()
}

/// What a command's output is written into.
fn saved_by(command: &Command<'_>) -> Influence {
    let writes = command.redirections.iter().any(|(sign, target)| {
        sign.contains('>')
            && !target.written.starts_with('&')
            && target.written != "/dev/null"
            && !sign.ends_with('&')
    });
    let sets = command.words.is_empty() && !command.assignments.is_empty();
    if writes || sets {
        Influence::Here
    } else {
        Influence::Nothing
    }
}

fn of(command: &Command<'_>) -> Influence {
    let texts = command.texts();
    let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    let Some((program, operands)) = words.split_first() else {
        return Influence::Nothing;
    };
    // What only says how the rest is run may set a variable of it, as `sudo` does; it reaches as far as the rest.
    match *program {
        "docker" => of_docker(operands),
        "docker-compose" => {
            let words: Vec<&str> = ["compose"].iter().chain(operands).copied().collect();
            of_docker(&words)
        }
        "find"
            if operands
                .iter()
                .any(|word| word.starts_with("-exec") || word.starts_with("-ok")) =>
        {
            Influence::Anything
        }
        "find"
            if !operands
                .iter()
                .any(|word| matches!(*word, "-delete" | "-fprint" | "-fls" | "-fprintf")) =>
        {
            Influence::Nothing
        }
        "printf" if operands.first() != Some(&"-v") => Influence::Nothing,
        "env" if operands.is_empty() => Influence::Nothing,
        "date"
            if operands
                .iter()
                .any(|word| word.starts_with("-s") || word.starts_with("--set")) =>
        {
            Influence::Here
        }
        "tail" if operands.iter().any(|word| is_following(word)) => Influence::Anything,
        "sort"
            if operands
                .iter()
                .any(|word| word.starts_with("-o") || word.starts_with("--output")) =>
        {
            Influence::Here
        }
        "awk"
            if !operands
                .iter()
                .any(|word| AWK_WRITES.iter().any(|sign| word.contains(sign))) =>
        {
            Influence::Nothing
        }
        "sed"
            if !operands
                .iter()
                .any(|word| SED_WRITES.iter().any(|sign| word.contains(sign))) =>
        {
            Influence::Nothing
        }
        name if LOOK.contains(&name) => Influence::Nothing,
        name if LOCAL.contains(&name) => Influence::Here,
        _ => Influence::Anything,
    }
}

fn of_docker(words: &[&str]) -> Influence {
    let mut rest = skip_options(words);
    let mut verb = rest.first().copied().unwrap_or("--help").to_owned();
    if matches!(
        verb.as_str(),
        "container" | "image" | "network" | "volume" | "system" | "context" | "compose" | "buildx"
    ) {
        rest = skip_options(&rest[1..]);
        if let Some(second) = rest.first() {
            verb = format!("{verb} {second}");
        }
    }
    let goes_on = match verb.rsplit(' ').next() {
        Some("logs") => rest.iter().any(|word| is_following(word)),
        Some("stats") => !rest.contains(&"--no-stream"),
        Some("events") => !rest.iter().any(|word| word.starts_with("--until")),
        _ => false,
    };
    if DOCKER_LOOKS.contains(&verb.as_str()) && !goes_on {
        return Influence::Nothing;
    }
    let speaks = words
        .iter()
        .any(|word| REACHES_OTHERS.iter().any(|way| word.contains(way)));
    if speaks {
        Influence::Anything
    } else {
        Influence::Daemon
    }
}

/// Whether an option has its program wait for more.
fn is_following(word: &str) -> bool {
    let letters = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
    matches!(word, "--follow" | "--follow=true")
        || letters.is_some_and(|letters| {
            letters.chars().all(char::is_alphabetic) && letters.contains(['f', 'F'])
        })
}

/// The words behind the options of a program that has commands.
fn skip_options<'w>(mut words: &'w [&'w str]) -> &'w [&'w str] {
    const WITH_VALUE: &[&str] = &[
        "-H",
        "--host",
        "-c",
        "--context",
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
    while let [first, rest @ ..] = words {
        if !first.starts_with('-') || matches!(*first, "--version" | "-v" | "--help") {
            break;
        }
        let skipped = usize::from(WITH_VALUE.contains(first)).min(rest.len());
        words = &rest[skipped..];
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_changes_nothing_and_what_is_unknown_may_change_all() {
        use Influence::{Anything, Daemon, Here, Nothing};
        for (text, wanted) in [
            ("docker ps -a", Nothing),
            ("docker ps -a | grep web | wc -l", Nothing),
            ("docker --context x compose -f a.yml ps", Nothing),
            ("docker-compose logs web", Nothing),
            ("docker inspect $(docker ps -q)", Nothing),
            ("docker logs -f web", Daemon),
            ("docker logs --tail 3 web 2>&1", Nothing),
            ("docker stats", Daemon),
            ("docker run -d --name web nginx", Daemon),
            ("docker rm -f $(docker ps -aq)", Daemon),
            ("docker run --rm curlimages/curl http://web", Anything),
            ("docker run --link db:db app", Anything),
            ("echo hi", Nothing),
            ("echo hi > file", Here),
            ("echo hi >/dev/null 2>&1", Nothing),
            ("echo ${x:=1}", Here),
            ("echo $((i++))", Here),
            ("X=1", Here),
            ("cat <<EOF > a\nx\nEOF", Here),
            ("ls $(rm x)", Here),
            ("mkdir app && cd app", Here),
            ("curl -s localhost:8080", Anything),
            ("docker ps; ./run.sh", Anything),
            ("for i in 1 2; do curl x; done", Anything),
            ("find . -name x", Nothing),
            ("find . -name x -exec rm {} +", Anything),
            ("f() { curl x; }", Anything),
            ("tail -f log", Anything),
            ("ls -l x | awk '{ print $3 }'", Nothing),
            ("awk '{ print > \"x\" }' y", Here),
            ("sed -n 3p x", Nothing),
            ("sed -i s/a/b/ x", Here),
            ("sudo ls", Nothing),
            ("eval ls", Anything),
            ("", Here),
        ] {
            assert_eq!(influence(text), wanted, "{text}");
        }
        for (text, wanted) in [
            ("f() { ls; }", vec!["f"]),
            ("cd x; ll () { ls -l; }", vec!["ll"]),
            ("alias ls='ls -l'; function x { :; }", vec!["ls", "x"]),
            ("python3 -c 'print(x)'", vec![]),
        ] {
            assert_eq!(renamed(text), wanted, "{text}");
        }
    }
}
