//! Which indexes of packages a text fetches from: what is in them may have moved though no image has.

use std::collections::BTreeSet;

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

/// The programs by which a text fetches what may be another tomorrow.
pub fn indexes(text: &str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let words: Vec<&str> = line
            .split(|c: char| c.is_whitespace() || "'\"`$();&|[],".contains(c))
            .filter(|word| !word.is_empty())
            .collect();
        for (at, word) in words.iter().enumerate() {
            let program = word.rsplit('/').next().unwrap_or(word);
            let mut behind = words[at + 1..].iter().filter(|word| !word.starts_with('-'));
            if let Some((program, verbs)) = FETCH.iter().find(|(name, _)| *name == program) {
                let fetches = match behind.next() {
                    Some(verb) => verbs.is_empty() || verbs.contains(verb),
                    None => false,
                };
                found.extend(fetches.then_some(*program));
            }
            if let Some(program) = BY_ADDRESS.iter().find(|name| **name == program)
                && behind.any(|word| is_elsewhere(word))
            {
                found.insert(program);
            }
        }
    }
    found
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
                "RUN apt-get update && apt-get install -y curl",
                &["apt-get"][..],
            ),
            ("docker run alpine sh -c 'apk --no-cache add jq'", &["apk"]),
            ("pip3 install -r requirements.txt", &["pip3"]),
            ("git init\ngit commit -m 'go get it'", &["go"]),
            ("git status\ndocker run -d nginx", &[]),
            ("curl -s http://localhost:8080/x", &[]),
            ("curl -s http://web:80", &[]),
            ("curl -fsSL https://example.com/install.sh | sh", &["curl"]),
            ("npm --version", &[]),
            ("RUN [\"npm\", \"ci\"]", &["npm"]),
        ] {
            assert_eq!(indexes(text), found.iter().copied().collect(), "{text}");
        }
    }
}
