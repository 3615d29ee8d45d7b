//! What kind of output a command prints, and what of it is said rather than shown on the way.
//!
//! A profile is a short table in words that authors may use for commands of their own too. It may
//! leave out lines of progress and bring two forms of the same facts into one. It never leaves out
//! a line that starts like an error.

mod apk;
mod apt_get;
mod compose_build;
mod compose_logs;
mod compose_ps;
mod compose_up;
mod curl;
mod docker;
mod docker_build;
mod docker_diff;
mod docker_history;
mod docker_images;
mod docker_info;
mod docker_inspect;
mod docker_logs;
mod docker_ls;
mod docker_ps;
mod docker_pull;
mod docker_push;
mod docker_rm;
mod docker_run;
mod docker_service;
mod docker_service_change;
mod docker_stats;
mod docker_system_df;
mod docker_top;
mod git_clone;
mod ls;
mod npm;
mod pip;

use std::borrow::Cow;

use serde::Deserialize;

use super::command::{self, Invocation};
use super::pattern;

/// What is known of the output of some commands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// Whose output it is: the words of commands, without options, such as `docker image ls`.
    pub commands: Words,
    /// Options with which they print something else.
    #[serde(default)]
    pub unless: Words,
    /// How it is read.
    #[serde(default)]
    pub reading: Reading,
    /// Lines that are left out: patterns, where `*` is any text, `{id}` an ID and `{n}` a number.
    #[serde(default)]
    pub progress: Words,
    /// If there are any, only these lines are compared.
    #[serde(default)]
    pub only: Words,
    /// `PATTERN => PATTERN`: lines and cells of the first form say the same as the second.
    #[serde(default)]
    pub alike: Words,
    /// Cells that say less than others do: one of such a form is like any that starts with the same word.
    #[serde(default)]
    pub vague: Words,
    /// Lines may come in any order.
    #[serde(default)]
    pub unordered: bool,
    /// Columns, or keys of JSON, that have another value each time.
    #[serde(default)]
    pub any: Words,
    /// Columns, or keys of JSON, that are there with some versions only.
    #[serde(default)]
    pub optional: Words,
    /// Keys of JSON that are what the author made them, whatever `optional` says.
    #[serde(default)]
    pub required: Words,
    /// The columns that say which row is which.
    #[serde(default)]
    pub key: Words,
    /// Rows come in an order that means something.
    #[serde(default)]
    pub ordered: bool,
    /// `NAME: PATTERN`: an output with such a line has the form of that name; a page that shows
    /// another form than a reader sees is outdated.
    #[serde(default)]
    pub forms: Words,
}

/// How an output is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Line by line.
    #[default]
    Lines,
    /// By rows and columns.
    Table,
    /// By its structure.
    Json,
    /// The instructions that a builder ran.
    Build,
    /// What became of each resource.
    Compose,
    /// The lines of several services.
    Logs,
    /// Word by word, in whatever columns.
    Words,
}

/// Some words, ours or given.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Vec<String>")]
pub enum Words {
    /// Of a profile of our own.
    Own(&'static [&'static str]),
    /// Of a user's.
    Given(Vec<String>),
}

impl Default for Words {
    fn default() -> Words {
        Words::Own(&[])
    }
}

impl From<Vec<String>> for Words {
    fn from(words: Vec<String>) -> Words {
        Words::Given(words)
    }
}

impl Words {
    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let (own, given): (&[&str], &[String]) = match self {
            Words::Own(words) => (words, &[]),
            Words::Given(words) => (&[], words),
        };
        own.iter().copied().chain(given.iter().map(String::as_str))
    }

    fn has(&self, wanted: &str) -> bool {
        self.iter().any(|word| word == wanted)
    }
}

/// The profile of a command of which nothing is known; others are this with something added.
const GENERAL: Profile = Profile {
    commands: Words::Own(&[]),
    unless: Words::Own(&[]),
    reading: Reading::Lines,
    progress: Words::Own(&[]),
    only: Words::Own(&[]),
    alike: Words::Own(&[]),
    vague: Words::Own(&[]),
    unordered: false,
    any: Words::Own(&[]),
    optional: Words::Own(&[]),
    required: Words::Own(&[]),
    key: Words::Own(&[]),
    ordered: false,
    forms: Words::Own(&[]),
};

const OWN: &[&Profile] = &[
    &apk::PROFILE,
    &apt_get::PROFILE,
    &compose_build::PROFILE,
    &compose_logs::PROFILE,
    &compose_ps::PROFILE,
    &compose_up::PROFILE,
    &curl::PROFILE,
    &docker_build::PROFILE,
    &docker_diff::PROFILE,
    &docker_history::PROFILE,
    &docker_images::PROFILE,
    &docker_info::PROFILE,
    &docker_inspect::PROFILE,
    &docker_logs::PROFILE,
    &docker_ls::PROFILE,
    &docker_ps::PROFILE,
    &docker_pull::PROFILE,
    &docker_push::PROFILE,
    &docker_rm::PROFILE,
    &docker_run::PROFILE,
    &docker_service::PROFILE,
    &docker_service_change::PROFILE,
    &docker_stats::PROFILE,
    &docker_system_df::PROFILE,
    &docker_top::PROFILE,
    &git_clone::PROFILE,
    &ls::PROFILE,
    &npm::PROFILE,
    &pip::PROFILE,
];

impl Profile {
    /// What is wrong with it, if anything is: each word that cannot be understood, and why.
    pub fn fault(&self) -> Option<(String, &'static str)> {
        let told = |word: &str, why| Some((word.to_owned(), why));
        if self.commands.iter().next().is_none() {
            return told("commands", "it needs at least one command");
        }
        if let Some(word) = self.alike.iter().find(|word| !word.contains(" => ")) {
            return told(word, "write `PATTERN => PATTERN`");
        }
        if let Some(word) = self.forms.iter().find(|word| !word.contains(": ")) {
            return told(word, "write `NAME: PATTERN`");
        }
        let patterns = [
            &self.progress,
            &self.only,
            &self.alike,
            &self.vague,
            &self.forms,
        ];
        let unknown = patterns
            .into_iter()
            .flat_map(Words::iter)
            .find(|word| !pattern::is_sound(word));
        unknown.and_then(|word| told(word, "between braces stands `id` or `n`"))
    }

    fn suits(&self, invocation: &Invocation<'_>) -> bool {
        self.commands.iter().any(|command| invocation.is(command))
            && !self.unless.iter().any(|option| invocation.has(option))
    }
}

/// All that is known of what a step prints.
#[derive(Debug)]
pub(super) struct Knowledge<'p> {
    /// Of each command in it of which something is known.
    profiles: Vec<&'p Profile>,
    pub(super) reading: Reading,
    /// Other commands print something too.
    pub(super) is_mixed: bool,
    is_docker: bool,
}

/// What is known of a step's output, from its commands; a user's profiles come before ours.
pub(super) fn of<'p>(text: &str, given: &'p [Profile]) -> Knowledge<'p> {
    let mut profiles: Vec<&Profile> = Vec::new();
    let mut readings: Vec<Reading> = Vec::new();
    let mut is_docker = false;
    for invocation in command::invocations(text) {
        let known = given
            .iter()
            .chain(OWN.iter().copied())
            .find(|profile| profile.suits(&invocation));
        if let Some(profile) = known
            && !invocation.is_filtered
        {
            readings.push(profile.reading);
            profiles.push(profile);
        } else if !invocation.is_silent() {
            readings.push(Reading::Lines);
        }
        if invocation.program == "docker" || invocation.program == "docker-compose" {
            profiles.push(&docker::PROFILE);
            is_docker = true;
        }
    }
    // Two outputs in one are read line by line, with the progress of both left out; but a builder's
    // lines are known wherever they stand.
    let reading = match readings.as_slice() {
        [one] => *one,
        several if several.contains(&Reading::Build) => Reading::Build,
        _ => Reading::Lines,
    };
    Knowledge {
        profiles,
        reading,
        is_mixed: readings.len() > 1,
        is_docker,
    }
}

impl Knowledge<'_> {
    fn words<'a>(
        &'a self,
        field: impl Fn(&'a Profile) -> &'a Words + 'a,
    ) -> impl Iterator<Item = &'a str> {
        self.profiles
            .iter()
            .flat_map(move |profile| field(profile).iter())
    }

    /// The first command of the first profile.
    pub(super) fn title(&self) -> Option<&str> {
        self.profiles.first()?.commands.iter().next()
    }

    /// Whether one of the commands is docker's.
    pub(super) fn is_docker(&self) -> bool {
        self.is_docker
    }

    /// Whether lines may come in any order.
    pub(super) fn is_unordered(&self) -> bool {
        !self.is_mixed && self.profiles.iter().any(|profile| profile.unordered)
    }

    /// Whether the order of rows means something.
    pub(super) fn has_ordered_rows(&self) -> bool {
        self.profiles.iter().any(|profile| profile.ordered)
    }

    /// Whether a column or key has another value each time.
    pub(super) fn is_any(&self, name: &str) -> bool {
        self.words(|profile| &profile.any)
            .any(|any| pattern::fits(any, name))
    }

    /// Whether a cell says less than others do.
    pub(super) fn is_vague(&self, cell: &str) -> bool {
        self.words(|profile| &profile.vague)
            .any(|vague| pattern::fits(vague, cell))
    }

    /// Whether a column or key is there with some versions only.
    pub(super) fn is_optional(&self, name: &str) -> bool {
        let is_among =
            |field: fn(&Profile) -> &Words| self.words(field).any(|word| pattern::fits(word, name));
        is_among(|profile| &profile.optional) && !is_among(|profile| &profile.required)
    }

    /// The columns that say which row is which, the best first.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.words(|profile| &profile.key)
    }

    /// Whether a column says which row is which.
    pub(super) fn is_key(&self, column: &str) -> bool {
        self.profiles.iter().any(|profile| profile.key.has(column))
    }

    /// The name of the form that an output has, where there are several.
    pub(super) fn form(&self, text: &str) -> Option<&str> {
        let forms: Vec<(&str, &str)> = self
            .words(|profile| &profile.forms)
            .filter_map(|form| form.split_once(": "))
            .collect();
        if forms.is_empty() {
            return None;
        }
        text.lines().find_map(|line| {
            let line = line.trim_end();
            let found = forms.iter().find(|(_, form)| pattern::fits(form, line));
            found.map(|(name, _)| *name)
        })
    }

    /// A line or cell in the form in which it is compared.
    pub(super) fn canonical<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut said = Cow::Borrowed(text);
        for rule in self.words(|profile| &profile.alike) {
            if !pattern::may_start(rule, &said) {
                continue;
            }
            let Some((from, to)) = rule.split_once(" => ") else {
                continue;
            };
            if let Some(parts) = pattern::parts(from, &said) {
                said = Cow::Owned(pattern::filled(to, &parts));
            }
        }
        said
    }

    /// Whether a line is compared.
    pub(super) fn keeps(&self, line: &str) -> bool {
        if is_error(line) {
            return true;
        }
        // What another command prints may be indented too.
        let is_progress = self
            .words(|profile| &profile.progress)
            .filter(|progress| !self.is_mixed || progress.trim_start() != "*")
            .any(|progress| pattern::fits(progress, line));
        let mut only = self.words(|profile| &profile.only).peekable();
        let is_left_out =
            !self.is_mixed && only.peek().is_some() && !only.any(|only| pattern::fits(only, line));
        !is_progress && !is_left_out
    }

    /// The lines of an output that are compared, each in its canonical form.
    pub(super) fn lines<'t>(&self, text: &'t str) -> Vec<Line<'t>> {
        let mut lines = all(text);
        if self.profiles.is_empty() {
            return lines;
        }
        lines.retain(|line| self.keeps(&line.text));
        for line in &mut lines {
            if let Cow::Borrowed(whole) = line.text {
                line.text = self.canonical(whole);
            }
        }
        // Blank lines before what was left out at the end are none of the output's.
        while lines.last().is_some_and(|line| line.text.is_empty()) {
            lines.pop();
        }
        lines
    }
}

/// A line that is compared: its words, and which line of the output it was.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line<'a> {
    pub(super) text: Cow<'a, str>,
    /// Counted from 0.
    pub(super) number: usize,
}

/// Every line, without blanks at its end; blank lines at the very end do not count.
pub(super) fn all(text: &str) -> Vec<Line<'_>> {
    let text = text.trim_end();
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n')
        .enumerate()
        .map(|(number, line)| Line {
            text: Cow::Borrowed(line.trim_end()),
            number,
        })
        .collect()
}

/// Every word, in the order of the text.
pub(super) fn words(text: &str) -> Vec<Line<'_>> {
    all(text)
        .into_iter()
        .flat_map(|line| {
            let words = match line.text {
                // An error is a sentence, and no list of words.
                Cow::Borrowed(whole) if !whole.contains(": ") => whole.split_whitespace().collect(),
                Cow::Borrowed(whole) => vec![whole],
                Cow::Owned(_) => Vec::new(),
            };
            words.into_iter().map(move |word| Line {
                text: Cow::Borrowed(word),
                number: line.number,
            })
        })
        .collect()
}

/// A line that says that something went wrong; no profile may drop it.
pub(super) fn is_error(line: &str) -> bool {
    const STARTS: &[&str] = &[
        "Error",
        "ERROR",
        "error",
        "E: ",
        "Err:",
        "denied",
        "fatal",
        "FATAL",
        "panic",
        "Traceback",
        "failed",
        "Failed",
        "toomanyrequests",
        "unauthorized",
        "docker: Error",
        "npm error",
        "npm ERR!",
        "curl: (",
    ];
    const WORDS: &[&str] = &[
        "unmet dependencies",
        "did not run successfully",
        "Repository not found",
        "No space left on device",
    ];
    let line = line.trim_start();
    STARTS.iter().any(|start| line.starts_with(start))
        || WORDS.iter().any(|words| line.contains(words))
}

/// A line that warns: one that is new is noted, and nobody is stuck.
pub(super) fn is_warning(line: &str) -> bool {
    let line = line.trim_start();
    [
        "WARN",
        "warn",
        "Warning",
        "W: ",
        "DEPRECATED",
        "npm warn",
        "npm WARN",
        "[notice]",
    ]
    .iter()
    .any(|start| line.starts_with(start))
        || (line.starts_with("time=\"") && line.contains(" level=warning "))
}
