//! What of an image is another now, in words for an author, biggest fact first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::inventory::{Config, Inventory};
use super::packages::parts;
use crate::wording;

/// An image that is another than it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its reference.
    pub image: String,
    /// As it was; none if it was not used.
    pub from: Inventory,
    /// As it is.
    pub to: Inventory,
    /// What is another, biggest first: `Redis 7.2.4 → 7.4.0`.
    pub facts: Vec<String>,
}

impl Moved {
    /// It was built here, then and now.
    pub fn is_built(&self) -> bool {
        self.from.is_built() && self.to.is_built()
    }

    /// `redis:7 moved (aa… → bb…): Redis 7.2.4 → 7.4.0, …`
    pub fn says(&self) -> String {
        if self.is_built() {
            return format!("{}, as built here, is another ({})", self.image, self.how());
        }
        format!("{} moved ({})", self.image, self.how())
    }

    /// `aa0123… → bb0123…, Redis 7.2.4 → 7.4.0`
    pub fn how(&self) -> String {
        let digests = match (&self.from.pull, &self.to.pull) {
            (Some(from), Some(to)) => Some(format!("{} → {}", short(from), short(to))),
            _ => None,
        };
        let facts = digests.iter().chain(&self.facts).cloned();
        facts.collect::<Vec<_>>().join(", ")
    }
}

/// The first digits of a digest.
fn short(digest: &str) -> String {
    const DIGITS: usize = 12;
    let hex = digest.rsplit(':').next().unwrap_or(digest);
    hex.chars().take(DIGITS).collect()
}

/// What of an image is another than it was; none if its users get the same. Of one that was built here, what it
/// is made of counts, since its layers are others each time.
pub fn moved(image: &str, from: &Inventory, to: &Inventory) -> Option<Moved> {
    let is_same = match (&from.content, &to.content) {
        (Some(then), Some(now)) => then == now,
        // What could not be looked into is known by its digest.
        _ => from.pull == to.pull,
    };
    let facts = facts(from, to);
    let is_built = from.is_built() && to.is_built();
    let has_moved = if is_built {
        !facts.is_empty()
    } else {
        !is_same
    };
    has_moved.then(|| Moved {
        image: image.to_owned(),
        from: from.clone(),
        to: to.clone(),
        facts,
    })
}

/// Biggest first: what a page's steps depend on most often.
fn facts(from: &Inventory, to: &Inventory) -> Vec<String> {
    let mut facts = Vec::new();
    for (name, old, new) in changes(&from.versions, &to.versions) {
        facts.push(change(&called(name), old, new));
    }
    if from.system != to.system {
        facts.push(change("", &from.system, &to.system));
    }
    if from.platform != to.platform {
        facts.push(change("", &from.platform, &to.platform));
    }
    facts.extend(of_config(&from.config, &to.config));
    facts.extend(of_packages(&from.packages, &to.packages));
    if from.created != to.created && !to.created.is_empty() {
        let day = to.created.split('T').next().unwrap_or_default();
        let revisions = (from.labels.get("revision"), to.labels.get("revision"));
        let source = match revisions {
            (Some(old), Some(new)) if old == new => ", same Dockerfile",
            (Some(_), Some(_)) => ", another Dockerfile",
            _ => "",
        };
        facts.push(format!("built {day}{source}"));
    }
    facts
}

/// `PYTHON` as people call it.
fn called(variable: &str) -> String {
    match variable {
        "PG" => return "PostgreSQL".to_owned(),
        "NODE" => return "Node.js".to_owned(),
        "GOLANG" => return "Go".to_owned(),
        "NGINX" | "NPM" => return variable.to_ascii_lowercase(),
        _ => {}
    }
    let mut letters = variable.to_ascii_lowercase().replace('_', " ");
    if let Some(first) = letters.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    letters
}

fn change(what: &str, old: &str, new: &str) -> String {
    let blank = if what.is_empty() { "" } else { " " };
    match (old, new) {
        ("", new) => format!("{what}{blank}{new} is new"),
        (old, "") => format!("{what}{blank}{old} is gone"),
        (old, new) => format!("{what}{blank}{old} → {new}"),
    }
}

/// What two maps differ in; what is missing is empty.
fn changes<'m>(
    from: &'m BTreeMap<String, String>,
    to: &'m BTreeMap<String, String>,
) -> Vec<(&'m str, &'m str, &'m str)> {
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let value = |map: &'m BTreeMap<String, String>, name| map.get(name).map_or("", String::as_str);
    let all = names.into_iter();
    all.map(|name| (name.as_str(), value(from, name), value(to, name)))
        .filter(|(_, old, new)| old != new)
        .collect()
}

fn of_config(from: &Config, to: &Config) -> Vec<String> {
    let names = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
    let mut facts = Vec::new();
    let texts = [
        (
            "entrypoint",
            from.entrypoint.join(" "),
            to.entrypoint.join(" "),
        ),
        ("command", from.cmd.join(" "), to.cmd.join(" ")),
        ("user", from.user.clone(), to.user.clone()),
        ("folder", from.workdir.clone(), to.workdir.clone()),
        ("ports", names(&from.ports), names(&to.ports)),
        ("volumes", names(&from.volumes), names(&to.volumes)),
    ];
    for (what, old, new) in &texts {
        if old != new {
            facts.push(change(what, &quoted(old), &quoted(new)));
        }
    }
    for (name, old, new) in changes(&from.env, &to.env) {
        facts.push(change(
            &format!("variable {name}"),
            &quoted(old),
            &quoted(new),
        ));
    }
    facts
}

fn quoted(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("`{text}`")
    }
}

/// What is gone, what took a large step, then how many others.
fn of_packages(from: &BTreeSet<String>, to: &BTreeSet<String>) -> Vec<String> {
    // So many are named of each kind.
    const NAMED: usize = 3;
    let by_name = |set: &BTreeSet<String>| -> BTreeMap<String, String> {
        let all = set.iter().map(|line| parts(line));
        all.map(|(name, version)| (name.to_owned(), version.to_owned()))
            .collect()
    };
    // One that lists none now may only have lost its lists.
    if from.is_empty() || to.is_empty() {
        return Vec::new();
    }
    let (from, to) = (by_name(from), by_name(to));
    let all = changes(&from, &to);
    let name = |name: &str| {
        name.split_once(' ')
            .map_or(name, |(_, name)| name)
            .to_owned()
    };
    let mut facts = Vec::new();
    let gone: Vec<_> = all.iter().filter(|(_, _, new)| new.is_empty()).collect();
    if !gone.is_empty() {
        let names: Vec<String> = gone.iter().take(NAMED).map(|(of, ..)| name(of)).collect();
        let is = if gone.len() == 1 { "is" } else { "are" };
        facts.push(format!(
            "{}{} {is} gone",
            names.join(", "),
            more(gone.len(), NAMED)
        ));
    }
    let mut others: Vec<_> = all.iter().filter(|(_, _, new)| !new.is_empty()).collect();
    others.sort_by_key(|(_, old, new)| rank(old, new));
    if !others.is_empty() {
        let mut text = format!("{} (", wording::count(others.len(), "package"));
        for (index, (of, old, new)) in others.iter().take(NAMED).enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let _ = write!(text, "{comma}{}", change(&name(of), old, new));
        }
        text.push_str(if others.len() > NAMED { ", …)" } else { ")" });
        facts.push(text);
    }
    facts
}

fn more(all: usize, named: usize) -> String {
    match all.saturating_sub(named) {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

/// A step in the first number of a version is the largest; what is new comes last.
fn rank(old: &str, new: &str) -> u8 {
    // An epoch stands before a colon.
    let first = |version: &str| {
        let version = version.rsplit(':').next().unwrap_or(version);
        version
            .split(['.', '-', '+', '~'])
            .next()
            .map(str::to_owned)
    };
    match (old, first(old) == first(new)) {
        ("", _) => 2,
        (_, true) => 1,
        (_, false) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(content: &str, versions: &[(&str, &str)], packages: &[&str]) -> Inventory {
        Inventory {
            content: (!content.is_empty()).then(|| content.to_owned()),
            pull: (!content.is_empty()).then(|| format!("sha256:{content}")),
            platform: "linux/amd64".to_owned(),
            versions: versions
                .iter()
                .map(|(name, version)| ((*name).to_owned(), (*version).to_owned()))
                .collect(),
            packages: packages.iter().map(|line| (*line).to_owned()).collect(),
            ..Inventory::default()
        }
    }

    #[test]
    fn the_biggest_fact_comes_first() {
        let mut from = image(
            "aa",
            &[("PYTHON", "3.13.1")],
            &["dpkg a 1.0", "dpkg b 1:1.9-1", "dpkg curl 8"],
        );
        let mut to = image(
            "bb",
            &[("PYTHON", "3.14.0")],
            &["dpkg a 1.1", "dpkg b 1:2.0-1", "dpkg d 1"],
        );
        from.config.user = String::new();
        to.config.user = "app".to_owned();
        let moved = moved("python:3-slim", &from, &to).expect("it moved");
        assert_eq!(
            moved.says(),
            "python:3-slim moved (aa → bb, Python 3.13.1 → 3.14.0, user `app` is new, curl is gone, \
             3 packages (b 1:1.9-1 → 1:2.0-1, a 1.0 → 1.1, d 1 is new))"
        );
    }

    #[test]
    fn what_its_users_get_decides() {
        let one = image("aa", &[], &["dpkg a 1"]);
        let mut other = one.clone();
        other.pull = Some("sha256:other".to_owned());
        assert_eq!(moved("x", &one, &other), None);
        let rebuilt = image("bb", &[], &["dpkg a 1"]);
        assert_eq!(
            moved("x", &one, &rebuilt).expect("it moved").facts,
            Vec::<String>::new()
        );
        let built = image("", &[], &["python six 1.15.0"]);
        assert_eq!(moved("x", &built, &built), None);
        let other = image("", &[], &["python six 1.16.0"]);
        assert_eq!(
            moved("x", &built, &other).expect("it moved").facts,
            ["1 package (six 1.15.0 → 1.16.0)"]
        );
    }
}
