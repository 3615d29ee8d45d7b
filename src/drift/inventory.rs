//! What an image gives to those who use it, read without running it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest::digest;
use serde_json::Value;

use super::packages;

/// An image, as a lock keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// SHA-256 over its layers and its configuration: what its users get, whatever the store calls it. That
    /// this is another is what "moved" means. None for one that was built here, which is another each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The digest by which it is pulled again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull: Option<String>,
    /// `linux/amd64`.
    pub platform: String,
    /// When it was built, as it says itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub created: String,
    /// `Debian GNU/Linux 13.2`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub system: String,
    /// What is in no database: `PYTHON: 3.13.1`, as variables named `…_VERSION` say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<String, String>,
    /// How containers are made from it.
    #[serde(default, skip_serializing_if = "Config::is_empty")]
    pub config: Config,
    /// Where it says that it comes from: `revision`, `source`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// `dpkg openssl 3.0.15-1`, a line each.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub packages: BTreeSet<String>,
    /// Kinds of packages that it has, and that could not be listed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unlisted: BTreeSet<String>,
}

/// How containers are made from an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What is run, and with what words before those that are typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entrypoint: Vec<String>,
    /// What is run where nothing is typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cmd: Vec<String>,
    /// As whom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// Where.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub workdir: String,
    /// `80/tcp`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ports: BTreeSet<String>,
    /// `/data`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub volumes: BTreeSet<String>,
    /// Variables, but those that say a version, and the search path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
}

impl Config {
    fn is_empty(&self) -> bool {
        *self == Config::default()
    }
}

/// Where an image keeps lists of what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// A file, or a folder that is looked through.
    pub path: &'static str,
    /// Files below it, by how their names end.
    pub wanted: &'static [&'static str],
    /// What kind of packages is not listed if it is too large to be looked through.
    pub kind: &'static str,
}

const fn place(path: &'static str, wanted: &'static [&'static str], kind: &'static str) -> Place {
    Place { path, wanted, kind }
}

/// Stands for the version of Python in paths.
const PYTHON: &str = "{PYTHON}";

/// What a Python package says of itself.
const METADATA: &[&str] = &[".dist-info/METADATA", ".egg-info/PKG-INFO", ".egg-info"];

/// All places, after syft's catalogue (`syft/pkg/cataloger`). Links are not followed, so that a file that may be
/// one stands here by both names.
pub const PLACES: &[Place] = &[
    place("/usr/lib/os-release", &["os-release"], "system"),
    place("/etc/os-release", &["os-release"], "system"),
    place("/var/lib/dpkg/status", &["status"], "dpkg"),
    place("/var/lib/dpkg/status.d", &[""], "dpkg"),
    place("/lib/apk/db/installed", &["installed"], "apk"),
    place("/usr/lib/apk/db/installed", &["installed"], "apk"),
    place(
        "/var/lib/rpm",
        &["rpmdb.sqlite", "Packages", "Packages.db"],
        "rpm",
    ),
    place(
        "/usr/lib/sysimage/rpm",
        &["rpmdb.sqlite", "Packages", "Packages.db"],
        "rpm",
    ),
    place("/usr/lib/python3/dist-packages", METADATA, "python"),
    place(
        "/usr/local/lib/python{PYTHON}/site-packages",
        METADATA,
        "python",
    ),
    place(
        "/usr/local/lib/python{PYTHON}/dist-packages",
        METADATA,
        "python",
    ),
    place("/usr/local/lib/node_modules", &["/package.json"], "npm"),
    place("/usr/lib/node_modules", &["/package.json"], "npm"),
];

/// More packages than these are not listed one by one.
const MOST_PACKAGES: usize = 2000;

/// Words of variables whose values are nobody else's business, though an image has them.
const PRIVATE: &[&str] = &[
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "CREDENTIAL",
    "API_KEY",
    "PRIVATE",
];

/// What was found in an image.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// What the daemon says of it: the answer of `GET /images/NAME/json`.
    pub inspected: Value,
    /// The digest that it was pulled by.
    pub pull: Option<String>,
    /// Files, by the path of their place and their names below it.
    pub files: Vec<(&'static Place, String, Vec<u8>)>,
    /// Places that were too large.
    pub too_large: Vec<&'static Place>,
}

impl Looked {
    /// The hash of the layers, and of the configuration in one form.
    fn content(&self) -> String {
        let layers = &self.inspected["RootFS"]["Layers"];
        let config = without_nothing(&self.inspected["Config"]);
        digest(&format!("{layers}\n{config}"))
    }

    /// Where a place is in this image, as far as was looked; none if it can be nowhere.
    pub fn path(&self, place: &Place) -> Option<String> {
        if !place.path.contains(PYTHON) {
            return Some(place.path.to_owned());
        }
        Some(place.path.replace(PYTHON, &self.whole().python()?))
    }

    /// The inventory.
    pub fn inventory(&self) -> Inventory {
        let mut inventory = self.whole();
        inventory.caps();
        inventory
    }

    /// The inventory with all packages, however many they are.
    fn whole(&self) -> Inventory {
        let of = &self.inspected;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let is_pulled = self.pull.is_some();
        let mut inventory = Inventory {
            content: is_pulled.then(|| self.content()),
            pull: self.pull.clone(),
            platform: format!("{}/{}", text(&of["Os"]), text(&of["Architecture"])),
            created: if is_pulled {
                text(&of["Created"])
            } else {
                String::new()
            },
            ..Inventory::default()
        };
        inventory.takes_config(&of["Config"]);
        for (place, name, bytes) in &self.files {
            inventory.takes_file(place, name, &String::from_utf8_lossy(bytes));
        }
        let too_large = self.too_large.iter().map(|place| place.kind.to_owned());
        inventory.unlisted.extend(too_large);
        inventory
    }
}

impl Inventory {
    /// An image that cannot be had again: by its digest alone it is known.
    pub fn unseen(digest: &str) -> Inventory {
        Inventory {
            pull: Some(digest.to_owned()),
            unlisted: BTreeSet::from(["everything".to_owned()]),
            ..Inventory::default()
        }
    }

    /// It was built here, and came from no registry.
    pub fn is_built(&self) -> bool {
        self.pull.is_none()
    }

    fn takes_config(&mut self, config: &Value) {
        let words = |value: &Value| -> Vec<String> {
            let words = value.as_array().into_iter().flatten();
            words.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let names = |value: &Value| -> BTreeSet<String> {
            value
                .as_object()
                .into_iter()
                .flat_map(|map| map.keys().cloned())
                .collect()
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut env = BTreeMap::new();
        for variable in words(&config["Env"]) {
            let Some((name, value)) = variable.split_once('=') else {
                continue;
            };
            match name.strip_suffix("_VERSION") {
                Some(of) => drop(self.versions.insert(of.to_owned(), value.to_owned())),
                // Sums of what was fetched change with the versions, and say no more.
                None if PRIVATE.iter().any(|word| name.contains(word)) => {}
                None if name == "PATH" || name.ends_with("_SHA256") || name.ends_with("_KEY") => {}
                None => drop(env.insert(name.to_owned(), value.to_owned())),
            }
        }
        self.config = Config {
            entrypoint: words(&config["Entrypoint"]),
            cmd: words(&config["Cmd"]),
            user: text(&config["User"]),
            workdir: text(&config["WorkingDir"]),
            ports: names(&config["ExposedPorts"]),
            volumes: names(&config["Volumes"]),
            env,
        };
        let labels = config["Labels"].as_object().into_iter().flatten();
        for (name, value) in labels {
            let name = name.strip_prefix("org.opencontainers.image.");
            if let (Some(name @ ("revision" | "source" | "version")), Some(value)) =
                (name, value.as_str())
            {
                self.labels.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// A list that nobody would read becomes a line that says only whether it is the same.
    fn caps(&mut self) {
        if self.packages.len() > MOST_PACKAGES {
            let all: Vec<&str> = self.packages.iter().map(String::as_str).collect();
            let digest = digest(&all.join("\n"));
            let line = format!("all {}-packages {}", all.len(), &digest[..19]);
            self.packages = BTreeSet::from([line]);
        }
    }

    fn takes_file(&mut self, place: &Place, name: &str, text: &str) {
        match place.kind {
            "system" => {
                if let Some(system) = system(text) {
                    self.system = system;
                }
            }
            "dpkg" => self.packages.extend(packages::dpkg(text)),
            "apk" => self.packages.extend(packages::apk(text)),
            "python" => self.packages.extend(packages::python(text)),
            // What a global package brings along is its own.
            "npm" if is_global(name) => self.packages.extend(packages::npm(text)),
            "npm" => {}
            _ => drop(self.unlisted.insert(place.kind.to_owned())),
        }
    }

    /// The version of Python that is there, as folders have it: `3.13`.
    fn python(&self) -> Option<String> {
        let packaged = || {
            let mut lines = self.packages.iter();
            lines.find_map(|line| line.strip_prefix("dpkg python3 "))
        };
        let version = self
            .versions
            .get("PYTHON")
            .map(String::as_str)
            .or_else(packaged)?;
        let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        let parts: Vec<&str> = version.split(['.', '-']).take(2).filter(digits).collect();
        (parts.len() == 2).then(|| parts.join("."))
    }
}

/// `node_modules/npm/package.json`, `node_modules/@scope/it/package.json`.
fn is_global(name: &str) -> bool {
    let mut parts = name
        .split('/')
        .skip_while(|part| *part != "node_modules")
        .skip(1);
    let first = parts.next().unwrap_or_default();
    let below = if first.starts_with('@') { 2 } else { 1 };
    parts.count() == below
}

/// `Debian GNU/Linux 13.2` of an `os-release`.
fn system(text: &str) -> Option<String> {
    let value = |name: &str| {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
        Some(line.trim_matches('"'))
    };
    let (name, version) = (value("NAME")?, value("VERSION_ID"));
    Some(version.map_or_else(|| name.to_owned(), |version| format!("{name} {version}")))
}

/// A value without what is null or empty: daemons differ in what they leave out.
fn without_nothing(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map
                .iter()
                .map(|(name, value)| (name.clone(), without_nothing(value)));
            // What a daemon says that is not in the image.
            let kept = kept
                .filter(|(name, value)| !is_nothing(value) && !IMAGINED.contains(&name.as_str()));
            Value::Object(kept.collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(without_nothing).collect()),
        other => other.clone(),
    }
}

/// Fields that daemons up to 26 fill in for every image, and later ones do not.
const IMAGINED: &[&str] = &["Image", "Hostname", "Domainname", "ArgsEscaped"];

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        // Of ports and volumes, the names are what counts.
        Value::Object(_) | Value::Bool(true) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn looked(files: &[(&str, &str, &str)]) -> Inventory {
        let files = files.iter().map(|(path, name, text)| {
            let place = PLACES
                .iter()
                .find(|place| place.path == *path)
                .expect("a place");
            (place, (*name).to_owned(), text.as_bytes().to_vec())
        });
        let inspected = json!({
            "Os": "linux", "Architecture": "amd64", "Created": "2026-11-20T01:02:03Z",
            "Config": {
                "Env": ["PATH=/bin", "PYTHON_VERSION=3.13.1", "GPG_KEY=x", "LANG=C"],
                "Cmd": ["python3"], "ExposedPorts": { "80/tcp": {} },
                "Labels": { "org.opencontainers.image.revision": "abc", "other": "x" },
            },
        });
        let looked = Looked {
            inspected,
            pull: Some("sha256:2".to_owned()),
            files: files.collect(),
            too_large: Vec::new(),
        };
        looked.inventory()
    }

    #[test]
    fn an_image_is_read_without_running_it() {
        let npm = "node_modules";
        let inventory = looked(&[
            (
                "/etc/os-release",
                "os-release",
                "NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\n",
            ),
            (
                "/var/lib/dpkg/status.d",
                "status.d/a",
                "Package: a\nVersion: 1\n",
            ),
            (
                "/usr/local/lib/node_modules",
                &format!("{npm}/npm/package.json"),
                r#"{"name":"npm","version":"9"}"#,
            ),
            (
                "/usr/local/lib/node_modules",
                &format!("{npm}/npm/node_modules/x/package.json"),
                r#"{"name":"x","version":"1"}"#,
            ),
            ("/var/lib/rpm", "rpm/rpmdb.sqlite", "\u{0}"),
        ]);
        assert_eq!(inventory.system, "Debian GNU/Linux 13");
        assert_eq!(
            inventory.packages,
            BTreeSet::from(["dpkg a 1".to_owned(), "npm npm 9".to_owned()])
        );
        assert_eq!(inventory.unlisted, BTreeSet::from(["rpm".to_owned()]));
        assert_eq!(inventory.python().as_deref(), Some("3.13"));
        assert_eq!(
            inventory.config.env,
            BTreeMap::from([("LANG".to_owned(), "C".to_owned())])
        );
        assert_eq!(inventory.labels["revision"], "abc");
        assert_eq!(
            inventory.config.ports,
            BTreeSet::from(["80/tcp".to_owned()])
        );
    }

    #[test]
    fn what_daemons_leave_out_is_not_hashed() {
        let old = json!({ "RootFS": { "Layers": ["a"] }, "Config": {
            "Hostname": "", "Image": "sha256:1", "Cmd": ["x"], "Volumes": null, "AttachStdin": false, "ExposedPorts": { "1/tcp": {} }
        } });
        let new = json!({ "RootFS": { "Layers": ["a"] }, "Config": { "ExposedPorts": { "1/tcp": {} }, "Cmd": ["x"] } });
        let content = |inspected: Value| {
            Looked {
                inspected,
                ..Looked::default()
            }
            .content()
        };
        let other = json!({ "RootFS": { "Layers": ["a"] }, "Config": { "Cmd": ["x"] } });
        assert_eq!(content(old), content(new.clone()));
        assert_ne!(content(new), content(other));
    }
}
