//! Items of a list that are labelled for one system each: choices without tabs.

use crate::document::page::{Arm, Choice, Form, Page};
use crate::document::systems;

/// A label has no more words than this: `Debian & Ubuntu`, `For macOS:`.
const MOST_WORDS: usize = 5;

/// Items at one indent that are labelled so far.
struct Group {
    indent: usize,
    arms: Vec<Arm>,
}

/// The choices that a page leaves by items such as `- **Debian**` beside `- **Fedora**`, each with what
/// stands below it.
pub(in crate::document) fn choices(page: &Page, text: &str) -> Vec<Choice> {
    let mut open: Vec<Group> = Vec::new();
    let mut choices = Vec::new();
    let mut skip = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if start < skip || line.trim().is_empty() {
            continue;
        }
        if let Some(code) = page.codes_within(&(start..at)).next() {
            skip = code.span.end;
        }
        let indent = line.len() - line.trim_start().len();
        let label = label(line.trim());
        while let Some(group) =
            open.pop_if(|group| indent < group.indent || indent == group.indent && label.is_none())
        {
            choices.extend(choice(group, start));
        }
        let Some(label) = label else { continue };
        let arm = Arm {
            label: label.to_owned(),
            named: start..start + line.trim_end().len(),
            span: start..text.len(),
        };
        match open.last_mut().filter(|group| group.indent == indent) {
            Some(group) => {
                if let Some(last) = group.arms.last_mut() {
                    last.span.end = start;
                }
                group.arms.push(arm);
            }
            None => open.push(Group {
                indent,
                arms: vec![arm],
            }),
        }
    }
    let ended = open
        .into_iter()
        .filter_map(|group| choice(group, text.len()));
    choices.extend(ended);
    choices
}

/// What an item says alone: for which system it is.
fn label(line: &str) -> Option<&str> {
    let item = line.strip_prefix(['-', '*', '+']).or_else(|| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix('.').filter(|_| rest.len() < line.len())
    })?;
    let item = item.strip_prefix(' ')?.trim();
    let bold = item
        .strip_prefix("**")
        .and_then(|rest| rest.trim_end_matches(':').strip_suffix("**"));
    let label = bold.or_else(|| item.strip_suffix(':'))?.trim();
    let is_short = label.split_whitespace().count() <= MOST_WORDS && !label.contains('`');
    (is_short && systems::names_only(label)).then_some(label)
}

/// Several labels are a choice. Of Linux systems a reader takes Debian's family, if it is among them: most have it.
fn choice(mut group: Group, end: usize) -> Option<Choice> {
    group.arms.last_mut()?.span.end = end;
    let is_other = |arm: &Arm| {
        let label = arm.label.to_lowercase();
        let named = systems::named(&label);
        let is_one = ["debian", "ubuntu"].iter().any(|name| label.contains(name));
        !is_one || named.windows || named.macos
    };
    group.arms.sort_by_key(is_other);
    (group.arms.len() > 1).then_some(Choice {
        form: Form::Sections,
        arms: group.arms,
    })
}
