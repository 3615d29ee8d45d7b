//! `docker build`, as the legacy builder and as `BuildKit` tell it, in a pipe or on a terminal:
//! renderings of one thing.
//!
//! Compared are the instructions that ran, in order; what their programs printed, where both sides
//! show it; the tags, and how it failed. Step numbers, times, IDs of steps and what came from the
//! cache are not facts about the tutorial.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::pattern;
use super::profile::{self, Knowledge, Line, all, is_error};

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

/// An instruction with its output, a tag, or an error.
#[derive(Debug)]
struct Fact<'a> {
    text: Cow<'a, str>,
    number: usize,
    /// The stage of the Dockerfile and the place in it, where that is told.
    place: Option<(&'a str, usize)>,
    is_cached: bool,
    output: Vec<Line<'a>>,
}

impl<'a> Fact<'a> {
    fn of(text: impl Into<Cow<'a, str>>, number: usize) -> Fact<'a> {
        Fact {
            text: text.into(),
            number,
            place: None,
            is_cached: false,
            output: Vec::new(),
        }
    }
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

fn legacy(text: &str) -> Vec<Fact<'_>> {
    let mut facts: Vec<Fact<'_>> = Vec::new();
    let mut running = false;
    let of_pull = profile::of("docker pull", &[]);
    for line in borrowed(text) {
        let (content, number) = line;
        if pattern::fits("Step {n}/{n} : *", content)
            && let Some((_, instruction)) = content.split_once(" : ")
        {
            running = false;
            facts.push(Fact::of(one_spaced(instruction), number));
        } else if pattern::fits(" ---> Running in {id}", content) {
            running = true;
        } else if is_legacy_step(content) {
            running = false;
            if let Some(fact) = facts.last_mut() {
                fact.is_cached |= content == " ---> Using cache";
            }
        } else if let Some(tag) = content.strip_prefix("Successfully tagged ") {
            facts.push(Fact::of(format!("tagged {}", full_tag(tag)), number));
        } else if let Some(failure) = failure(content) {
            running = false;
            facts.push(Fact::of(failure, number));
        } else if running && let Some(fact) = facts.last_mut() {
            fact.output.push(Line {
                text: Cow::Borrowed(content),
                number,
            });
        } else if !is_legacy_talk(content) && of_pull.keeps(content) {
            facts.push(Fact::of(content, number));
        }
    }
    facts
}

/// The end of a step, by the ID of what came of it.
fn is_legacy_step(line: &str) -> bool {
    const FORMS: &[&str] = &[
        " ---> {id}",
        " ---> Using cache",
        " ---> [Warning] *",
        "Removing intermediate container {id}",
        " ---> Removed intermediate container {id}",
    ];
    FORMS.iter().any(|form| pattern::fits(form, line))
}

fn is_legacy_talk(line: &str) -> bool {
    const FORMS: &[&str] = &[
        "",
        "Sending build context to Docker daemon *",
        "Successfully built {id}",
        "DEPRECATED: *",
        "            Install the buildx component*",
        "            https://*",
        "            BuildKit is currently disabled;*",
        "            environment-variable.",
        "SECURITY WARNING: *",
        // The base image comes from its registry, or it was there already.
        "*: Pulling from *",
        "Digest: sha256:*",
        "Status: Downloaded newer image for *",
        "Status: Image is up to date for *",
    ];
    FORMS.iter().any(|form| pattern::fits(form, line))
}

fn buildkit(text: &str) -> Vec<Fact<'_>> {
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
fn screen(text: &str) -> Vec<Fact<'_>> {
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

fn borrowed(text: &str) -> impl Iterator<Item = (&str, usize)> {
    all(text).into_iter().filter_map(|line| match line.text {
        Cow::Borrowed(content) => Some((content, line.number)),
        Cow::Owned(_) => None,
    })
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

/// How a build failed, if a line says so, in words that do not depend on the builder.
fn failure(line: &str) -> Option<Cow<'_, str>> {
    let between = |text: &'_ str, start: &str, end: &str| -> Option<(String, String)> {
        let (_, rest) = text.split_once(start)?;
        let (inside, rest) = rest.split_once(end)?;
        Some((inside.to_owned(), rest.trim().to_owned()))
    };
    let ended = between(line, "The command '", "' returned a non-zero code: ").or_else(|| {
        between(
            line,
            "process \"",
            "\" did not complete successfully: exit code: ",
        )
    });
    if let Some((command, status)) = ended {
        return Some(Cow::Owned(format!("failed with {status}: {command}")));
    }
    let is_of_builder = [
        "ERROR: ",
        "failed to solve",
        "COPY failed: ",
        "ADD failed: ",
        "Error response from daemon: ",
    ]
    .iter()
    .any(|start| line.starts_with(start));
    let is_missing = line.contains("not found")
        || line.contains("no such file")
        || line.contains("does not exist");
    if is_of_builder && is_missing {
        let what = missing(line).unwrap_or("something");
        return Some(Cow::Owned(format!("failed: {what} is not found")));
    }
    if is_of_builder && (line.contains("parse error") || line.contains("unknown instruction")) {
        return Some(Cow::Borrowed("failed: the Dockerfile is not understood"));
    }
    is_error(line).then_some(Cow::Borrowed(line))
}

/// `docker.io/library/demo` and `demo:latest` are one tag.
fn full_tag(tag: &str) -> String {
    let tag = tag
        .trim_start_matches("docker.io/")
        .trim_start_matches("library/");
    let last = tag.rsplit('/').next().unwrap_or(tag);
    if last.contains(':') {
        tag.to_owned()
    } else {
        format!("{tag}:latest")
    }
}

fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name of what is not found: `"/app.py": not found`, `stat app.py: file does not exist`,
/// `docker.io/library/x:1: not found`.
fn missing(line: &str) -> Option<&str> {
    let before = [
        ": not found",
        ": file does not exist",
        ": no such file",
        " not found:",
    ]
    .iter()
    .find_map(|end| {
        line.split(end)
            .next()
            .filter(|head| head.len() < line.len())
    })?;
    let word = before.rsplit(' ').next()?.trim_matches('"');
    let word = word
        .trim_start_matches("docker.io/")
        .trim_start_matches("library/");
    Some(word.trim_start_matches('/')).filter(|word| !word.is_empty())
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
