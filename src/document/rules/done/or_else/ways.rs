//! Ways that the page counts or announces: `Option B`, `one of the following commands`, `you can also`.

use std::ops::Range;

use super::is_of_same;
use crate::document::block::Block;
use crate::document::case::Case;
use crate::document::evidence;
use crate::document::page::Prose;

/// `Option B:`, where an `Option A` was done above it in the same section; and what follows, up to the next
/// words in bold.
pub(super) fn next_option(case: &Case<'_>) -> Option<Range<usize>> {
    let is_bold = |prose: &Prose| case.source[prose.span.clone()].starts_with("**");
    let mut above = case.prose_before();
    let (this, (word, number)) = above
        .find_map(|prose| {
            let option = counted(&prose.text);
            (option.is_some() || is_bold(prose)).then_some((prose, option))
        })
        .and_then(|(prose, option)| Some((prose, option?)))?;
    let is_first = |prose: &Prose| counted(&prose.text) == Some((word.clone(), 0));
    let first = above.find(|prose| is_first(prose)).filter(|_| number > 0)?;
    let between = case
        .before
        .iter()
        .rev()
        .take_while(|block| block.span.start > first.span.start);
    let mut done = between.filter(|block| block.span.start < this.span.start);
    done.any(|block| block.role.is_typed() && block.ruling.undone.is_none())
        .then(|| this.span.clone())
}

/// `Option B (for guests):` is the second option, by its word and number from 0.
fn counted(text: &str) -> Option<(String, usize)> {
    let is_between = |c: char| !c.is_alphanumeric();
    let first = text.split(is_between).find(|word| !word.is_empty())?;
    if !OPTIONS.contains(&first.to_lowercase().as_str()) {
        return None;
    }
    let plain = evidence::plain(text);
    let mut words = plain.split(is_between).filter(|word| !word.is_empty());
    let (word, count) = (words.next()?, words.next()?);
    let number = NUMBERS.iter().position(|row| row.contains(&count))?;
    let (_, rest) = plain.split_once(word)?;
    let (_, rest) = rest.split_once(count)?;
    let is_title = rest.trim().is_empty()
        || rest
            .trim_start()
            .starts_with([':', '(', '-', '–', '—', '.', ')']);
    is_title.then(|| (word.to_owned(), number))
}

/// What ways are called that are counted.
const OPTIONS: &[&str] = &[
    "option",
    "method",
    "approach",
    "variant",
    "way",
    "alternative",
    "opción",
    "opção",
    "variante",
    "méthode",
];

/// How they are counted.
const NUMBERS: &[&[&str]] = &[
    &["a", "1", "i", "one"],
    &["b", "2", "ii", "two"],
    &["c", "3", "iii", "three"],
    &["d", "4", "iv", "four"],
];

/// `You can also tip it over:`, below `There are several ways to empty a cup.`
pub(super) fn another(case: &Case<'_>, before: &Block) -> Option<Range<usize>> {
    const COUNTS: &[&str] = &[
        "couple of",
        "two",
        "three",
        "few",
        "several",
        "multiple",
        "different",
    ];
    let last = case
        .lead
        .last()
        .filter(|last| last.plain.starts_with("you can also "))?;
    let announces = |prose: &&Prose| {
        let plain = evidence::plain(&prose.text);
        COUNTS
            .iter()
            .any(|count| plain.contains(&format!("{count} ways to ")))
    };
    let announced = case.prose_before().find(announces)?;
    (announced.span.start < before.span.start).then(|| last.span.clone())
}

/// A further row below `with one of the following commands:`, each under a few words of its own.
pub(super) fn one_of_these(case: &Case<'_>, before: &Block) -> Option<Range<usize>> {
    let label = case.lead.last()?;
    let is_label = label.leads_on() && label.text.split_whitespace().count() <= 5;
    if !is_label || !is_of_same(case, before) {
        return None;
    }
    let announces = |prose: &&Prose| {
        let plain = evidence::plain(&prose.text);
        plain.contains("command")
            && [
                "one of the following",
                "either of the following",
                "any of the following",
                "one of these",
            ]
            .iter()
            .any(|words| plain.contains(words))
    };
    let announced = case.prose_before().find(announces)?;
    (announced.span.start < before.span.start).then(|| label.span.clone())
}
