//! What holds packages of a build to what they were: what the images that it is built from have besides.

use std::collections::BTreeSet;

use super::inventory::Inventory;
use super::lock::Lock;
use super::packages::parts;

/// Versions that pip may choose.
const VERSIONS: &str = "/etc/tutcheck-constraints.txt";
/// Where pip is told of them, whoever calls it and whatever else it is told (pip's documentation, "Configuration").
const VARIABLE: &str = "PIP_CONSTRAINT";

/// A file and a variable that an image has besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraints {
    /// Its path and its text.
    pub file: (String, String),
    /// `NAME=value`.
    pub variable: String,
}

/// Python packages that were in what a page built at the last green run: `six==1.15.0`, a line each.
fn python(lock: &Lock, page: &str) -> BTreeSet<String> {
    let images = lock
        .pages
        .get(page)
        .into_iter()
        .flat_map(|page| &page.images);
    let built = images.filter_map(|image| lock.images.get(image));
    let built = built.filter(|image| image.is_built());
    let lines = built.flat_map(|image| &image.packages);
    let python = lines.filter_map(|line| {
        let (name, version) = parts(line);
        Some(format!("{}=={version}", name.strip_prefix("python ")?))
    });
    python.collect()
}

/// By what pip chooses in builds what it chose when a page was last green; none if it chose nothing.
pub fn constraints(lock: &Lock, page: &str) -> Option<Constraints> {
    let lines = python(lock, page);
    let versions: String = lines.into_iter().map(|line| line + "\n").collect();
    (!versions.is_empty()).then(|| Constraints {
        file: (VERSIONS.to_owned(), versions),
        variable: format!("{VARIABLE}={VERSIONS}"),
    })
}

/// Whether something that is built from an image may call pip.
pub fn has_python(image: &Inventory) -> bool {
    let of_system =
        |line: &String| line.starts_with("dpkg python3 ") || line.starts_with("python ");
    image.versions.contains_key("PYTHON") || image.packages.iter().any(of_system)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::drift::{Green, Tools};

    #[test]
    fn what_was_built_is_what_holds() {
        let image = |pull: Option<&str>, packages: &[&str]| Inventory {
            pull: pull.map(str::to_owned),
            packages: packages.iter().map(|line| (*line).to_owned()).collect(),
            ..Inventory::default()
        };
        let base = image(
            Some("sha256:1"),
            &["python pip 24.0", "dpkg python3 3.13.5-1"],
        );
        let images = BTreeMap::from([
            ("python:3".to_owned(), base.clone()),
            (
                "app:latest".to_owned(),
                image(None, &["python six 1.15.0", "dpkg a 1"]),
            ),
        ]);
        let mut lock = Lock::new(Tools::default());
        let green = Green {
            content: String::new(),
            images,
        };
        lock.takes(
            &BTreeMap::from([("a.md".to_owned(), green)]),
            &Tools::default(),
        );
        let held = constraints(&lock, "a.md").expect("packages");
        assert_eq!(held.file.1, "six==1.15.0\n");
        assert_eq!(constraints(&lock, "b.md"), None);
        assert!(has_python(&base));
        assert!(!has_python(&image(None, &["dpkg a 1"])));
    }
}
