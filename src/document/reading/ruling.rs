//! What the tables of rules say of one block.

use std::ops::Range;

use crate::commandline;
use crate::document::block::Part;
use crate::document::case::{Case, Found, Why};
use crate::document::evidence::{Lead, Says};
use crate::document::fence;
use crate::document::page::Code;
use crate::document::placeholder::{
    foreign_word, has_any, has_nothing_else, is_option, usage_pattern,
};
use crate::document::prompt::INPUT;
use crate::document::rules::done::DONE;
use crate::document::rules::what::WHAT;

/// The lines of a block without the options of a directive of `MyST`, `:linenos:`, `:caption: app.py`; what a
/// session has as `:input:` stays, as behind a prompt.
pub(super) fn lines_of(source: &str, code: &Code) -> Vec<Range<usize>> {
    let (options, lines) = code.lines.split_at(options_of(source, code));
    let is_input = |line: &&Range<usize>| source[(*line).clone()].trim_start().starts_with(INPUT);
    let is_session = fence::name(&source[code.info.clone()]) == fence::SESSION;
    let inputs = options.iter().filter(is_input).filter(|_| is_session);
    inputs.chain(lines).cloned().collect()
}

fn options_of(source: &str, code: &Code) -> usize {
    let info = source[code.info.clone()].trim_start();
    if !info.starts_with("{code") && !info.starts_with(fence::SESSION) {
        return 0;
    }
    let is_option = |line: &&Range<usize>| {
        let text = source[(*line).clone()].trim();
        text.is_empty()
            || text
                .strip_prefix(':')
                .is_some_and(|rest| rest.contains(':'))
    };
    code.lines.iter().take_while(is_option).count()
}

/// What the first rule says that decides.
pub(super) fn what(case: &Case<'_>) -> (&'static str, Found) {
    WHAT.iter()
        .find_map(|rule| Some((rule.name, (rule.decide)(case)?)))
        .expect("the last rule always decides")
}

/// Why this reader does not do it, if so.
pub(super) fn undone(case: &Case<'_>) -> Option<(&'static str, Why)> {
    DONE.iter()
        .find_map(|rule| Some((rule.name, (rule.decide)(case)?)))
}

/// The part of a block that makes it a pattern of commands, which nobody types.
pub(super) fn usage(parts: &[Part], lead: &Lead) -> Option<String> {
    let commands = parts.iter().filter_map(|part| match part {
        Part::Command(command) => Some(command.text.as_str()),
        Part::File { .. } | Part::Keys(_) => None,
    });
    let is_led = lead.near(Says::Usage).is_some();
    if let Some(option) = commands.clone().next().filter(|text| is_option(text)) {
        return Some(option.lines().next().unwrap_or_default().to_owned());
    }
    for text in commands {
        if let Some(pattern) = usage_pattern(text) {
            return Some(pattern.to_owned());
        }
        if commandline::lacks_operands(text) {
            return Some(text.lines().next().unwrap_or_default().to_owned());
        }
        if let Some(word) = foreign_word(text).filter(|_| text.trim_start().starts_with("docker")) {
            return Some(word.to_owned());
        }
        if is_led && has_any(text) || has_nothing_else(text) {
            return Some(text.lines().next().unwrap_or_default().to_owned());
        }
    }
    None
}

/// The lines as they are saved.
pub(super) fn content(source: &str, lines: &[Range<usize>]) -> String {
    let mut content = String::new();
    for line in lines {
        content.push_str(&source[line.clone()]);
        content.push('\n');
    }
    content
}
