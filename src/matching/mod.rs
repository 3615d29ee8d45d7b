//! When are two outputs the same? Both sides go through one pure pipeline; the result is a value
//! with reasons.
//!
//! Text ([`plain`]) → what of it is said (`profile`) → tokens → lines, aligned → bindings.
//! This room knows nothing of Markdown, YAML or the daemon: what the daemon knows of the words in
//! an output comes in as [`Known`].

mod acceptance;
mod align;
mod bindings;
mod build;
mod calendar;
mod command;
mod comparison;
mod compose;
mod emphasis;
mod huge;
mod ids;
mod json;
mod lcs;
mod line;
mod names;
mod notation;
mod pattern;
mod profile;
mod rewrite;
mod scan;
mod screen;
mod shape;
mod table;
mod text;
mod token;
mod tokens;
mod varying;
mod vocabulary;
mod why;
mod words;

use crate::commandline;
use crate::identity::Known;
pub use bindings::Bindings;
pub use comparison::{Acceptance, Aligned, Comparison, Mismatch, What};
pub use emphasis::Marks;
pub use lcs::{OneSided, one_sided};
pub use profile::{Profile, Reading, Words};
pub use rewrite::{Rewrite, Rewritten, rewritten};
pub use screen::final_screen_of as final_screen;
pub use text::plain;
pub use tokens::candidates;
pub use varying::{Sort, Spot, Varying, carried, placed, varying};
pub use why::Why;

use profile::Line;
use varying::Settled;
use vocabulary::Vocabulary;
use words::Matcher;

/// One of the two outputs.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Plain text, as [`plain`] gives it.
    pub text: &'a str,
    /// Its identifiers.
    pub known: &'a Known,
    /// Whether `known` has all of them. Output that an author typed into a page has none recorded:
    /// there, a word in the form of an ID stands for whatever ID is found in its place.
    pub complete: bool,
    /// Lines may come before it that are not in the text.
    pub begins_before: bool,
    /// Lines may follow that are not in the text.
    pub goes_on: bool,
}

impl<'a> Side<'a> {
    /// What was really printed, with all of its identifiers.
    pub fn whole(text: &'a str, known: &'a Known) -> Side<'a> {
        Side {
            text,
            known,
            complete: true,
            begins_before: false,
            goes_on: false,
        }
    }

    /// What an author typed into a page.
    pub fn of_page(text: &'a str, known: &'a Known) -> Side<'a> {
        Side {
            complete: false,
            ..Side::whole(text, known)
        }
    }
}

/// How a step's output is compared, apart from what its command says.
#[derive(Debug, Default)]
pub struct Rules {
    /// The order of lines does not matter.
    pub unordered: bool,
    /// The daemon pulled an image for it, and told of that.
    pub pulled: bool,
    /// The author says that it is only similar: words of one shape are alike.
    pub loose: bool,
    /// What these match is not compared.
    pub masks: Vec<regex::Regex>,
    /// Words of the expected output that differ from play to play.
    pub varying: Vec<Varying>,
    /// Kinds of token that are compared exactly: `digest`, `size`.
    pub strict: Vec<String>,
    /// Profiles of the project's own, which come before ours.
    pub profiles: Vec<Profile>,
}

impl Rules {
    fn is_strict(&self, kind: &str) -> bool {
        self.strict.iter().any(|word| word == kind)
    }
}

/// Compares what a step printed with what was expected. `step` is its number, for messages about
/// identifiers that were seen before.
pub fn compare(
    command: &str,
    expected: Side<'_>,
    live: Side<'_>,
    rules: &Rules,
    step: usize,
    bindings: &mut Bindings,
) -> Comparison {
    if expected.begins_before || expected.goes_on {
        let before = if expected.begins_before { "...\n" } else { "" };
        let after = if expected.goes_on { "...\n" } else { "" };
        let text = [before, expected.text, after].concat();
        let expected = Side::of_page(&text, expected.known);
        let comparison = compare(command, expected, live, rules, step, bindings);
        return comparison.without_first(before.lines().count());
    }
    // Most outputs are the same to the letter; only what has identifiers needs a closer look then.
    if expected.text == live.text
        && (live.known.is_empty() || !tokens::may_have_identifiers(live.text))
    {
        return Comparison::same();
    }
    let mut knowledge = profile::of(command, &rules.profiles);
    if rules.pulled {
        knowledge.has_pulled();
    }
    let matcher = matcher(&knowledge, expected, live, rules, step);
    if matches!(knowledge.reading, Reading::Json)
        && let Some(expected) = json::values(expected.text, &knowledge)
        && let Some(live) = json::values(live.text, &knowledge)
    {
        let (expected, live) = json::in_both(expected, live, &knowledge);
        return matcher.values(&expected, &live, bindings);
    }
    if huge::are_huge(expected.text, live.text, matcher.is_authored()) {
        return matcher.in_order(expected.text, live.text, bindings);
    }
    let both = || {
        let printed = live.text;
        let mut live = knowledge.lines(printed);
        let mut expected = knowledge.lines(expected.text);
        if matcher.is_authored() {
            let fits = |expected: &str, live: &str| matcher.alike(expected, live);
            notation::as_printed(&expected, &mut live, printed, fits);
            expected = notation::as_meant(expected, &live, fits);
        }
        (expected, live)
    };
    let mut compare =
        |lines: (Vec<Line<'_>>, Vec<Line<'_>>)| matcher.lines(&lines.0, &lines.1, bindings);
    match knowledge.reading {
        // What should be JSON and is none is compared as it stands there.
        Reading::Lines | Reading::Json => compare(both()),
        Reading::Words => {
            let words = |text| profile::words(text, |line| !knowledge.is_of_pull(line));
            compare((words(expected.text), words(live.text)))
        }
        Reading::Build => {
            let (mut expected, live) = build::facts(expected.text, live.text, &knowledge);
            let all = expected.len();
            if matcher.is_authored() {
                expected.retain(|line| !notation::is_elision(&line.text));
            }
            if expected.len() < all {
                matcher.among(&expected, &live, bindings)
            } else {
                matcher.lines(&expected, &live, bindings)
            }
        }
        Reading::Compose => compare((
            compose::facts(expected.text, &knowledge),
            compose::facts(live.text, &knowledge),
        )),
        Reading::Logs => compare((
            compose::logs(expected.text, &knowledge),
            compose::logs(live.text, &knowledge),
        )),
        Reading::Table | Reading::Columns => matcher
            .tables(expected.text, live.text, bindings)
            .unwrap_or_else(|| {
                let (expected, live) = both();
                matcher.lines(&expected, &live, bindings)
            }),
    }
}

fn matcher<'a>(
    knowledge: &'a profile::Knowledge<'a>,
    expected: Side<'a>,
    live: Side<'a>,
    rules: &'a Rules,
    step: usize,
) -> Matcher<'a> {
    Matcher {
        knowledge,
        expected: Vocabulary::of(expected),
        live: Vocabulary::of(live),
        settled: Settled::new(&rules.varying, expected.text),
        rules,
        step,
    }
}

/// Looks for a regular expression in an output; one that is none is found in nothing.
pub fn compare_with_pattern(pattern: &str, output: &str) -> Comparison {
    let is_found = regex::RegexBuilder::new(pattern)
        .multi_line(true)
        .dot_matches_new_line(true)
        .build()
        .is_ok_and(|pattern| pattern.is_match(output));
    if is_found {
        return Comparison::same();
    }
    Comparison::of(vec![Aligned::Changed {
        expected: 0,
        live: 0,
        why: Why::NotFound(pattern.to_owned()),
        marks: Marks::default(),
    }])
}

/// The name of the form that an output of a command has, where there is more than one: which of
/// the two builders wrote it, for one.
pub fn form(command: &str, text: &str, profiles: &[Profile]) -> Option<String> {
    profile::of(command, profiles).form(text).map(str::to_owned)
}

/// The first of the commands that share the profile of this one; none if nothing is known of it.
pub fn profile_of(command: &str, profiles: &[Profile]) -> Option<String> {
    profile::of(command, profiles).title().map(str::to_owned)
}

/// Whether the exact status with which a command fails depends on the version of what runs it.
pub fn has_varying_failure(command: &str) -> bool {
    matches!(
        profile::of(command, &[]).reading,
        Reading::Build | Reading::Compose
    )
}

/// The lines of an output that are compared: none of progress, of a pull, of somebody else's.
pub fn counted<'t>(command: &str, output: &'t str) -> Vec<&'t str> {
    let knowledge = profile::of(command, &[]);
    let lines = output.lines().filter(|line| !line.trim().is_empty());
    let tells =
        |line: &&str| knowledge.reading == Reading::Compose && compose::tells_of_resource(line);
    lines
        .filter(|line| knowledge.keeps(line) && !tells(line))
        .collect()
}

/// An output without what a pull says on its way, which depends on what is there already; of a command
/// that is asked to pull, its answer stays. `pulled`: the daemon did.
pub fn without_pull(command: &str, output: &str, pulled: bool) -> String {
    if !pulled && !commandline::names_docker(command) {
        return output.to_owned();
    }
    let knowledge = profile::of(command, &[]);
    let lines = output.split_inclusive('\n');
    lines.filter(|line| !knowledge.is_of_pull(line)).collect()
}

/// Whether a line of a page is meant as it stands.
pub fn is_literal(line: &str) -> bool {
    !notation::is_elision(line) && !notation::is_notation(line)
}

/// Whether a line names the folder of a run, which is another one each time.
pub fn names_workspace(line: &str) -> bool {
    tokens::tokens(line).any(|token| matches!(token, tokens::Token::Workspace(_)))
}

/// Whether a line says that something went wrong.
pub fn is_error(line: &str) -> bool {
    profile::is_error(line)
}

/// Whether a command lists objects of the daemon, a row for each.
pub fn lists_objects(command: &str) -> bool {
    profile::of(command, &[]).reading == Reading::Table
}

#[cfg(test)]
mod tests;
