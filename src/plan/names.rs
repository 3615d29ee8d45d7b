//! The keys of steps: stable from run to run, and each given out once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Source};
use crate::document::Block;

/// Keys of steps that were given out.
#[derive(Default)]
pub(super) struct Names {
    used: BTreeMap<String, usize>,
}

impl Names {
    pub(super) fn key(
        &mut self,
        id: Option<&str>,
        section: &str,
        name: &str,
        block: &Block,
        source: &Arc<Source>,
        faults: &mut Vec<Diagnostic>,
    ) -> String {
        let base = id.map_or_else(
            || {
                let section = if section.is_empty() { "start" } else { section };
                format!("{section}/{}", words_of(name))
            },
            str::to_owned,
        );
        let count = self
            .used
            .entry(base.clone())
            .and_modify(|count| *count += 1)
            .or_insert(1);
        if *count == 1 {
            return base;
        }
        // Several commands of one block share its id; two blocks must not.
        if id.is_some() && !block.parts.iter().take(*count).count().eq(count) {
            faults.push(
                Diagnostic::new(
                    "duplicate-id",
                    source,
                    block.span.clone(),
                    format!("the id `{base}` is taken"),
                )
                .help("an id names one block of a document"),
            );
        }
        format!("{base}-{count}")
    }
}

/// The first words of a command, as a part of a key: `docker pull hello-world` is `pull-hello-world`.
fn words_of(command: &str) -> String {
    let line = command.lines().next().unwrap_or_default();
    let mut key = String::new();
    let mut count = 0;
    for word in line.split(|c: char| c.is_whitespace() || matches!(c, '|' | '&' | ';')) {
        let is_said = word.contains(char::is_alphanumeric) && !word.starts_with('-');
        if !is_said || (count == 0 && matches!(word, "docker" | "sudo")) {
            continue;
        }
        for part in word
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty())
        {
            if !key.is_empty() {
                key.push('-');
            }
            key.extend(part.chars().flat_map(char::to_lowercase));
        }
        count += 1;
        if count == 4 {
            break;
        }
    }
    if key.is_empty() {
        "step".to_owned()
    } else {
        key
    }
}
