//! Names of files that a page tells its reader to have, and what files of a kind hold.

use super::change::is_elision;
use crate::commandline::base;

/// `app.py`, `Dockerfile`, `src/main.rs`, `.env.example`; not `docker run`, `v1.2`, `example.com`.
pub(super) fn is_file_name(name: &str) -> bool {
    const BARE: &[&str] = &[
        "Dockerfile",
        "Makefile",
        "Containerfile",
        "Caddyfile",
        "Procfile",
        "Gemfile",
        "LICENSE",
        "Vagrantfile",
        "Jenkinsfile",
        "Justfile",
        "justfile",
        "Rakefile",
    ];
    const ENDINGS: &[&str] = &["com", "org", "net", "io", "dev", "sock", "local"];
    let last = base(name);
    let plain = !name.is_empty()
        && !name.contains(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '(' | ')' | '=' | ':' | '*' | '?' | '{' | '|' | '&' | '@' | ','
                )
        })
        && !name.starts_with(['-', '$', '<', '/'])
        && !name.contains("://");
    let extension = last.rsplit_once('.').is_some_and(|(stem, extension)| {
        (1..=14).contains(&extension.len())
            && extension
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_')
            && extension.starts_with(|c: char| c.is_ascii_alphabetic())
            && !ENDINGS.contains(&extension)
            && (!stem.is_empty() || last.len() > 3)
    });
    plain
        && (extension
            || BARE.iter().any(|bare| {
                last == *bare
                    || last
                        .strip_prefix(bare)
                        .is_some_and(|rest| rest.starts_with(['.', '-']))
            }))
}

/// A name that no other word has, so that it needs no mark: `Dockerfile`, `compose.yaml`.
pub(super) fn is_known_file(word: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "py",
        "js",
        "ts",
        "yml",
        "yaml",
        "json",
        "sh",
        "txt",
        "html",
        "conf",
        "go",
        "rs",
        "toml",
        "sql",
        "env",
        "ini",
        "css",
        "php",
        "rb",
        "java",
        "xml",
        "cfg",
        "mjs",
        "jsx",
        "tsx",
        "c",
        "md",
        "tf",
        "properties",
        "lua",
        "dockerfile",
    ];
    let is_plain = |name: &str| {
        !name.is_empty()
            && !name.starts_with(['/', '~'])
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
    };
    matches!(
        word,
        "Dockerfile"
            | "dockerfile"
            | ".dockerignore"
            | ".env"
            | "Makefile"
            | "Caddyfile"
            | "Containerfile"
            | "Procfile"
            | "Gemfile"
            | ".gitignore"
    ) || word.rsplit_once('.').is_some_and(|(stem, extension)| {
        EXTENSIONS.contains(&extension) && is_plain(stem) && stem != "Node" && stem != "node"
    })
}

/// What kind of file a name or a language stands for.
fn kind(word: &str) -> &str {
    match word {
        "dockerfile" | "containerfile" | "docker" => "dockerfile",
        "yml" | "yaml" | "compose" | "docker-compose" => "yaml",
        "py" | "python" | "python3" => "python",
        "js" | "javascript" | "mjs" | "cjs" | "jsx" | "node" => "js",
        "ts" | "typescript" | "tsx" => "ts",
        "sh" | "bash" | "shell" | "zsh" => "sh",
        "rs" | "rust" => "rust",
        "rb" | "ruby" | "gemfile" => "ruby",
        "golang" | "go" => "go",
        "htm" | "html" | "xhtml" | "jinja" | "jinja2" | "html+jinja" => "html",
        "md" | "markdown" => "markdown",
        "makefile" | "make" | "mk" => "make",
        "cs" | "csharp" => "csharp",
        "json" | "json5" | "jsonc" => "json",
        "conf" | "nginx" | "cfg" | "ini" | "properties" | "env" | "dotenv" | "toml"
        | "editorconfig" => "settings",
        "kt" | "kotlin" => "kotlin",
        other => other,
    }
}

/// The kind of a file by its name.
fn kind_of(path: &str) -> String {
    let last = base(path).to_lowercase();
    if last.starts_with("dockerfile")
        || last.ends_with(".dockerfile")
        || last.starts_with("containerfile")
    {
        return "dockerfile".to_owned();
    }
    if last.starts_with(".env") || last.starts_with("env.") || last.ends_with(".env") {
        return "settings".to_owned();
    }
    if last.starts_with("makefile") {
        return "make".to_owned();
    }
    let extension = last
        .rsplit_once('.')
        .map_or(last.as_str(), |(_, extension)| extension);
    kind(extension).to_owned()
}

/// Whether a block in this language may be a file of this name: of the same kind, or of no kind that
/// the language tells.
pub(super) fn is_of_language(path: &str, language: &str, lines: &[&str]) -> bool {
    let language = language.to_ascii_lowercase();
    let language = language.trim_start_matches('.');
    let of_file = kind_of(path);
    let of_block = kind(language);
    let is_untold = matches!(
        of_block,
        "" | "text"
            | "txt"
            | "plaintext"
            | "none"
            | "plain"
            | "raw"
            | "nohighlight"
            | "no-highlight"
    );
    let is_code = matches!(
        of_file.as_str(),
        "python" | "js" | "ts" | "go" | "rust" | "sh" | "dockerfile"
    );
    let first = lines
        .iter()
        .map(|line| line.trim())
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    if is_code && is_untold && super::evidence::is_printed(first) {
        return false;
    }
    if is_untold {
        let is_instruction = first_instruction(lines).is_some();
        let begins_image = first_instruction(lines) == Some("FROM");
        return if of_file == "dockerfile" {
            is_instruction
        } else {
            !begins_image
        };
    }
    if of_block == "dockerfile" && language == "docker" {
        return of_file == "dockerfile" && first_instruction(lines).is_some();
    }
    of_file == of_block
        || (of_block == "settings" && matches!(of_file.as_str(), "settings" | "service" | "txt"))
        || (matches!(of_block, "diff" | "vim" | "config" | "apacheconf" | "jinja"))
        || (of_block == "sql" && of_file == "sql")
        // Lines of an environment file are assignments of a shell, too.
        || (of_block == "sh" && is_environment(path))
        // No shell is given `services:`, whatever the block is called.
        || (of_block == "sh" && of_file == "yaml" && first.ends_with(':') && !first.contains(' '))
        || (of_file == "txt"
            && of_block == "sh"
            && lines
                .iter()
                .all(|line| line.split_whitespace().count() == 1))
        || (of_file == "txt"
            && !matches!(
                of_block,
                "sh" | "dockerfile" | "yaml" | "python" | "js" | "json" | "console"
            ))
        || (of_block == "js" && of_file == "ts")
        || (of_file == "json" && of_block == "js")
}

const INSTRUCTIONS: &[&str] = &[
    "FROM",
    "RUN",
    "CMD",
    "COPY",
    "ADD",
    "ENTRYPOINT",
    "WORKDIR",
    "ENV",
    "EXPOSE",
    "ARG",
    "LABEL",
    "USER",
    "VOLUME",
    "MAINTAINER",
    "HEALTHCHECK",
    "SHELL",
    "STOPSIGNAL",
    "ONBUILD",
];

/// The first instruction of a Dockerfile, if the lines begin with one.
pub(super) fn first_instruction<'t>(lines: &[&'t str]) -> Option<&'t str> {
    let line = lines.iter().map(|line| line.trim()).find(|line| {
        !line.is_empty() && !line.starts_with('#') && !line.to_ascii_uppercase().starts_with("ARG ")
    })?;
    let word = line.split_whitespace().next()?;
    (INSTRUCTIONS.contains(&word) && line.len() > word.len()).then_some(word)
}

/// Whether lines are only a part of such a file: something is left out, or it lacks its beginning.
pub(super) fn is_part_of(path: &str, lines: &[&str]) -> bool {
    let is_open =
        |line: &str| line.trim_end().ends_with("= ?") || line.trim_end().ends_with("= ?;");
    let is_elided = lines.iter().any(|line| is_elision(line) || is_open(line))
        || super::change::looks_like_difference(lines);
    match kind_of(path).as_str() {
        "dockerfile" => is_elided || first_instruction(lines) != Some("FROM"),
        "yaml" if is_composition(path) => {
            let has = |key: &str| lines.iter().any(|line| line.starts_with(key));
            is_elided || !has("services:") && !has("include:") && !is_old_composition(lines)
        }
        _ => is_elided || begins_below(lines),
    }
}

/// Whether the first line stands below keys that are not there.
fn begins_below(lines: &[&str]) -> bool {
    let first = lines.iter().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| line.starts_with(' ') && line.trim_end().ends_with(':'))
}

/// `.env`, `.env.local`: assignments of a shell, and no names of programs among them.
pub(super) fn is_environment(path: &str) -> bool {
    base(path).starts_with(".env")
}

/// `compose.yaml` and its older names.
pub(super) fn is_composition(path: &str) -> bool {
    let last = base(path);
    (last.starts_with("compose") || last.starts_with("docker-compose"))
        && (last.ends_with(".yml") || last.ends_with(".yaml"))
}

/// A composition of the first version: services at the top, each with an image or a build.
fn is_old_composition(lines: &[&str]) -> bool {
    let first = lines
        .iter()
        .find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| {
        !line.starts_with([' ', '-'])
            && line.trim_end().ends_with(':')
            && !matches!(
                line.trim(),
                "networks:" | "volumes:" | "environment:" | "ports:" | "labels:" | "deploy:"
            )
    }) && lines.iter().any(|line| {
        line.trim_start().starts_with("image:") || line.trim_start().starts_with("build:")
    })
}

/// Whether a block may be the file that a command needs: by its language or its first instruction.
pub(super) fn may_be(path: &str, language: &str, lines: &[&str]) -> bool {
    let of_file = kind_of(path);
    let language = language.to_ascii_lowercase();
    let of_block = kind(language.trim_start_matches('.'));
    let is_whole = !is_part_of(path, lines);
    let fits = match of_file.as_str() {
        "dockerfile" => {
            matches!(of_block, "dockerfile" | "" | "text")
                && first_instruction(lines) == Some("FROM")
        }
        "yaml" => {
            matches!(of_block, "yaml" | "" | "text") && (is_composition(path) || of_block == "yaml")
        }
        other => of_block == other,
    };
    is_whole && fits
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for name in [
            "app.py",
            "Dockerfile",
            "Dockerfile.prod",
            "src/main.rs",
            ".env.example",
            ".dockerignore",
            "a-b/c_d.yaml",
        ] {
            assert!(is_file_name(name), "{name}");
        }
        for name in [
            "docker",
            "v1.2",
            "example.com",
            "-f",
            "nginx:1.27",
            "a b.txt",
            "/etc/hosts",
            "docker.io",
            "$x.y",
            "1.2.3",
        ] {
            assert!(!is_file_name(name), "{name}");
        }
    }

    #[test]
    fn blocks_are_of_the_kind_of_their_file() {
        assert!(is_of_language("Dockerfile", "dockerfile", &["FROM x"]));
        assert!(is_of_language("Dockerfile", "", &["FROM x"]));
        assert!(is_of_language("run.sh", "bash", &["#!/bin/sh"]));
        assert!(!is_of_language("app.py", "yaml", &["a: b"]));
        assert!(!is_of_language("Dockerfile", "", &["docker build ."]));
        assert!(
            is_part_of("Dockerfile", &["RUN x"]) && !is_part_of("Dockerfile", &["# x", "FROM y"])
        );
        assert!(is_part_of("app.py", &["import x", "# ...", "run()"]));
        assert!(is_part_of("compose.yaml", &["networks:", "  x:"]));
        assert!(!is_part_of(
            "docker-compose.yml",
            &["version: '3'", "services:", "  web:"]
        ));
    }
}
