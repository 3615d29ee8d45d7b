//! Comments that are addressed to tutcheck: settings of the next block, and steps of their own.

use std::ops::Range;

use super::attributes::{self, Origin, Settings, Similarity};
use super::key;
use super::place::split_lines;
use super::role::{Decision, Reader, Role};
use crate::diagnostic::{Diagnostic, did_you_mean};

/// A directive that is a step of its own, invisible on the rendered page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// Before everything else of its place.
    Setup,
    /// In its place.
    Run,
    /// A check in its place.
    Assert,
    /// At the end, whatever happened.
    Teardown,
    /// A key to press.
    Key,
    /// Something a person does, with no block to show for it.
    Manual,
}

const DIRECTIVES: &[(&str, Hidden)] = &[
    ("setup", Hidden::Setup),
    ("run", Hidden::Run),
    ("assert", Hidden::Assert),
    ("teardown", Hidden::Teardown),
    ("key", Hidden::Key),
    ("manual", Hidden::Manual),
];

impl Reader<'_> {
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
        let mut settings = Settings::default();
        let words = if hidden == Hidden::Manual {
            start
        } else {
            start + name.len()
        };
        let decision = if hidden == Hidden::Key {
            self.key_step(span, start + name.len()..head_end, &mut settings)
        } else {
            {
                attributes::read(
                    self.source,
                    words..head_end,
                    Origin::Directive,
                    &mut settings,
                    self.faults,
                );
                self.choose_terminal(&settings);
                if hidden == Hidden::Teardown {
                    // It comes last, when every shell was left.
                    self.inside().opened.clear();
                }
                if hidden == Hidden::Manual {
                    Decision::of(Role::Manual, "a directive says so")
                } else {
                    let body = (head_end + 1).min(inner.end)..inner.end;
                    let lines = split_lines(&self.source.text, body);
                    let parts = self.commands(&lines);
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
                    Decision::of(Role::Command, format!("a hidden {name}")).with(parts)
                }
            }
        };
        self.push(span.clone(), settings, Some(hidden), decision);
    }

    /// `key ctrl-c`, `key up enter terminal=two`.
    fn key_step(
        &mut self,
        span: &Range<usize>,
        words: Range<usize>,
        settings: &mut Settings,
    ) -> Decision {
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
        attributes::read(
            self.source,
            at..words.end,
            Origin::Directive,
            settings,
            self.faults,
        );
        self.choose_terminal(settings);
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
        if characters.contains('\u{4}') {
            self.inside().opened.pop();
        }
        let names = names.join(" ");
        let part = self.keys(&names, characters, span.clone());
        Decision::of(Role::Command, format!("the key {names}")).with(vec![part])
    }
}
