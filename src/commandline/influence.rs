//! How far a command reaches: what may be another one once it is over.

use super::docker::has_value;
use super::{Command, CommandLine, Operator};

/// What may be another one by a command; what is not known may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Influence {
    /// It only looks.
    Nothing,
    /// The shell, files, and what its daemon is asked for.
    Here,
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
];

/// By what a script of `awk` may write, or call others; and options that say where one is.
const AWK_WRITES: &[&str] = &[">", "|", "system", "getline", "-i", "-f"];

/// By what a shell does more than the commands that are read here: substitutions of another kind, addresses.
const MORE_THAN_READ: &[&str] = &["`", ">(", "<(", "/dev/tcp", "/dev/udp", "/dev/shm"];

/// By what `tar` calls others.
const TAR_CALLS: &[&str] = &[
    "-I",
    "--checkpoint",
    "--to-command",
    "--use-compress",
    "--rsh",
    "--info-script",
    "-F",
];

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
const REACHES_OTHERS: &[&str] = &[
    "--link",
    "--net",
    "--ipc",
    "--pid",
    "--uts",
    "--userns",
    "--privileged",
    "--volumes-from",
    "host",
    "docker.sock",
    "://",
];

/// How far a text reaches that is typed into a shell.
pub fn influence(text: &str) -> Influence {
    let line = CommandLine::read(text);
    if line.commands.is_empty() {
        return Influence::Here;
    }
    // What is written into a variable, or called, while it is looked up.
    let least = if text.contains("((") || text.contains("$[") || has_odd_expansion(text) {
        Influence::Here
    } else {
        Influence::Nothing
    };
    let in_text = text.contains("<<") && text.contains("$(");
    if in_text || MORE_THAN_READ.iter().any(|sign| text.contains(sign)) {
        return Influence::Anything;
    }
    let reach = |command: &Command<'_>| of(command).max(saved_by(command));
    let furthest = line.commands.iter().map(reach).max();
    let is_read = line.is_whole() && !text.contains("()");
    match furthest {
        Some(furthest) if is_read => furthest.max(least),
        _ => Influence::Anything,
    }
}

/// Whether something is looked up by more than its name: `${x:=1}`, `${a[i++]}`, `${p@P}`.
fn has_odd_expansion(text: &str) -> bool {
    text.split("${").skip(1).any(|rest| {
        let name = rest.trim_start_matches('#');
        let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        end.is_none_or(|end| !name[end..].starts_with('}'))
    })
}

/// What a command's output is written into.
fn saved_by(command: &Command<'_>) -> Influence {
    if command.then == Operator::Background {
        return Influence::Here;
    }
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
    let has = |starts: &[&str]| {
        let mut words = operands.iter();
        words.any(|word| starts.iter().any(|start| word.starts_with(start)))
    };
    let has_letter = |letter: char| {
        let mut words = operands.iter().filter(|word| !word.starts_with("--"));
        words.any(|word| word.starts_with('-') && word.contains(letter))
    };
    // What only says how the rest is run may set a variable of it, as `sudo` does; it reaches as far as the rest.
    match *program {
        "docker" => of_docker(operands),
        "docker-compose" => {
            let words: Vec<&str> = ["compose"].iter().chain(operands).copied().collect();
            of_docker(&words)
        }
        "find" if has(&["-exec", "-ok"]) => Influence::Anything,
        "find" if !has(&["-delete", "-fprint", "-fls"]) => Influence::Nothing,
        "printf" if !has(&["-v"]) => Influence::Nothing,
        "env" if operands.is_empty() => Influence::Nothing,
        "env" => Influence::Anything,
        "date" if has(&["-s", "--set"]) => Influence::Here,
        "tail" if operands.iter().any(|word| is_following(word)) => Influence::Anything,
        "sort" if has_letter('o') || has(&["--output", "--compress-program"]) => {
            Influence::Anything
        }
        "tree" | "less" | "more" if has(&["-o", "-O", "--log-file", "--LOG-FILE", "+"]) => {
            Influence::Here
        }
        "uniq"
            if operands
                .iter()
                .filter(|word| !word.starts_with('-'))
                .count()
                > 1 =>
        {
            Influence::Here
        }
        "file" if has_letter('C') || has(&["--compile"]) => Influence::Here,
        "test" | "["
            if operands
                .iter()
                .any(|word| word.len() > 1 && word.contains('[')) =>
        {
            Influence::Here
        }
        "awk"
            if operands
                .iter()
                .any(|word| AWK_WRITES.iter().any(|sign| word.contains(sign))) =>
        {
            Influence::Anything
        }
        "awk" => Influence::Nothing,
        "sed" => of_sed(operands),
        "tar" if has(TAR_CALLS) => Influence::Anything,
        name if LOOK.contains(&name) => Influence::Nothing,
        name if LOCAL.contains(&name) => Influence::Here,
        _ => Influence::Anything,
    }
}

/// A script of `sed` may write files and call programs: only the plainest are known to do neither.
fn of_sed(operands: &[&str]) -> Influence {
    let mut operands = operands
        .iter()
        .skip_while(|word| matches!(**word, "-n" | "-E" | "-r"));
    let script = operands.next().copied().unwrap_or_default();
    let has_more = operands.any(|word| word.starts_with('-'));
    let place = script.trim_end_matches(['p', 'd', 'q']);
    let is_place = place
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '$' | ','));
    let parts: Vec<&str> = script.split('/').collect();
    let is_change = matches!(parts.as_slice(), ["s", _, _, flags] if flags.chars().all(|c| matches!(c, 'g' | 'p' | 'I')));
    if !has_more && ((is_place && script.len() == place.len() + 1) || is_change) {
        Influence::Nothing
    } else {
        Influence::Anything
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
    // It waits for more, or writes a file.
    let does_more = match verb.rsplit(' ').next() {
        Some("logs") => rest.iter().any(|word| is_following(word)),
        Some("stats") => !rest.contains(&"--no-stream"),
        Some("config") => rest
            .iter()
            .any(|word| word.starts_with("-o") || word.starts_with("--output")),
        Some("events") => !rest.iter().any(|word| word.starts_with("--until")),
        _ => false,
    };
    if DOCKER_LOOKS.contains(&verb.as_str()) && !does_more {
        return Influence::Nothing;
    }
    let speaks = words
        .iter()
        .any(|word| REACHES_OTHERS.iter().any(|way| word.contains(way)));
    if speaks {
        Influence::Anything
    } else {
        Influence::Here
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
    while let [first, rest @ ..] = words {
        if !first.starts_with('-') || matches!(*first, "--version" | "-v" | "--help") {
            break;
        }
        let skipped = usize::from(has_value(first)).min(rest.len());
        words = &rest[skipped..];
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_changes_nothing_and_what_is_unknown_may_change_all() {
        use Influence::{Anything, Here, Nothing};
        for (text, wanted) in [
            ("docker ps -a", Nothing),
            ("docker ps -a | grep web | wc -l", Nothing),
            ("docker --context x compose -f a.yml ps", Nothing),
            ("docker-compose logs web", Nothing),
            ("docker inspect $(docker ps -q)", Nothing),
            ("docker logs -f web", Here),
            ("docker logs --tail 3 web 2>&1", Nothing),
            ("docker stats", Here),
            ("docker run -d --name web nginx", Here),
            ("docker rm -f $(docker ps -aq)", Here),
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
            ("awk '{ print > \"x\" }' y", Anything),
            ("sed -n 3p x", Nothing),
            ("sed -i s/a/b/ x", Anything),
            ("sed s/a/b/g x", Nothing),
            ("sed -n wg f", Anything),
            ("sed '1e touch g' f", Anything),
            ("echo `touch g`", Anything),
            ("cat <<EOF\n$(touch g)\nEOF", Anything),
            ("cat f > >(cat > g)", Anything),
            ("echo ${p@P}", Here),
            ("echo ${a[i++]} ${#a} ${b}", Here),
            ("echo ${#a} ${b}", Nothing),
            ("sort -uo f f", Anything),
            ("uniq f g", Here),
            ("find . -fprint0 g", Here),
            ("ls &", Here),
            ("echo x > /dev/tcp/127.0.0.1/80", Anything),
            ("tar cf x . --checkpoint-action=exec=curl", Anything),
            ("docker run --ipc container:x busybox true", Anything),
            ("sudo ls", Nothing),
            ("eval ls", Anything),
            ("ls )\ntouch x", Anything),
            ("", Here),
        ] {
            assert_eq!(influence(text), wanted, "{text}");
        }
    }
}
