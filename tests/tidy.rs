//! The repository tests itself.

mod circles;

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// A library of someone else's has one door.
#[test]
fn every_library_has_one_door() {
    let doors = [
        ("pulldown_cmark", "document/markdown"),
        ("aho_corasick", "document/evidence/phrases.rs"),
        ("serde_yaml", "yaml.rs"),
        ("similar::", "matching/"),
        ("vt100", "matching/screen.rs"),
        ("bollard", "docker/"),
        ("tokio", "docker/"),
        ("pty_process", "terminal/"),
        ("rustix", "terminal/"),
        ("signal_hook", "terminal/"),
        ("annotate_snippets", "diagnostic.rs"),
        ("clap::", "cli"),
        ("console::", "command/review/"),
        ("notify::", "command/watch/"),
        ("lsp_server", "command/lsp/"),
        ("quick_junit", "report/junit.rs"),
        ("clap_complete", "cli/help.rs"),
        ("clap_mangen", "cli/help.rs"),
        ("ignore::", "command/"),
        ("ureq", "registry/"),
        ("base64", "registry/"),
        ("sha2", "digest.rs"),
        ("tar::Archive", "docker/archive.rs"),
        ("tar::Builder", "docker/archive.rs"),
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for path in files {
        let name = path
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let text = fs::read_to_string(&path).unwrap();
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            for (library, door) in doors {
                let used = line
                    .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
                    .any(|word| {
                        word.starts_with(library)
                            && word
                                .trim_start_matches(library.trim_end_matches("::"))
                                .starts_with("::")
                    });
                // main.rs parses the arguments, and the commands choose a renderer.
                let allowed = name.starts_with(door)
                    || (library == "clap::" && name == "main.rs")
                    || (library == "rustix" && name == "private.rs")
                    || (library == "annotate_snippets" && name.starts_with("command/"));
                assert!(!used || allowed, "{name} uses {library}: {line}");
            }
        }
    }
}

/// The pure rooms touch no file, process, clock or environment.
#[test]
fn pure_rooms_are_pure() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![
        root.join("diagnostic.rs"),
        root.join("wording.rs"),
        root.join("secrets.rs"),
        root.join("identity.rs"),
        root.join("observation.rs"),
        root.join("play.rs"),
        root.join("reference.rs"),
        root.join("saved.rs"),
        root.join("stage.rs"),
        root.join("trouble.rs"),
    ];
    for room in [
        "commandline",
        "document",
        "drift",
        "expectation",
        "judge",
        "lint",
        "matching",
        "plan",
        "programs",
        "report",
        "review",
    ] {
        sources(&root.join(room), &mut files);
    }
    for path in files.iter().filter(|path| !path.ends_with("tests.rs")) {
        let text = fs::read_to_string(path).unwrap();
        let product = text.split("#[cfg(test)]").next().unwrap();
        for word in [
            "std::fs",
            "std::env",
            "std::process",
            "std::net",
            "Instant::now",
            "SystemTime",
        ] {
            assert!(!product.contains(word), "{} has {word}", path.display());
        }
    }
}

/// Which rooms a room may use; ground is for all of them.
const ARROWS: &[(&str, &[&str])] = &[
    ("commandline", &["programs"]),
    ("programs", &[]),
    ("identity", &[]),
    ("observation", &["identity"]),
    ("document", &["commandline", "programs"]),
    ("matching", &["commandline", "identity"]),
    ("expectation", &["identity", "matching"]),
    (
        "plan",
        &[
            "commandline",
            "document",
            "expectation",
            "matching",
            "secrets",
            "settings",
        ],
    ),
    ("stage", &["observation", "plan"]),
    (
        "judge",
        &[
            "commandline",
            "document",
            "expectation",
            "identity",
            "matching",
            "observation",
            "plan",
            "programs",
            "secrets",
            "trouble",
        ],
    ),
    ("lint", &["commandline", "document", "plan"]),
    (
        "play",
        &[
            "document",
            "judge",
            "observation",
            "plan",
            "secrets",
            "stage",
        ],
    ),
    ("saved", &["judge", "observation", "plan", "play", "stage"]),
    (
        "report",
        &["document", "judge", "matching", "observation", "plan"],
    ),
    (
        "review",
        &[
            "document",
            "expectation",
            "judge",
            "matching",
            "observation",
            "plan",
        ],
    ),
    ("terminal", &["programs"]),
    ("drift", &["commandline"]),
    ("registry", &[]),
    ("docker", &["drift", "identity", "observation"]),
    (
        "run",
        &[
            "commandline",
            "docker",
            "document",
            "drift",
            "identity",
            "matching",
            "observation",
            "plan",
            "programs",
            "secrets",
            "stage",
            "terminal",
            "trouble",
        ],
    ),
];

/// Text, bytes, colours, the present moment.
const GROUND: &[&str] = &[
    "diagnostic",
    "digest",
    "private",
    "progress",
    "reference",
    "wording",
    "yaml",
];

#[test]
fn arrows_between_rooms_point_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut seen = std::collections::BTreeSet::new();
    for path in files.iter().filter(|path| !path.ends_with("tests.rs")) {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
        let room = name.split(['/', '.']).next().unwrap();
        let Some((room, may)) = ARROWS.iter().find(|(of, _)| *of == room) else {
            continue;
        };
        let text = fs::read_to_string(path).unwrap();
        let product = text.split("#[cfg(test)]").next().unwrap();
        for line in product
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            for (at, _) in line.match_indices("crate::") {
                let rest = &line[at + "crate::".len()..];
                let words: Vec<&str> = match rest.strip_prefix('{') {
                    Some(list) => list.trim_end_matches(['}', ';']).split(", ").collect(),
                    None => vec![rest],
                };
                for word in words {
                    let used = word
                        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .next()
                        .unwrap();
                    let is_allowed = used == *room || GROUND.contains(&used) || may.contains(&used);
                    assert!(is_allowed, "{name} uses {used}: {line}");
                    seen.insert((*room, used.to_owned()));
                }
            }
        }
    }
    for (room, may) in ARROWS {
        for used in *may {
            assert!(
                seen.contains(&(*room, (*used).to_owned())),
                "{room} does not use {used}"
            );
        }
    }
}

/// No file uses one that uses it, however long the way.
#[test]
fn files_have_no_circles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let circles = circles::circles(&root);
    assert!(circles.is_empty(), "{circles:#?}");
}

/// No file holds two rooms.
#[test]
fn files_are_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for path in files.iter().filter(|path| !path.ends_with("tests.rs")) {
        let text = fs::read_to_string(path).unwrap();
        let product = text.split("#[cfg(test)]").next().unwrap();
        let lines = product.lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
    }
}

#[test]
fn the_changelog_has_the_version() {
    let changelog =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CHANGELOG.md")).unwrap();
    assert!(changelog.contains(&format!("\n## {}", env!("CARGO_PKG_VERSION"))));
}

/// Every word that authors may use is played on its page of the reference.
#[test]
fn the_reference_plays_every_word() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tutorial/reference/words.md");
    let page = fs::read_to_string(path).unwrap();
    for meaning in tutcheck::document::MEANINGS {
        let example = format!(
            "\n## `{}`\n\n{}\n\n{}\n",
            meaning.word, meaning.says, meaning.example
        );
        assert!(page.contains(&example), "words.md does not have:{example}");
    }
}
