//! `docker build`, as the legacy builder and as `BuildKit` tell it: two renderings of one thing.
//!
//! Compared are the instructions that ran, in order; what their programs printed, where both sides
//! show it; and the tags. Step numbers, times, IDs of steps and what came from the cache are not
//! facts about the tutorial.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Line, all, is_error};

/// Instructions that both builders report.
const REPORTED: &[&str] = &["FROM", "RUN", "COPY", "ADD", "WORKDIR"];

/// Which builder wrote a text.
pub(super) fn form(text: &str) -> Option<&'static str> {
    if text
        .lines()
        .any(|line| line.starts_with("Step ") && line.contains(" : "))
    {
        return Some("the legacy builder");
    }
    let is_buildkit = |line: &str| {
        line.starts_with('#') && line.contains(" [") || line.starts_with("[+] Building")
    };
    text.lines().any(is_buildkit).then_some("BuildKit")
}

/// The facts of both sides as lines. Output of an instruction counts only if both sides have it:
/// an instruction that came from the cache prints nothing.
pub(super) fn facts<'a>(expected: &'a str, live: &'a str) -> (Vec<Line<'a>>, Vec<Line<'a>>) {
    let (Some(expected_facts), Some(live_facts)) = (read(expected), read(live)) else {
        return (all(expected), all(live));
    };
    let printed_by_both = |other: &[Fact<'_>], fact: &Fact<'_>| {
        other
            .iter()
            .any(|candidate| candidate.text == fact.text && !candidate.output.is_empty())
    };
    let expected_lines = render(&expected_facts, |fact| printed_by_both(&live_facts, fact));
    let live_lines = render(&live_facts, |fact| printed_by_both(&expected_facts, fact));
    (expected_lines, live_lines)
}

/// An instruction with its output, a tag, or an error.
#[derive(Debug)]
struct Fact<'a> {
    text: Cow<'a, str>,
    number: usize,
    output: Vec<Line<'a>>,
}

impl<'a> Fact<'a> {
    fn of(text: impl Into<Cow<'a, str>>, number: usize) -> Fact<'a> {
        Fact {
            text: text.into(),
            number,
            output: Vec::new(),
        }
    }
}

fn render<'a>(facts: &[Fact<'a>], shows_output: impl Fn(&Fact<'a>) -> bool) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    for fact in facts {
        lines.push(Line {
            text: fact.text.clone(),
            number: fact.number,
        });
        if shows_output(fact) {
            lines.extend(
                fact.output
                    .iter()
                    .filter(|line| !is_package_noise(&line.text))
                    .cloned(),
            );
        }
    }
    lines
}

/// The facts of a text that a builder wrote; none if neither did.
fn read(text: &str) -> Option<Vec<Fact<'_>>> {
    match form(text)? {
        "BuildKit" => Some(buildkit(text)),
        _ => Some(legacy(text)),
    }
}

fn legacy(text: &str) -> Vec<Fact<'_>> {
    let mut facts: Vec<Fact<'_>> = Vec::new();
    let mut running = false;
    for line in all(text) {
        let Cow::Borrowed(content) = line.text else {
            continue;
        };
        if let Some(instruction) = content
            .strip_prefix("Step ")
            .and_then(|rest| Some(rest.split_once(" : ")?.1))
        {
            running = false;
            facts.push(Fact::of(one_spaced(instruction), line.number));
        } else if content.starts_with(" ---> Running in ") {
            running = true;
        } else if content.starts_with(" ---> ")
            || content.starts_with("Removing intermediate container ")
        {
            running = false;
        } else if let Some(tag) = content.strip_prefix("Successfully tagged ") {
            facts.push(Fact::of(format!("tagged {}", full_tag(tag)), line.number));
        } else if is_error(content) || content.starts_with("The command '") {
            running = false;
            facts.push(Fact::of(failure(content), line.number));
        } else if running && let Some(fact) = facts.last_mut() {
            fact.output.push(Line {
                text: Cow::Borrowed(content),
                number: line.number,
            });
        }
    }
    reported(facts)
}

fn buildkit(text: &str) -> Vec<Fact<'_>> {
    // Steps interleave: what is printed belongs to the step whose number starts the line.
    let mut order: Vec<Fact<'_>> = Vec::new();
    let mut by_number: BTreeMap<&str, usize> = BTreeMap::new();
    for line in all(text) {
        let Cow::Borrowed(content) = line.text else {
            continue;
        };
        let Some((number, rest)) = content
            .strip_prefix('#')
            .and_then(|rest| rest.split_once(' '))
        else {
            if is_error(content) {
                order.push(Fact::of(failure(content), line.number));
            }
            continue;
        };
        if let Some(instruction) = instruction(rest) {
            by_number.entry(number).or_insert_with(|| {
                order.push(Fact::of(one_spaced(instruction), line.number));
                order.len() - 1
            });
        } else if let Some(tag) = rest.strip_prefix("naming to ") {
            let tag = tag
                .trim_end_matches(" done")
                .split(' ')
                .next()
                .unwrap_or_default();
            order.push(Fact::of(format!("tagged {}", full_tag(tag)), line.number));
        } else if let Some(printed) = printed(rest)
            && let Some(&index) = by_number.get(number)
        {
            order[index].output.push(Line {
                text: Cow::Borrowed(printed),
                number: line.number,
            });
        }
    }
    order.sort_by_key(|fact| rank(&fact.text));
    let mut facts = reported(order);
    facts.dedup_by(|a, b| a.text == b.text && a.text.starts_with("tagged "));
    facts
}

/// Numbers are given as steps are scheduled; the file's own order is in `[2/5]`, which
/// [`instruction`] leaves out, so only what ends a build is moved to its end.
fn rank(text: &str) -> u8 {
    match text {
        text if text.starts_with("failed") => 2,
        text if text.starts_with("tagged ") => 1,
        _ => 0,
    }
}

/// `[2/5] RUN make` or `[builder 2/5] RUN make`, without the brackets.
fn instruction(rest: &str) -> Option<&str> {
    let (place, instruction) = rest.strip_prefix('[')?.split_once("] ")?;
    place.contains('/').then_some(instruction)
}

/// `0.063 text`: what a program printed, without the time.
fn printed(rest: &str) -> Option<&str> {
    let (time, text) = rest.split_once(' ').unwrap_or((rest, ""));
    let (seconds, fraction) = time.split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(seconds) && digits(fraction) && fraction.len() == 3).then_some(text)
}

/// Only instructions that both builders report, and what is none.
fn reported(facts: Vec<Fact<'_>>) -> Vec<Fact<'_>> {
    facts
        .into_iter()
        .map(|mut fact| {
            if let Some(image) = fact.text.strip_prefix("FROM ") {
                let image = image.split([' ', '@']).next().unwrap_or_default();
                let image = image
                    .trim_start_matches("docker.io/")
                    .trim_start_matches("library/");
                fact.text = Cow::Owned(format!("FROM {image}"));
            }
            fact
        })
        .filter(|fact| {
            let first = fact.text.split(' ').next().unwrap_or_default();
            let is_instruction = first.bytes().all(|byte| byte.is_ascii_uppercase());
            !is_instruction || REPORTED.contains(&first)
        })
        .collect()
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

/// The two builders word a failure differently; that there is one, they agree on.
fn failure(text: &str) -> &str {
    if text.starts_with("The command '")
        || text.contains("failed to solve")
        || text.contains("failed to build")
        || text.contains("did not complete successfully")
    {
        "failed"
    } else {
        text
    }
}

/// How lines start that package managers print on their way.
const PACKAGE_NOISE: &[&str] = &[
    "Get:",
    "Hit:",
    "Ign:",
    "Fetched ",
    "Reading ",
    "Building dependency",
    "The following ",
    "  ",
    "0 upgraded",
    "Need to get",
    "After this operation",
    "Selecting ",
    "Preparing to unpack",
    "Unpacking ",
    "Setting up ",
    "Processing triggers",
    "(Reading database",
    "debconf: ",
    "Collecting ",
    "Downloading ",
    "Installing ",
    "Successfully installed",
    "WARNING: ",
    "[notice]",
    "Suggested packages:",
    "Recommended packages:",
    "added ",
    "npm notice",
    "fetch ",
    "OK: ",
    "(1/",
    "Do you want",
];

/// What package managers print on their way differs between two correct runs; their errors do not.
fn is_package_noise(line: &str) -> bool {
    if is_error(line) {
        return false;
    }
    line.trim().is_empty()
        || PACKAGE_NOISE.iter().any(|start| line.starts_with(start))
        || line.contains("upgraded, ")
}
