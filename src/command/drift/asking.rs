//! What the references that pages used stand for now, as their registries say.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::pulled;
use crate::command::loaded::Loaded;
use crate::docker::Pins;
use crate::drift::Lock;
use crate::registry::{Error, Head, Registries};

/// So many registries are asked at once.
const AT_ONCE: usize = 8;

/// What registries have said of the images of a run.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// By reference, the digest of then and the one of now.
    pub(super) digests: BTreeMap<String, (String, String)>,
    /// References that no registry has any more.
    pub(super) gone: BTreeSet<String>,
    /// What could not be asked, and other things to be known.
    pub(super) notes: Vec<String>,
}

impl Asked {
    /// Whether each stands for what it stood for.
    pub(super) fn is_unmoved(&self) -> bool {
        let mut digests = self.digests.values();
        self.notes.is_empty() && self.gone.is_empty() && digests.all(|(then, now)| then == now)
    }

    /// What is played with to see what a reader would see today: everything is pulled, also what is built from.
    pub(super) fn fresh(&self) -> Pins {
        let bases = self.digests.iter();
        let bases =
            bases.map(|(reference, (_, now))| (reference.clone(), by_digest(reference, now)));
        Pins {
            is_fresh: true,
            bases: bases.collect(),
            instead: BTreeMap::new(),
        }
    }
}

/// `python:3.13-slim@sha256:…`
pub(super) fn by_digest(reference: &str, digest: &str) -> String {
    format!("{reference}@{digest}")
}

/// Asks for every image that the pages of a run have used; why nothing can be said, if a registry is away.
pub(super) fn ask(
    run: &[Rc<Loaded>],
    lock: &Lock,
    registries: &Registries,
) -> Result<Asked, String> {
    let pages = run.iter().filter_map(|page| lock.pages.get(&page.name));
    let used: BTreeSet<String> = pages.flat_map(|page| page.images.iter().cloned()).collect();
    let mut asked = Asked::default();
    for (reference, said) in heads(&pulled(lock, used.into_iter()), registries) {
        let then = lock.images[&reference].pull.clone().unwrap_or_default();
        match said {
            Ok(Head { digest, pulls_left }) => {
                if pulls_left == Some(0) {
                    return Err(format!(
                        "the registry of {reference} allows no more pulls for now"
                    ));
                }
                asked.digests.insert(reference, (then, digest));
            }
            Err(Error::Gone { host, .. }) => {
                asked
                    .notes
                    .push(format!("{reference} is no longer at {host}"));
                asked.gone.insert(reference);
            }
            Err(error @ Error::Unauthorized(_)) => {
                asked.notes.push(format!("{reference}: {error}"));
            }
            // A registry that the page itself starts is there only while it is played.
            Err(Error::Unreachable { host, .. }) if is_here(&host) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(asked)
}

fn is_here(host: &str) -> bool {
    ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|here| host.starts_with(here))
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
