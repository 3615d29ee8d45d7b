//! How far the matcher's verdicts can be trusted, on what three engines really printed.
//!
//!     tests/fidelity/run
//!
//! No pair of two correct plays may be told apart, and no change that a reader would notice may
//! pass. `mutations.rs` has the changes; `exceptions.rs` what is not looked at, each with its reason.

#![allow(clippy::disallowed_methods, reason = "tests touch the world")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![expect(unreachable_pub, reason = "one binary, whose modules see each other")]
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

mod exceptions;
mod mutations;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use tutcheck::diagnostic::Source;
use tutcheck::expectation::{Expectations, Recorded};
use tutcheck::matching::{self, Bindings, Comparison, Side};

use mutations::{Foreign, MUTATIONS};

/// Engines that Docker's own page was played on, and the page of other programs.
const PLAYED: &[&str] = &["debian12", "debian13", "unstable", "others"];

/// What one play of the page gave.
struct Play {
    engine: &'static str,
    name: String,
    steps: Vec<Recorded>,
}

fn plays() -> Vec<Play> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fidelity/recordings");
    let mut plays = Vec::new();
    for engine in PLAYED {
        for number in 1..=2 {
            let name = format!("{engine}-{number}");
            let path = folder.join(format!("{name}.yaml"));
            let source = Arc::new(Source::new(
                name.clone(),
                fs::read_to_string(&path)
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
            ));
            let mut steps = Expectations::read(&source).unwrap().steps;
            for step in &mut steps {
                // What was recorded on a terminal was typed into `script`.
                if let Some(command) = step
                    .run
                    .strip_prefix("script -qec '")
                    .and_then(|rest| rest.strip_suffix("' /dev/null"))
                {
                    step.run = command.to_owned();
                }
            }
            plays.push(Play {
                engine,
                name,
                steps,
            });
        }
    }
    plays
}

fn compare(
    expected: &Recorded,
    live: &Recorded,
    step: usize,
    bindings: &mut Bindings,
) -> Comparison {
    let side =
        |recorded: &'_ Recorded| -> (String, _) { (recorded.output.clone(), recorded.ids.clone()) };
    let ((expected_text, expected_ids), (live_text, live_ids)) = (side(expected), side(live));
    matching::compare(
        &expected.run,
        Side::whole(&expected_text, &expected_ids),
        Side::whole(&live_text, &live_ids),
        &exceptions::rules(expected),
        step,
        bindings,
    )
}

/// Steps that both plays have, in order.
fn both<'p>(one: &'p Play, other: &'p Play) -> Vec<(&'p Recorded, &'p Recorded)> {
    let of_other: BTreeMap<&str, &Recorded> = other
        .steps
        .iter()
        .map(|step| (step.step.as_str(), step))
        .collect();
    one.steps
        .iter()
        .filter_map(|step| Some((step, *of_other.get(step.step.as_str())?)))
        .collect()
}

fn place(play: &Play, step: &Recorded) -> usize {
    let found = play.steps.iter().position(|one| one.step == step.step);
    found.unwrap_or(play.steps.len())
}

#[derive(Default, Clone, Copy)]
struct Figures {
    pairs: usize,
    false_alarms: usize,
    mutants: usize,
    missed: usize,
}

/// Another way to compare, for the figures beside ours.
type Method = (&'static str, fn(&str, &str) -> bool);

/// Longer texts than this are cut before they are scored: the score takes quadratic time.
const SCORED: usize = 500;

fn scored(a: &str, b: &str) -> f64 {
    let head = |text: &str| text.chars().take(SCORED).collect::<String>();
    strsim::jaro_winkler(&head(a), &head(b))
}

const OTHERS: &[Method] = &[
    ("exact", |a, b| a == b),
    ("Jaro-Winkler 0.3", |a, b| scored(a, b) >= 0.3),
    ("Jaro-Winkler 0.8", |a, b| scored(a, b) >= 0.8),
];

/// The scores are slow, and only for the figures: `tests/fidelity/run` asks for an optimised build.
fn others() -> &'static [Method] {
    if cfg!(debug_assertions) {
        &OTHERS[..1]
    } else {
        OTHERS
    }
}

struct Bench {
    by_profile: BTreeMap<String, Figures>,
    others: Vec<Figures>,
    alarms: Vec<String>,
    survivors: Vec<String>,
    kinds: BTreeSet<&'static str>,
    by_kind: BTreeMap<&'static str, (usize, usize)>,
}

impl Bench {
    fn of(&mut self, step: &Recorded) -> &mut Figures {
        let title = matching::profile_of(&step.run, &[]);
        self.by_profile
            .entry(title.unwrap_or_else(|| "(nothing is known)".to_owned()))
            .or_default()
    }

    fn pair(&mut self, one: &Play, other: &Play) {
        let mut bindings = Bindings::default();
        for (number, (expected, live)) in both(one, other).into_iter().enumerate() {
            let across = one.engine != other.engine;
            if across && exceptions::facts_differ(expected, one.engine, other.engine) {
                continue;
            }
            let comparison = compare(expected, live, number + 1, &mut bindings);
            let is_same_end = expected.exit == live.exit
                || (expected.exit != 0
                    && live.exit != 0
                    && matching::has_varying_failure(&expected.run));
            let is_same = comparison.is_same() && is_same_end;
            let figures = self.of(expected);
            figures.pairs += 1;
            figures.false_alarms += usize::from(!is_same);
            for (method, figures) in others().iter().zip(&mut self.others) {
                figures.pairs += 1;
                figures.false_alarms += usize::from(!(method.1)(&expected.output, &live.output));
            }
            if !is_same {
                self.alarms.push(format!(
                    "{} against {}: {} `{}`: {:?}",
                    one.name,
                    other.name,
                    expected.step,
                    expected.run.lines().next().unwrap_or_default(),
                    comparison.mismatches(5),
                ));
            }
        }
    }

    /// Every change of every step of a play, against the other play of the same engine.
    fn mutate(&mut self, one: &Play, other: &Play) {
        let foreign = Foreign::of(&other.steps);
        let mut bindings = Bindings::default();
        for (number, (expected, live)) in both(one, other).into_iter().enumerate() {
            let before = bindings.clone();
            compare(expected, live, number + 1, &mut bindings);
            for mutation in MUTATIONS {
                let earlier = &other.steps[..place(other, live)];
                let Some(mutant) = mutation.apply(live, earlier, &foreign) else {
                    continue;
                };
                if exceptions::goes_unnoticed(mutation.name, live, &mutant) {
                    continue;
                }
                self.kinds.insert(mutation.name);
                let is_missed =
                    compare(expected, &mutant, number + 1, &mut before.clone()).is_same();
                let figures = self.of(expected);
                figures.mutants += 1;
                figures.missed += usize::from(is_missed);
                let of_kind = self.by_kind.entry(mutation.name).or_default();
                of_kind.0 += 1;
                of_kind.1 += usize::from(is_missed);
                for (method, figures) in others().iter().zip(&mut self.others) {
                    figures.mutants += 1;
                    figures.missed += usize::from((method.1)(&expected.output, &mutant.output));
                }
                if is_missed {
                    self.survivors.push(format!(
                        "{}: {}: {} `{}`: {}",
                        other.name,
                        mutation.name,
                        expected.step,
                        expected.run.lines().next().unwrap_or_default(),
                        mutations::first_difference(&live.output, &mutant.output),
                    ));
                }
            }
        }
    }

    fn print(&self) {
        let row = |title: &str, figures: Figures| {
            println!(
                "{title:28}{:>8}{:>14}{:>10}{:>9}",
                figures.pairs, figures.false_alarms, figures.mutants, figures.missed
            );
        };
        println!(
            "{:28}{:>8}{:>14}{:>10}{:>9}",
            "", "pairs", "false alarms", "mutants", "missed"
        );
        let mut all = Figures::default();
        for (title, figures) in &self.by_profile {
            row(title, *figures);
            all.pairs += figures.pairs;
            all.false_alarms += figures.false_alarms;
            all.mutants += figures.mutants;
            all.missed += figures.missed;
        }
        println!();
        row("tutcheck", all);
        for (method, figures) in others().iter().zip(&self.others) {
            row(method.0, *figures);
        }
        println!("\n{} kinds of change:", self.kinds.len());
        for (kind, (count, missed)) in &self.by_kind {
            println!("  {kind:44}{count:>6}{missed:>6}");
        }
    }
}

#[test]
fn no_false_alarm_and_no_missed_break() {
    let plays = plays();
    let mut bench = Bench {
        by_profile: BTreeMap::new(),
        others: vec![Figures::default(); OTHERS.len()],
        alarms: Vec::new(),
        survivors: Vec::new(),
        kinds: BTreeSet::new(),
        by_kind: BTreeMap::new(),
    };
    for one in &plays {
        for other in &plays {
            if one.name != other.name {
                bench.pair(one, other);
            }
        }
    }
    for pair in plays.chunks(2) {
        bench.mutate(&pair[0], &pair[1]);
    }
    bench.print();
    for (what, found) in [("false alarm", &bench.alarms), ("missed", &bench.survivors)] {
        for one in found {
            println!("{what}: {one}");
        }
    }
    assert!(bench.alarms.is_empty() && bench.survivors.is_empty());
    assert!(bench.kinds.len() >= 25, "{:?}", bench.kinds);
}

/// What was just recorded passes, whatever it is.
#[test]
fn a_recording_agrees_with_itself() {
    for play in plays() {
        let mut bindings = Bindings::default();
        for (number, step) in play.steps.iter().enumerate() {
            let comparison = compare(step, step, number + 1, &mut bindings);
            assert!(
                comparison.is_same(),
                "{}: {}: {:?}",
                play.name,
                step.step,
                comparison.mismatches(5)
            );
        }
    }
}
