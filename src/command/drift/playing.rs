//! The pages of a run are played, all of them or as far as a step.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::{Census, Tonight};
use crate::command::loaded::Loaded;
use crate::command::playing::{judges, options, play, reports, say_other_pages};
use crate::docker::Pins;
use crate::document::Document;
use crate::drift::Break;
use crate::judge::{Code, Lock, Verdict};
use crate::plan::Plan;
use crate::play::Manner;
use crate::report::{self, DocumentReport, Report, StepReport};

/// Pages that are played one after the other.
pub(super) struct Chain {
    pages: Vec<Rc<Loaded>>,
    /// Only some steps of the last page are played: recordings of the others are not lost.
    is_cut: bool,
}

/// What came of a play.
pub(super) struct Play {
    pub(super) came: Came,
    pub(super) census: Census,
    /// What is to be known besides.
    pub(super) notes: Vec<String>,
}

/// What came of the steps of a play.
pub(super) enum Came {
    /// All is well; how many steps of each page were verified.
    Green { steps: Vec<usize> },
    /// A step of a page, by its number from 0, broke.
    Broken { page: usize, broken: Break },
    /// It says nothing about the pages.
    Untestable(String),
    /// The user ended it.
    Interrupted,
}

impl Chain {
    /// All of a run.
    pub(super) fn of(run: &[Rc<Loaded>]) -> Chain {
        Chain {
            pages: run.to_vec(),
            is_cut: false,
        }
    }

    /// A run as far as a step that broke.
    pub(super) fn up_to(run: &[Rc<Loaded>], page: usize, broken: &Break) -> Chain {
        let mut pages = run[..page].to_vec();
        pages.push(Rc::new(shortened(&run[page], broken.number)));
        Chain {
            pages,
            is_cut: true,
        }
    }

    pub(super) fn play(&self, tonight: &mut Tonight<'_>, pins: &Pins) -> Play {
        say_other_pages(&self.pages);
        tonight.screen.expects(self.pages.len());
        let run = &self.pages;
        let mut options = options(&tonight.arguments.play, run);
        for options in &mut options {
            options.pins = pins.clone();
            options.census = true;
            options
                .baseline
                .clone_from(&tonight.arguments.keep_baseline);
        }
        let mut judges = judges(run, Lock::Never);
        let (interrupt, screen) = (&mut tonight.interrupt, &mut tonight.screen);
        let played = play(
            run,
            &mut judges,
            &options,
            Manner::default(),
            interrupt,
            screen,
        );
        let mut documents = reports(run, &played.outcome, &judges);
        let last = documents.last_mut().expect("a run has a page");
        let mut census = BTreeMap::new();
        match played.over {
            Ok(over) => {
                last.leftovers = over.leftovers;
                census = over.census;
            }
            Err(error) => last.trouble = Some(options[0].secrets.hide(&error.to_string())),
        }
        for document in &mut documents {
            if self.is_cut {
                document.orphans.clear();
            }
            screen.write(&report::breaks(document, false));
        }
        screen.flush();
        let outputs = played.outcome.results.iter().flatten();
        let outputs = outputs.filter_map(|result| result.observation.as_ref());
        let cached = from_cache(outputs.map(|seen| seen.output.as_str()));
        let notes = (cached > 0).then(|| {
            let commands = crate::wording::count(cached, "command");
            format!("{commands} of builds came from the cache: what they would fetch now was not looked at")
        });
        Play {
            came: came(documents, interrupt.times() > 0),
            census,
            notes: notes.into_iter().collect(),
        }
    }
}

/// How many commands of builds were not run in this play: `#7 [2/3] RUN …`, `#7 CACHED`.
fn from_cache<'o>(outputs: impl Iterator<Item = &'o str>) -> usize {
    let (mut ran, mut cached) = (BTreeSet::new(), BTreeSet::new());
    for output in outputs {
        for line in output.lines() {
            let Some((before, command)) = line.split_once("] RUN ") else {
                continue;
            };
            let number = before.split_whitespace().next().unwrap_or_default();
            let is_cached = output
                .lines()
                .any(|line| line.trim_end() == format!("{number} CACHED"));
            if is_cached {
                cached.insert(command);
            } else {
                ran.insert(command);
            }
        }
    }
    cached.difference(&ran).count()
}

fn came(documents: Vec<DocumentReport>, interrupted: bool) -> Came {
    let report = Report {
        documents,
        interrupted,
        ..Report::default()
    };
    if interrupted {
        return Came::Interrupted;
    }
    let documents = &report.documents;
    let is_red = |step: &&StepReport| step.is_red(false);
    let red = documents
        .iter()
        .map(|one| one.steps.iter().find(is_red))
        .enumerate();
    let mut red = red.filter_map(|(page, step)| Some((page, step?)));
    if let Some((page, step)) = red.next() {
        let all = documents[page].steps.iter().filter(is_red);
        let finding = &step.finding;
        let broken = Break {
            number: step.number,
            key: step.key.clone(),
            line: step.line,
            run: step.run.clone(),
            code: finding.code().map_or("", Code::word).to_owned(),
            reason: finding.reason.clone().unwrap_or_default(),
            all: all.map(|step| step.key.clone()).collect(),
            cause: None,
        };
        return Came::Broken { page, broken };
    }
    if let Some(orphan) = documents.iter().flat_map(|one| &one.orphans).next() {
        return Came::Untestable(orphan.message.clone());
    }
    let trouble = documents.iter().find_map(|one| {
        let untestable = |step: &&StepReport| step.finding.verdict == Verdict::Untestable;
        let step = one.steps.iter().find(untestable);
        let reason = step.and_then(|step| step.finding.reason.clone());
        one.trouble
            .clone()
            .or(reason)
            .or_else(|| one.leftovers.first().cloned())
    });
    match trouble {
        Some(why) => Came::Untestable(why),
        None => Came::Green {
            steps: documents
                .iter()
                .map(|one| one.coverage().verified)
                .collect(),
        },
    }
}

/// The same page with its steps as far as one, by its number from 1. What is taken down at the end, the run does
/// anyway.
fn shortened(loaded: &Loaded, number: usize) -> Loaded {
    let source = &loaded.plan.document.source;
    let document = Document::parse(&source.path, source.text.clone(), &loaded.settings.reader);
    let recorded = loaded.plan.recorded_in.as_ref().map(Arc::clone);
    let plan = document.and_then(|document| Plan::new(document, &loaded.settings, recorded));
    // It was read in this way before.
    let mut plan = plan.expect("a page that was played can be read");
    plan.steps.truncate(number);
    loaded.with_plan(plan)
}

#[cfg(test)]
mod tests {
    use super::from_cache;

    #[test]
    fn builds_say_what_they_have_not_run() {
        let ran = "#6 [1/2] FROM x\n#6 CACHED\n\n#7 [2/2] RUN pip install six\n#7 1.2 Collecting\n#7 DONE 2.0s\n";
        let cached = "#9 [2/2] RUN pip install six\n#9 CACHED\n";
        assert_eq!(from_cache([ran].into_iter()), 0);
        assert_eq!(from_cache([cached].into_iter()), 1);
        // The page itself builds it twice.
        assert_eq!(from_cache([ran, cached].into_iter()), 0);
    }
}
