//! The output of `BuildKit`: line by line, as into a pipe, and the last state of the screen.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::fact::{Fact, borrowed, full_tag, one_spaced};
use super::failure::failure;
use crate::matching::pattern;
use crate::matching::profile::Line;

pub(super) fn buildkit(text: &str) -> Vec<Fact<'_>> {
    // Steps interleave: what is printed belongs to the step whose number starts the line.
    let mut facts: Vec<Fact<'_>> = Vec::new();
    let mut ends: Vec<Fact<'_>> = Vec::new();
    let mut by_number: BTreeMap<&str, usize> = BTreeMap::new();
    // What follows a rule of dashes repeats what was printed, and a part of the Dockerfile.
    let mut in_excerpt = false;
    let mut printing: Option<usize> = None;
    for (content, number) in borrowed(text) {
        let Some((vertex, rest)) = content
            .strip_prefix('#')
            .and_then(|rest| rest.split_once(' '))
        else {
            // It ends with the error itself.
            in_excerpt = (in_excerpt || content == "------") && !content.starts_with("ERROR");
            if let Some(failure) = failure(content) {
                ends.push(Fact::of(failure, number));
            } else if in_excerpt || is_buildkit_talk(content) {
                continue;
            } else if let Some(index) = printing {
                // A line that was drawn over the one before it has lost its number.
                facts[index].output.push(Line {
                    text: Cow::Borrowed(content),
                    number,
                });
            } else {
                facts.push(Fact::of(content, number));
            }
            continue;
        };
        printing = None;
        if let Some((place, instruction)) = instruction(rest) {
            by_number.entry(vertex).or_insert_with(|| {
                facts.push(Fact {
                    place: Some(place),
                    ..Fact::of(one_spaced(instruction), number)
                });
                facts.len() - 1
            });
        } else if let Some(tag) = tag(rest) {
            ends.push(Fact::of(format!("tagged {}", full_tag(tag)), number));
        } else if rest.starts_with("ERROR") {
            ends.extend(failure(rest).map(|failure| Fact::of(failure, number)));
        } else if let Some(&index) = by_number.get(vertex) {
            if rest == "CACHED" {
                facts[index].is_cached = true;
            } else if let Some(printed) = printed(rest) {
                printing = Some(index);
                facts[index].output.push(Line {
                    text: Cow::Borrowed(printed),
                    number,
                });
            }
        }
    }
    in_order(facts, ends)
}

fn is_buildkit_talk(line: &str) -> bool {
    const FORMS: &[&str] = &[
        "",
        " *  Built",
        "What's next:*",
        "    View a summary *",
        "    Learn more *",
        "View build details: *",
        " {n} warning* found *",
        " - *: * (line {n})",
    ];
    FORMS.iter().any(|form| pattern::fits(form, line))
}

/// ` => CACHED [2/5] WORKDIR /w      0.0s`.
pub(super) fn screen(text: &str) -> Vec<Fact<'_>> {
    let mut facts: Vec<Fact<'_>> = Vec::new();
    let mut ends: Vec<Fact<'_>> = Vec::new();
    let mut in_excerpt = false;
    for (content, number) in borrowed(text) {
        let Some(rest) = content.trim_start().strip_prefix("=> ") else {
            // It ends with the error itself.
            in_excerpt = (in_excerpt || content == "------") && !content.starts_with("ERROR");
            if let Some(failure) = failure(content) {
                ends.push(Fact::of(failure, number));
            } else if !in_excerpt && !is_buildkit_talk(content) && !content.starts_with("[+] ") {
                facts.push(Fact::of(content, number));
            }
            continue;
        };
        let rest = rest.trim_start_matches("=> ");
        let rest = match rest.trim_end().rsplit_once(' ') {
            Some((head, time))
                if time.ends_with('s') && time.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                head.trim_end()
            }
            _ => rest,
        };
        let (rest, is_cached) = rest
            .strip_prefix("CACHED ")
            .map_or((rest, false), |rest| (rest, true));
        let rest = rest.strip_prefix("ERROR ").unwrap_or(rest);
        if let Some((place, instruction)) = instruction(rest) {
            facts.push(Fact {
                place: Some(place),
                is_cached,
                ..Fact::of(one_spaced(instruction), number)
            });
        } else if let Some(tag) = tag(rest) {
            ends.push(Fact::of(format!("tagged {}", full_tag(tag)), number));
        }
    }
    in_order(facts, ends)
}

/// Instructions in the order of the Dockerfile, whenever each was begun; those of several stages, which
/// run at once, stage by stage; then tags and failures, each once.
fn in_order<'a>(mut facts: Vec<Fact<'a>>, mut ends: Vec<Fact<'a>>) -> Vec<Fact<'a>> {
    facts.sort_by_key(|fact| fact.place.map_or((1, None), |place| (0, Some(place))));
    // What is no instruction was printed by another program, and comes last.
    let others = facts.split_off(facts.partition_point(|fact| fact.place.is_some()));
    facts.dedup_by(|later, fact| later.place == fact.place && later.text == fact.text);
    ends.sort_by(|a, b| b.text.cmp(&a.text));
    ends.dedup_by(|later, end| later.text == end.text);
    facts.extend(ends);
    facts.extend(others);
    facts
}

/// `[2/5] RUN make` or `[builder 2/5] RUN make`: where it stands, and what it is.
fn instruction(rest: &str) -> Option<((&str, usize), &str)> {
    let (place, instruction) = rest.strip_prefix('[')?.split_once("] ")?;
    let (stage, step) = place.rsplit_once(' ').unwrap_or(("", place));
    let (number, _) = step.split_once('/')?;
    Some(((stage, number.parse().ok()?), instruction))
}

fn tag(rest: &str) -> Option<&str> {
    rest.strip_prefix("naming to ")?
        .trim_end_matches(" done")
        .split(' ')
        .next()
}

/// `0.063 text`: what a program printed, without the time.
fn printed(rest: &str) -> Option<&str> {
    let (time, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let (seconds, fraction) = time.split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(seconds) && digits(fraction) && fraction.len() == 3).then_some(text)
}
