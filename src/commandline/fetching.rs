//! What a command fetches from elsewhere that may be another tomorrow: packages from an index, files by an address.

use std::collections::BTreeSet;

use super::{CommandLine, base};

/// Programs, and the words behind them with which they fetch; none means any.
const FETCH: &[(&str, &[&str])] = &[
    ("apk", &["add", "update", "upgrade"]),
    ("apt", &["install", "update", "upgrade"]),
    ("apt-get", &["install", "update", "upgrade", "dist-upgrade"]),
    ("bundle", &["install", "update"]),
    ("cargo", &["add", "build", "fetch", "install", "run"]),
    ("composer", &["install", "require", "update"]),
    ("conda", &["create", "install", "update"]),
    ("dnf", &["install", "update", "upgrade"]),
    ("gem", &["install", "update"]),
    ("git", &["clone", "fetch", "pull", "submodule"]),
    ("go", &["build", "get", "install", "mod", "run"]),
    ("helm", &["install", "pull", "repo", "upgrade"]),
    ("microdnf", &["install", "update"]),
    ("mvn", &[]),
    ("npm", &["ci", "exec", "i", "install", "update"]),
    ("npx", &[]),
    ("pip", &["download", "install"]),
    ("pip3", &["download", "install"]),
    ("pipx", &["install", "run"]),
    ("pnpm", &["add", "i", "install"]),
    ("poetry", &["add", "install", "update"]),
    ("uv", &["add", "pip", "run", "sync", "tool"]),
    ("yarn", &["add", "install"]),
    ("yum", &["install", "update"]),
];

/// Programs that fetch from where their words say.
const BY_ADDRESS: &[&str] = &["curl", "wget"];

/// The programs by which a text fetches, also in a container or in a shell that it starts.
pub fn fetches(text: &str) -> BTreeSet<&'static str> {
    let line = CommandLine::read(text);
    let mut found = BTreeSet::new();
    for command in &line.commands {
        let texts = command.texts();
        let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        found.extend(of_call(&words));
        found.extend(line.inner(command).into_iter().flat_map(fetches));
    }
    found
}

/// The program by which one call fetches.
fn of_call(words: &[&str]) -> Option<&'static str> {
    let (program, rest) = match words {
        // `python3 -m pip install`
        [program, "-m", module, rest @ ..] if base(program).starts_with("python") => {
            (*module, rest)
        }
        [program, rest @ ..] => (base(program), rest),
        [] => return None,
    };
    let mut operands = rest.iter().filter(|word| !word.starts_with('-'));
    if let Some((name, verbs)) = FETCH.iter().find(|(name, _)| *name == program) {
        let fetches = match operands.next() {
            Some(verb) => verbs.is_empty() || verbs.contains(verb),
            None => false,
        };
        return fetches.then_some(*name);
    }
    let name = BY_ADDRESS.iter().find(|name| **name == program)?;
    operands.any(|word| is_elsewhere(word)).then_some(*name)
}

/// Whether a word is an address that is not this machine's.
fn is_elsewhere(word: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', ':', '?']).next().unwrap_or(rest);
    // Containers call each other by names without a dot.
    host.contains('.') && !host.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fetches_is_told_from_what_does_not() {
        for (text, found) in [
            (
                "apt-get update && apt-get install -y curl",
                &["apt-get"][..],
            ),
            ("docker run alpine sh -c 'apk --no-cache add jq'", &["apk"]),
            ("docker exec web apt install -y vim", &["apt"]),
            ("sudo pip3 install -r requirements.txt", &["pip3"]),
            ("python3 -m pip install six", &["pip"]),
            ("git init\ngit commit -m 'go get it'", &[]),
            ("x=$(curl -s https://example.com/version)", &["curl"]),
            ("git status\ndocker run -d nginx", &[]),
            ("curl -s http://localhost:8080/x", &[]),
            ("curl -s http://web:80", &[]),
            ("npm --version", &[]),
            ("npx create-thing", &["npx"]),
        ] {
            assert_eq!(fetches(text), found.iter().copied().collect(), "{text}");
        }
    }
}
