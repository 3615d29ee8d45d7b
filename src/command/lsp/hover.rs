//! What is said of a place of a page: a block, or a word of ours.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::page::Page;
use super::words;
use crate::report::fenced;

/// So many lines of an output are shown.
const MOST: usize = 40;

/// What is said of a byte of a page.
pub(super) fn hover(page: &Page, byte: usize) -> Value {
    let said = of_word(page, byte).or_else(|| of_block(page, byte));
    match said {
        Some(said) => {
            json!({ "contents": { "kind": "markdown", "value": super::safe(&said) } })
        }
        None => Value::Null,
    }
}

fn of_word(page: &Page, byte: usize) -> Option<String> {
    let meaning = words::at(&page.text.whole, byte)?;
    let example = fenced("markdown", meaning.example);
    Some(format!("`{}`: {}\n\n{example}", meaning.word, meaning.says))
}

fn of_block(page: &Page, byte: usize) -> Option<String> {
    let (number, block) = page.block_at(byte)?;
    let (rule, reason, _) = block.decided_by();
    let mut said = format!("**{}** `{rule}`: {reason}\n", block.role.word());
    let steps = page.steps().filter(|(step, ..)| step.block == number);
    for (step, _, found) in steps {
        let time = Duration::from_millis(found.elapsed_ms).as_secs_f64();
        let _ = write!(
            said,
            "\n---\n`{}` **{}**",
            step.key,
            found.finding.verdict.word()
        );
        if found.elapsed_ms > 0 {
            let _ = write!(said, " in {time:.1} s");
        }
        if let Some(reason) = &found.finding.reason {
            let _ = write!(said, ": {reason}");
        }
        said.push('\n');
        let printed = page
            .run
            .as_ref()
            .map_or("", |(run, page)| run.output(*page, &step.key));
        if !printed.is_empty() {
            let _ = write!(said, "\n{}", fenced("text", &head(printed)));
        }
    }
    Some(said)
}

fn head(printed: &str) -> String {
    let lines: Vec<&str> = printed.lines().collect();
    let mut head = lines[..lines.len().min(MOST)].join("\n");
    if lines.len() > MOST {
        let _ = write!(head, "\n… and {} more", lines.len() - MOST);
    }
    head
}
