//! What is done about a change: it is judged by what was seen, or played from a place of the page, or from its start.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use crate::command::loaded::Loaded;
use crate::command::series;
use crate::commandline::{Influence, influence, renamed};
use crate::document::Place;
use crate::observation::Ended;
use crate::plan::{self, Action, Change, Fate, Plan, Step};
use crate::saved::{Document, Saved};
use crate::settings::Settings;
use crate::wording;

/// What was played last, and how the pages were then.
pub(super) struct Played {
    pub(super) runs: Vec<Vec<Rc<Loaded>>>,
    pub(super) seen: Saved,
    /// From where on it was seen in the last play that went to the end, and not since.
    pub(super) behind: Option<Behind>,
}

/// The last steps of a page were played in another run than those before them.
#[derive(Clone)]
pub(super) struct Behind {
    /// The first of them, by its number from 0.
    pub(super) from: usize,
    /// What was seen in that run, of those before them as well.
    pub(super) run: Document,
}

/// What is done about a change.
pub(super) enum Next {
    /// It is judged by what was seen.
    Judge(Vec<Vec<Document>>, Option<Box<Behind>>),
    /// Some steps are played, and the others are judged by what was seen.
    Resume(Box<Resume>),
    /// It is played from the start, and why.
    Play(String),
}

/// Steps that are played again.
pub(super) struct Resume {
    /// By their numbers from 0.
    pub(super) steps: Range<usize>,
    /// They only look: what comes behind them is as it was seen.
    pub(super) only_look: bool,
    /// What was seen of the others.
    pub(super) seen: Document,
    /// What was seen in the last play that went to the end.
    pub(super) run: Document,
    /// Things had other names in it than in what was played since.
    pub(super) is_another_run: bool,
    /// What has changed: `step 4 is another one now: docker ps`.
    pub(super) why: String,
}

impl Played {
    /// What is to be done about the pages as they are now.
    pub(super) fn next(&self, documents: &[Rc<Loaded>]) -> Next {
        let runs = series::runs(documents);
        let shape = |runs: &[Vec<Rc<Loaded>>]| -> Vec<Vec<String>> {
            let titles = runs.iter().map(|run| run.iter().map(|page| page.title()));
            titles.map(Iterator::collect).collect()
        };
        if shape(&self.runs) != shape(&runs) {
            return Next::Play("other pages are played now".to_owned());
        }
        let mut seen = Vec::new();
        let mut behind = None;
        let mut documents = self.seen.documents.iter();
        for (old, new) in self.runs.iter().zip(&runs) {
            let mut of_run = Vec::new();
            for (old, new) in old.iter().zip(new) {
                if !plays_alike(&old.settings, &new.settings) {
                    return Next::Play("its settings are others now".to_owned());
                }
                if new.settings.starts_in_project {
                    return Next::Play("it begins in the project's files".to_owned());
                }
                let change = plan::change(&old.plan, &new.plan);
                let Some(document) = documents.next() else {
                    return Next::Play("the last play was not over".to_owned());
                };
                if let Some(change) = change {
                    let why = changed(new, change.new.start + 1);
                    return Next::Resume(Box::new(self.resume(document, old, new, &change, why)));
                }
                if document.is_interrupted() {
                    let steps = new.plan.steps.len();
                    let change = Change {
                        old: steps..steps,
                        new: steps..steps,
                    };
                    let why = "the last play was not over".to_owned();
                    return Next::Resume(Box::new(self.resume(document, old, new, &change, why)));
                }
                let pairs = old.plan.steps.iter().zip(&new.plan.steps);
                let plans = (&old.plan, &new.plan);
                behind = behind.or(self.behind.as_ref().map(|behind| Behind {
                    from: behind.from,
                    run: behind.run.clone().renamed(plans, pairs.clone()),
                }));
                of_run.push(document.clone().renamed(plans, pairs));
            }
            seen.push(of_run);
        }
        Next::Judge(seen, behind.map(Box::new))
    }

    /// The same, where a step by its number was not played.
    pub(super) fn resume_at(
        &self,
        documents: &[Rc<Loaded>],
        number: usize,
    ) -> Result<Resume, String> {
        let why = format!("step {number} was not played");
        let runs = series::runs(documents);
        let ([old], [new]) = (self.runs.as_slice(), runs.as_slice()) else {
            return Err(why);
        };
        if old.len() != 1 || new.len() != 1 {
            return Err(why);
        }
        let change = Change {
            old: number - 1..number,
            new: number - 1..number,
        };
        let document = self.seen.documents.first().ok_or_else(|| why.clone())?;
        let mut resume = self.resume(document, &old[0], &new[0], &change, why);
        // Nothing behind it was seen.
        resume.only_look = false;
        resume.steps.end = new[0].plan.steps.len();
        Ok(resume)
    }

    /// Which steps are played, where some are others now.
    fn resume(
        &self,
        document: &Document,
        old: &Loaded,
        new: &Loaded,
        change: &Change,
        why: String,
    ) -> Resume {
        let (before, after) = (&old.plan, &new.plan);
        let played = before.steps[..change.old.start].iter().zip(&after.steps);
        // Of a play that was ended, or in which a reader was stuck, there is an end to what was seen.
        let is_unseen = |step: &Step, seen: &Document| {
            let ended = seen.ended(before, step);
            step.fate == Fate::Runs && ended.is_none_or(|ended| *ended == Ended::Interrupted)
        };
        let has_failed = |step: &Step| document.ended(before, step) != Some(&Ended::Status(0));
        let mut all = played.clone();
        let start = all.position(|(old, _)| is_unseen(old, document));
        let start = start.unwrap_or(change.old.start);
        // Of what is behind, what was seen with what is before it then counts.
        let run = self.behind.as_ref().map_or(document, |behind| &behind.run);
        let mut behind = before.steps[change.old.end..].iter();
        let mut replaced = before.steps[change.old.clone()].iter();
        let only_look = start == change.old.start
            && !document.is_interrupted()
            && !run.is_interrupted()
            && only_looks(before, after, change)
            && !behind.any(|step| is_unseen(step, run))
            && !replaced.any(|step| step.fate == Fate::Runs && has_failed(step));
        let end = if only_look {
            change.new.end
        } else {
            after.steps.len()
        };
        let behind = before.steps[change.old.end..].iter();
        let behind = behind.zip(&after.steps[change.new.end..]);
        let plans = (before, after);
        let seen = document.clone().renamed(plans, played.clone().take(start));
        Resume {
            steps: start..end,
            only_look,
            seen: seen.and(
                run.clone()
                    .renamed(plans, behind.clone().filter(|_| only_look)),
            ),
            run: run.clone().renamed(plans, played.take(start).chain(behind)),
            is_another_run: self.behind.is_some(),
            why,
        }
    }
}

/// Whether what has changed leaves all that comes behind it as it was.
fn only_looks(old: &Plan, new: &Plan, change: &Change) -> bool {
    /// Words that mean something of the step before.
    const OF_STEP_BEFORE: &[&str] = &["$?", "$_", "!!", "!$", "PIPESTATUS"];
    let steps = old.steps.iter().chain(&new.steps);
    let renamed: BTreeSet<&str> = steps.flat_map(|step| renamed(step.typed())).collect();
    // What is read from elsewhere may have other words for anything.
    let is_read = |step: &Step| {
        let text = step.typed();
        let mut lines = text.split(['\n', ';', '&']).map(str::trim_start);
        text.contains("PATH=")
            || lines.any(|line| line.starts_with("source ") || line.starts_with(". "))
    };
    if old.steps.iter().chain(&new.steps).any(is_read) {
        return false;
    }
    let is_renamed = |text: &str| {
        let mut words =
            text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
        words.any(|word| renamed.contains(word))
    };
    let looks = |step: &Step| match &step.action {
        Action::Run { .. } => {
            step.place == Place::Host
                && step.settings.wait.is_none()
                && influence(step.typed()) == Influence::Nothing
                && !is_renamed(step.typed())
        }
        Action::Person(_) => true,
        Action::Save { .. } | Action::Press { .. } => false,
    };
    let next = new.steps.get(change.new.end).map_or("", Step::typed);
    !OF_STEP_BEFORE.iter().any(|word| next.contains(word))
        && old.steps[change.old.clone()].iter().all(looks)
        && new.steps[change.new.clone()].iter().all(looks)
}

/// Whether settings have a page played as others have it; what else they say is in its plan, or is judged.
fn plays_alike(old: &Settings, new: &Settings) -> bool {
    let of = |settings: &Settings| {
        (
            (settings.timeout, settings.retries, settings.docker),
            (settings.starts_in_project, settings.shares_daemon),
            (settings.hidden.clone(), settings.environment.clone()),
        )
    };
    of(old) == of(new)
}

/// `step 4 is another one now: docker ps`
fn changed(page: &Loaded, number: usize) -> String {
    let step = page.plan.steps.get(number - 1);
    let written = step.map_or("", |step| step.written().lines().next().unwrap_or_default());
    let written = wording::visible(written);
    match step {
        Some(_) => format!("step {number} is another one now: {written}"),
        None => format!("the page ends before step {number} now"),
    }
}
