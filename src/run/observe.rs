//! What a step has done, as a reader sees it.

use std::time::{Duration, Instant};

use super::limits::grace;
use super::scene::Scene;
use crate::commandline;
use crate::docker::Witness;
use crate::matching;
use crate::observation::{Ended, Observation};
use crate::plan::Step;
use crate::programs;
use crate::terminal::{self, Interrupt, Performance};
use crate::trouble;

/// Between two looks at containers.
const PAUSE: Duration = Duration::from_millis(50);

/// So much of what all steps print is kept whole; of what comes then, a little of each, from both ends.
const ALL_KEPT: usize = 8 << 20;
const LITTLE: usize = 32 << 10;

impl Scene {
    /// Looks after what steps have left running until it has lived long enough.
    pub(super) fn watch_on(&mut self, interrupt: &mut Interrupt) {
        if let Some(witness) = &self.witness {
            witness.watch_on(|| !interrupt.sleep(PAUSE));
            self.deaths.extend(witness.later_deaths(self.at));
        }
    }

    /// What came of a performance, as a reader sees it and as the daemon knows it.
    pub(super) fn observe(
        &mut self,
        command: &str,
        number: usize,
        step: &Step,
        performance: Performance,
        limit: Duration,
        interrupt: &mut Interrupt,
    ) -> Observation {
        let output = match step.settings.tty {
            // A secret that is cut at the edge of the screen is none that could be found there.
            Some((columns, rows)) => {
                let text = String::from_utf8_lossy(&performance.output);
                matching::final_screen(self.secrets.hide(&text).as_bytes(), columns, rows)
            }
            None => matching::plain(&performance.output).into_owned(),
        };
        let output = match &performance.asks_again {
            Some(prompt) => without_echo(&output, command, performance.echoes, prompt),
            None => output,
        };
        // What it says when it is ended is our doing.
        let output = match &performance.question {
            Some(question) if !question.text.trim().is_empty() => {
                let asked = question.text.trim();
                let end = output.rfind(asked).map(|at| at + asked.len());
                output[..end.unwrap_or(output.len())].to_owned()
            }
            _ => output,
        };
        let mut output = self.as_read(&output);
        self.kept += output.len();
        if self.kept > ALL_KEPT && output.len() > 2 * LITTLE {
            output = terminal::Output::shortened(&output, LITTLE);
        }
        let ended = self.ended(&performance, limit);
        let mut observation = Observation::new(ended, performance.elapsed);
        self.looks_for_witness();
        if let Some(witness) = &mut self.witness {
            let failed = !matches!(
                performance.ended,
                terminal::End::Status(0) | terminal::End::Stays | terminal::End::Left(_)
            );
            let may_be_lost = failed || matches!(performance.ended, terminal::End::Left(_));
            observation.daemon_lost = may_be_lost && witness.is_lost();
            if !observation.daemon_lost {
                witness.step_ends();
                witness.reads_digests(&output);
                observation.pulled = witness.has_pulled();
                let lists_objects = matching::lists_objects(command);
                let prompt = performance.prompt.as_deref().unwrap_or_default();
                let text = format!("{output}{prompt}");
                let candidates = matching::candidates(&text);
                observation.known = witness.identify(&text, &candidates, lists_objects);
                observation.had_before = witness.met();
                if failed && observation.had_before.is_none() {
                    observation.had_before = had_before(&output, witness);
                }
                observation.death = grace(command, step).filter(|_| !failed).and_then(|grace| {
                    let (progress, began) = (&self.progress, Instant::now());
                    let pause = || {
                        progress.waits(|| watched(began, grace));
                        !interrupt.sleep(PAUSE)
                    };
                    witness.first_death(self.before + number, grace, pause)
                });
                self.at = self.before + number;
                self.deaths.extend(witness.later_deaths(self.at));
                if let Some((_, words)) = &mut observation.death {
                    *words = self.secrets.hide(words);
                }
            }
        }
        if !commandline::names_docker(command) && performance.prompt.is_none() {
            observation.known.extend(self.machine.known(&output));
        }
        let on_terminal = matching::plain(&performance.on_terminal);
        observation.on_terminal = self.as_read(&on_terminal);
        observation.waits_for_input = performance.waits_for_input;
        // A shell on this machine shows names that the page's reader has not.
        let here = format!("@{}", self.machine.host);
        observation.prompt = performance
            .prompt
            .map(|prompt| self.as_read(&prompt))
            .filter(|prompt| here.len() == 1 || !prompt.contains(&here));
        observation.has_no_status = performance.asks_again.is_some();
        observation.output = output;
        observation
    }

    /// What was printed, without secrets and without what is ours.
    fn as_read(&self, text: &str) -> String {
        let text = self.secrets.hide(text);
        match &self.daemon {
            Some(daemon) => daemon.address.instead_of(&daemon.host, &text),
            None => text,
        }
    }

    /// How a performance ended.
    fn ended(&self, performance: &Performance, limit: Duration) -> Ended {
        match performance.ended {
            terminal::End::Status(status) => Ended::Status(status),
            terminal::End::Stays => Ended::Stays,
            terminal::End::Left(status) => Ended::Left(status),
            terminal::End::ShellLeft(status) => Ended::ShellLeft(status),
            terminal::End::Meddled => Ended::Meddled,
            terminal::End::Asks => {
                let question = performance.question.as_ref();
                let text = question.map_or("", |question| question.text.trim());
                Ended::Asks {
                    question: self.secrets.hide(text),
                    is_secret: question.is_some_and(|question| question.is_secret),
                }
            }
            terminal::End::TimeLimit => Ended::TimeLimit(limit),
            terminal::End::Interrupted => Ended::Interrupted,
        }
    }
}

/// A name or a port that a container of somebody else's has, or no container at all.
fn had_before(output: &str, witness: &Witness) -> Option<String> {
    if let Some(port) = trouble::taken_port(output) {
        let is_ours = witness.published().contains(&port);
        return (!is_ours).then(|| match witness.other_at(port) {
            Some(other) => format!("port {port} of the container `{other}`"),
            None => format!("port {port}"),
        });
    }
    let (name, id) = trouble::taken_name(output)?;
    let is_ours = witness.has_made(id);
    (!is_ours).then(|| format!("a container `{name}`"))
}

/// `watched 2 s of 3`
fn watched(began: Instant, grace: Duration) -> String {
    format!(
        "watched {} s of {}",
        began.elapsed().as_secs(),
        grace.as_secs_f64()
    )
}

/// What a program printed, without what was typed if it shows that, and without its prompts.
fn without_echo(output: &str, typed: &str, echoes: bool, prompt: &str) -> String {
    let mut lines: Vec<&str> = output.lines().collect();
    for line in typed.lines().filter(|_| echoes) {
        // Of a long line, what an editor of lines has made of it: its end is there.
        let end = line.trim_end();
        let end = &end[end.floor_char_boundary(end.len().saturating_sub(8))..];
        if lines.first().is_some_and(|first| first.contains(end)) {
            lines.remove(0);
        }
    }
    // What it asks with for the rest of what is typed, and of a block, the empty line that ends it.
    for _ in 0..typed.matches('\n').count() {
        let Some(first) = lines.first_mut() else {
            break;
        };
        if let Some(length) = programs::asks_for_more(first) {
            *first = &first[length..];
            if first.is_empty() {
                lines.remove(0);
            }
        }
    }
    if lines
        .last()
        .is_some_and(|last| last.trim_end() == prompt.trim_end())
    {
        lines.pop();
    }
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
