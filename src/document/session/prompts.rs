//! The prompts of a session.

use super::keys::pressed;
use crate::commandline;
use crate::document::prompt::{self, PromptKind};

/// The prompts of a session so far. What looks like one in the middle of output is output: a prompt
/// has the indent and the form of the one before, unless a command has opened another shell.
pub(super) struct Prompts {
    leading: PromptKind,
    /// Indent and form of each prompt that was seen.
    seen: Vec<(usize, String)>,
    pub(super) may_change: bool,
}

impl Prompts {
    pub(super) fn new(leading: PromptKind) -> Prompts {
        Prompts {
            leading,
            seen: Vec::new(),
            may_change: false,
        }
    }

    pub(super) fn accepts(&self, line: &str, found: prompt::Prompt) -> bool {
        let form = form(line, found);
        // Inside, root's prompt may be a bare one.
        let is_expected =
            self.leading == PromptKind::Hash || self.may_change || self.seen.contains(&form);
        let is_comment = found.kind == PromptKind::Hash
            && !(is_expected && commandline::is_command(&line[found.length..]));
        let is_known = self.seen.is_empty()
            || self.seen.contains(&form)
            || (self.may_change && self.seen.iter().any(|(indent, _)| *indent == form.0));
        !is_comment && is_known
    }

    pub(super) fn typed(&mut self, line: &str, found: prompt::Prompt, command: &str) {
        let form = form(line, found);
        if !self.seen.contains(&form) {
            self.seen.push(form);
        }
        self.may_change = commandline::changes_prompt(command) || pressed(command).is_some();
    }
}

/// How a prompt looks, but for the directory, which changes: the indent, and what it starts with.
fn form(line: &str, found: prompt::Prompt) -> (usize, String) {
    let indent = line.len() - line.trim_start().len();
    let head = prompt::head(&line[indent..found.length]);
    (indent, format!("{:?}{head}", found.kind))
}
