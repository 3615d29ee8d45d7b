//! What the last green run was played with: a file in git, whose difference says what moved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::inventory::Inventory;
use super::moved::{Moved, moved};
use crate::diagnostic::{Diagnostic, Source};
use crate::yaml;

const HEADING: &str =
    "# Written by `tutcheck drift` of what is green: a difference in here is what moved.\n";

/// What is on disk for a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a lock with `tutcheck:`, `with:`, `pages:` and `images:`"
)]
pub struct Lock {
    /// The version of the format: 1.
    pub tutcheck: u32,
    /// What played.
    pub with: Tools,
    /// The pages that were green, by their paths below the project's root.
    pub pages: BTreeMap<String, LockedPage>,
    /// What they used, by reference.
    #[serde(default)]
    pub images: BTreeMap<String, Inventory>,
}

/// Programs that a page is played with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tools {
    /// The version of tutcheck.
    pub tutcheck: String,
    /// The version of the daemon.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub engine: String,
    /// `buildkit` or `legacy`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub builder: String,
    /// The version of Compose.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub compose: String,
    /// `linux/amd64`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub platform: String,
}

/// A page as it was green.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedPage {
    /// SHA-256 of the page, its recording and what it is read with.
    pub content: String,
    /// The images that it used.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub images: BTreeSet<String>,
}

/// A page that is green tonight.
#[derive(Debug, Clone, Default)]
pub struct Green {
    /// As in [`LockedPage`].
    pub content: String,
    /// What it used.
    pub images: BTreeMap<String, Inventory>,
}

impl Tools {
    /// This tutcheck, and nothing else.
    pub fn without_docker() -> Tools {
        Tools {
            tutcheck: env!("CARGO_PKG_VERSION").to_owned(),
            ..Tools::default()
        }
    }

    /// These play now; of one that a page does without, nothing new is known.
    pub fn takes(&mut self, now: &Tools) {
        let pairs = [
            (&mut self.tutcheck, &now.tutcheck),
            (&mut self.engine, &now.engine),
            (&mut self.builder, &now.builder),
            (&mut self.compose, &now.compose),
            (&mut self.platform, &now.platform),
        ];
        for (old, new) in pairs.into_iter().filter(|(_, new)| !new.is_empty()) {
            old.clone_from(new);
        }
    }

    /// What of them is another now: `engine 26.1.5 → 29.0.0`.
    pub fn moved(&self, now: &Tools) -> Vec<String> {
        let pairs = [
            ("tutcheck", &self.tutcheck, &now.tutcheck),
            ("engine", &self.engine, &now.engine),
            ("builder", &self.builder, &now.builder),
            ("Compose", &self.compose, &now.compose),
            ("platform", &self.platform, &now.platform),
        ];
        let known = pairs
            .into_iter()
            .filter(|(_, then, now)| !then.is_empty() && !now.is_empty());
        let others = known.filter(|(_, then, now)| then != now);
        others
            .map(|(what, then, now)| format!("{what} {then} → {now}"))
            .collect()
    }
}

impl Lock {
    /// Nothing was green yet.
    pub fn new(with: Tools) -> Lock {
        Lock {
            tutcheck: 1,
            with,
            pages: BTreeMap::new(),
            images: BTreeMap::new(),
        }
    }

    /// Reads a file, or says what is wrong with it.
    pub fn read(source: &Arc<Source>) -> Result<Lock, Diagnostic> {
        let way_out =
            "mend it, or remove the file: `tutcheck drift` writes it anew of what is green";
        let read: Lock =
            yaml::read(source, 0..source.text.len()).map_err(|fault| fault.help(way_out))?;
        if let Some(name) = read.strange() {
            let at = source.text.find(name).unwrap_or(0);
            let message = format!("`{name}` is neither an image nor a digest");
            return Err(
                Diagnostic::new("bad-value", source, at..at + name.len(), message).help(way_out),
            );
        }
        if read.tutcheck == 1 {
            return Ok(read);
        }
        let place = source.text.find("tutcheck:").unwrap_or(0);
        let message = format!("locks of version {} are not understood", read.tutcheck);
        Err(
            Diagnostic::new("bad-version", source, place..place + 9, message)
                .help("this tutcheck reads version 1; a newer one may have written it"),
        )
    }

    /// A word that a registry must not be asked for.
    fn strange(&self) -> Option<&str> {
        let names = self.images.keys().map(String::as_str);
        let strange_name = names.filter(|name| !is_reference(name));
        let digests = self
            .images
            .values()
            .filter_map(|image| image.pull.as_deref());
        let strange_digest = digests.filter(|digest| !is_digest(digest));
        strange_name.chain(strange_digest).next()
    }

    /// The text of the file; `write(read(x)) == x` for what the tool has written.
    pub fn write(&self) -> String {
        format!("{HEADING}{}", yaml::write(self))
    }

    /// These pages are green, each with its images. An image that other pages use, too, is taken in only if they are
    /// green with it as well: else it would hide from them that it moved. What no page uses any more is forgotten.
    pub fn takes(&mut self, green: &BTreeMap<String, Green>, with: &Tools) {
        for (page, green) in green {
            let locked = LockedPage {
                content: green.content.clone(),
                images: green.images.keys().cloned().collect(),
            };
            self.pages.insert(page.clone(), locked);
        }
        if self.pages.keys().all(|page| green.contains_key(page)) {
            self.with.takes(with);
        }
        for (image, now) in green.values().flat_map(|green| &green.images) {
            let mut users = self
                .pages
                .iter()
                .filter(|(_, page)| page.images.contains(image));
            let are_green = users.all(|(page, _)| green.contains_key(page));
            match self.images.get_mut(image) {
                None => drop(self.images.insert(image.clone(), now.clone())),
                // The same under another digest: that is what it is to be had by.
                Some(known) if known.content.is_some() && known.content == now.content => {
                    known.pull.clone_from(&now.pull);
                }
                Some(known) if are_green => known.clone_from(now),
                Some(_) => {}
            }
        }
        let used: BTreeSet<&String> = self.pages.values().flat_map(|page| &page.images).collect();
        self.images.retain(|image, _| used.contains(image));
    }

    /// What pages used that came from a registry.
    pub fn pulled<'p>(&self, pages: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
        let pages = pages.filter_map(|page| self.pages.get(page));
        let used = pages.flat_map(|page| &page.images);
        let is_pulled = |image: &&String| {
            self.images
                .get(*image)
                .is_some_and(|known| !known.is_built())
        };
        used.filter(is_pulled).cloned().collect()
    }

    /// What of these images is another than it was.
    pub fn moved(&self, images: &BTreeMap<String, Inventory>) -> Vec<Moved> {
        let known = images
            .iter()
            .filter_map(|(image, now)| Some((image, self.images.get(image)?, now)));
        known
            .filter_map(|(image, then, now)| moved(image, then, now))
            .collect()
    }
}

/// Whether a word can be the name of an image.
fn is_reference(word: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:@".contains(&byte);
    word.bytes().all(is_part) && !word.contains("..") && !word.contains("//")
}

fn is_digest(word: &str) -> bool {
    let hex = word
        .strip_prefix("sha256:")
        .or_else(|| word.strip_prefix("sha512:"));
    hex.is_some_and(|hex| !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(content: &str, pull: &str) -> Inventory {
        Inventory {
            content: Some(content.to_owned()),
            pull: Some(pull.to_owned()),
            platform: "linux/amd64".to_owned(),
            ..Inventory::default()
        }
    }

    /// Pages that are green with one image each.
    fn green(pages: &[(&str, &str, Inventory)]) -> BTreeMap<String, Green> {
        let one = |(page, name, image): &(&str, &str, Inventory)| {
            let images = BTreeMap::from([((*name).to_owned(), image.clone())]);
            let content = "sha256:1".to_owned();
            ((*page).to_owned(), Green { content, images })
        };
        pages.iter().map(one).collect()
    }

    #[test]
    fn a_lock_is_what_it_was_where_nothing_moved() {
        let with = Tools {
            tutcheck: "0.1.0".to_owned(),
            ..Tools::default()
        };
        let mut lock = Lock::new(Tools::default());
        let both = green(&[
            ("a.md", "redis:7", image("c1", "sha256:1")),
            ("b.md", "redis:7", image("c1", "sha256:1")),
        ]);
        lock.takes(&both, &with);
        let text = lock.write();
        let read = Lock::read(&Arc::new(Source::new("drift.lock", text.clone()))).expect("a lock");
        assert_eq!(read, lock);
        lock.takes(&both, &with);
        assert_eq!(lock.write(), text);
        // Another digest of the same.
        lock.takes(
            &green(&[("a.md", "redis:7", image("c1", "sha256:2"))]),
            &with,
        );
        assert_eq!(lock.images["redis:7"].pull.as_deref(), Some("sha256:2"));
        lock.takes(
            &green(&[("a.md", "redis:8", image("c2", "sha256:3"))]),
            &with,
        );
        assert_eq!(lock.images.len(), 2, "b.md uses it still");
        lock.takes(
            &green(&[("b.md", "redis:8", image("c2", "sha256:3"))]),
            &with,
        );
        assert_eq!(lock.images.keys().collect::<Vec<_>>(), ["redis:8"]);
    }

    #[test]
    fn a_page_that_is_not_green_still_sees_what_moved() {
        let tools = |engine: &str| Tools {
            engine: engine.to_owned(),
            ..Tools::default()
        };
        let mut lock = Lock::new(Tools::default());
        let then = image("c1", "sha256:1");
        let both = green(&[("a.md", "redis:7", then.clone()), ("b.md", "redis:7", then)]);
        lock.takes(&both, &tools("28"));
        let now = image("c2", "sha256:2");
        lock.takes(&green(&[("a.md", "redis:7", now.clone())]), &tools("29"));
        assert_eq!(
            lock.moved(&BTreeMap::from([("redis:7".to_owned(), now.clone())]))
                .len(),
            1
        );
        assert_eq!(lock.with.engine, "28");
        let both = green(&[
            ("a.md", "redis:7", now.clone()),
            ("b.md", "redis:7", now.clone()),
        ]);
        lock.takes(&both, &tools("29"));
        assert!(
            lock.moved(&BTreeMap::from([("redis:7".to_owned(), now)]))
                .is_empty()
        );
        assert_eq!(lock.with.engine, "29");
    }

    #[test]
    fn a_lock_that_cannot_be_read_says_the_way_out() {
        for (text, words) in [
            (
                "tutcheck: 9\nwith: { tutcheck: x }\npages: {}\n",
                "version 9",
            ),
            ("- 1\n", "a lock with"),
            (
                "tutcheck: 1\nwith: { tutcheck: x }\npages: {}\nimages:\n  ../x:1: { platform: x }\n",
                "neither an image",
            ),
        ] {
            let error =
                Lock::read(&Arc::new(Source::new("drift.lock", text))).expect_err("no lock");
            assert!(format!("{error:?}").contains(words), "{error:?}");
        }
    }
}
