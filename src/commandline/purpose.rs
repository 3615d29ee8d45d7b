//! What a command is for, as far as a reader of tutorials needs to know: an editor to work in, an
//! account it asks for, things it throws away.

use super::call::is_option;
use super::{Command, CommandLine};

/// Programs that a person works in: an editor, a browser, a window.
const WINDOWS: &[&str] = &[
    "vi",
    "vim",
    "nvim",
    "nano",
    "emacs",
    "gedit",
    "kate",
    "code",
    "subl",
    "atom",
    "notepad",
    "notepad.exe",
    "pico",
    "joe",
    "mcedit",
    "open",
    "xdg-open",
    "gnome-open",
    "firefox",
    "google-chrome",
    "chromium",
    "explorer.exe",
    "visudo",
    "vipw",
];

/// Programs that are of no use without an account somewhere.
const ACCOUNTS: &[&str] = &[
    "az",
    "aws",
    "gcloud",
    "gsutil",
    "bq",
    "ecs-cli",
    "eb",
    "eksctl",
    "doctl",
    "heroku",
    "flyctl",
    "fly",
    "ibmcloud",
    "bx",
    "oci",
    "linode-cli",
    "scw",
    "vercel",
    "netlify",
    "firebase",
    "railway",
    "gh",
    "azd",
    "cf",
    "ngrok",
];

/// Programs of other systems, which a reader on Linux does not have.
const OF_OTHER_SYSTEMS: &[&str] = &[
    "brew",
    "choco",
    "winget",
    "scoop",
    "docker-machine",
    "boot2docker",
    "pbcopy",
    "pbpaste",
    "wsl",
    "wsl.exe",
    "powershell",
    "powershell.exe",
    "pwsh",
    "cmd.exe",
    "colima",
    "mas",
    "launchctl",
    "sw_vers",
    "diskutil",
    "softwareupdate",
    "regsvr32",
    "Set-ExecutionPolicy",
    "setx",
    "copy",
    "del",
    "cls",
    "ipconfig",
    "tasklist",
    "msiexec",
    "curl.exe",
    "docker.exe",
];

/// Tools that do what Docker does, for readers who have them instead.
const INSTEAD_OF_DOCKER: &[&str] = &[
    "podman",
    "nerdctl",
    "podman-compose",
    "finch",
    "buildah",
    "apptainer",
    "singularity",
];

/// Programs that print nothing when all is well.
const SILENT: &[&str] = &[
    "cd", "chmod", "chown", "cp", "exit", "export", "ln", "mkdir", "mv", "rm", "touch", "sleep",
    "set", "unset", "true", "wait", "source", ".", ":", "alias", "umask", "trap", "pushd", "popd",
    "kill", "truncate", "test", "[",
];

/// Whether every command of a line is a call of one of these programs.
fn are_all(text: &str, programs: &[&str]) -> bool {
    if !programs.iter().any(|name| text.contains(name)) {
        return false;
    }
    let line = CommandLine::read(text);
    let mut of_line = line.top().peekable();
    of_line.peek().is_some()
        && of_line.all(|command| {
            let in_words = || {
                command.words.iter().any(|word| {
                    programs
                        .iter()
                        .any(|name| word.written.contains(&format!("$({name} ")))
                })
            };
            command
                .program()
                .is_some_and(|name| programs.contains(&name))
                || (command.program() == Some("eval") && in_words())
        })
}

/// The tool by which a line gets packages of the system, by the kind of system that has it.
pub fn package_tool(text: &str) -> Option<&'static str> {
    let line = CommandLine::read(text);
    let mut tools = line.top().map(|command| match command.program() {
        Some("apt" | "apt-get" | "dpkg") => Some("apt"),
        Some("dnf" | "yum" | "rpm") => Some("dnf"),
        Some("pacman" | "yay") => Some("pacman"),
        Some("zypper") => Some("zypper"),
        Some("apk") => Some("apk"),
        Some("emerge") => Some("emerge"),
        _ => None,
    });
    let first = tools.next()??;
    tools.all(|tool| tool == Some(first)).then_some(first)
}

/// Whether a line sets Docker itself up on a machine: its packages, its group, its service.
pub fn sets_up_docker(text: &str) -> bool {
    const PACKAGES: &[&str] = &[
        "docker-ce",
        "docker-ce-cli",
        "docker.io",
        "docker-engine",
        "docker-compose-plugin",
        "docker-compose-v2",
        "containerd.io",
    ];
    if !text.contains("docker") {
        return false;
    }
    text.contains("download.docker.com")
        || text.contains("get.docker.com")
        || CommandLine::read(text).commands.iter().any(|command| {
            let call = command.call();
            let texts: Vec<_> = call.iter().map(super::Word::plain).collect();
            let has = |wanted: &str| texts.iter().any(|word| word == wanted);
            match command.program() {
                Some("apt" | "apt-get" | "yum" | "dnf" | "apk" | "pacman" | "zypper") => {
                    PACKAGES.iter().any(|name| has(name))
                        || (has("docker") || has("docker-compose"))
                            && (has("install") || has("add"))
                }
                Some("usermod" | "gpasswd" | "groupadd" | "adduser") => has("docker"),
                Some("systemctl" | "service") => {
                    (has("docker") || has("docker.service")) && !has("status")
                }
                _ => false,
            }
        })
}

/// Whether a command only opens an editor, a browser or another window for a person.
pub fn opens_window(text: &str) -> bool {
    let is_asked = |command: &Command<'_>| {
        // `code --install-extension`, `open --help`: no window.
        !command
            .call()
            .iter()
            .skip(1)
            .any(|word| word.written.starts_with("--"))
    };
    (are_all(text, WINDOWS) && CommandLine::read(text).top().all(is_asked)) || calls_editor(text)
}

/// Whether a command has somebody write in an editor that it opens by itself: `git commit`, `crontab -e`.
fn calls_editor(text: &str) -> bool {
    if !["git ", "crontab", "kubectl", "systemctl"]
        .iter()
        .any(|name| text.contains(name))
    {
        return false;
    }
    let line = CommandLine::read(text);
    let mut commands = line.top();
    let (Some(only), None) = (commands.next(), commands.next()) else {
        return false;
    };
    let texts = only.texts();
    let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    let has = |letter, long: &str| words.iter().any(|word| is_option(word, letter, long));
    match words.as_slice() {
        ["git", "commit", rest @ ..] => {
            const GIVEN: &[&str] = &[
                "--message",
                "--file",
                "--reuse-message",
                "--no-edit",
                "--dry-run",
                "--fixup",
            ];
            // `-m x`, `-am x`, `-mx`
            let is_given = |word: &&str| match word.strip_prefix('-') {
                Some(letters) if !letters.starts_with('-') => letters.contains(['m', 'F', 'C']),
                _ => GIVEN.contains(&word.split('=').next().unwrap_or(word)),
            };
            !rest.iter().any(is_given)
        }
        ["git", "rebase", ..] => has('i', "--interactive"),
        ["crontab", ..] => has('e', ""),
        ["kubectl" | "systemctl", "edit", ..] => true,
        _ => false,
    }
}

/// The file that a line opens an editor for, last of all.
pub fn edited(text: &str) -> Option<String> {
    if !WINDOWS.iter().any(|name| text.contains(name)) {
        return None;
    }
    let line = CommandLine::read(text);
    let last = line.top().next_back()?;
    let texts = last.texts();
    let is_editor = last.program().is_some_and(|name| WINDOWS.contains(&name));
    let file = texts.iter().skip(1).find(|word| !word.starts_with('-'))?;
    is_editor.then(|| file.to_string())
}

/// Whether a line is for another system than Linux by the programs that it calls.
pub fn is_of_other_system(text: &str) -> bool {
    are_all(text, OF_OTHER_SYSTEMS)
}

/// Whether a line is for readers who have another tool in place of Docker.
pub fn is_instead_of_docker(text: &str) -> bool {
    are_all(text, INSTEAD_OF_DOCKER)
}

/// The account that a command asks for: what it calls, and what of it.
pub fn account(text: &str) -> Option<String> {
    CommandLine::read(text).commands.iter().find_map(|command| {
        let texts = command.texts();
        let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        match words.as_slice() {
            ["docker" | "podman", "login", rest @ ..] => {
                // A password on the page or a registry of this machine needs no account.
                let given = rest
                    .iter()
                    .any(|word| word.starts_with("localhost") || word.starts_with("127."));
                let has_password = rest.iter().any(|word| {
                    matches!(*word, "-p" | "--password-stdin") || word.starts_with("--password")
                });
                (!given && !has_password).then(|| "docker login".to_owned())
            }
            ["docker", verb @ ("debug" | "scout"), ..] => Some(format!("docker {verb}")),
            ["ssh", rest @ ..] => {
                let host = rest.iter().find(|word| {
                    !word.starts_with('-') && !word.chars().all(|c| c.is_ascii_digit())
                })?;
                let is_here = host.contains("localhost") || host.contains("127.0.0.1");
                (!is_here && host.contains('.')).then(|| format!("ssh {host}"))
            }
            ["npm", verb @ ("login" | "publish" | "adduser"), ..] => Some(format!("npm {verb}")),
            ["cargo", verb @ ("login" | "publish"), ..] => Some(format!("cargo {verb}")),
            ["twine", "upload", ..] => Some("twine upload".to_owned()),
            [program, ..] if ACCOUNTS.contains(program) => {
                let is_local = words
                    .iter()
                    .any(|word| matches!(*word, "--version" | "version" | "--help" | "help"));
                (!is_local).then(|| (*program).to_owned())
            }
            _ => None,
        }
    })
}

/// Whether a command throws away more than what the page has made.
pub fn is_destructive(text: &str) -> bool {
    let line = CommandLine::read(text);
    line.commands.iter().any(|command| {
        let texts = command.texts();
        let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        match words.as_slice() {
            ["docker" | "podman", rest @ ..] => {
                // All there is, unless a filter says which.
                let all = rest.iter().any(|word| {
                    (word.contains("$(docker") || word.contains("`docker"))
                        && !word.contains("--filter")
                        && !word.contains(" -f ")
                });
                // Images without a name are the only thing that `image prune` takes by itself.
                let prunes = rest.contains(&"prune")
                    && (!rest.contains(&"image")
                        || rest.iter().any(|word| is_option(word, 'a', "--all")))
                    && !rest.contains(&"--filter");
                prunes
                    || (all
                        && rest
                            .iter()
                            .any(|word| matches!(*word, "rm" | "rmi" | "stop" | "kill")))
            }
            ["rm", rest @ ..] => {
                let recursive = rest
                    .iter()
                    .any(|word| word.starts_with('-') && word.contains(['r', 'R']));
                recursive
                    && rest.iter().any(|word| {
                        let bare = word.trim_end_matches('*').trim_end_matches('/');
                        matches!(bare, "" | "~" | "$HOME") && !word.is_empty()
                    })
            }
            ["xargs", rest @ ..] => {
                rest.contains(&"docker") && rest.iter().any(|word| matches!(*word, "rm" | "rmi"))
            }
            ["git", "reset", rest @ ..] => rest.contains(&"--hard"),
            ["git", "push", rest @ ..] => rest.iter().any(|word| matches!(*word, "--force" | "-f")),
            ["find", rest @ ..] => rest.contains(&"-delete"),
            ["wipefs" | "shred", ..] => true,
            [program, ..] if program.starts_with("mkfs") => true,
            ["git", "clean", rest @ ..] => rest.iter().any(|word| {
                word.starts_with("-f") || word.starts_with("-d") || word.starts_with("-x")
            }),
            ["dd", ..] => texts.iter().any(|word| word.starts_with("of=/dev/")),
            _ => false,
        }
    })
}

/// Whether a program of this name prints nothing when all is well.
pub fn is_quiet(program: &str) -> bool {
    SILENT.contains(&program)
}

/// Whether a command prints nothing when all is well.
pub fn is_silent(text: &str) -> bool {
    let line = CommandLine::read(text);
    let says_nothing = |command: &Command<'_>| {
        let saves = command.redirections.iter().any(|(sign, target)| {
            matches!(*sign, ">" | ">>" | "1>" | "&>") && !target.written.starts_with('&')
        });
        command.program().is_none_or(is_quiet) || saves
    };
    !line.commands.is_empty()
        && line.top().all(says_nothing)
        && line.commands.iter().all(|command| !command.is_nested)
}

/// Programs that a line calls by their names, without those of the shell itself.
pub fn programs(text: &str) -> Vec<String> {
    const OWN: &[&str] = &[
        "cd", "echo", "exit", "export", "set", "unset", "source", ".", "eval", "exec", "alias",
        "read", "test", "[", "true", "false", "pwd", "type", "wait", "jobs", "umask", "ulimit",
        "trap", ":", "printf", "history", "pushd", "popd", "logout", "return", "shift", "local",
        "declare",
    ];
    let line = CommandLine::read(text);
    let called = line.commands.iter().filter_map(Command::program);
    called
        .filter(|name| {
            !OWN.contains(name)
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'))
        })
        .filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_accounts_and_other_systems_are_told() {
        assert!(opens_window("vim Dockerfile") && opens_window("sudo nano /etc/hosts"));
        assert!(opens_window("git commit") && opens_window("git rebase -i HEAD~3"));
        for given in [
            "-am x",
            "-m\"x y\"",
            "-mx",
            "--message=x",
            "-F notes",
            "--amend --no-edit",
        ] {
            assert!(!opens_window(&format!("git commit {given}")), "{given}");
        }
        assert!(
            !opens_window("vim Dockerfile && ls") && !opens_window("code --install-extension x")
        );
        assert_eq!(account("docker login").as_deref(), Some("docker login"));
        assert_eq!(account("docker login localhost:5000"), None);
        assert_eq!(account("az group create"), Some("az".to_owned()));
        assert_eq!(account("aws --version"), None);
        assert_eq!(
            package_tool("sudo yum update && dnf install x"),
            Some("dnf")
        );
        assert_eq!(package_tool("apt update && docker ps"), None);
        assert!(is_of_other_system("brew install jq"));
        assert!(is_of_other_system("eval \"$(docker-machine env)\""));
        assert!(!is_of_other_system("docker-machine ls; docker ps"));
        assert!(is_instead_of_docker("sudo podman version"));
        for text in [
            "sudo apt-get install -y docker-ce docker-ce-cli",
            "curl -fsSL https://get.docker.com | sh",
            "sudo usermod -aG docker $USER",
            "sudo systemctl enable --now docker",
        ] {
            assert!(sets_up_docker(text), "{text}");
        }
        for text in [
            "apt-get install nginx",
            "systemctl status docker",
            "docker ps",
        ] {
            assert!(!sets_up_docker(text), "{text}");
        }
    }

    #[test]
    fn what_throws_away_and_what_is_silent() {
        for text in [
            "docker system prune -af",
            "docker rm -f $(docker ps -aq)",
            "rm -rf ~",
        ] {
            assert!(is_destructive(text), "{text}");
        }
        assert!(!is_destructive("docker rm web") && !is_destructive("rm -rf build"));
        for text in [
            "mkdir x && cd x",
            "echo a > b",
            "export A=1",
            "cat > f <<E\nx\nE",
        ] {
            assert!(is_silent(text), "{text}");
        }
        assert!(!is_silent("ls") && !is_silent("cd x && ls") && !is_silent("export A=$(x)"));
    }
}
