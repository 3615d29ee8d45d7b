//! Choices and their arms, and how far what they hold is indented.

use std::ops::Range;

use super::mark::Close;
use super::{Unmarking, What, fences, indent_of, marks};
use crate::document::page::{Arm, Choice, Form};

impl<'a> Unmarking<'a> {
    /// How far the first line that it holds is indented.
    pub(super) fn held_indent(&self, lines: &[Range<usize>], index: usize) -> usize {
        self.next(lines, index).map_or(0, indent_of)
    }

    /// The next line with something on it.
    pub(super) fn next(&self, lines: &[Range<usize>], index: usize) -> Option<&'a str> {
        let source: &'a str = self.source;
        let next = *self.nexts.get(index)?;
        lines.get(next).map(|line| &source[line.clone()])
    }

    /// The least indent of the lines up to the closing tag: MDX has no indented code.
    pub(super) fn held_indent_to_close(
        &self,
        lines: &[Range<usize>],
        index: usize,
        close: &Close,
    ) -> usize {
        let mut least = None;
        for line in lines[index + 1..]
            .iter()
            .map(|line| &self.source[line.clone()])
            .take(400)
        {
            if marks::closes(close, line.trim()) {
                break;
            }
            if !line.trim().is_empty() {
                least =
                    Some(least.map_or(indent_of(line), |least: usize| least.min(indent_of(line))));
            }
        }
        least.unwrap_or(0)
    }

    /// The choice that an arm belongs to: that of the group around it, the one of its kind for the
    /// whole page, or the one that has just ended.
    pub(super) fn choice_for(&mut self, form: Form, indent: usize, close: &Close) -> usize {
        let around = self.open.iter().rev().find_map(|open| match open.what {
            What::Group(choice) => Some(Some(choice)),
            What::Arm(..) => Some(None),
            _ => None,
        });
        if let Some(Some(choice)) = around
            && !matches!(close, Close::Dedent)
        {
            return choice;
        }
        if form != Form::Tabs
            && let Some(choice) = self.choices.iter().position(|choice| choice.form == form)
        {
            return choice;
        }
        if let Some((choice, at)) = self.last.take()
            && at == indent
            && self.choices[choice].form == form
        {
            return choice;
        }
        self.choices.push(Choice {
            form,
            arms: Vec::new(),
        });
        self.choices.len() - 1
    }

    /// In a group of code blocks, each is an arm by the title behind its language.
    pub(super) fn arm_of_fence(&mut self, line: &str, span: &Range<usize>) {
        let Some(What::Fences(choice)) = self.open.last().map(|open| &open.what) else {
            return;
        };
        let choice = *choice;
        let label = fences::title_of_fence(line);
        let start = span.start;
        let end = self.source[start..]
            .match_indices('\n')
            .map(|(at, _)| start + at + 1)
            .find(|at| {
                let next = self.source[*at..].lines().next().unwrap_or_default().trim();
                fences::opens_fence(line)
                    .is_some_and(|(mark, length)| fences::closes_fence(next, mark, length))
            })
            .map_or(self.source.len(), |at| at + 1);
        self.choices[choice].arms.push(Arm {
            label,
            named: span.clone(),
            span: start..end,
        });
    }
}
