//! Pages that several machines share: whole runs, the longest first onto the emptiest. Every machine computes the
//! same from the same files, so none needs to be told more than which one it is.

use std::env;
use std::fmt::Write as _;
use std::rc::Rc;

use serde_json::{Value, json};

use super::loaded::Loaded;
use super::series;
use crate::cli::ShardArgument;
use crate::digest::digest;
use crate::report::{MOST_SHARDS, Shard};
use crate::wording::{self, NOTE};

/// By what a machine is told which one it is: of whom, the variables of its number and of how many there are, and
/// what the first one is called.
const ENGINES: &[(&str, &str, &str, usize)] = &[
    ("GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
    (
        "Buildkite",
        "BUILDKITE_PARALLEL_JOB",
        "BUILDKITE_PARALLEL_JOB_COUNT",
        0,
    ),
    ("CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
    // They say which one it is, and not of how many; or nothing, but what a workflow has from them.
    ("GitHub", "STRATEGY_JOB_INDEX", "STRATEGY_JOB_TOTAL", 0),
    ("Kubernetes", "JOB_COMPLETION_INDEX", "TUTCHECK_SHARDS", 0),
    ("Nomad", "NOMAD_ALLOC_INDEX", "TUTCHECK_SHARDS", 0),
    ("Swarm", "TASK_SLOT", "TUTCHECK_SHARDS", 0),
];

/// Pages that are played in one run.
struct Run {
    pages: Vec<Rc<Loaded>>,
    seconds: u64,
    /// By which shard, from 1.
    shard: usize,
}

/// How pages are shared.
pub(super) struct Shares {
    runs: Vec<Run>,
    of: usize,
    fingerprint: String,
}

/// Which one of how many this machine is.
pub(super) fn which(argument: ShardArgument) -> Result<(usize, usize), String> {
    match argument {
        ShardArgument::Of(index, of) => Ok((index, of)),
        ShardArgument::Auto => by_engine(|name| env::var(name).ok()),
    }
}

fn by_engine(variable: impl Fn(&str) -> Option<String>) -> Result<(usize, usize), String> {
    for (engine, index, of, first) in ENGINES {
        let Some(said) = variable(index).filter(|said| !said.is_empty()) else {
            continue;
        };
        let number = |text: &str| text.parse::<usize>().ok();
        // In Swarm's templates, the slot 0 is the name of its node.
        let said = if *engine == "Swarm" && number(&said).is_none() {
            "0".to_owned()
        } else {
            said
        };
        let index_said = number(&said).and_then(|index| index.checked_add(1)?.checked_sub(*first));
        let of_said = variable(of).as_deref().and_then(number);
        return match (index_said, of_said) {
            (Some(index), Some(of)) if (1..=of).contains(&index) && of <= MOST_SHARDS => {
                Ok((index, of))
            }
            (Some(_), None) => Err(format!(
                "--shard auto: {engine} says {index}={said}, and nothing says of how many: set {of}"
            )),
            _ => Err(format!(
                "--shard auto: {engine} says {index}={said}, and {of}={}: that is not one of so many; say it as `--shard I/N`",
                variable(of).unwrap_or_default()
            )),
        };
    }
    Err(
        "--shard auto: nothing says which of how many this machine is; say it as `--shard I/N`"
            .to_owned(),
    )
}

impl Shares {
    /// Of pages, among so many machines.
    pub(super) fn of(documents: &[Rc<Loaded>], of: usize) -> Shares {
        let runs = series::runs(documents).into_iter().map(|pages| Run {
            seconds: pages.iter().map(|page| seconds(page)).sum(),
            pages,
            shard: 0,
        });
        let mut runs: Vec<Run> = runs.collect();
        let weights: Vec<u64> = runs.iter().map(|run| run.seconds).collect();
        for (run, chosen) in runs.iter_mut().zip(shared(&weights, of)) {
            run.shard = chosen + 1;
        }
        let mut text = format!("{of}\n");
        for run in &runs {
            let names: Vec<String> = run.pages.iter().map(|page| page.name.clone()).collect();
            let _ = writeln!(text, "{} {}", run.seconds, names.join("\0"));
        }
        Shares {
            runs,
            of,
            fingerprint: digest(&text),
        }
    }

    /// The pages of one machine, and what its report says of that.
    pub(super) fn one(&self, index: usize) -> (Vec<Rc<Loaded>>, Shard) {
        let pages = self.part(index).filter_map(|run| run.pages.last().cloned());
        let all = self.runs.iter().flat_map(|run| &run.pages);
        let mut titles: Vec<String> = Vec::new();
        for title in all.map(|page| page.title()) {
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        let shard = Shard {
            index,
            of: self.of,
            fingerprint: self.fingerprint.clone(),
            pages: titles,
        };
        (pages.collect(), shard)
    }

    /// The runs of one machine.
    fn part(&self, index: usize) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(move |run| run.shard == index)
    }

    /// How long they take, in seconds.
    fn seconds(&self, index: usize) -> u64 {
        self.part(index).map(|run| run.seconds).sum()
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for index in 1..=self.of {
            let _ = writeln!(
                text,
                "{NOTE}{:>12}{NOTE:#} {index}/{}: {} s",
                "Shard",
                self.of,
                self.seconds(index)
            );
            for run in self.part(index) {
                let titles: Vec<String> = run.pages.iter().map(|page| page.title()).collect();
                let titles = wording::visible(&titles.join(", ")).into_owned();
                let _ = writeln!(text, "{:>12} {:>5} s {titles}", "", run.seconds);
            }
        }
        text
    }

    pub(super) fn json(&self) -> Value {
        let shards = (1..=self.of).map(|index| {
            let pages = self.part(index).flat_map(|run| &run.pages);
            let titles: Vec<String> = pages.map(|page| page.title()).collect();
            json!({ "index": index, "seconds": self.seconds(index), "documents": titles })
        });
        json!({ "shards": shards.collect::<Vec<_>>(), "fingerprint": self.fingerprint })
    }
}

/// What a page takes that says nothing of it, in seconds: so much anyway, and one for so many steps.
const ANYWAY: u64 = 2;
const STEPS_A_SECOND: u64 = 5;

/// How long a page takes, in seconds: as it is recorded, else guessed.
fn seconds(page: &Loaded) -> u64 {
    let plan = &page.plan;
    let guess = || ANYWAY + plan.steps.len() as u64 / STEPS_A_SECOND;
    plan.expectations.seconds.unwrap_or_else(guess)
}

/// To which of so many each weight goes: the heaviest first onto the lightest, of equal ones in their order.
fn shared(weights: &[u64], of: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(weights[*index]));
    let mut loads = vec![0; of];
    let mut chosen = vec![0; weights.len()];
    for index in order {
        let lightest = (0..of)
            .min_by_key(|shard| loads[*shard])
            .unwrap_or_default();
        loads[lightest] += weights[index];
        chosen[index] = lightest;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_go_first_onto_the_emptiest() {
        assert_eq!(shared(&[1, 9, 5, 4], 2), [0, 0, 1, 1]);
        assert_eq!(shared(&[3, 3, 3], 2), [0, 1, 0]);
        assert_eq!(shared(&[7], 3), [0]);
        assert_eq!(shared(&[], 3), [0; 0]);
    }

    #[test]
    fn engines_say_which_of_how_many_it_is() {
        let with = |variables: &'static [(&str, &str)]| {
            by_engine(move |name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(
            with(&[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")]),
            Ok((2, 4))
        );
        assert_eq!(
            with(&[
                ("BUILDKITE_PARALLEL_JOB", "0"),
                ("BUILDKITE_PARALLEL_JOB_COUNT", "4")
            ]),
            Ok((1, 4))
        );
        assert_eq!(
            with(&[("JOB_COMPLETION_INDEX", "3"), ("TUTCHECK_SHARDS", "4")]),
            Ok((4, 4))
        );
        assert_eq!(
            with(&[("TASK_SLOT", "0"), ("TUTCHECK_SHARDS", "4")]),
            Ok((1, 4))
        );
        let why = with(&[("JOB_COMPLETION_INDEX", "3")]).expect_err("it does not say of how many");
        assert!(why.contains("TUTCHECK_SHARDS"), "{why}");
        let node = [
            ("TASK_SLOT", "hknyjc90aayev8v88jell9nro"),
            ("TUTCHECK_SHARDS", "4"),
        ];
        assert_eq!(
            by_engine(|name| node
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())),
            Ok((1, 4))
        );
        assert!(with(&[("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "4")]).is_err());
        assert!(with(&[]).is_err());
    }
}
