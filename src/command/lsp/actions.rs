//! What an author may do about a place of a page: accept, add the words that a hint names, have it played.

use serde_json::{Value, json};

use super::page::Page;
use super::text::Text;
use super::{CHECK, RECORD};
use crate::command::loaded::Loaded;
use crate::command::review::{Choice, Run};
use crate::command::{files, project};
use crate::judge::Directive;
use crate::report::StepReport;

/// What may be done about bytes of a page.
pub(super) fn actions(page: &Page, uri: &str, bytes: &std::ops::Range<usize>) -> Vec<Value> {
    let mut actions = Vec::new();
    if let Some((run, index)) = &page.run {
        let touched = page.steps().filter(|(step, ..)| {
            let block = &run.pages[*index].plan.document.blocks[step.block];
            block.span.start <= bytes.end && bytes.start <= block.span.end
        });
        for (_, number, found) in touched {
            actions.extend(acceptance(page, uri, (run, *index), number));
            actions.extend(hinted(page, uri, found));
        }
    }
    for (title, command) in [("Check this page", CHECK), ("Record this page", RECORD)] {
        actions.push(json!({
            "title": title,
            "kind": "source",
            "command": { "title": title, "command": command, "arguments": [uri] },
        }));
    }
    actions
}

/// What was printed, taken into the page and into the recording.
fn acceptance(page: &Page, uri: &str, (run, index): (&Run, usize), number: usize) -> Vec<Value> {
    let proposals = run.proposals[index].iter().enumerate();
    let mut found = Vec::new();
    for (proposal, offered) in proposals.filter(|(_, one)| one.number == number) {
        let is_first = offered.page.as_ref().is_some_and(|shown| shown.is_first);
        let ways = [
            (
                offered.page.is_some() && is_first,
                true,
                "Show what was printed",
            ),
            (
                offered.page.is_some() && !is_first,
                true,
                "Accept what was printed",
            ),
            (
                offered.recording.is_some(),
                false,
                "Record what was printed",
            ),
        ];
        for (_, into_page, title) in ways.into_iter().filter(|(is_offered, ..)| *is_offered) {
            let choice = Choice {
                page: index,
                proposal,
                into_page,
                into_recording: !into_page,
            };
            let (pages, refused) = run.with(&[choice]);
            let new = &pages[index];
            if !refused.is_empty() {
                continue;
            }
            let edit = if into_page {
                let text = &new.plan.document.source.text;
                json!({ "changes": { uri: [page.text.edit_to(text)] } })
            } else {
                match recording_edit(&page.text, &run.pages[index], new) {
                    Some(edit) => edit,
                    None => continue,
                }
            };
            found.push(json!({
                "title": format!("{title} ({})", offered.key),
                "kind": "quickfix",
                "isPreferred": into_page && !is_first,
                "edit": edit,
            }));
        }
    }
    found
}

/// What changes a recording that is there; one that is not is made by `record`.
fn recording_edit(text: &Text, old: &Loaded, new: &Loaded) -> Option<Value> {
    let before = files::read(&old.expectations, files::RECORDING).ok()?;
    let after = &new.plan.recorded_in.as_ref()?.text;
    let uri = super::uri_of(&old.expectations);
    let edit = text.beside(before).edit_to(after);
    Some(json!({ "changes": { uri: [edit] } }))
}

/// The words that a hint names, in a comment before their block.
fn hinted(page: &Page, uri: &str, found: &StepReport) -> Option<Value> {
    let Directive { words, line } = found.finding.directive.as_ref()?;
    let line = (*line).unwrap_or(found.line);
    let blocks = &page.loaded.as_ref()?.plan.document.blocks;
    let block = blocks
        .iter()
        .find(|block| (block.line..=block.end_line).contains(&line))?;
    let start = page.text.line_start(block.span.start);
    let prefix = &page.text.whole[start..block.span.start];
    let end = if page.text.whole.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let comment = format!("{prefix}<!-- tutcheck: {words} -->{end}");
    let mut after = page.text.whole.clone();
    after.insert_str(start, &comment);
    let (before, after) = (
        page.loaded.as_ref()?,
        project::load_typed(&page.path, &after).ok()?,
    );
    // Behind the mark of an item, in an indented block or beside what is said already, it would be something else.
    let settings = |loaded: &Loaded| -> Vec<_> {
        let blocks = loaded.plan.document.blocks.iter();
        blocks.map(|block| block.settings.clone()).collect()
    };
    let changed = settings(before)
        .iter()
        .zip(settings(&after))
        .filter(|(one, other)| **one != *other)
        .count();
    let number = |loaded: &Loaded| loaded.plan.document.blocks.len();
    if number(before) != number(&after) || changed != 1 {
        return None;
    }
    let edit = json!({ "range": page.text.range(&(start..start)), "newText": comment });
    Some(json!({
        "title": format!("Add `{words}` before the block"),
        "kind": "quickfix",
        "edit": { "changes": { uri: [edit] } },
    }))
}
