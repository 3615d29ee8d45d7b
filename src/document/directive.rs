//! Comments that are addressed to tutcheck: settings of the next block, and steps of their own.

use std::ops::Range;

use super::attributes::{self, BlockSettings, Origin, Similarity};
use super::block::Hidden;
use super::block::{Part, Ruling};
use super::key;
use super::page::split_lines;
use super::reading::Fold;
use super::role::Role;
use crate::diagnostic::{Diagnostic, did_you_mean};

const DIRECTIVES: &[(&str, Hidden)] = &[
    ("setup", Hidden::Setup),
    ("run", Hidden::Run),
    ("assert", Hidden::Assert),
    ("teardown", Hidden::Teardown),
    ("key", Hidden::Key),
    ("manual", Hidden::Manual),
];

impl Fold<'_> {
    pub(super) fn comment(&mut self, span: &Range<usize>, inner: &Range<usize>) {
        let text = self.text(inner);
        if let Some(value) = text.trim().strip_prefix("expected_similarity=") {
            self.similarity(span, value);
            return;
        }
        let Some(rest) = text.trim_start().strip_prefix("tutcheck") else {
            return;
        };
        let at = inner.end - rest.len();
        if let Some(words) = rest.strip_prefix(':') {
            let start = inner.end - words.len();
            let (mut settings, _) = self.pending.take().unwrap_or_default();
            attributes::read(
                self.source,
                start..inner.end,
                Origin::Directive,
                &mut settings,
                self.faults,
            );
            self.pending = Some((settings, span.clone()));
        } else if rest.starts_with(char::is_whitespace) {
            self.step_of_its_own(span, at..inner.end);
        }
    }

    /// `<!-- expected_similarity=0.8 -->`, or a regular expression in quotes.
    fn similarity(&mut self, span: &Range<usize>, value: &str) {
        let quoted = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        let similarity = match quoted {
            Some(pattern) => Some(Similarity::Pattern(pattern.to_owned()))
                .filter(|_| regex::Regex::new(pattern).is_ok()),
            None => value.parse::<f64>().is_ok().then_some(Similarity::Score),
        };
        let Some(similarity) = similarity else {
            let message = format!("`{value}` is no value for `expected_similarity`");
            self.faults.push(
                Diagnostic::new("bad-value", self.source, span.clone(), message)
                    .help("it takes a number, or a regular expression in double quotes"),
            );
            return;
        };
        let (mut settings, _) = self.pending.take().unwrap_or_default();
        settings.similarity = Some(similarity);
        self.pending = Some((settings, span.clone()));
    }

    fn step_of_its_own(&mut self, span: &Range<usize>, inner: Range<usize>) {
        let rest = self.text(&inner);
        let start = inner.start + rest.len() - rest.trim_start().len();
        let head_end = self
            .text(&(start..inner.end))
            .find('\n')
            .map_or(inner.end, |i| start + i);
        let head = self.text(&(start..head_end));
        let name = head.split([' ', '=', '\r']).next().unwrap_or_default();
        let Some(&(_, hidden)) = DIRECTIVES.iter().find(|(known, _)| *known == name) else {
            let known = DIRECTIVES.iter().map(|(known, _)| *known);
            let help = match did_you_mean(name, known) {
                Some(guess) => format!("did you mean `{guess}`?"),
                None => "a step of its own is one of setup, run, assert, teardown, key, manual; settings of the next \
                         block follow a colon: `<!-- tutcheck: skip -->`"
                    .to_owned(),
            };
            let fault = Diagnostic::new(
                "unknown-directive",
                self.source,
                start..start + name.len().max(1),
                format!("unknown directive `{name}`"),
            );
            self.faults.push(fault.help(help));
            return;
        };
        let mut settings = BlockSettings::default();
        let words = if hidden == Hidden::Manual {
            start
        } else {
            start + name.len()
        };
        let (role, reason, parts) = match hidden {
            Hidden::Key => {
                let part = self.key_step(span, start + name.len()..head_end, &mut settings);
                let reason = match &part {
                    Part::Keys(keys) => format!("the key {}", keys.names),
                    Part::Command(_) | Part::File { .. } => String::new(),
                };
                (Role::Command, reason, vec![part])
            }
            Hidden::Manual => {
                self.words(words..head_end, &mut settings);
                (Role::Manual, "a directive says so".to_owned(), Vec::new())
            }
            Hidden::Setup | Hidden::Run | Hidden::Assert | Hidden::Teardown => {
                self.words(words..head_end, &mut settings);
                let body = (head_end + 1).min(inner.end)..inner.end;
                let parts = self.hidden_commands(span, name, hidden, body);
                (Role::Command, format!("a hidden {name}"), parts)
            }
        };
        let ruling = Ruling {
            rule: "author",
            reason,
            at: span.clone(),
            guess: false,
            undone: None,
        };
        self.push(span.clone(), settings, Some(hidden), role, ruling, parts);
    }

    /// Settings of a directive.
    fn words(&mut self, span: Range<usize>, settings: &mut BlockSettings) {
        attributes::read(self.source, span, Origin::Directive, settings, self.faults);
        self.choose_terminal(settings);
    }

    /// The commands of a directive, one or several.
    fn hidden_commands(
        &mut self,
        span: &Range<usize>,
        name: &str,
        hidden: Hidden,
        body: Range<usize>,
    ) -> Vec<Part> {
        if hidden == Hidden::Teardown {
            // It comes last, when every shell was left.
            let terminal = self.terminal.clone();
            self.desk.clears(&terminal);
        }
        let lines = split_lines(&self.source.text, body);
        let parts = self.session(false).commands(&lines);
        if parts.is_empty() {
            self.faults.push(
                Diagnostic::new(
                    "empty-directive",
                    self.source,
                    span.clone(),
                    format!("`{name}` has no commands"),
                )
                .help("they stand on the lines after it, before `-->`"),
            );
        }
        parts
    }

    /// `key ctrl-c`, `key up enter terminal=two`.
    fn key_step(
        &mut self,
        span: &Range<usize>,
        words: Range<usize>,
        settings: &mut BlockSettings,
    ) -> Part {
        let text = self.text(&words);
        let mut names: Vec<&str> = Vec::new();
        let mut at = words.start;
        for word in text.split_inclusive(' ') {
            if word.contains('=') && word.trim().len() > 1 {
                break;
            }
            at += word.len();
            names.extend(word.split_whitespace());
        }
        self.words(at..words.end, settings);
        let mut characters = String::new();
        for name in &names {
            match key::characters(name) {
                Some(sent) => characters.push_str(&sent),
                None => self.faults.push(
                    Diagnostic::new(
                        "unknown-key",
                        self.source,
                        words.start..words.end,
                        format!("`{name}` is no key"),
                    )
                    .help("keys are ctrl-c and the like, enter, up, down, left, right, tab, esc, space, backspace, or one character"),
                ),
            }
        }
        if names.is_empty() {
            self.faults.push(
                Diagnostic::new(
                    "empty-directive",
                    self.source,
                    span.clone(),
                    "`key` names no key",
                )
                .help("write `key ctrl-c`"),
            );
        }
        let names = names.join(" ");
        self.session(false).keys(&names, characters, span.clone())
    }
}
