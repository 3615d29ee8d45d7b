//! Why a step broke that nobody touched, and how it is known.

use std::collections::BTreeSet;
use std::time::Duration;

use super::moved::Moved;

/// Why a step broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// With these images as they were, it passes.
    Images {
        /// Their references.
        guilty: BTreeSet<String>,
        /// How that is known.
        proof: Proof,
    },
    /// It is one of these; there was no time to say which.
    Among {
        /// Their references.
        images: BTreeSet<String>,
        /// How far it is known.
        proof: Proof,
    },
    /// With the packages of then in place, it passes.
    Packages {
        /// `six 1.15.0 → 1.16.0`.
        packages: Vec<String>,
        /// How that is known.
        proof: Proof,
    },
    /// It breaks with all images as they were.
    NotImages {
        /// What may be behind it, seen elsewhere: packages of builds, the engine.
        suspects: Vec<String>,
        /// How that is known.
        proof: Proof,
    },
    /// No image moved.
    NothingMoved {
        /// What may be behind it.
        suspects: Vec<String>,
    },
    /// Played once more, it did not break.
    Flake,
    /// What was cannot be had any more.
    CannotReplay {
        /// Why not.
        why: String,
    },
}

/// How something is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proof {
    /// Replays up to the step, with something as it was.
    pub replays: usize,
    /// What they took.
    pub elapsed: Duration,
}

impl Proof {
    /// `replayed twice, 38 s`
    fn says(self) -> String {
        let times = match self.replays {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            more => format!("{more} times"),
        };
        let seconds = self.elapsed.as_secs_f64();
        if seconds < 10.0 {
            format!("replayed {times}, {seconds:.1} s")
        } else {
            format!("replayed {times}, {seconds:.0} s")
        }
    }
}

impl Cause {
    /// In a word, for programs.
    pub fn kind(&self) -> &'static str {
        match self {
            Cause::Images { .. } => "images",
            Cause::Among { .. } => "among",
            Cause::Packages { .. } => "packages",
            Cause::NotImages { .. } => "not-images",
            Cause::NothingMoved { .. } => "nothing-moved",
            Cause::Flake => "flake",
            Cause::CannotReplay { .. } => "cannot-replay",
        }
    }

    /// What it comes from, where that is known.
    pub fn guilty(&self) -> Vec<&str> {
        match self {
            Cause::Images { guilty: names, .. } | Cause::Among { images: names, .. } => {
                names.iter().map(String::as_str).collect()
            }
            Cause::Packages { packages, .. } => packages.iter().map(String::as_str).collect(),
            Cause::NotImages { .. }
            | Cause::NothingMoved { .. }
            | Cause::Flake
            | Cause::CannotReplay { .. } => Vec::new(),
        }
    }

    /// How it is known, where replays have shown it.
    pub fn proof(&self) -> Option<Proof> {
        match self {
            Cause::Images { proof, .. }
            | Cause::Among { proof, .. }
            | Cause::Packages { proof, .. }
            | Cause::NotImages { proof, .. } => Some(*proof),
            Cause::NothingMoved { .. } | Cause::Flake | Cause::CannotReplay { .. } => None,
        }
    }

    /// `step 7 broke because redis:7 moved (…): with the old image it passes (replayed twice, 38 s)`
    pub fn says(&self, step: usize, moved: &[Moved]) -> String {
        let are = |images: &BTreeSet<String>| {
            let of = moved.iter().filter(|moved| images.contains(&moved.image));
            let said: Vec<String> = of.map(Moved::says).collect();
            said.join(" and ")
        };
        match self {
            Cause::Images { guilty, proof } => {
                let images = if guilty.len() == 1 {
                    "the old image"
                } else {
                    "the old images"
                };
                format!(
                    "step {step} broke because {}: with {images} it passes ({})",
                    are(guilty),
                    proof.says()
                )
            }
            Cause::Among { images, proof } => format!(
                "step {step} broke because one of these moved, and there was no time to say which: {} ({})",
                are(images),
                proof.says()
            ),
            Cause::Packages { packages, proof } => format!(
                "step {step} broke because packages moved ({}): with the old ones it passes ({})",
                packages.join(", "),
                proof.says()
            ),
            Cause::NotImages { suspects, proof } => format!(
                "step {step} broke, and not because an image moved: with all old images it breaks as well ({}){}",
                proof.says(),
                suspected(suspects)
            ),
            Cause::NothingMoved { suspects } => format!(
                "step {step} broke, and no image moved{}",
                suspected(suspects)
            ),
            Cause::Flake => {
                format!("step {step} broke once and passed when it was played again: no drift")
            }
            Cause::CannotReplay { why } => {
                format!("step {step} broke; what was before cannot be replayed: {why}")
            }
        }
    }
}

fn suspected(suspects: &[String]) -> String {
    if suspects.is_empty() {
        "; the page, the network or what it fetches may be behind it".to_owned()
    } else {
        format!("; what else is another: {}", suspects.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::Inventory;

    #[test]
    fn a_cause_is_a_sentence() {
        let moved = Moved {
            image: "redis:7".to_owned(),
            from: Inventory {
                pull: Some("sha256:aa11".to_owned()),
                ..Inventory::default()
            },
            to: Inventory {
                pull: Some("sha256:bb22".to_owned()),
                ..Inventory::default()
            },
            facts: vec!["Redis 7.2.4 → 7.4.0".to_owned()],
        };
        let proof = Proof {
            replays: 2,
            elapsed: Duration::from_secs(38),
        };
        let guilty = Cause::Images {
            guilty: BTreeSet::from(["redis:7".to_owned()]),
            proof,
        };
        assert_eq!(
            guilty.says(7, &[moved]),
            "step 7 broke because redis:7 moved (aa11 → bb22, Redis 7.2.4 → 7.4.0): \
             with the old image it passes (replayed twice, 38 s)"
        );
        let nothing = Cause::NothingMoved {
            suspects: Vec::new(),
        };
        assert_eq!((nothing.kind(), nothing.proof()), ("nothing-moved", None));
        let engine = Cause::NotImages {
            suspects: vec!["engine 26.1 → 29.0".to_owned()],
            proof,
        };
        assert!(
            engine
                .says(3, &[])
                .ends_with("what else is another: engine 26.1 → 29.0")
        );
    }
}
