//! Which file uses which, as far as `use` and paths say it: none may use one that uses it, but for the top
//! of its own folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::Regex;

/// A module, by the names that lead to it from the crate.
type Module = Vec<String>;

struct House {
    /// The product text of each module.
    texts: BTreeMap<Module, String>,
    /// What a module gives on of others: the name, and the path that it stands for.
    given_on: BTreeMap<(Module, String), Vec<String>>,
}

/// Groups of modules that use each other in a circle.
pub fn circles(root: &Path) -> Vec<Vec<String>> {
    let house = House::read(root);
    let mut uses: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
    for (module, text) in &house.texts {
        let used = house.used(module, text);
        // What stands at the top of a folder is ground for the files in it.
        let used = used.iter().filter(|used| !module.starts_with(used));
        uses.insert(
            module,
            used.filter_map(|used| Some(house.texts.get_key_value(used)?.0))
                .collect(),
        );
    }
    // What cannot be taken away as using nothing, or as used by nothing, is in a circle.
    loop {
        let used: BTreeSet<&Module> = uses.values().flatten().copied().collect();
        let free: Vec<&Module> = uses
            .iter()
            .filter(|(module, uses)| uses.is_empty() || !used.contains(*module))
            .map(|(module, _)| *module)
            .collect();
        if free.is_empty() {
            break;
        }
        for module in free {
            uses.remove(module);
            for uses in uses.values_mut() {
                uses.remove(module);
            }
        }
    }
    let said = |(module, uses): (&Module, BTreeSet<&Module>)| {
        let uses: Vec<String> = uses.iter().map(|used| used.join("::")).collect();
        vec![module.join("::"), uses.join(", ")]
    };
    uses.into_iter().map(said).collect()
}

impl House {
    fn read(root: &Path) -> House {
        let mut files = Vec::new();
        super::sources(root, &mut files);
        let mut texts = BTreeMap::new();
        for path in files {
            let below = path.strip_prefix(root).unwrap().with_extension("");
            let mut module: Module = below
                .components()
                .map(|part| part.as_os_str().to_str().unwrap().to_owned())
                .collect();
            match module.last().unwrap().as_str() {
                "mod" => drop(module.pop()),
                "tests" | "lib" | "main" => continue,
                _ => {}
            }
            let text = fs::read_to_string(&path).unwrap();
            let product = text.split("#[cfg(test)]").next().unwrap();
            let code: Vec<&str> = product
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            texts.insert(module, code.join("\n"));
        }
        let mut house = House {
            texts,
            given_on: BTreeMap::new(),
        };
        let pattern = Regex::new(r"(?s)\bpub(?:\([^)]*\))? use ([^;]+);").unwrap();
        let mut given_on = BTreeMap::new();
        for (module, text) in &house.texts {
            for found in pattern.captures_iter(text) {
                for (path, name) in spread(&found[1]) {
                    given_on.insert((module.clone(), name), path);
                }
            }
        }
        house.given_on = given_on;
        house
    }

    /// The modules whose things a text names.
    fn used(&self, module: &Module, text: &str) -> BTreeSet<Module> {
        let mut used = BTreeSet::new();
        // What is given on is used by whoever takes it.
        let uses = Regex::new(r"(?sm)^ *use ([^;]+);").unwrap();
        for found in uses.captures_iter(text) {
            for (path, _) in spread(&found[1]) {
                used.extend(self.home(module, &path, 0));
            }
        }
        let paths = Regex::new(r"\b[a-z_]+(?:::[A-Za-z_]+)+").unwrap();
        let all_uses = Regex::new(r"(?sm)^ *(?:pub(?:\([^)]*\))? )?use [^;]+;").unwrap();
        for found in paths.find_iter(&all_uses.replace_all(text, "")) {
            let path: Vec<String> = found.as_str().split("::").map(str::to_owned).collect();
            used.extend(self.home(module, &path, 0));
        }
        used
    }

    /// The module in which the thing stands that a path means; none for things of other crates.
    fn home(&self, from: &Module, path: &[String], depth: usize) -> Option<Module> {
        let mut at = from.clone();
        let mut rest = path;
        let first = rest.first()?.as_str();
        let is_child = |at: &Module, name: &str| {
            let mut child = at.clone();
            child.push(name.to_owned());
            self.texts.contains_key(&child)
        };
        match first {
            "crate" => {
                at.clear();
                rest = &rest[1..];
            }
            "super" | "self" => {}
            name if is_child(&at, name) => {}
            _ => return None,
        }
        while let Some(name) = rest.first() {
            match name.as_str() {
                "super" => drop(at.pop()),
                "self" => {}
                name if is_child(&at, name) => at.push(name.to_owned()),
                name => {
                    let given = self.given_on.get(&(at.clone(), name.to_owned()));
                    return match given.filter(|_| depth < 9) {
                        Some(path) => self.home(&at, path, depth + 1),
                        None => Some(at),
                    };
                }
            }
            rest = &rest[1..];
        }
        Some(at)
    }
}

/// The paths of a `use`, braces spread out, each with the name that it gets.
fn spread(text: &str) -> Vec<(Vec<String>, String)> {
    let text = text.trim();
    if let Some((head, rest)) = text.split_once('{') {
        let inner = rest.strip_suffix('}').unwrap_or(rest);
        let mut parts = Vec::new();
        let (mut depth, mut start) = (0, 0);
        for (at, c) in inner.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    parts.push(&inner[start..at]);
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push(&inner[start..]);
        return parts
            .into_iter()
            .filter(|part| !part.trim().is_empty())
            .flat_map(|part| spread(&format!("{head}{}", part.trim())))
            .collect();
    }
    let (path, name) = text.split_once(" as ").unwrap_or((text, ""));
    let path: Vec<String> = path
        .split("::")
        .map(|part| part.trim().to_owned())
        .filter(|part| part != "self" && !part.is_empty())
        .collect();
    let last = path.last().cloned().unwrap_or_default();
    let name = if name.is_empty() {
        last
    } else {
        name.trim().to_owned()
    };
    vec![(path, name)]
}
