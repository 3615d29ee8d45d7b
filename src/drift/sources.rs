//! What a text of a page depends on that may move: indexes of packages, images that are built from.

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

/// What a line takes files from: `COPY --from=…`, `RUN --mount=type=bind,from=…`.
fn taken_from(line: &str) -> impl Iterator<Item = &str> {
    let words = line
        .split_whitespace()
        .filter(|word| word.starts_with("--"));
    let parts = words.flat_map(|word| word.split([',', ' ']));
    parts.filter_map(|part| {
        let part = part.strip_prefix("--mount=").unwrap_or(part);
        part.strip_prefix("--from=")
            .or_else(|| part.strip_prefix("from="))
    })
}

/// Whether a word in a Dockerfile is the name of an image: no stage by its name or number, nothing that is filled in.
fn is_image(word: &str, stages: &BTreeSet<String>) -> bool {
    let is_reference = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:".contains(&byte);
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    word != "scratch" && !is_number && !stages.contains(word) && word.bytes().all(is_reference)
}

/// What a Dockerfile builds from: no stage of its own, nothing that is filled in, and not `scratch`.
pub fn bases(text: &str) -> BTreeSet<String> {
    let (mut stages, mut bases) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        let mut words = line.split_whitespace();
        bases.extend(
            taken_from(line)
                .filter(|name| is_image(name, &stages))
                .map(str::to_owned),
        );
        if !words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("from"))
        {
            continue;
        }
        let mut words = words.skip_while(|word| word.starts_with("--"));
        let Some(base) = words.next() else { continue };
        if is_image(base, &stages) {
            bases.insert(base.to_owned());
        }
        if words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("as"))
        {
            stages.extend(words.next().map(str::to_owned));
        }
    }
    bases
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

    #[test]
    fn a_dockerfile_says_what_it_builds_from() {
        let text = "ARG V=3\nFROM --platform=linux/amd64 python:3.13-slim AS one\nfrom one\nFROM scratch as two\nFROM me/app:$V\nFROM redis\nCOPY --from=one /a /b\nCOPY --from=0 /a /b\nCOPY --from=busybox /a /b\nRUN --mount=type=bind,from=alpine:3,target=/x true\n";
        assert_eq!(
            bases(text),
            ["alpine:3", "busybox", "python:3.13-slim", "redis"]
                .map(str::to_owned)
                .into()
        );
        assert!(bases("SELECT x\nFROM a, b;\n").is_empty());
    }
}
