//! Where the output of a step goes that the page does not show yet.

use super::Refusal;
use super::edit::{self, Edit};
use crate::document::{Block, Part};
use crate::matching::{Rewrite, Rewritten};
use crate::plan::{Plan, Step};

/// Behind the command where the block has prompts; else in a block of its own, behind that of the command.
pub(super) fn first(plan: &Plan, step: &Step, rewrite: &Rewrite) -> Result<Vec<Edit>, Refusal> {
    let text = &plan.document.source.text;
    let mut lines = Vec::new();
    for line in &rewrite.lines {
        if let Rewritten::New(line) | Rewritten::Instead(_, line) = line {
            edit::literal(line)?;
            lines.push(edit::written(line)?);
        }
    }
    let block = &plan.document.blocks[step.block];
    let command = step.part.and_then(|part| match block.parts.get(part)? {
        Part::Command(command) => Some(command),
        Part::File { .. } | Part::Keys(_) => None,
    });
    let Some(command) = command else {
        return Err(Refusal::NoPlace);
    };
    if command.prompt.is_some() {
        return Ok(vec![behind(text, command.span.end, &lines)]);
    }
    if block.commands().count() > 1 {
        return Err(Refusal::Several);
    }
    Ok(vec![own_block(text, block, &lines)])
}

/// Right behind the line of a command.
fn behind(text: &str, end: usize, lines: &[String]) -> Edit {
    let line = edit::start_of_line(text, end);
    let length = text[end..].find(['\r', '\n']);
    let at = length.map_or(text.len(), |length| end + length);
    let prefix = margin(&text[line..at]);
    let end_of_line = edit::end_of_line(text, line);
    let lines = lines
        .iter()
        .map(|line| format!("{end_of_line}{}", format!("{prefix}{line}").trim_end()));
    Edit {
        span: at..at,
        text: lines.collect(),
    }
}

/// A block of its own, behind that of the command.
fn own_block(text: &str, block: &Block, lines: &[String]) -> Edit {
    let opening = edit::start_of_line(text, block.span.start);
    let prefix: String = text[opening..block.span.start]
        .chars()
        .map(|c| {
            if matches!(c, '>' | ' ' | '\t') {
                c
            } else {
                ' '
            }
        })
        .collect();
    let end_of_line = edit::end_of_line(text, opening);
    let longest = lines.iter().map(|line| run_of_backticks(line)).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    let opens = format!("{fence}text");
    let all = [String::new(), opens]
        .into_iter()
        .chain(lines.iter().cloned())
        .chain([fence]);
    let at = block.span.start + text[block.span.clone()].trim_end().len();
    let all = all.map(|line| format!("{end_of_line}{}", format!("{prefix}{line}").trim_end()));
    Edit {
        span: at..at,
        text: all.collect(),
    }
}

/// What stands before the text of a line.
fn margin(line: &str) -> &str {
    let text = line.trim_start_matches([' ', '\t', '>']);
    &line[..line.len() - text.len()]
}

fn run_of_backticks(line: &str) -> usize {
    let runs = line.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}
