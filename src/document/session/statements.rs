//! Statements of a program that is open, one after the other.

use std::ops::Range;

use super::Session;
use crate::document::block::Part;
use crate::document::prompt::PromptKind;
use crate::programs::{self, Statement};

impl Session<'_> {
    /// Statements in the language of the program that is open, with or without its prompt.
    pub(in crate::document) fn statements(&mut self, lines: &[Range<usize>]) -> Vec<Part> {
        let statement = self
            .desk
            .program(self.terminal)
            .and_then(programs::called)
            .map_or(Statement::Line, |program| program.statement);
        let lines: Vec<Range<usize>> = lines
            .iter()
            .map(|line| {
                let length = self
                    .prompt(self.text(line))
                    .filter(|found| found.kind == PromptKind::Repl)
                    .map_or(0, |found| found.length);
                line.start + length..line.end
            })
            .collect();
        let texts: Vec<&str> = lines.iter().map(|line| self.text(line)).collect();
        let mut parts = Vec::new();
        let mut start = 0;
        for end in 1..=lines.len() {
            if end < lines.len() && !programs::is_over(statement, &texts[start..end], texts[end]) {
                continue;
            }
            let mut text = texts[start..end].join("\n").trim().to_owned();
            let span = lines[start].start..lines[end - 1].end;
            start = end;
            if text.contains('\n') && statement == Statement::Brackets {
                // An empty line ends a block.
                text.push('\n');
            }
            if !text.is_empty() {
                parts.push(self.command(text, span, Some((PromptKind::Repl, ""))));
            }
        }
        parts
    }
}
