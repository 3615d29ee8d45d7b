//! Why a step broke: its chain is played again, with images as they were.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::asking::{Asked, by_digest};
use super::playing::{Came, Chain};
use super::{Census, Tonight};
use crate::docker::{Besides, Pins};
use crate::drift::{self, Break, Cause, Inventory, Moved, Narrowed, Proof, Replay, narrow};
use crate::registry::Error;

/// A step that broke, and what is known around it.
pub(super) struct Case<'a> {
    /// All that is typed as far as the step.
    pub(super) chain: Chain,
    /// The page's name in the lock.
    pub(super) page: &'a str,
    pub(super) asked: &'a Asked,
    /// What is another than at the last green run.
    pub(super) moved: &'a [Moved],
    /// What else is another: the engine, packages of builds.
    pub(super) suspects: Vec<String>,
    /// How long the first play took.
    pub(super) took: Duration,
}

/// Why a step broke; none, if the page was never green, so that there is nothing to compare with.
pub(super) fn cause(tonight: &mut Tonight<'_>, case: &Case<'_>, broken: &Break) -> Option<Cause> {
    tonight.shelf.lock.pages.get(case.page)?;
    let mut replays = Replays::new(tonight, case, broken);
    // A flake is no proof.
    match replays.replay(&BTreeSet::new()) {
        Replay::Breaks => {}
        Replay::Passes => return Some(Cause::Flake),
        Replay::OutOfTime => return Some(no_time()),
        Replay::Unknown => return Some(not_reached()),
    }
    replays.count = 0;
    replays.elapsed = Duration::ZERO;
    let pulled = case.moved.iter().filter(|moved| !moved.is_built());
    let moved: BTreeSet<String> = pulled
        .map(|moved| moved.image.clone())
        .chain(case.asked.gone.iter().cloned())
        .collect();
    if moved.is_empty() {
        let packages = replays.packages(&BTreeSet::new());
        let suspects = case.suspects.clone();
        return Some(packages.unwrap_or(Cause::NothingMoved { suspects }));
    }
    let lost = replays.looks_for_old(&moved);
    let there: BTreeSet<String> = moved
        .difference(&lost.keys().cloned().collect())
        .cloned()
        .collect();
    let why_lost = || lost.values().cloned().collect::<Vec<_>>().join("; ");
    if there.is_empty() {
        return Some(Cause::CannotReplay { why: why_lost() });
    }
    let narrowed = narrow(&there, &mut |old| replays.replay(old));
    let proof = replays.proof();
    Some(match narrowed {
        Narrowed::Guilty(guilty) => replays.is_sure(|proof| Cause::Images { guilty, proof }),
        Narrowed::Among(_) if proof.replays == 0 => no_time(),
        Narrowed::Among(images) => Cause::Among { images, proof },
        Narrowed::None if !lost.is_empty() => Cause::CannotReplay { why: why_lost() },
        Narrowed::None => replays.packages(&there).unwrap_or(Cause::NotImages {
            suspects: case.suspects.clone(),
            proof,
        }),
        Narrowed::Unknown => not_reached(),
    })
}

fn no_time() -> Cause {
    Cause::CannotReplay {
        why: "there is no time for it (`--proof-budget`)".to_owned(),
    }
}

fn not_reached() -> Cause {
    Cause::CannotReplay {
        why: "a replay did not come as far as that step, or did not use the old images".to_owned(),
    }
}

/// Plays of a chain, each with some images as they were.
struct Replays<'c, 't, 'a> {
    tonight: &'t mut Tonight<'a>,
    case: &'c Case<'c>,
    broken: &'c Break,
    /// Where the old images are to be had.
    old: BTreeMap<String, String>,
    /// What bases of builds have besides.
    besides: BTreeMap<String, Besides>,
    deadline: Instant,
    count: usize,
    elapsed: Duration,
    /// The step has passed, and broken again after that.
    has_passed: bool,
    broke_again: bool,
}

impl<'c, 't, 'a> Replays<'c, 't, 'a> {
    fn new(tonight: &'t mut Tonight<'a>, case: &'c Case<'c>, broken: &'c Break) -> Self {
        let budget = tonight.arguments.proof_budget;
        Replays {
            tonight,
            case,
            broken,
            old: BTreeMap::new(),
            besides: BTreeMap::new(),
            deadline: Instant::now() + budget,
            count: 0,
            elapsed: Duration::ZERO,
            has_passed: false,
            broke_again: false,
        }
    }

    /// Looks where the images of then are to be had; says why not of those that are nowhere.
    fn looks_for_old(&mut self, images: &BTreeSet<String>) -> BTreeMap<String, String> {
        let mut lost = BTreeMap::new();
        for image in images {
            let known = self.tonight.shelf.lock.images.get(image);
            let Some(digest) = known.and_then(|known| known.pull.clone()) else {
                continue;
            };
            let mut places = vec![by_digest(image, &digest)];
            places.extend(self.tonight.shelf.baseline(image));
            let registries = self.tonight.shelf.registries();
            let said = |place: &String| registries.head(place).map(drop);
            match places.iter().find(|place| said(place).is_ok()) {
                Some(place) => drop(self.old.insert(image.clone(), place.clone())),
                None => {
                    let why = said(&places[0]).expect_err("it was not there");
                    let why = match why {
                        Error::Gone { host, .. } => format!("{host} has {} no more", places[0]),
                        other => other.to_string(),
                    };
                    lost.insert(image.clone(), why);
                }
            }
        }
        lost
    }

    /// What lets the step pass is its cause if the step still breaks without it: an outage may have ended meanwhile.
    fn is_sure(&mut self, cause: impl FnOnce(Proof) -> Cause) -> Cause {
        let again = if self.broke_again {
            Replay::Breaks
        } else {
            self.replay(&BTreeSet::new())
        };
        match again {
            Replay::Breaks => cause(self.proof()),
            Replay::Passes => Cause::Flake,
            Replay::OutOfTime => no_time(),
            Replay::Unknown => not_reached(),
        }
    }

    fn proof(&self) -> Proof {
        Proof {
            replays: self.count,
            elapsed: self.elapsed,
        }
    }

    /// Whether the step passes with packages of builds as they were: with today's images first, then with those of
    /// then, too.
    fn packages(&mut self, old: &BTreeSet<String>) -> Option<Cause> {
        let lock = &self.tonight.shelf.lock;
        let held = drift::constraints(lock, self.case.page)?;
        let besides = Besides {
            file: held.file,
            variable: held.variable,
        };
        let page = &lock.pages[self.case.page];
        let of_python = |image: &&String| {
            let known = lock.images.get(*image);
            known.is_some_and(|known| !known.is_built() && drift::has_python(known))
        };
        let bases = page.images.iter().filter(of_python);
        self.besides = bases.map(|base| (base.clone(), besides.clone())).collect();
        let none = BTreeSet::new();
        let passes = self.replay(&none) == Replay::Passes
            || (!old.is_empty() && self.replay(old) == Replay::Passes);
        self.besides.clear();
        let built = self.case.moved.iter().filter(|moved| moved.is_built());
        let mut packages: Vec<String> = built.flat_map(|moved| moved.facts.clone()).collect();
        if packages.is_empty() {
            // Nothing was built this time.
            packages.push("those that pip chose for builds".to_owned());
        }
        passes.then(|| self.is_sure(|proof| Cause::Packages { packages, proof }))
    }

    /// Plays the chain with these images as they were, and all others as they are now.
    fn replay(&mut self, old: &BTreeSet<String>) -> Replay {
        if Instant::now() + self.case.took > self.deadline {
            return Replay::OutOfTime;
        }
        let mut pins: Pins = self.case.asked.fresh();
        for image in old {
            pins.bases.remove(image);
            if let Some(place) = self.old.get(image) {
                pins.instead.insert(image.clone(), place.clone());
            }
        }
        pins.besides.clone_from(&self.besides);
        let held = if self.besides.is_empty() {
            ""
        } else {
            ", and packages of builds as they were"
        };
        let names = old.iter().cloned().collect::<Vec<_>>().join(", ");
        let with = if old.is_empty() {
            String::new()
        } else {
            format!(" with the old {names}")
        };
        crate::command::remark(&format!("playing again{with}{held}\n"));
        let began = Instant::now();
        let play = self.case.chain.play(self.tonight, &pins);
        self.count += 1;
        self.elapsed += began.elapsed();
        if !self.were_used(old, &play.census) {
            return Replay::Unknown;
        }
        let came = match play.came {
            Came::Green { .. } => Replay::Passes,
            // If it breaks otherwise, what was found is gone, and something else is wrong with it.
            Came::Broken { broken, .. }
                if (&broken.key, &broken.code) == (&self.broken.key, &self.broken.code) =>
            {
                Replay::Breaks
            }
            Came::Broken { .. } | Came::Untestable(_) | Came::Interrupted => Replay::Unknown,
        };
        self.broke_again |= self.has_passed && came == Replay::Breaks;
        self.has_passed |= came == Replay::Passes;
        came
    }

    /// Whether images that were to be as they were really have been: a page has ways to one that nobody can turn.
    fn were_used(&self, old: &BTreeSet<String>, census: &Census) -> bool {
        old.iter().all(|image| {
            let (then, used) = (self.tonight.shelf.lock.images.get(image), census.get(image));
            let content = |image: Option<&Inventory>| image.and_then(|image| image.content.clone());
            match (content(then), content(used)) {
                (Some(then), Some(used)) => then == used,
                // What was not used, or could not be looked into, says nothing against it.
                _ => true,
            }
        })
    }
}
