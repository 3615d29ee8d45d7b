//! `docker build`, as the legacy builder and as `BuildKit` tell it, in a pipe or on a terminal:
//! renderings of one thing.
//!
//! Compared are the instructions that ran, in order; what their programs printed, where both sides
//! show it; the tags, and how it failed. Step numbers, times, IDs of steps and what came from the
//! cache are not facts about the tutorial.

mod buildkit;
mod fact;
mod failure;
mod legacy;

use std::borrow::Cow;

use super::pattern;
use super::profile::{self, Knowledge, Line, is_error};
use buildkit::{buildkit, screen};
use fact::{Fact, full_tag};
use legacy::legacy;

/// Instructions that both builders report.
const REPORTED: &[&str] = &["FROM", "RUN", "COPY", "ADD", "WORKDIR"];

/// In whose words a build is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Legacy,
    /// Line by line, as into a pipe.
    BuildKit,
    /// The last state of the screen.
    Screen,
}

/// The facts of both sides as lines. Output of an instruction counts unless one side had the
/// instruction from its cache, or does not show output at all; an error in it always counts.
pub(super) fn facts<'a>(
    expected: &'a str,
    live: &'a str,
    knowledge: &Knowledge<'_>,
) -> (Vec<Line<'a>>, Vec<Line<'a>>) {
    let (Some(expected_form), Some(live_form)) = (form(expected), form(live)) else {
        return (knowledge.lines(expected), knowledge.lines(live));
    };
    let mut expected_facts = read(expected, expected_form);
    let mut live_facts = read(live, live_form);
    if expected_form != live_form {
        for facts in [&mut expected_facts, &mut live_facts] {
            facts.retain(is_reported_by_all);
        }
        if [&expected_facts, &live_facts]
            .iter()
            .any(|facts| has_stages(facts))
        {
            // The legacy builder runs stage by stage, BuildKit all that it can at once.
            expected_facts.sort_by(|a, b| a.text.cmp(&b.text));
            live_facts.sort_by(|a, b| a.text.cmp(&b.text));
        }
    }
    if is_end_alone(expected) {
        let is_end = |fact: &Fact<'_>| fact.text.starts_with("tagged ") || is_error(&fact.text);
        live_facts.retain(is_end);
    }
    if [expected_form, live_form].contains(&Form::Screen) {
        cut_alike(&mut expected_facts, &mut live_facts);
    }
    let shows_output = |other_form: Form, other: &[Fact<'_>], fact: &Fact<'_>| {
        let is_cached_there = other
            .iter()
            .any(|candidate| candidate.text == fact.text && candidate.is_cached);
        other_form != Form::Screen && !fact.is_cached && !is_cached_there
    };
    let expected_lines = render(&expected_facts, |fact| {
        shows_output(live_form, &live_facts, fact)
    });
    let live_lines = render(&live_facts, |fact| {
        shows_output(expected_form, &expected_facts, fact)
    });
    (expected_lines, live_lines)
}

fn has_stages(facts: &[Fact<'_>]) -> bool {
    facts
        .iter()
        .any(|fact| fact.place.is_some_and(|(stage, _)| !stage.is_empty()))
}

fn form(text: &str) -> Option<Form> {
    text.lines().find_map(|line| {
        if (line.starts_with("Step ") && line.contains(" : ")) || is_legacy_end(line) {
            Some(Form::Legacy)
        } else if line.starts_with("[+] Building") {
            Some(Form::Screen)
        } else if line.starts_with('#') && line.contains(" [") {
            Some(Form::BuildKit)
        } else {
            None
        }
    })
}

/// How the legacy builder's output ends; what a program prints stands behind a step before it.
fn is_legacy_end(line: &str) -> bool {
    line.starts_with("Successfully tagged ") || pattern::fits("Successfully built {id}", line)
}

/// Whether a page shows no more of a build than how it ended.
fn is_end_alone(text: &str) -> bool {
    let mut lines = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .peekable();
    lines.peek().is_some() && lines.all(is_legacy_end)
}

fn read(text: &str, form: Form) -> Vec<Fact<'_>> {
    let facts = match form {
        Form::Legacy => legacy(text),
        Form::BuildKit => buildkit(text),
        Form::Screen => screen(text),
    };
    let facts: Vec<Fact<'_>> = facts.into_iter().map(with_plain_image).collect();
    let bases = facts
        .iter()
        .filter(|fact| fact.text.starts_with("FROM "))
        .count();
    if bases > 1 || has_stages(&facts) {
        with_bases_first(facts)
    } else {
        facts
    }
}

fn render<'a>(facts: &[Fact<'a>], shows_output: impl Fn(&Fact<'a>) -> bool) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for fact in facts {
        lines.push(Line {
            text: fact.text.clone(),
            number: fact.number,
        });
        // What a package manager prints on its way is left out as it is anywhere else.
        let command = fact.text.strip_prefix("RUN ").unwrap_or_default();
        let of_command = profile::of(command, &[]);
        let shows_all = shows_output(fact);
        lines.extend(
            fact.output
                .iter()
                .filter(|line| is_error(&line.text) || (shows_all && of_command.keeps(&line.text)))
                .cloned(),
        );
    }
    lines
}

/// `BuildKit` tells of a base image once, at any of the stages that stand on it.
fn with_bases_first(facts: Vec<Fact<'_>>) -> Vec<Fact<'_>> {
    let (mut bases, others): (Vec<Fact<'_>>, Vec<Fact<'_>>) = facts
        .into_iter()
        .partition(|fact| fact.text.starts_with("FROM "));
    bases.sort_by(|a, b| a.text.cmp(&b.text));
    bases.dedup_by(|a, b| a.text == b.text);
    bases.extend(others);
    bases
}

fn is_reported_by_all(fact: &Fact<'_>) -> bool {
    let first = fact.text.split(' ').next().unwrap_or_default();
    let is_instruction = first.bytes().all(|byte| byte.is_ascii_uppercase());
    !is_instruction || REPORTED.contains(&first)
}

/// `FROM docker.io/library/x:1@sha256:…` is `FROM x:1`.
fn with_plain_image(mut fact: Fact<'_>) -> Fact<'_> {
    if let Some(image) = fact.text.strip_prefix("FROM ") {
        let image = image.split([' ', '@']).next().unwrap_or_default();
        fact.text = Cow::Owned(format!("FROM {}", full_tag(image)));
    }
    fact
}

/// On a screen an instruction is cut to the width: what is there must be the start of the other.
fn cut_alike<'a>(expected: &mut [Fact<'a>], live: &mut [Fact<'a>]) {
    const SHORTEST: usize = 24;
    for e in expected.iter_mut() {
        let Some(l) = live
            .iter_mut()
            .find(|l| l.place == e.place && l.place.is_some())
        else {
            continue;
        };
        if e.text.len() >= SHORTEST && l.text.starts_with(e.text.as_ref()) {
            l.text = e.text.clone();
        } else if l.text.len() >= SHORTEST && e.text.starts_with(l.text.as_ref()) {
            e.text = l.text.clone();
        }
    }
}
