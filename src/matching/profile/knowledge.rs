//! All that is known of what a step prints, from its commands.

use std::borrow::Cow;

use super::known::{Profile, Reading, Words};
use super::line::{Line, all, is_error};
use super::own::OWN;
use super::requested::requested;
use super::{compose_up, docker, docker_run, settings};
use crate::commandline;
use crate::matching::command;
use crate::matching::pattern;

/// All that is known of what a step prints.
#[derive(Debug)]
pub(in crate::matching) struct Knowledge<'p> {
    /// Of each command in it of which something is known.
    profiles: Vec<&'p Profile>,
    pub(in crate::matching) reading: Reading,
    /// Other commands print something too.
    pub(in crate::matching) is_mixed: bool,
    is_docker: bool,
    /// The number of a process is asked for.
    asks_for_process: bool,
    /// The words of the commands.
    named: Vec<&'p str>,
}

/// What is known of a step's output, from its commands; a user's profiles come before ours.
pub(in crate::matching) fn of<'p>(text: &'p str, given: &'p [Profile]) -> Knowledge<'p> {
    let mut profiles: Vec<&Profile> = Vec::new();
    let mut readings: Vec<Reading> = Vec::new();
    let mut is_docker = false;
    let mut named = Vec::new();
    for invocation in command::invocations(text) {
        named.extend(invocation.operands());
        let known = given
            .iter()
            .chain(OWN.iter().copied())
            .find(|profile| profile.suits(&invocation));
        if settings::are_shown(&invocation) {
            profiles.push(&settings::PROFILE);
        }
        let is_docker_call = matches!(invocation.program, "docker" | "docker-compose");
        if is_docker_call && invocation.is_asked_for_json() && !invocation.is_filtered {
            readings.push(Reading::Json);
        } else if let Some(profile) = known.filter(|_| invocation.is_filtered)
            && profile.exact.iter().next().is_some()
        {
            // What is set stays so, whatever is left of it.
            profiles.push(&settings::PROFILE);
        } else if let Some(profile) = known
            && !invocation.is_filtered
        {
            if !invocation.is_around {
                readings.push(profile.reading);
            }
            profiles.push(profile);
        } else if !invocation.is_silent() && !invocation.is_around {
            readings.push(Reading::Lines);
        }
        if is_docker_call {
            profiles.push(&docker::PROFILE);
            is_docker = true;
        }
    }
    // Wherever Docker is called, it may pull; of a pull alone, that is the answer.
    if (is_docker || commandline::names_docker(text)) && !named.contains(&"pull") {
        profiles.extend([&docker::PROFILE, &docker_run::PROFILE]);
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
        asks_for_process: PROCESS.iter().any(|word| text.contains(word)),
        named,
    }
}

/// How the number of a process is asked for: by the shell, by Python, by Node, by `PostgreSQL`.
const PROCESS: &[&str] = &[
    "$!",
    "$$",
    "$BASHPID",
    "getpid",
    "getppid",
    "process.pid",
    "backend_pid",
];

impl Knowledge<'_> {
    /// Something in it made the daemon pull, a script for one.
    pub(in crate::matching) fn has_pulled(&mut self) {
        if !self.names("pull") {
            self.profiles
                .extend([&docker::PROFILE, &docker_run::PROFILE]);
        }
    }

    /// Whether a word is among those of its commands.
    pub(in crate::matching) fn names(&self, word: &str) -> bool {
        self.named.contains(&word)
    }

    fn words<'a>(
        &'a self,
        field: impl Fn(&'a Profile) -> &'a Words + 'a,
    ) -> impl Iterator<Item = &'a str> {
        self.profiles
            .iter()
            .flat_map(move |profile| field(profile).iter())
    }

    /// The first command of the first profile.
    pub(in crate::matching) fn title(&self) -> Option<&str> {
        self.profiles.first()?.commands.iter().next()
    }

    /// Whether one of the commands is docker's.
    pub(in crate::matching) fn is_docker(&self) -> bool {
        self.is_docker
    }

    /// Whether lines may come in any order.
    pub(in crate::matching) fn is_unordered(&self) -> bool {
        !self.is_mixed && self.profiles.iter().any(|profile| profile.unordered)
    }

    /// Whether the order of rows means something.
    pub(in crate::matching) fn has_ordered_rows(&self) -> bool {
        self.profiles.iter().any(|profile| profile.ordered)
    }

    /// Whether a column or key has another value each time.
    pub(in crate::matching) fn is_any(&self, name: &str) -> bool {
        self.words(|profile| &profile.any)
            .any(|any| pattern::fits(any, name))
    }

    /// Whether a kind of token is measured anew each time.
    pub(in crate::matching) fn measures(&self, kind: &str) -> bool {
        !self.is_mixed
            && self
                .profiles
                .iter()
                .any(|profile| profile.measured.has(kind))
    }

    /// Whether a number of several digits may be that of a process.
    pub(in crate::matching) fn asks_for_process(&self) -> bool {
        self.asks_for_process
    }

    /// Whether a kind of token is set, and not measured.
    pub(in crate::matching) fn sets(&self, kind: &str) -> bool {
        self.profiles.iter().any(|profile| profile.exact.has(kind))
    }

    /// Whether a column measures something.
    pub(in crate::matching) fn is_gauge(&self, column: &str) -> bool {
        self.profiles
            .iter()
            .any(|profile| profile.gauge.has(column))
    }

    /// Whether hexadecimal words are hashes of commits.
    pub(in crate::matching) fn has_hashes(&self) -> bool {
        self.profiles.iter().any(|profile| profile.hashes)
    }

    /// Whether a cell says less than others do.
    pub(in crate::matching) fn is_vague(&self, cell: &str) -> bool {
        self.words(|profile| &profile.vague)
            .any(|vague| pattern::fits(vague, cell))
    }

    /// Whether a column or key is there with some versions only.
    pub(in crate::matching) fn is_optional(&self, name: &str) -> bool {
        let is_among =
            |field: fn(&Profile) -> &Words| self.words(field).any(|word| pattern::fits(word, name));
        is_among(|profile| &profile.optional) && !is_among(|profile| &profile.required)
    }

    /// Whether a key that was there may be gone.
    pub(in crate::matching) fn may_be_lost(&self, name: &str) -> bool {
        let mut lost = self.words(|profile| &profile.lost).peekable();
        self.is_optional(name)
            && (lost.peek().is_none() || lost.any(|lost| pattern::fits(lost, name)))
    }

    /// The columns that say which row is which, the best first.
    pub(in crate::matching) fn keys(&self) -> impl Iterator<Item = &str> {
        self.words(|profile| &profile.key)
    }

    /// Whether a column says which row is which.
    pub(in crate::matching) fn is_key(&self, column: &str) -> bool {
        self.profiles.iter().any(|profile| profile.key.has(column))
    }

    /// The name of the form that an output has, where there are several.
    pub(in crate::matching) fn form(&self, text: &str) -> Option<&str> {
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
    pub(in crate::matching) fn canonical<'t>(&self, text: &'t str) -> Cow<'t, str> {
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
    pub(in crate::matching) fn keeps(&self, line: &str) -> bool {
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

    /// Whether a line is one of those that a pull says on its way; of a command that is asked to pull, its
    /// answer is none.
    pub(in crate::matching) fn is_of_pull(&self, line: &str) -> bool {
        let layers = docker::PROFILE.progress.iter();
        let mut layers = layers.filter(|pattern| pattern.starts_with("{id}: "));
        let fits = |pattern: &str| pattern::fits(pattern, line.trim_end());
        let asks = self.names("pull");
        let of_services = || {
            self.reading == Reading::Compose
                && (compose_up::PROFILE.progress.iter().any(fits)
                    || (!asks && ["* Pulling", "* Pulled"].into_iter().any(fits)))
        };
        layers.any(fits)
            || (!asks && docker_run::PROFILE.progress.iter().any(fits))
            || of_services()
    }

    /// Whether a line with packages has one that was asked for; of those, only these are left.
    fn is_requested(&self, line: &mut Line<'_>) -> bool {
        let mut forms = self.words(|profile| &profile.requested);
        let Some(names) = forms.find_map(|form| pattern::parts(form, &line.text)) else {
            return true;
        };
        let (Some(names), Some(head)) = (names.first(), line.text.split(' ').next()) else {
            return true;
        };
        let asked = requested(names, &self.named);
        if !asked.is_empty() {
            line.text = Cow::Owned(format!("{head} {}", asked.join(" ")));
        }
        // Where a file has the names, as `-r requirements.txt` does, all count.
        !asked.is_empty() || self.named.iter().any(|word| word.ends_with(".txt"))
    }

    /// Leaves one of lines that count once, wherever they are.
    fn merge(&self, lines: &mut Vec<Line<'_>>) {
        for once in self.words(|profile| &profile.once) {
            let mut is_there = false;
            lines.retain_mut(|line| {
                if !pattern::fits(once, &line.text) {
                    return true;
                }
                line.text = Cow::Owned(once.to_owned());
                !std::mem::replace(&mut is_there, true)
            });
        }
    }

    /// The lines of an output that are compared, each in its canonical form.
    pub(in crate::matching) fn lines<'t>(&self, text: &'t str) -> Vec<Line<'t>> {
        let mut lines = all(text);
        if self.profiles.is_empty() {
            return lines;
        }
        lines.retain_mut(|line| self.is_requested(line));
        lines.retain(|line| self.keeps(&line.text));
        self.merge(&mut lines);
        for line in &mut lines {
            if let Cow::Borrowed(whole) = line.text {
                line.text = self.canonical(whole);
            }
        }
        // Blank lines around what was left out are none of the output's.
        let blank = lines
            .iter()
            .take_while(|line| line.text.trim().is_empty())
            .count();
        lines.drain(..blank);
        while lines.last().is_some_and(|line| line.text.is_empty()) {
            lines.pop();
        }
        lines
    }
}
