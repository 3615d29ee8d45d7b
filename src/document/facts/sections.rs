//! Sections beside each other that are ways of one thing, of which a reader takes one: choices without
//! tabs.

use std::collections::BTreeMap;

use super::title_in_front;
use super::titles::{ALONE, BY_HAND, INSTALLING, is_by_a_tool, names_one, names_ways, way_of};
use crate::document::fence;
use crate::document::page::{Arm, Choice, Form, Item, Page};

/// More ways than this are no ways of one thing.
const MOST: usize = 12;

/// The choices that a page leaves by its sections.
pub(in crate::document) fn choices(page: &Page, text: &str) -> Vec<Choice> {
    let groups = groups(page, text).into_iter();
    groups.map(|group| choice(page, text, group)).collect()
}

/// A choice of sections, the one that a reader takes first in front: what can be typed before what a
/// browser does, what the page recommends, one for Docker, then those without machines of their own.
fn choice(page: &Page, text: &str, mut group: Vec<usize>) -> Choice {
    group.sort_by_cached_key(|section| {
        let title = page.sections[*section].title.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| title.contains(word));
        let start = page.sections[*section].span.start;
        let is_typed = page
            .codes_within(&(start..end_of(page, *section)))
            .any(|code| !fence::is_output(fence::name(&text[code.info.clone()])));
        let is_recommended = has(RECOMMENDED) && !has(NOT_RECOMMENDED);
        (
            !is_typed,
            !is_recommended,
            !title.contains("docker"),
            has(HEAVY),
        )
    });
    let arm = |section: usize| Arm {
        label: page.sections[section].title.clone(),
        named: page.sections[section].span.clone(),
        span: page.sections[section].span.start..end_of(page, section),
    };
    Choice {
        form: Form::Sections,
        arms: group.into_iter().map(arm).collect(),
    }
}

/// What a page says of the way that it would take itself.
const RECOMMENDED: &[&str] = &[
    "recommended",
    "preferred",
    "empfohlen",
    "recomendad",
    "recommandé",
    "推荐",
    "首选",
    "推奨",
];

const NOT_RECOMMENDED: &[&str] = &[
    "not recommended",
    "nicht empfohlen",
    "no recomend",
    "não recomend",
    "不推荐",
];

/// Tools with machines of their own, which a reader takes where nothing else is left.
const HEAVY: &[&str] = &[
    "vagrant",
    "ansible",
    "terraform",
    "kubernetes",
    "podman",
    "virtualbox",
];

/// The sections that stand beside each other, by their parent and level.
type Rows = BTreeMap<(Option<usize>, u8), Vec<usize>>;

/// Groups of sections of which a reader takes one.
fn groups(page: &Page, text: &str) -> Vec<Vec<usize>> {
    let mut rows = Rows::new();
    for (number, section) in page.sections.iter().enumerate().skip(1) {
        let row = rows.entry((section.parent, section.level)).or_default();
        row.push(number);
    }
    let mut groups = announced(page, &rows);
    let mut done = vec![false; page.sections.len()];
    for section in groups.iter().flatten() {
        done[*section] = true;
    }
    for ((parent, _), row) in &rows {
        let above = parent
            .map(|parent| page.sections[parent].title.as_str())
            .filter(|title| !title.is_empty())
            .or_else(|| title_in_front(page, text))
            .map(str::to_lowercase);
        let mut ways: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for section in row.iter().copied().filter(|section| !done[*section]) {
            if let Some(way) = way_of(&page.sections[section].title) {
                ways.entry(way).or_default().push(section);
            }
        }
        let is_of_installing =
            above.is_some_and(|title| INSTALLING.iter().any(|word| title.contains(word)));
        let by_tool: Vec<usize> = row
            .iter()
            .copied()
            .filter(|section| {
                let title = &page.sections[*section].title;
                !done[*section] && is_by_a_tool(title) && way_of(title).is_none()
            })
            .collect();
        let is_by_hand = |section: &usize| {
            let title = page.sections[*section].title.to_lowercase();
            BY_HAND.iter().any(|word| title.contains(word)) || ALONE.contains(&title.as_str())
        };
        let by_tool = if is_of_installing && by_tool.iter().any(is_by_hand) {
            by_tool
        } else {
            Vec::new()
        };
        let found = ways.into_values().chain([by_tool]);
        groups.extend(found.filter(|group| (2..=MOST).contains(&group.len())));
    }
    groups
}

/// `There are two ways to do this:`, or `Setup options`, and then a section for each.
fn announced(page: &Page, rows: &Rows) -> Vec<Vec<usize>> {
    let row_from = |first: usize| {
        let section = &page.sections[first];
        let row = &rows[&(section.parent, section.level)];
        &row[row.partition_point(|other| *other < first)..]
    };
    let title = |section: usize| page.sections[section].title.to_lowercase();
    let first_word = |section: usize| {
        let title = title(section);
        title
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let mut groups = Vec::new();
    for pair in page.items.windows(2) {
        let [Item::Prose(prose), Item::Heading(first)] = pair else {
            continue;
        };
        let text = prose.text.to_lowercase();
        groups.extend(either_of(&text, row_from(*first), &title));
        let Some(count) = ways_announced(&text) else {
            continue;
        };
        let row = row_from(*first).iter().copied().take(MOST);
        let mut row = row
            .skip_while(|section| BEGINS.iter().any(|word| title(*section).contains(word)))
            .take_while(|section| !ENDS.iter().any(|word| title(*section).contains(word)))
            .peekable();
        // Where nobody says how many, ways begin with the same word: `With pip`, `With conda`.
        let word = row.peek().copied().map(first_word);
        let group: Vec<usize> = row
            .take(count)
            .take_while(|section| count < MOST || Some(first_word(*section)) == word)
            .collect();
        groups.push(group);
    }
    for ((parent, _), row) in rows {
        let above = parent.map(|parent| page.sections[parent].title.as_str());
        if above.is_some_and(names_ways) && row.len() <= MOST {
            let is_way = |section: &usize| {
                let title = title(*section);
                let beside = BEGINS.iter().chain(ENDS).any(|word| title.contains(word));
                !beside && !STEPS.iter().any(|verb| title.starts_with(verb))
            };
            groups.push(row.iter().copied().filter(is_way).collect());
        }
    }
    let mut taken = vec![false; page.sections.len()];
    groups.retain(|group| {
        let is_new = group.len() > 1 && group.iter().all(|section| !taken[*section]);
        for section in group.iter().filter(|_| is_new) {
            taken[*section] = true;
        }
        is_new
    });
    groups
}

/// Two sections of which the paragraph above names one each: `either systemd or cron`.
fn either_of(text: &str, row: &[usize], title: &impl Fn(usize) -> String) -> Option<Vec<usize>> {
    let (_, named) = text.rsplit_once("either ")?;
    let named = named.split(". ").next().unwrap_or(named);
    let (one, other) = named.split_once(" or ")?;
    let [first, second, ..] = *row else {
        return None;
    };
    (names_one(&title(first), one) && names_one(&title(second), other)).then(|| vec![first, second])
}

/// How many ways the end of a paragraph announces.
fn ways_announced(text: &str) -> Option<usize> {
    const COUNTS: &[(&str, usize)] = &[
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("several", MOST),
        ("different", MOST),
        ("multiple", MOST),
        ("one of the following", MOST),
        ("one of these", MOST),
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
    let is_one_of = ["one of the", "choose one", "pick one"]
        .iter()
        .any(|words| last.contains(words));
    if ["all of them", "both", "each of", "all the"]
        .iter()
        .any(|words| last.contains(words))
    {
        return None;
    }
    COUNTS
        .iter()
        .find(|(word, _)| {
            WAYS.iter()
                .any(|way| last.contains(&format!("{word} {way}")))
        })
        .map(|(_, count)| *count)
        .filter(|_| end.ends_with(':') && is_for_this || is_one_of)
}

/// Headings before the ways.
const BEGINS: &[&str] = &[
    "prepar",
    "prerequisite",
    "before you",
    "overview",
    "introduction",
    "requirements",
];

/// How headings begin of what is done whatever way is taken.
const STEPS: &[&str] = &[
    "set ",
    "choose ",
    "change ",
    "configure ",
    "check ",
    "create ",
];

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

/// Where a section ends: at the next heading that stands no lower.
fn end_of(page: &Page, section: usize) -> usize {
    page.sections[section + 1..]
        .iter()
        .find(|next| next.level <= page.sections[section].level)
        .map_or(usize::MAX, |next| next.span.start)
}
