//! Names of files that a page tells its reader to save.

/// `app.py`, `Dockerfile`, `src/main.rs`; not `docker run`.
pub(super) fn is_file_name(name: &str) -> bool {
    const BARE: &[&str] = &[
        "Dockerfile",
        "Makefile",
        "Containerfile",
        "Caddyfile",
        "Procfile",
        "Gemfile",
        "LICENSE",
    ];
    let last = name.rsplit('/').next().unwrap_or(name);
    let plain = !name.is_empty()
        && !name.contains(char::is_whitespace)
        && !name.starts_with(['-', '$', '<']);
    let extension = last.rsplit_once('.').is_some_and(|(_, extension)| {
        (1..=10).contains(&extension.len()) && extension.chars().all(char::is_alphanumeric)
    });
    plain && (extension || BARE.iter().any(|bare| last.starts_with(bare)))
}

/// A name that no other word has, so that it needs no mark: `Dockerfile`, `compose.yaml`.
pub(super) fn is_known_file(word: &str) -> bool {
    matches!(
        word,
        "Dockerfile"
            | "docker-compose.yml"
            | "docker-compose.yaml"
            | "compose.yaml"
            | "compose.yml"
            | "requirements.txt"
            | "package.json"
            | ".dockerignore"
    )
}

/// Why a file of a tutorial may not be saved at this path.
pub(super) fn leaves_scratch(path: &str) -> Option<&'static str> {
    if path.starts_with('/') {
        return Some("is an absolute path");
    }
    let mut depth = 0i32;
    for part in path.split('/') {
        match part {
            ".." => depth -= 1,
            "" | "." => {}
            _ => depth += 1,
        }
        if depth < 0 {
            return Some("leads out of the directory that the tutorial runs in");
        }
    }
    None
}
