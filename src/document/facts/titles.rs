//! What headings say of ways: which are ways of one thing, and by which tool.

/// `Setup options`, `Installation methods`, `Ways to install`.
pub(super) fn names_ways(title: &str) -> bool {
    let title = title.to_lowercase();
    let of_installing = INSTALLING.iter().any(|word| title.contains(word));
    let names = ["options", "methods", "ways", "alternatives"];
    of_installing
        && title
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| names.contains(&word))
}

/// What the headings above are about where tools below are ways.
pub(super) const INSTALLING: &[&str] = &[
    "install",
    "deploy",
    "setup",
    "set up",
    "getting started",
    "get started",
];

/// Words for the way without a tool.
pub(super) const BY_HAND: &[&str] = &["manual", "from source", "bare metal", "without docker"];

/// The same, where they are all of a heading.
pub(super) const ALONE: &[&str] = &["source", "binary", "binaries"];

/// `Docker`, `Docker Compose install`, `Manual installation`, `From source`.
pub(super) fn is_by_a_tool(title: &str) -> bool {
    let title = title.to_lowercase();
    let mut words = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    title.split_whitespace().count() <= 4
        && words.all(|word| {
            TOOLS.contains(&word)
                || matches!(
                    word,
                    "manual"
                        | "manually"
                        | "from"
                        | "with"
                        | "using"
                        | "via"
                        | "the"
                        | "install"
                        | "installation"
                        | "setup"
                        | "deployment"
                        | "bare"
                        | "metal"
                        | "without"
                )
        })
}

const TOOLS: &[&str] = &[
    "docker",
    "podman",
    "kubernetes",
    "helm",
    "kubectl",
    "swarm",
    "pip",
    "pipx",
    "conda",
    "uv",
    "poetry",
    "npm",
    "yarn",
    "pnpm",
    "bun",
    "brew",
    "homebrew",
    "apt",
    "snap",
    "source",
    "binary",
    "binaries",
    "cargo",
    "nix",
    "vagrant",
    "ansible",
    "terraform",
    "script",
    "compose",
];

/// `方式一：手动安装`, `Docker 部署（推荐）`: counted, or named for what it is done with.
fn way_in_han(title: &str) -> Option<String> {
    const COUNTED: &[&str] = &["方式", "方法", "方案"];
    const ENDS: &[&str] = &["部署"];
    const WITH: &[&str] = &["二进制", "源码", "手动", "脚本"];
    let title = title.split(['（', '(']).next().unwrap_or(title).trim();
    if let Some(way) = COUNTED.iter().find(|way| {
        let rest = title.strip_prefix(**way).unwrap_or_default();
        rest.starts_with(['一', '二', '三', '四', '1', '2', '3', '4'])
    }) {
        return Some((*way).to_owned());
    }
    let (tool, way) = ENDS
        .iter()
        .find_map(|way| Some((title.strip_suffix(way)?, way)))?;
    let is_tool =
        WITH.contains(&tool.trim()) || tool.split_whitespace().all(|word| TOOLS.contains(&word));
    (is_tool && !tool.trim().is_empty()).then(|| (*way).to_owned())
}

/// What a heading is a way of, if it says that it is one of several.
pub(super) fn way_of(title: &str) -> Option<String> {
    const WAYS: &[&str] = &[
        "option",
        "method",
        "variant",
        "alternative",
        "approach",
        "möglichkeit",
        "opción",
        "opção",
        "variante",
    ];
    const VERBS: &[&str] = &[
        "install",
        "installation",
        "installing",
        "deploy",
        "deployment",
        "deploying",
        "setup",
        "set up",
        "upgrade",
        "launch",
        "launching",
        "run",
        "running",
        "start",
        "starting",
        "get started",
        "getting started",
    ];
    let title = title.to_lowercase();
    let mut words = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let (first, second) = (words.next()?, words.next().unwrap_or_default());
    let is_counted = second.len() == 1 || matches!(second, "ii" | "iii" | "iv");
    if WAYS.contains(&first) && is_counted {
        return Some(first.to_owned());
    }
    if let Some(way) = way_in_han(&title) {
        return Some(way);
    }
    [" with ", " using ", " via ", " from ", " through ", " by "]
        .iter()
        .find_map(|preposition| {
            let (verb, tool) = title.split_once(preposition)?;
            let is_tool = tool
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| TOOLS.contains(&word));
            let verb = verb
                .trim()
                .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' '));
            let is_verb = VERBS.iter().any(|known| {
                verb == *known
                    || verb
                        .strip_prefix(known)
                        .is_some_and(|rest| rest.starts_with(' '))
            });
            (is_tool && is_verb).then(|| verb.to_owned())
        })
}

/// Whether a heading is of something that a sentence names: `Using systemd`, of `either systemd or cron`.
pub(super) fn names_one(title: &str, named: &str) -> bool {
    const NONE: &[&str] = &[
        "using",
        "setting",
        "running",
        "installing",
        "with",
        "from",
        "your",
        "the",
    ];
    let words = |text: &'_ str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words
            .filter(|word| word.len() > 3)
            .map(str::to_owned)
            .collect()
    };
    let named = words(named);
    words(title)
        .iter()
        .any(|word| !NONE.contains(&word.as_str()) && named.contains(word))
}
