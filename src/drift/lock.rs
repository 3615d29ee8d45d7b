//! What the last green run was played with: a file in git, whose difference says what moved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::inventory::Inventory;
use super::moved::{Moved, moved};
use crate::diagnostic::{Diagnostic, Source};
use crate::yaml;

const HEADING: &str =
    "# Written by `tutcheck drift` when all is green: a difference in here is what moved.\n";

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

impl Tools {
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
            "mend it, or remove the file: `tutcheck drift` writes it anew when all is green";
        let read: Lock =
            yaml::read(source, 0..source.text.len()).map_err(|fault| fault.help(way_out))?;
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

    /// The text of the file; `write(read(x)) == x` for what the tool has written.
    pub fn write(&self) -> String {
        format!("{HEADING}{}", yaml::write(self))
    }

    /// A page is green with these images. What no page uses any more is forgotten.
    pub fn is_green(&mut self, page: &str, content: String, images: &BTreeMap<String, Inventory>) {
        let locked = LockedPage {
            content,
            images: images.keys().cloned().collect(),
        };
        self.pages.insert(page.to_owned(), locked);
        for (image, inventory) in images {
            let same =
                |known: &Inventory| known.content.is_some() && known.content == inventory.content;
            // The same under another digest stays as it is: a lock that differs says that something moved.
            if !self.images.get(image).is_some_and(same) {
                self.images.insert(image.clone(), inventory.clone());
            }
        }
        let used: BTreeSet<&String> = self.pages.values().flat_map(|page| &page.images).collect();
        self.images.retain(|image, _| used.contains(image));
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

    #[test]
    fn a_lock_is_what_it_was_where_nothing_moved() {
        let mut lock = Lock::new(Tools {
            tutcheck: "0.1.0".to_owned(),
            ..Tools::default()
        });
        let images = BTreeMap::from([("redis:7".to_owned(), image("c1", "p1"))]);
        lock.is_green("a.md", "sha256:1".to_owned(), &images);
        lock.is_green("b.md", "sha256:2".to_owned(), &images);
        let text = lock.write();
        let read = Lock::read(&Arc::new(Source::new("drift.lock", text.clone()))).expect("a lock");
        assert_eq!(read, lock);
        // Another digest of the same.
        let again = BTreeMap::from([("redis:7".to_owned(), image("c1", "p2"))]);
        lock.is_green("a.md", "sha256:1".to_owned(), &again);
        assert_eq!(lock.write(), text);
        let other = BTreeMap::from([("redis:8".to_owned(), image("c2", "p3"))]);
        lock.is_green("a.md", "sha256:1".to_owned(), &other);
        assert_eq!(lock.images.len(), 2, "b.md uses it still");
        lock.is_green("b.md", "sha256:2".to_owned(), &other);
        assert_eq!(lock.images.keys().collect::<Vec<_>>(), ["redis:8"]);
    }

    #[test]
    fn a_lock_that_cannot_be_read_says_the_way_out() {
        for (text, words) in [
            (
                "tutcheck: 9\nwith: { tutcheck: x }\npages: {}\n",
                "version 9",
            ),
            ("- 1\n", "a lock with"),
        ] {
            let error =
                Lock::read(&Arc::new(Source::new("drift.lock", text))).expect_err("no lock");
            assert!(format!("{error:?}").contains(words), "{error:?}");
        }
    }
}
