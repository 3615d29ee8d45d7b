//! A run as a value: what was observed, in a file of JSON from which it is judged again without a shell and
//! without a daemon. `saved/schema.json` says what stands in it.
//!
//! Observations come with secrets hidden, and are bounded as outputs are. A step is known again by its
//! key and by what is done: one whose command or file has changed was not observed.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::judge::Judged;
use crate::observation::{Aftermath, Ended, LaterDeath, NotTyped, Observation};
use crate::plan::{Action, Plan, Step};
use crate::play::Outcome;
use crate::stage::Stage;

/// The schema of the file.
pub const SCHEMA: &str = include_str!("saved/schema.json");

/// The version of the file that is written and read.
const VERSION: u32 = 1;

/// A call of `check`, as far as it cannot be had again.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Saved {
    /// The version.
    tutcheck_run: u32,
    /// How long all of it took.
    pub elapsed: Duration,
    /// How it was judged.
    pub manner: Manner,
    /// How many pages there were to play; a run that was interrupted has fewer.
    #[serde(default)]
    pub pages: usize,
    /// Each page that was played, those of one run behind each other.
    pub documents: Vec<Document>,
}

/// How a run was judged, by the options of the call.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manner {
    /// A step that prints something, with nothing to compare that with, is at fault.
    pub locked: bool,
    /// The same, on a page that has a recording.
    #[serde(default)]
    pub in_ci: bool,
    /// A page that shows an outdated form is at fault.
    pub strict: bool,
    /// Steps are judged also where a reader would be stuck.
    pub keep_going: bool,
}

/// A page that was played.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Document {
    /// Its path, as it was called.
    pub document: String,
    /// The number of the run that it was played in.
    pub run: usize,
    /// What was given with the call.
    pub given: Given,
    /// The way through it, where there are several: the number of the arm of each choice, and its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<(Vec<usize>, Option<String>)>,
    /// Its steps that were played.
    steps: Vec<Seen>,
    /// The user ended the run.
    #[serde(default)]
    interrupted: bool,
    /// Why it could not be played at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Steps that broke when they were played before, by their keys, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub flaky: BTreeMap<String, String>,
    /// What could not be removed after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leftovers: Vec<String>,
    /// The engine that it was played with, if it needs one: `28.5.2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The images that were used, and their digests.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub images: BTreeMap<String, String>,
}

impl Document {
    /// A page that could not be played at all, and why.
    pub fn untested(path: String, why: String) -> Document {
        Document {
            document: path,
            trouble: Some(why),
            ..Document::default()
        }
    }

    /// Whether a step was played.
    pub fn has(&self, key: &str) -> bool {
        self.steps.iter().any(|seen| seen.key == key)
    }

    /// What a step printed.
    pub fn output(&self, key: &str) -> &str {
        let seen = self.steps.iter().find(|seen| seen.key == key);
        seen.map_or("", |seen| seen.observation.output.as_str())
    }

    /// The same of these steps of an old plan, each called as the new one calls it.
    #[must_use]
    pub fn renamed<'p>(
        mut self,
        (old, new): (&Plan, &Plan),
        pairs: impl Iterator<Item = (&'p Step, &'p Step)>,
    ) -> Document {
        let names: BTreeMap<String, String> = pairs
            .map(|(before, after)| (name(old, before), name(new, after)))
            .collect();
        self.steps.retain_mut(|seen| match names.get(&seen.key) {
            Some(name) => {
                seen.key.clone_from(name);
                true
            }
            None => false,
        });
        self
    }

    /// With what was seen of other steps before.
    #[must_use]
    pub fn and(mut self, before: Document) -> Document {
        let missing = before.steps.into_iter();
        let missing: Vec<Seen> = missing.filter(|seen| !self.has(&seen.key)).collect();
        self.steps.extend(missing);
        self
    }

    /// How a step of a plan has ended, if it was played.
    pub fn ended(&self, plan: &Plan, step: &Step) -> Option<&Ended> {
        let name = name(plan, step);
        let seen = self.steps.iter().find(|seen| seen.key == name);
        seen.map(|seen| &seen.observation.ended)
    }

    /// Whether the user ended the run.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted
    }
}

/// What was given with a call, or in the environment.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Given {
    /// Values of placeholders, those of secrets hidden.
    #[serde(default)]
    pub variables: Vec<(String, String)>,
    /// Capabilities.
    #[serde(default)]
    pub have: Vec<String>,
    /// For whom the page is read.
    #[serde(default)]
    pub reader: Vec<(String, String)>,
    /// What was picked.
    #[serde(default)]
    pub picks: Vec<String>,
}

/// A step that was played.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Seen {
    key: String,
    /// What was done: the command or the path as the document had it, and a mark of what was saved.
    does: String,
    observation: Observation,
    /// Its program was still in front at the end.
    #[serde(default)]
    busy: bool,
    /// The status with which its program, left in front, has ended by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended_alone: Option<i32>,
    /// Its shell has not answered at the end, or somebody has in its place.
    #[serde(default, skip_serializing_if = "crate::observation::is_false")]
    meddled: bool,
    /// The container that it left running has ended while the page went on: so many steps behind it was noticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    died_later: Option<usize>,
}

/// Why a text is no saved run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It has another form.
    #[error("it is no saved run: {0}")]
    Form(#[from] serde_json::Error),
    /// It is of another version.
    #[error(
        "it is a saved run of version {0}, and this tutcheck reads version {VERSION}: play the page again"
    )]
    Version(u32),
}

impl Saved {
    /// Of documents that were played.
    pub fn new(documents: Vec<Document>, pages: usize, manner: Manner, elapsed: Duration) -> Saved {
        Saved {
            pages,
            tutcheck_run: VERSION,
            elapsed,
            manner,
            documents,
        }
    }

    /// As it is written.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string(self)? + "\n")
    }

    /// From the text of a file.
    pub fn read(text: &str) -> Result<Saved, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case")]
        struct Head {
            tutcheck_run: u32,
        }
        // The version comes first: of another one nothing else is known.
        let head: Head = serde_json::from_str(text)?;
        if head.tutcheck_run != VERSION {
            return Err(Error::Version(head.tutcheck_run));
        }
        Ok(serde_json::from_str(text)?)
    }
}

/// What was seen of the pages of a run, in their order.
pub fn seen(plans: &[&Plan], outcome: &Outcome, interrupted: bool) -> Vec<Document> {
    let mut before = 0;
    let mut documents = Vec::new();
    for (plan, results) in plans.iter().zip(&outcome.results) {
        let number = |index: usize| before + index + 1;
        let steps = plan.steps.iter().zip(results).enumerate();
        let steps = steps.filter_map(|(index, (step, judged))| {
            seen_of(plan, step, judged, number(index), &outcome.aftermath)
        });
        documents.push(Document {
            document: plan.document.source.path.clone(),
            steps: steps.collect(),
            interrupted,
            ..Document::default()
        });
        before += plan.steps.len();
    }
    documents
}

fn seen_of(
    plan: &Plan,
    step: &Step,
    judged: &Judged,
    number: usize,
    aftermath: &Aftermath,
) -> Option<Seen> {
    let alone = aftermath.ended_alone.iter().find(|(of, _)| *of == number);
    let later = aftermath.deaths.iter().find(|later| later.step == number);
    Some(Seen {
        key: name(plan, step),
        does: does(plan, step),
        observation: judged.observation.clone()?,
        busy: aftermath.busy.contains(&number),
        ended_alone: alone.map(|(_, status)| *status),
        meddled: aftermath.meddled.contains(&number),
        died_later: later.map(|later| later.noticed - number),
    })
}

/// What a step is called in what is written down: its key may have a secret in it.
fn name(plan: &Plan, step: &Step) -> String {
    plan.secrets.hide(&step.key)
}

/// What a step does, to be known again.
fn does(plan: &Plan, step: &Step) -> String {
    plan.secrets.hide(&match &step.action {
        Action::Save { path, content, .. } => format!("{path} #{:016x}", mark(content)),
        _ => step.written().to_owned(),
    })
}

/// A mark of a text: FNV-1a, which is the same everywhere and always.
fn mark(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |mark, byte| {
        (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A saved run, as pages are played on it: nothing happens, and all was seen before.
pub struct Replay<'s> {
    pages: Vec<BTreeMap<&'s str, &'s Seen>>,
    plans: Vec<&'s Plan>,
    page: usize,
    interrupted: bool,
    /// How many steps are still to be seen.
    left: usize,
}

impl<'s> Replay<'s> {
    /// Of the documents of a run, with their plans as they are now.
    pub fn new(documents: &[&'s Document], plans: &[&'s Plan]) -> Replay<'s> {
        let pages: Vec<BTreeMap<&str, &Seen>> = documents
            .iter()
            .map(|document| {
                let steps = document.steps.iter();
                steps.map(|seen| (seen.key.as_str(), seen)).collect()
            })
            .collect();
        Replay {
            left: documents.iter().map(|document| document.steps.len()).sum(),
            pages,
            plans: plans.to_vec(),
            page: 0,
            interrupted: documents.iter().any(|document| document.interrupted),
        }
    }
}

impl Stage for Replay<'_> {
    fn turn_to(&mut self, page: usize) {
        self.page = page;
    }

    fn play(&mut self, _number: usize, step: &Step, _typed: &str) -> Observation {
        let plan = self.plans[self.page];
        let seen = self.pages[self.page].get(name(plan, step).as_str());
        let Some(seen) = seen.filter(|seen| seen.does == does(plan, step)) else {
            return Observation::not_typed(NotTyped::NotObserved);
        };
        self.left = self.left.saturating_sub(1);
        if seen.observation.ended == Ended::Interrupted {
            self.left = 0;
        }
        // What came later is known when all is over.
        let death = seen.observation.death.clone();
        Observation {
            later: String::new(),
            death: death.filter(|_| seen.died_later.is_none()),
            ..seen.observation.clone()
        }
    }

    fn is_interrupted(&mut self) -> bool {
        self.interrupted && self.left == 0
    }

    fn lend(&mut self, _step: &Step) {}

    fn look_back(&mut self) -> Aftermath {
        let mut aftermath = Aftermath::default();
        let mut number = 0;
        for (page, plan) in self.pages.iter().zip(&self.plans) {
            for step in &plan.steps {
                number += 1;
                let Some(seen) = page.get(name(plan, step).as_str()) else {
                    continue;
                };
                if seen.meddled {
                    aftermath.meddled.push(number);
                }
                if seen.busy {
                    aftermath.busy.push(number);
                }
                if let Some(status) = seen.ended_alone {
                    aftermath.ended_alone.push((number, status));
                }
                if let (Some((death, words)), Some(steps)) =
                    (&seen.observation.death, seen.died_later)
                {
                    aftermath.deaths.push(LaterDeath {
                        step: number,
                        noticed: number + steps,
                        death: death.clone(),
                        words: words.clone(),
                    });
                }
                if !seen.observation.later.is_empty() {
                    let later = seen.observation.later.clone();
                    aftermath.later.insert(number, later);
                }
            }
        }
        aftermath
    }
}
