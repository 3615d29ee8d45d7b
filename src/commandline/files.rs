//! Which files a command needs.

use super::{CommandLine, base};

/// Files that a command cannot do without, as far as its words say so: `Dockerfile` of a build,
/// the file of a composition, a script, what is copied or shown.
pub fn files_needed(text: &str) -> Vec<String> {
    let line = CommandLine::read(text);
    let mut files = Vec::new();
    for command in &line.commands {
        let texts = command.texts();
        let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        of_call(&words, &mut files);
        files.extend(
            command
                .redirections
                .iter()
                .filter(|(sign, _)| *sign == "<")
                .map(|(_, target)| target.plain().into_owned()),
        );
    }
    files
}

/// Whether a file is one that images are built by: `Dockerfile`, `Dockerfile.prod`, `web.dockerfile`, `Containerfile`.
pub fn is_recipe(path: &str) -> bool {
    let name = base(path).to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|recipe| {
        let rest = name.strip_prefix(recipe);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
            || name.ends_with(&format!(".{recipe}"))
    })
}

/// Files that a command makes: where it writes its output, and what `touch` and its kin are told.
pub fn files_made(text: &str) -> Vec<String> {
    const MAKERS: &[&str] = &["touch", "cp", "mv", "tee", "install"];
    let line = CommandLine::read(text);
    let mut files = Vec::new();
    for command in &line.commands {
        let written = command.redirections.iter();
        let written = written.filter(|(sign, _)| sign.ends_with('>'));
        files.extend(written.map(|(_, target)| target.plain().into_owned()));
        let words = command.texts();
        if let [program, operands @ ..] = words.as_slice()
            && MAKERS.contains(&base(program))
        {
            let operands = operands.iter().filter(|word| !word.starts_with('-'));
            // What is copied or moved makes the last.
            let is_from = matches!(base(program), "cp" | "mv" | "install");
            let skipped = if is_from {
                operands.clone().count().saturating_sub(1)
            } else {
                0
            };
            files.extend(operands.skip(skipped).map(|word| word.clone().into_owned()));
        }
    }
    files
}

fn of_call(words: &[&str], files: &mut Vec<String>) {
    let value = |rest: &[&str], names: &[&str]| {
        let at = rest.iter().position(|word| names.contains(word))?;
        rest.get(at + 1).map(|word| (*word).to_owned())
    };
    let first_file = |rest: &[&str]| {
        rest.iter()
            .find(|word| !word.starts_with('-'))
            .filter(|word| word.contains('.') && !word.starts_with(['/', '.', '$', '~']))
            .map(|word| (*word).to_owned())
    };
    match words {
        ["docker" | "podman", "build", rest @ ..]
        | ["docker", "buildx" | "image" | "builder", "build", rest @ ..] => {
            files.push(value(rest, &["-f", "--file"]).unwrap_or_else(|| "Dockerfile".to_owned()));
        }
        ["docker", "compose", rest @ ..] | ["docker-compose", rest @ ..] => {
            let verbs = ["up", "build", "config", "run", "create", "pull", "watch"];
            if rest.iter().any(|word| verbs.contains(word)) {
                files.push(
                    value(rest, &["-f", "--file"]).unwrap_or_else(|| "compose.yaml".to_owned()),
                );
            }
        }
        ["docker", "stack", "deploy", rest @ ..] => {
            files.extend(value(rest, &["-c", "--compose-file"]));
        }
        [
            "python" | "python3" | "node" | "ruby" | "php" | "bash" | "sh",
            rest @ ..,
        ] if rest.first().is_some_and(|word| !word.starts_with('-')) => {
            files.extend(first_file(rest));
        }
        ["pip" | "pip3", "install", rest @ ..] => {
            files.extend(value(rest, &["-r", "--requirement"]));
        }
        ["go", "run", rest @ ..] | ["cat" | "head" | "wc" | "cp", rest @ ..] => {
            files.extend(first_file(rest));
        }
        ["kubectl", "apply" | "create" | "delete", rest @ ..] => {
            files.extend(value(rest, &["-f", "--filename"]));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_commands_need() {
        assert_eq!(files_needed("docker build -t x ."), ["Dockerfile"]);
        assert_eq!(
            files_needed("docker build -f a/Prod.Dockerfile ."),
            ["a/Prod.Dockerfile"]
        );
        assert_eq!(files_needed("docker compose up -d"), ["compose.yaml"]);
        assert_eq!(
            files_needed("python app.py && cat notes.txt"),
            ["app.py", "notes.txt"]
        );
        assert_eq!(files_needed("wc -l < books.txt"), ["books.txt"]);
        assert!(files_needed("docker ps").is_empty());
    }

    #[test]
    fn files_are_made_by_what_is_written_and_touched() {
        for (command, made) in [
            ("echo 1 > app/main.py", &["app/main.py"][..]),
            ("touch -c site/index.html b", &["site/index.html", "b"]),
            ("cp a.txt sub/b.txt", &["sub/b.txt"]),
            (
                "echo x | tee -a \"log dir/x\" >/dev/null",
                &["/dev/null", "log dir/x"],
            ),
            ("cat site/index.html", &[]),
        ] {
            let mut files = files_made(command);
            files.sort();
            let mut made = made.to_vec();
            made.sort_unstable();
            assert_eq!(files, made, "{command}");
        }
    }
}
