//! What the word after a fence says of a block, and what a line says of itself.

use super::attributes::WORDS;
use crate::diagnostic::did_you_mean;

/// What a block in this language can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// A script: every line is typed, unless it has prompts.
    Shell,
    /// A session: prompts, and what was printed.
    Console,
    /// The word, or none, does not tell; the lines do.
    ByContent,
    /// Another system's shell.
    OtherSystem,
    /// A picture, an admonition.
    Inert,
    /// A file or a part of one.
    Source,
}

/// The language word of an info string.
pub(super) fn name(info: &str) -> &str {
    let info = info.trim_start();
    // MyST and Sphinx name the language behind a directive.
    for directive in ["{code-block}", "{code}", "{sourcecode}"] {
        if let Some(rest) = info.strip_prefix(directive) {
            return name(rest);
        }
    }
    if info.starts_with('{') {
        // `{note}` is a word of its own; `{skip}` after nothing is attributes, and `{skp}` too.
        let end = info.find('}').map_or(info.len(), |i| i + 1);
        let word = info[..end].trim_matches(['{', '}']);
        let ours = || WORDS.iter().map(|(word, _)| *word);
        let is_one_word = !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let is_directive =
            is_one_word && !ours().any(|own| own == word) && did_you_mean(word, ours()).is_none();
        return if is_directive { &info[..end] } else { "" };
    }
    let end = info
        .find(|c: char| c.is_whitespace() || matches!(c, '{' | ','))
        .unwrap_or(info.len());
    if info[..end].contains('=') {
        ""
    } else {
        &info[..end]
    }
}

/// Where the words after the language start in an info string.
pub(super) fn after_name(info: &str, name: &str) -> usize {
    // The name is a part of the string, or empty.
    let at = (name.as_ptr() as usize).wrapping_sub(info.as_ptr() as usize);
    if name.is_empty() || at > info.len() {
        info.len() - info.trim_start().len()
    } else {
        at + name.len()
    }
}

/// What a block in this language can be.
pub(super) fn kind(name: &str) -> Language {
    match name.to_ascii_lowercase().as_str() {
        "bash"
        | "sh"
        | "shell"
        | "zsh"
        | "ksh"
        | "fish"
        | "bash-interactive"
        | "sh-interactive"
        | "azurecli"
        | "azurecli-interactive" => Language::Shell,
        "console" | "shell-session" | "sh-session" | "shellsession" | "terminal"
        | "bash-session" | "commandline" | "command-line" | "cmdline" | "command" => {
            Language::Console
        }
        "" | "docker" | "text" | "txt" | "output" | "plaintext" | "log" | "no-highlight"
        | "nohighlight" | "none" | "plain" | "raw" => Language::ByContent,
        "powershell" | "ps1" | "pwsh" | "cmd" | "bat" | "batch" | "dos" => Language::OtherSystem,
        "mermaid" | "math" | "diff" | "plantuml" | "dot" | "ascii" => Language::Inert,
        name if name.starts_with('{') => Language::Inert,
        name if terminal(name).is_some() => Language::Shell,
        name if name.starts_with('.') => Language::ByContent,
        _ => Language::Source,
    }
}

/// The terminal that a language word names: `.term1` is the first, which every document has.
pub(super) fn terminal(name: &str) -> Option<&str> {
    let number = name.strip_prefix(".term")?;
    number.parse::<u8>().ok()?;
    Some(if number == "1" { "main" } else { &name[1..] })
}

/// Programs whose language this is.
pub(super) fn spoken_by(name: &str) -> &'static [&'static str] {
    match name.to_ascii_lowercase().as_str() {
        "sql" | "postgresql" | "mysql" | "plsql" => &["psql", "mysql", "mariadb", "sqlite3"],
        "python" | "python3" | "py" | "pycon" => &["python", "python3"],
        "js" | "javascript" => &["node", "mongosh", "mongo"],
        "redis" => &["redis-cli"],
        _ => &[],
    }
}

/// A language word that says: this was printed.
pub(super) fn is_output(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "text"
            | "txt"
            | "output"
            | "plaintext"
            | "log"
            | "no-highlight"
            | "nohighlight"
            | "plain"
            | "raw"
    )
}

/// Programs that tutorials call; enough to tell a command from a sentence.
const PROGRAMS: &[&str] = &[
    "alias",
    "apk",
    "apt",
    "apt-get",
    "awk",
    "aws",
    "az",
    "bash",
    "brew",
    "bundle",
    "bun",
    "cargo",
    "cat",
    "cd",
    "chmod",
    "chown",
    "cmake",
    "code",
    "composer",
    "conda",
    "cp",
    "crane",
    "cron",
    "curl",
    "date",
    "df",
    "diff",
    "dig",
    "dnf",
    "docker",
    "docker-compose",
    "docker-machine",
    "dotnet",
    "du",
    "echo",
    "env",
    "exit",
    "export",
    "find",
    "flask",
    "free",
    "gcc",
    "gcloud",
    "gem",
    "git",
    "go",
    "gpg",
    "gradle",
    "grep",
    "groups",
    "gunzip",
    "gzip",
    "head",
    "helm",
    "hostname",
    "htop",
    "http",
    "id",
    "ifconfig",
    "ip",
    "java",
    "javac",
    "jq",
    "kill",
    "kind",
    "kubectl",
    "less",
    "ln",
    "ls",
    "lsof",
    "make",
    "man",
    "minikube",
    "mkdir",
    "mongo",
    "mongosh",
    "mount",
    "mv",
    "mvn",
    "mysql",
    "nano",
    "nc",
    "netstat",
    "nginx",
    "node",
    "npm",
    "npx",
    "openssl",
    "perl",
    "php",
    "ping",
    "pip",
    "pip3",
    "pipenv",
    "pnpm",
    "podman",
    "poetry",
    "printf",
    "ps",
    "psql",
    "pwd",
    "pytest",
    "python",
    "python3",
    "rails",
    "redis-cli",
    "rm",
    "rmdir",
    "rsync",
    "ruby",
    "rustc",
    "scp",
    "sed",
    "seq",
    "service",
    "set",
    "sh",
    "skopeo",
    "sleep",
    "sort",
    "source",
    "ssh",
    "ss",
    "su",
    "sudo",
    "systemctl",
    "tail",
    "tar",
    "tee",
    "terraform",
    "test",
    "time",
    "top",
    "touch",
    "tr",
    "tree",
    "true",
    "type",
    "uname",
    "unset",
    "unzip",
    "usermod",
    "uv",
    "vi",
    "vim",
    "wc",
    "wget",
    "which",
    "whoami",
    "yarn",
    "yum",
    "zip",
];

/// Whether lines look like the output of `env`, or like a table of a database, and not like commands.
pub(super) fn looks_printed(lines: &[&str]) -> bool {
    let lines = || lines.iter().filter(|line| !line.trim().is_empty());
    let is_variable = |line: &&&str| {
        let is_plain = !line.contains(['$', '"', '\'', '`']);
        is_plain && line.split_once('=').is_some_and(|_| is_assignment(line))
    };
    let is_rule = |line: &str| {
        line.contains("--")
            && line
                .trim()
                .chars()
                .all(|c| matches!(c, '-' | '+' | '|' | '='))
    };
    (lines().count() > 1 && lines().all(|line| is_variable(&line)))
        || lines().nth(1).is_some_and(|line| is_rule(line))
}

/// A line that starts with a program a tutorial may call, or with a path to one.
pub(super) fn is_command(line: &str) -> bool {
    let mut words = line
        .split_whitespace()
        .skip_while(|word| is_assignment(word) || *word == "sudo");
    let Some(word) = words.next() else {
        // Only assignments are a command too; nothing at all is none.
        return line.split_whitespace().next().is_some_and(is_assignment);
    };
    let path = word.len() > 2
        && (word.starts_with("./") || word.starts_with("~/"))
        && !word.ends_with(':');
    // "Cat" starts a sentence, and "ls:" an error message.
    path || PROGRAMS.contains(&word)
}

/// The same, and not only assignments, which programs print too.
pub(super) fn is_program(line: &str) -> bool {
    is_command(line) && !line.split_whitespace().all(is_assignment)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_words_stand_before_attributes() {
        for (info, word) in [
            ("bash", "bash"),
            (" console skip=\"x\"", "console"),
            ("bash{skip}", "bash"),
            ("{skip}", ""),
            ("{skp}", ""),
            ("{danger}", "{danger}"),
            ("{figure} a.png", "{figure}"),
            ("{note}", "{note}"),
            ("", ""),
            ("sh,linenos", "sh"),
            ("title=x", ""),
        ] {
            assert_eq!(name(info), word, "{info:?}");
        }
    }

    #[test]
    fn commands_and_sentences() {
        for line in [
            "docker ps",
            "sudo apt install x",
            "A=1 make",
            "X=1",
            "./run.sh",
            "cd /tmp",
        ] {
            assert!(is_command(line), "{line:?}");
        }
        for line in [
            "Hello from Docker!",
            "Using default tag: latest",
            "",
            "ls: cannot access",
            "./x:1: bad",
            "REPOSITORY TAG",
        ] {
            assert!(!is_command(line), "{line:?}");
        }
    }
}
