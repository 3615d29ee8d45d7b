//! What the references that pages used stand for now, as their registries say.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::store;
use crate::command::loaded::Loaded;
use crate::docker::Pins;
use crate::drift::Lock;
use crate::reference::familiar;
use crate::registry::{self, Error, Head, Registries};

/// So many registries are asked at once.
const AT_ONCE: usize = 8;

/// What registries have said of the images of a run.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// By reference, the digest that it stands for.
    pub(super) digests: BTreeMap<String, String>,
    /// What Dockerfiles on the pages say that they build from.
    built_from: BTreeSet<String>,
    /// References that stand for something else than at the last green run.
    others: BTreeSet<String>,
    /// References that no registry has any more.
    pub(super) gone: BTreeSet<String>,
    /// Something could not be asked for that is there only while the page is played.
    is_unsure: bool,
    /// What could not be asked, and other things to be known.
    pub(super) notes: Vec<String>,
}

impl Asked {
    /// Whether each stands for what it stood for.
    pub(super) fn is_unmoved(&self) -> bool {
        !self.is_unsure && self.notes.is_empty() && self.gone.is_empty() && self.others.is_empty()
    }

    /// What is played with to see what a reader would see today: everything is pulled, also what is built from.
    pub(super) fn fresh(&self) -> Pins {
        let bases = self.digests.iter();
        let bases = bases.map(|(reference, now)| (reference.clone(), by_digest(reference, now)));
        Pins {
            is_fresh: true,
            bases: bases.collect(),
            counted: self.built_from.clone(),
            ..Pins::default()
        }
    }
}

/// `python:3.13-slim@sha256:…`
pub(super) fn by_digest(reference: &str, digest: &str) -> String {
    format!("{reference}@{digest}")
}

/// Asks for every image that the pages of a run have used, and for those that they say they build from; why nothing
/// can be said, if a registry is away.
pub(super) fn ask(
    run: &[Rc<Loaded>],
    lock: &Lock,
    registries: &Registries,
) -> Result<Asked, String> {
    let mut references = lock.pulled(run.iter().map(|page| page.name.as_str()));
    let built_from: BTreeSet<String> = run.iter().flat_map(|page| bases(page)).collect();
    references.extend(built_from.iter().cloned());
    let references: Vec<String> = references.into_iter().collect();
    let mut asked = Asked {
        built_from,
        ..Asked::default()
    };
    for (reference, said) in heads(&references, registries) {
        let then = lock
            .images
            .get(&reference)
            .and_then(|image| image.pull.as_ref());
        match said {
            Ok(Head { digest, pulls_left }) => {
                if pulls_left == Some(0) {
                    return Err(format!(
                        "the registry of {reference} allows no more pulls for now"
                    ));
                }
                if then.is_some_and(|then| *then != digest) {
                    asked.others.insert(reference.clone());
                }
                asked.digests.insert(reference, digest);
            }
            // A registry that the page itself starts is there only while it is played; what was never had is told of
            // by the build that wants it.
            Err(Error::Unreachable { host, .. }) if registry::is_here(&host) => {
                asked.is_unsure = true;
            }
            Err(_) if then.is_none() => {}
            Err(Error::Gone { host, .. }) => {
                asked
                    .notes
                    .push(format!("{reference} is no longer at {host}"));
                asked.gone.insert(reference);
            }
            Err(error @ Error::Unauthorized(_)) => {
                asked.notes.push(format!("{reference}: {error}"));
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(asked)
}

/// What the Dockerfiles on a page build from.
fn bases(page: &Loaded) -> BTreeSet<String> {
    let bases = store::saved(page).flat_map(|sources| sources.bases);
    bases.map(|base| familiar(&base)).collect()
}

/// What registries say of references, some of them at once.
fn heads(references: &[String], registries: &Registries) -> Vec<(String, Result<Head, Error>)> {
    let mut said = Vec::with_capacity(references.len());
    for some in references.chunks(AT_ONCE) {
        let answers = std::thread::scope(|scope| {
            let asked: Vec<_> = some
                .iter()
                .map(|reference| scope.spawn(|| registries.head(reference)))
                .collect();
            let answer = |asked: std::thread::ScopedJoinHandle<'_, _>| {
                asked.join().expect("asking does not panic")
            };
            asked.into_iter().map(answer).collect::<Vec<_>>()
        });
        said.extend(some.iter().cloned().zip(answers));
    }
    said
}
