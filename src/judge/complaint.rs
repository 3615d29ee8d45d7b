//! A line with which a program says that something went wrong, though the whole command ended well.

use std::borrow::Cow;

use crate::commandline::{Command, CommandLine, Operator, base};
use crate::matching;

/// How programs say it, each with where that is from, and lines of theirs that look like it and are none.
const COMPLAINTS: &[Complaint] = &[
    Complaint {
        programs: &["docker", "docker-compose"],
        starts: &[
            "Error response from daemon",
            "Error: No such ",
            "Error: no such ",
            "error during connect",
            "docker: ",
            "no such service: ",
            "no configuration file provided",
        ],
        near: &["docker: 'compose' is not a docker command"],
        source: "cli/command of docker/cli: what is left of a loop over several objects",
    },
    Complaint {
        programs: &["apt-get", "apt", "dpkg"],
        starts: &[
            "E: ",
            "Err:",
            "W: Failed to fetch",
            "W: Some index files failed",
            "dpkg: error",
        ],
        near: &["W: apt does not have a stable CLI interface", "debconf: "],
        source: "apt-pkg/contrib/error.cc of apt; dpkg(1)",
    },
    Complaint {
        programs: &["pip", "pip3", "python", "python3"],
        starts: &[
            "ERROR: ",
            "Traceback (most recent call last):",
            "Expecting value: line ",
            "Expecting property name enclosed in double quotes: line ",
            "Expecting ',' delimiter: line ",
            "Expecting ':' delimiter: line ",
            "Extra data: line ",
        ],
        near: &["ERROR: pip's dependency resolver does not currently take into account"],
        source: "pip/_internal of pip; the traceback module and json/decoder.py of Python",
    },
    Complaint {
        programs: &["npm", "npx", "yarn", "pnpm"],
        starts: &["npm error", "npm ERR!", "error "],
        near: &["npm warn", "npm WARN", "npm notice"],
        source: "npm help logging",
    },
    Complaint {
        programs: &["node", "nodejs", "npm", "npx"],
        // The last line of what it says before it ends by an error.
        starts: &["Node.js v"],
        near: &[],
        source: "lib/internal/process/execution.js of Node.js",
    },
    Complaint {
        programs: &["git"],
        starts: &["fatal: ", "error: "],
        near: &["hint: ", "warning: "],
        source: "usage.c of git",
    },
    Complaint {
        programs: &["curl"],
        starts: &["curl: ("],
        near: &[],
        source: "curl(1), exit codes",
    },
    Complaint {
        programs: &["make"],
        starts: &["make: *** "],
        near: &["make: Nothing to be done", "make: warning"],
        source: "the manual of GNU make, errors",
    },
];

/// What the tools of a system say behind their name and a colon, as `strerror` and their manuals have it.
const PHRASES: &[&str] = &[
    "No such file or directory",
    "Permission denied",
    "Is a directory",
    "Not a directory",
    "File exists",
    "command not found",
    "not found",
    "cannot ",
    "can't ",
    "invalid option",
    "unrecognized option",
    "missing operand",
    "Operation not permitted",
    "Connection refused",
];

struct Complaint {
    programs: &'static [&'static str],
    starts: &'static [&'static str],
    near: &'static [&'static str],
    #[cfg_attr(not(test), expect(dead_code, reason = "for whoever reads the table"))]
    source: &'static str,
}

/// The first line that complains; none where the command itself provides for failure, or shows what others
/// have printed.
pub(super) fn printed<'o>(command: &str, output: &'o str) -> Option<&'o str> {
    let line = CommandLine::read(command);
    if is_provided_for(&line) {
        return None;
    }
    let calls: Vec<Vec<String>> = line
        .commands
        .iter()
        .map(|command| {
            let words = command.call().iter().map(|word| word.plain().into_owned());
            words.collect::<Vec<String>>()
        })
        .filter(|words| !words.is_empty())
        .collect();
    let is_called = |name: &str| calls.iter().any(|words| base(&words[0]) == name);
    let tells_of_others = calls.iter().any(|words| {
        matches!(
            base(&words[0]),
            "docker" | "docker-compose" | "kubectl" | "journalctl"
        ) && words.iter().take(4).any(|word| {
            matches!(
                word.as_str(),
                "logs" | "exec" | "run" | "up" | "attach" | "start"
            )
        })
    });
    output.lines().find(|text| {
        let text = text.trim_start();
        let of_table = COMPLAINTS.iter().any(|complaint| {
            let starts = |list: &[&str]| list.iter().any(|start| text.starts_with(start));
            let is_dockers = complaint.programs.contains(&"docker");
            complaint.programs.iter().any(|program| is_called(program))
                && starts(complaint.starts)
                && !starts(complaint.near)
                && (!is_dockers
                    || !tells_of_others
                    || text.starts_with("docker: ")
                    || names_lost(text, &calls))
        });
        let of_tool = text.split_once(": ").is_some_and(|(name, rest)| {
            let name = base(name);
            let is_shell = matches!(name, "bash" | "sh" | "-bash" | "-sh");
            (is_shell || is_called(name)) && PHRASES.iter().any(|phrase| rest.contains(phrase))
        });
        of_table || of_tool
    })
}

/// `Error response from daemon: No such container: web`, of one that the command names: what others have
/// printed has no such thing in it.
fn names_lost(text: &str, calls: &[Vec<String>]) -> bool {
    const SAYS: &[&str] = &[
        "No such container: ",
        "no such container: ",
        "No such image: ",
    ];
    let is_named = |name: &str| calls.iter().flatten().any(|word| word == name);
    let of_daemon = ["Error response from daemon: ", "Error: "];
    let rest = of_daemon.iter().find_map(|start| text.strip_prefix(start));
    rest.is_some_and(|rest| {
        SAYS.iter()
            .filter_map(|says| rest.strip_prefix(says))
            .any(|name| is_named(name.trim()))
    })
}

/// Whether a command says what is to be done where it fails.
pub(super) fn provides_for_failure(command: &str) -> bool {
    is_provided_for(&CommandLine::read(command))
}

/// `a || b`, `if a; then`, `! a`, `a 2>/dev/null`: failure is a way to go.
fn is_provided_for(line: &CommandLine<'_>) -> bool {
    let text = line.text();
    let is_tried = line.commands.iter().any(|command| {
        command.then == Operator::Or
            || command.redirections.iter().any(|(sign, target)| {
                matches!(*sign, "2>" | "&>" | "2>>") && target.written == "/dev/null"
            })
    });
    let starts = |word: &str| {
        text.split(['\n', ';', '|', '&', '('])
            .any(|part| part.trim_start().starts_with(word))
    };
    is_tried
        || ["if ", "while ", "until ", "! "]
            .iter()
            .any(|word| starts(word))
}

/// Whether nothing was printed that a reader would miss on the page: no more than IDs and names of objects, and
/// what is somebody else's.
pub(super) fn is_aside(command: &str, output: &str, is_id: impl Fn(&str) -> bool) -> bool {
    let line = CommandLine::read(command);
    // To say the names of what it was done with is a habit of Docker and its kin.
    let says_names = line.calls(&["docker", "docker-compose", "podman", "kubectl"]);
    let typed: Vec<String> = line
        .commands
        .iter()
        .filter(|_| says_names)
        .flat_map(Command::texts)
        .map(Cow::into_owned)
        .collect();
    matching::counted(command, output).iter().all(|text| {
        let mut words = text.split_whitespace();
        let first = words.next();
        words.next().is_none()
            && first.is_none_or(|word| is_id(word) || typed.iter().any(|typed| typed == word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_told_from_what_looks_like_them() {
        for (command, output) in [
            (
                "docker rm -f one two",
                "Error response from daemon: No such container: one\ntwo",
            ),
            (
                "docker stop onne; docker ps -q | wc -l",
                "Error response from daemon: No such container: onne\n0",
            ),
            (
                "docker logs nobody 2>&1 | tail -1",
                "Error response from daemon: No such container: nobody",
            ),
            (
                "python3 -m json.tool < a.json | head",
                "Expecting ',' delimiter: line 2 column 1 (char 10)",
            ),
            (
                "node -e 'x()' | cat",
                "[eval]:1\nx()\n^\n\nReferenceError: x is not defined\n    at [eval]:1:1\n\nNode.js v20.1.0",
            ),
            (
                "cat lists.txt | wc -l",
                "cat: lists.txt: No such file or directory\n0",
            ),
            ("git status; ls", "fatal: not a git repository"),
            ("apt-get update; true", "E: Could not open lock file"),
            ("nosuch; true", "bash: nosuch: command not found"),
            (
                "ls a b; echo done",
                "ls: cannot access 'a': No such file or directory\ndone",
            ),
        ] {
            assert!(printed(command, output).is_some(), "{command}");
        }
        for (command, output) in [
            (
                "docker rm -f one || true",
                "Error response from daemon: No such container: one",
            ),
            (
                "if docker rm one; then ls; fi",
                "Error: No such container: one",
            ),
            ("! docker rm one", "Error: No such container: one"),
            ("docker logs web", "Error response from daemon: x"),
            (
                "docker logs web",
                "Error response from daemon: No such container: other",
            ),
            ("node --version", "v20.1.0"),
            ("cat notes.txt", "Error: this is what the notes say"),
            ("grep error log", "error: disk"),
            (
                "pip install x",
                "ERROR: pip's dependency resolver does not currently take into account all",
            ),
            ("npm install", "npm warn deprecated x"),
            (
                "apt install x",
                "WARNING: apt does not have a stable CLI interface.",
            ),
            (
                "apt-get install x",
                "debconf: unable to initialize frontend: Dialog",
            ),
            ("ls", "cannot.txt"),
        ] {
            assert_eq!(printed(command, output), None, "{command}");
        }
        assert!(
            COMPLAINTS
                .iter()
                .all(|complaint| !complaint.source.is_empty())
        );
    }
}
