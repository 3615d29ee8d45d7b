//! Words by which a label, a heading or a sentence names a system.

/// The systems that a text names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) linux: bool,
    pub(super) macos: bool,
    pub(super) windows: bool,
    /// A shell that Linux and macOS have.
    pub(super) unix: bool,
}

const LINUX: &[&str] = &[
    "linux",
    "ubuntu",
    "debian",
    "fedora",
    "centos",
    "rhel",
    "redhat",
    "alpine",
    "opensuse",
    "suse",
    "raspberry",
    "archlinux",
    "gnu",
];
const MACOS: &[&str] = &[
    "macos", "mac", "osx", "homebrew", "brew", "darwin", "macbook", "macs",
];
const WINDOWS: &[&str] = &[
    "windows",
    "win",
    "powershell",
    "pwsh",
    "cmd",
    "mobaxterm",
    "cygwin",
    "mingw",
    "choco",
    "chocolatey",
    "winget",
    "scoop",
    "wsl",
    "wsl2",
    "win10",
    "win11",
    "windows10",
    "windows11",
];
const UNIX: &[&str] = &["bash", "zsh", "unix", "posix", "sh"];

/// The systems that a label or heading names. What it says of containers names none: `Linux containers`.
pub(super) fn named(text: &str) -> Named {
    let mut lower = text.to_lowercase();
    if !may_name(&lower) {
        return Named::default();
    }
    for kind in [
        "linux container",
        "windows container",
        "linux-container",
        "windows-container",
        "linux image",
        "windows image",
    ] {
        lower = lower.replace(kind, "");
    }
    let phrase = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let mut named = Named {
        macos: phrase(&["mac os", "os x", "apple silicon"]),
        windows: phrase(&["command prompt", "git bash", "git-bash", "gitbash"]),
        ..Named::default()
    };
    for word in lower.split(|c: char| !c.is_alphanumeric()) {
        named.linux |= LINUX.contains(&word);
        named.macos |= MACOS.contains(&word);
        named.windows |= WINDOWS.contains(&word);
        named.unix |= UNIX.contains(&word) && !phrase(&["git bash", "git-bash"]);
    }
    named
}

/// Whether a label has nothing but names of systems: `For macOS`, `Debian & Ubuntu 24.04`.
pub(super) fn names_only(label: &str) -> bool {
    const BESIDE: &[&str] = &[
        "and", "based", "desktop", "for", "in", "lts", "on", "or", "os", "server", "systems",
        "the", "under", "users", "using", "with", "x",
    ];
    let lower = label.to_lowercase();
    let words = || {
        lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    let is_system = |word: &str| {
        [LINUX, MACOS, WINDOWS]
            .iter()
            .any(|words| words.contains(&word))
    };
    let is_beside =
        |word: &str| BESIDE.contains(&word) || word.starts_with(|c: char| c.is_ascii_digit());
    words().any(is_system) && words().all(|word| is_system(word) || is_beside(word))
}

/// Whether a text in small letters has any of the words, which most have not.
fn may_name(lower: &str) -> bool {
    let is_one = |word: &str| {
        [LINUX, MACOS, WINDOWS, UNIX]
            .iter()
            .any(|words| words.contains(&word))
    };
    lower.split(|c: char| !c.is_alphanumeric()).any(is_one)
        || ["os x", "apple silicon", "command prompt", "gitbash"]
            .iter()
            .any(|words| lower.contains(words))
}

/// The systems that a heading names: words that mean something else in a title count for nothing,
/// such as the instruction `CMD`.
pub(super) fn of_heading(title: &str) -> Named {
    let lower = title.replace("command prompt", "prompt").to_lowercase();
    let kept: Vec<&str> = lower
        .split_whitespace()
        .filter(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            !matches!(
                word,
                "cmd" | "brew" | "scoop" | "win" | "sh" | "bash" | "shell"
            )
        })
        .collect();
    named(&kept.join(" "))
}

impl Named {
    pub(super) fn is_any(self) -> bool {
        self != Named::default()
    }

    /// The systems by their names.
    pub(super) fn words(self) -> String {
        let mut words = Vec::new();
        for (is_named, word) in [
            (self.linux, "Linux"),
            (self.macos, "macOS"),
            (self.windows, "Windows"),
            (self.unix, "a Unix shell"),
        ] {
            if is_named {
                words.push(word);
            }
        }
        words.join(" and ")
    }
}

/// Whether each line is a command of Docker that reads the same in any system's shell.
pub(super) fn is_plain_docker(lines: &[&str]) -> bool {
    let mut typed = lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .peekable();
    typed.peek().is_some()
        && typed.all(|line| {
            let line = line
                .strip_prefix("PS> ")
                .or_else(|| line.strip_prefix("> "))
                .unwrap_or(line);
            line.starts_with("docker ")
                && !line.contains(['$', '`', '^', '\\', '%', ';', '"', '\''])
        })
}

/// Words before the name of a system in a sentence that is for its readers only.
const BEFORE: &[&str] = &[
    "on", "in", "for", "using", "with", "use", "uses", "under", "via", "if", "are", "a", "an",
    "from", "running", "run", "your", "have", "the", "of", "en", "unter", "auf", "dem", "sous",
    "no", "na", "pour", "para", "für", "sur", "com", "con", "mit", "sull", "su", "or", "and",
    "and/or", "&", "latest", "native", "or:",
];

/// A sentence without what stands in parentheses in the middle of it.
fn without_parentheses(sentence: &str) -> String {
    let mut depth = 0usize;
    let is_all = sentence.trim_start().starts_with('(');
    sentence
        .chars()
        .filter(|c| {
            match c {
                '(' if !is_all => depth += 1,
                ')' if depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// The systems for whose readers a sentence says that it is: `On Windows:`, `If you use PowerShell`.
pub(super) fn addressed(sentence: &str) -> Named {
    // What stands in parentheses is said aside, and a `command prompt` is any, unless it has a capital.
    let sentence = &without_parentheses(sentence).replace("command prompt", "prompt");
    let lower = sentence.to_lowercase();
    if !may_name(&lower) {
        return Named::default();
    }
    let words: Vec<&str> = lower
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '&')))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Named::default();
    let is_label = words.len() <= 4;
    let after = [
        "users", "user", "only", "machine", "machines", "host", "hosts", "terminal", "session",
        "prompt", "window", "shell", "syntax", "version",
    ];
    for (index, word) in words.iter().enumerate() {
        for part in word.split('/') {
            // `windows` are also what a desktop has.
            let is_plural = part == "windows"
                && index > 0
                && matches!(
                    words[index - 1],
                    "two"
                        | "three"
                        | "terminal"
                        | "terminals"
                        | "browser"
                        | "both"
                        | "other"
                        | "separate"
                        | "open"
                        | "several"
                        | "these"
                );
            let before = index.checked_sub(1).map(|before| words[before]);
            let is_led = before.is_none_or(|before| {
                BEFORE.contains(&before) || !named(before).eq(&Named::default())
            }) || words
                .get(index + 1)
                .is_some_and(|next| after.contains(next))
                || before.is_some_and(|before| !before.is_ascii());
            if is_plural || !(is_label || is_led) {
                continue;
            }
            let is_instruction =
                matches!(part, "cmd" | "sh" | "win" | "brew" | "scoop") && !is_label;
            // `brew.py` is a file.
            if is_instruction || part.contains(['.', '_']) {
                continue;
            }
            let one = named(part);
            let two = words
                .get(index + 1)
                .filter(|_| matches!(part, "mac" | "os" | "git" | "command" | "apple"))
                .map_or(Named::default(), |next| named(&format!("{part} {next}")));
            found.linux |= one.linux;
            found.macos |= one.macos || (two.macos && part != "linux");
            found.windows |= one.windows || (matches!(part, "command" | "git") && two.windows);
            found.unix |= one.unix
                && !two.windows
                && words
                    .get(index.wrapping_sub(1))
                    .is_none_or(|before| *before != "git");
        }
    }
    // `在 Windows 上`: no blanks say where a word is.
    if !sentence.is_ascii() && words.len() < 8 {
        let all = of_heading(&lower.replace(|c: char| !c.is_ascii(), " "));
        found.windows |= all.windows;
        found.macos |= all.macos;
        found.linux |= all.linux;
    }
    found
}

/// What in the lines of a block only another system understands, if anything: `$env:PATH`, `C:\`,
/// a lone backtick or `^` at the end of a line.
pub(super) fn sign_of_windows<'t>(lines: &[&'t str]) -> Option<&'t str> {
    let sign = |line: &&'t str| {
        let line = *line;
        let trimmed = line.trim_end();
        let find = |what: &str| line.find(what).map(|at| &line[at..at + what.len()]);
        let continued = trimmed.ends_with(" `") || trimmed.ends_with(" ^");
        if continued {
            return Some(&trimmed[trimmed.len() - 1..]);
        }
        for what in [
            "$env:",
            "$Env:",
            "${pwd}",
            "${PWD}:c:",
            "%cd%",
            "%CD%",
            "%USERPROFILE%",
            "nanoserver",
            "windowsservercore",
            "mcr.microsoft.com/windows",
            "/$(pwd)",
            " //app",
            "cmd.exe",
            "powershell.exe",
            "Get-Content ",
            "Invoke-WebRequest",
            "Set-Location ",
            "New-Item ",
            "Get-ChildItem",
            "Write-Output",
            "Start-Process",
            "microsoft/iis",
        ] {
            if let Some(found) = find(what) {
                // A path in quotes behind a slash: Git Bash turns `/$(pwd)` into a path.
                let is_git_bash = what == "/$(pwd)";
                let at = found.as_ptr() as usize - line.as_ptr() as usize;
                if !is_git_bash || line[..at].ends_with(['"', '\'', ' ', '=']) {
                    return Some(found);
                }
            }
        }
        drive(line)
    };
    lines.iter().find_map(sign)
}

/// `C:\`, also in the middle of a line.
fn drive(line: &str) -> Option<&str> {
    line.match_indices(":\\").find_map(|(at, _)| {
        let letter = line[..at]
            .chars()
            .next_back()
            .filter(char::is_ascii_alphabetic)?;
        let before = line[..at - letter.len_utf8()].chars().next_back();
        let is_start = before.is_none_or(|c| !c.is_alphanumeric());
        let rest = &line[at + 2..];
        let is_escape = rest.starts_with(['n', 't', 'r', '0'])
            && !rest[1..].starts_with(|c: char| c.is_ascii_alphanumeric());
        let is_path =
            !is_escape && rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '\\');
        (is_start && is_path).then(|| &line[at - 1..at + 2])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(named: Named) -> String {
        let mut said = String::new();
        for (is, letter) in [
            (named.linux, 'l'),
            (named.macos, 'm'),
            (named.windows, 'w'),
            (named.unix, 'u'),
        ] {
            if is {
                said.push(letter);
            }
        }
        said
    }

    #[test]
    fn labels_name_systems() {
        for (label, systems) in [
            ("Mac / Linux", "lm"),
            ("Windows (PowerShell)", "w"),
            ("Git Bash", "w"),
            ("Windows using Linux containers", "w"),
            ("Linux containers", ""),
            ("npm", ""),
            ("macOS", "m"),
            ("Bash", "u"),
            ("cs1-powershell", "w"),
            ("Command Prompt", "w"),
            ("Ubuntu 24.04", "l"),
        ] {
            assert_eq!(said(named(label)), systems, "{label}");
        }
    }

    #[test]
    fn sentences_address_readers() {
        for (sentence, systems) in [
            ("On Windows, run this command:", "w"),
            ("If you are using PowerShell then use this command.", "w"),
            ("This example uses PowerShell.", "w"),
            ("In Windows, run this command in Command Prompt.", "w"),
            ("macOS users need another one:", "m"),
            ("**Windows:**", "w"),
            ("On macOS or Linux:", "lm"),
            ("Open two terminal windows and type:", ""),
            ("Run this in bash:", "u"),
            ("Unter Windows:", "w"),
        ] {
            assert_eq!(said(addressed(sentence)), systems, "{sentence}");
        }
    }

    #[test]
    fn lines_tell_their_system() {
        for line in [
            "docker run -d `",
            "docker run ^",
            "cd C:\\work",
            "echo $env:PATH",
            "docker run -v ${pwd}:/app x",
            "-w //app -v \"/$(pwd):/app\"",
        ] {
            assert!(sign_of_windows(&[line]).is_some(), "{line}");
        }
        for line in [
            "docker run -v $(pwd):/app x",
            "echo \"a:\\n\"",
            "grep -E '^a' x",
            "src=\"$pwd\"",
            "echo `date`",
            "curl http:\\\\x",
        ] {
            assert_eq!(sign_of_windows(&[line]), None, "{line}");
        }
    }
}
