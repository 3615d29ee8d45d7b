//! Sections beside each other that are ways of one thing, of which a reader takes one.

use crate::document::page::{Item, Page};
use crate::document::reader::Reader;
use crate::document::rules::NotTaken;
use crate::document::systems;

/// The sections that are not taken.
pub(super) fn not_taken(page: &Page, reader: &Reader) -> Vec<NotTaken> {
    let mut left = Vec::new();
    for group in groups(page) {
        let taken = taken(page, reader, &group);
        for section in group.into_iter().filter(|section| Some(*section) != taken) {
            left.push(NotTaken {
                span: page.sections[section].span.start..end_of(page, section),
                named: page.sections[section].span.clone(),
                label: page.sections[section].title.clone(),
            });
        }
    }
    left
}

/// The section that this reader takes: one that was picked, else one for Docker, else the first that is
/// for the reader's system.
fn taken(page: &Page, reader: &Reader, group: &[usize]) -> Option<usize> {
    let title = |section: &usize| page.sections[*section].title.to_lowercase();
    let is_own = |section: &&usize| {
        !reader.is_for_others(systems::of_heading(&page.sections[**section].title))
    };
    let picked = reader.picks.iter().find_map(|pick| {
        group
            .iter()
            .find(|section| title(section).contains(&pick.to_lowercase()))
    });
    let for_docker = || {
        group
            .iter()
            .filter(is_own)
            .find(|section| title(section).contains("docker"))
    };
    let is_plain = |section: &&usize| !HEAVY.iter().any(|tool| title(section).contains(tool));
    picked
        .or_else(for_docker)
        .or_else(|| group.iter().filter(is_own).find(is_plain))
        .or_else(|| group.iter().find(is_own))
        .copied()
}

/// Tools with machines of their own, which a reader takes where nothing else is left.
const HEAVY: &[&str] = &[
    "vagrant",
    "ansible",
    "terraform",
    "kubernetes",
    "podman",
    "virtualbox",
];

/// Groups of sections of which a reader takes one.
fn groups(page: &Page) -> Vec<Vec<usize>> {
    let mut groups = announced(page);
    let mut done = vec![false; page.sections.len()];
    for section in groups.iter().flatten() {
        done[*section] = true;
    }
    for first in 1..page.sections.len() {
        let Some(way) = way_of(&page.sections[first].title).filter(|_| !done[first]) else {
            continue;
        };
        let group: Vec<usize> = beside(page, first)
            .filter(|other| way_of(&page.sections[*other].title).as_deref() == Some(way.as_str()))
            .collect();
        for section in &group {
            done[*section] = true;
        }
        if group.len() > 1 {
            groups.push(group);
        }
    }
    for first in 1..page.sections.len() {
        let group: Vec<usize> = beside(page, first)
            .filter(|other| !done[*other] && is_by_a_tool(&page.sections[*other].title))
            .collect();
        let is_of_installing = page.ancestors(first).skip(1).any(|section| {
            INSTALLING
                .iter()
                .any(|word| section.title.to_lowercase().contains(word))
        });
        let is_by_hand = |section: &usize| {
            let title = page.sections[*section].title.to_lowercase();
            BY_HAND.iter().any(|word| title.contains(word))
        };
        if group.len() > 1 && group[0] == first && is_of_installing && group.iter().any(is_by_hand)
        {
            for section in &group {
                done[*section] = true;
            }
            groups.push(group);
        }
    }
    groups
}

/// A section and those behind it that stand beside it.
fn beside(page: &Page, first: usize) -> impl Iterator<Item = usize> {
    (first..page.sections.len())
        .filter(move |other| page.sections[*other].parent == page.sections[first].parent)
        .filter(move |other| page.sections[*other].level == page.sections[first].level)
}

/// `There are two ways to do this:`, and then a section for each.
fn announced(page: &Page) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    for pair in page.items.windows(2) {
        let [Item::Prose(prose), Item::Heading(first)] = pair else {
            continue;
        };
        let text = prose.text.to_lowercase();
        let Some(count) = ways_announced(&text) else {
            continue;
        };
        let is_way = |section: &usize| {
            let title = page.sections[*section].title.to_lowercase();
            !ENDS.iter().any(|word| title.contains(word))
        };
        let group: Vec<usize> = beside(page, *first)
            .take_while(is_way)
            .take(count)
            .collect();
        if group.len() > 1 {
            groups.push(group);
        }
    }
    for first in 1..page.sections.len() {
        let is_first = page.sections[first]
            .parent
            .is_some_and(|parent| parent + 1 == first);
        let parent = page.ancestors(first).nth(1);
        if !is_first || !parent.is_some_and(|parent| names_ways(&parent.title)) {
            continue;
        }
        let group: Vec<usize> = beside(page, first).collect();
        if group.len() > 1 {
            groups.push(group);
        }
    }
    groups
}

/// `Setup options`, `Installation methods`, `Ways to install`.
fn names_ways(title: &str) -> bool {
    let title = title.to_lowercase();
    let of_installing = INSTALLING.iter().any(|word| title.contains(word)) || title.contains("run");
    let names = ["options", "methods", "ways", "alternatives"]
        .iter()
        .any(|word| {
            title
                .split(|c: char| !c.is_alphanumeric())
                .any(|of_title| of_title == *word)
        });
    of_installing && names
}

/// How many ways the end of a paragraph announces.
fn ways_announced(text: &str) -> Option<usize> {
    const COUNTS: &[(&str, usize)] = &[
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("several", usize::MAX),
        ("different", usize::MAX),
        ("multiple", usize::MAX),
        ("one of the following", usize::MAX),
        ("one of these", usize::MAX),
        ("zwei", 2),
        ("drei", 3),
        ("dos", 2),
        ("tres", 3),
        ("deux", 2),
        ("trois", 3),
        ("duas", 2),
        ("três", 3),
    ];
    const WAYS: &[&str] = &[
        "ways",
        "methods",
        "approaches",
        "alternatives",
        "möglichkeiten",
        "wege",
        "formas",
        "maneras",
        "opciones",
        "façons",
        "méthodes",
        "maneiras",
        "opções",
    ];
    let end = text.trim_end();
    let last = end
        .trim_end_matches([':', '.'])
        .rsplit(". ")
        .next()
        .unwrap_or(end);
    // `There are two ways to do this:` Of ways in general, a lesson shows one after the other.
    let is_for_this = [
        "this", "that", "it", "so", "dies", "das", "esto", "cela", "isso",
    ]
    .iter()
    .any(|word| last.split_whitespace().next_back() == Some(word));
    let is_one_of = last.contains("one of the") || last.contains("choose") || last.contains("pick");
    COUNTS
        .iter()
        .find(|(word, _)| {
            WAYS.iter()
                .any(|way| last.contains(&format!("{word} {way}")))
        })
        .map(|(_, count)| *count)
        .filter(|_| end.ends_with(':') && is_for_this || is_one_of)
}

/// Headings behind the ways.
const ENDS: &[&str] = &[
    "conclusion",
    "summary",
    "next step",
    "what's next",
    "clean",
    "verify",
    "test ",
    "troubleshoot",
    "resources",
    "see also",
    "further",
    "references",
];

/// What the headings above are about where tools below are ways.
const INSTALLING: &[&str] = &[
    "install",
    "deploy",
    "setup",
    "set up",
    "getting started",
    "get started",
];

/// Words for the way without a tool.
const BY_HAND: &[&str] = &["manual", "from source", "bare metal", "without docker"];

/// `Docker`, `Docker Compose install`, `Manual installation`, `From source`.
fn is_by_a_tool(title: &str) -> bool {
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

/// Where a section ends: at the next heading that stands no lower.
fn end_of(page: &Page, section: usize) -> usize {
    page.sections[section + 1..]
        .iter()
        .find(|next| next.level <= page.sections[section].level)
        .map_or(usize::MAX, |next| next.span.start)
}

/// What a heading is a way of, if it says that it is one of several.
fn way_of(title: &str) -> Option<String> {
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
