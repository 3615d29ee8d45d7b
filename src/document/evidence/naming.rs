//! Whether the page tells its reader to have a file, and which: by a title, a label, a heading, a
//! comment in the first line, an editor that was opened, or a sentence.

mod label;
mod named;
mod sentence;

use super::Sentence;
use super::phrases::Says;
use crate::document::block::Part;
use crate::document::case::Case;
use crate::document::change::grows;
use crate::document::file::{is_file_name, is_part_of, leaves_scratch};
use label::{in_arm, in_editor, in_first_line, in_heading, in_info, in_label};
use sentence::{in_reference, in_sentence};

pub(in crate::document) use named::{Hand, Naming};

/// The file that is named for a block; looked for once.
pub(in crate::document) fn naming(case: &Case<'_>) -> Option<Naming> {
    case.naming.get_or_init(|| find(case)).clone()
}

fn find(case: &Case<'_>) -> Option<Naming> {
    if case.settings.file.is_some() || case.settings.append.is_some() {
        return None;
    }
    let named = in_info(case)
        .or_else(|| in_first_line(case))
        .or_else(|| in_arm(case))
        .or_else(|| in_label(case))
        .or_else(|| in_editor(case))
        .or_else(|| in_sentence(case))
        .or_else(|| in_reference(case))
        .or_else(|| in_heading(case))
        .filter(|named| leaves_scratch(&named.path).is_none())?;
    Some(Naming {
        what: weighed(case, &named),
        ..named
    })
}

/// Whether a file of this name was saved by an earlier block.
pub(in crate::document) fn is_there(case: &Case<'_>, path: &str) -> bool {
    case.saved.contains(path)
}

/// What speaks against a whole file: elisions, a missing beginning, words that only suppose it.
fn weighed(case: &Case<'_>, named: &Naming) -> Hand {
    let is_whole = !is_part_of(&named.path, case.texts);
    let last = case.lead.last();
    let is_supposed = last.is_some_and(|sentence| {
        sentence.says(Says::Supposed) && !sentence.text.trim_end().ends_with("could look like:")
            || sentence.says(Says::Warned)
    });
    let is_looked_at = ["have a look", "take a look", "let's look"]
        .iter()
        .any(|words| last.is_some_and(|last| last.plain.contains(words)));
    let is_shown = case.lead.near(Says::Existing).is_some()
        && named.what != Hand::Made
        && (is_looked_at || !case.to_make.contains(&named.path));
    let is_own = is_there(case, &named.path) || case.to_make.contains(&named.path);
    // A part is called so; and a link to somebody's repository shows what is there.
    let is_called_part = [
        "part of",
        "begins like",
        "starts like",
        "begins with",
        "first line",
        "few lines",
        "excerpt",
        "snippet",
        "relevant lines",
        "interesting part",
        "something like",
        "following lines",
        "looks roughly",
        "function in",
        "function of",
        "method in",
        "section of",
        "section in",
        "block in",
        "ausschnitt",
        "extrait",
        "fragmento",
        "trecho",
    ]
    .iter()
    .any(|word| last.is_some_and(|last| last.plain.contains(word)));
    let is_linked = named.what == Hand::Held
        && case.page.links.iter().any(|(span, target)| {
            let is_near = case.lead.sentences.iter().any(|sentence| {
                sentence.is_near
                    && sentence.span.start <= span.start
                    && span.end <= sentence.span.end + 2
            });
            is_near
                && (target.contains("/blob/")
                    || target.contains("/tree/")
                    || target.contains("raw.github"))
        });
    if is_called_part || is_linked || last.is_some_and(is_of_something_in) {
        return Hand::Part;
    }
    let is_fetched = case.has_fetched && named.what == Hand::Held && !is_own;
    if is_supposed || is_shown || is_fetched {
        Hand::Part
    } else if !is_whole {
        Hand::Changed
    } else {
        named.what
    }
}

/// The new call of `greet` in `index.js`: what is named first is in the file.
fn is_of_something_in(sentence: &Sentence) -> bool {
    let text = &sentence.text;
    sentence.code.windows(2).any(|pair| {
        let [thing, file] = pair else {
            return false;
        };
        let between = text
            .find(thing.as_str())
            .and_then(|at| text[at + thing.len()..].split(file.as_str()).next());
        let between = between.map(|words| words.trim_matches(['`', ' ']));
        is_file_name(file) && !is_file_name(thing) && between == Some("in")
    })
}

/// Whether the block is a complete later version of a file that was saved.
fn has_grown(case: &Case<'_>, path: &str) -> bool {
    saved(case, path).is_some_and(|content| grows(content, case.texts))
}

/// Whether the block has fewer lines than the file that was saved.
fn is_smaller(case: &Case<'_>, path: &str) -> bool {
    saved(case, path).is_some_and(|content| case.texts.len() < content.lines().count())
}

/// What a file holds that was saved.
fn saved<'c>(case: &Case<'c>, path: &str) -> Option<&'c String> {
    let parts = case.before.iter().rev().flat_map(|block| &block.parts);
    let mut saved = parts.filter_map(|part| match part {
        Part::File {
            path: saved,
            content,
            ..
        } if saved == path => Some(content),
        _ => None,
    });
    saved.next()
}
