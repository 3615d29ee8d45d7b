//! What holds for a whole document or project: YAML front matter, `tutcheck.yaml`, options.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Source};
use crate::document::{Reader, System, front_matter, parse_duration, variable_name};
use crate::matching::Profile;
use crate::programs::Told;
use crate::secrets::{self, SHORTEST, Secrets};
use crate::yaml;

/// Settings from all places, the later ones before the earlier.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Values of placeholders, by their name in capitals.
    pub variables: BTreeMap<String, String>,
    /// Capabilities that are on.
    pub have: BTreeSet<String>,
    /// The longest that a step may take, where it does not say so itself.
    pub timeout: Option<Duration>,
    /// Docker is used although no command names it.
    pub docker: bool,
    /// Names of values that nobody may see.
    pub hidden: BTreeSet<String>,
    /// Their values in the environment.
    pub environment: BTreeMap<String, String>,
    /// How often a step is tried again that failed because of a registry.
    pub retries: Option<u32>,
    /// What is known of the output of commands of the project's own.
    pub profiles: Vec<Profile>,
    /// Programs of the project's own that are typed into.
    pub programs: Vec<Told>,
    /// For whom pages are read.
    pub reader: Reader,
    /// Pages begin in a copy of the project's tracked files.
    pub starts_in_project: bool,
    /// Pages see everything that their daemon has, and not only what they have made.
    pub shares_daemon: bool,
    /// Which files of a folder are pages, as patterns of `.gitignore`; all of them if empty.
    pub pages: Vec<String>,
    /// Which of them are not.
    pub except: Vec<String>,
    /// The page that this one goes on from, from its own folder, and where that is said.
    pub after: Option<(String, Range<usize>)>,
    /// Pages that go on from each other, from the project's top folder.
    pub series: Vec<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "settings such as `vars:`, `have:` and `timeout:`"
)]
struct Written {
    #[serde(default)]
    vars: BTreeMap<String, String>,
    #[serde(default)]
    have: Vec<String>,
    #[serde(default)]
    timeout: Option<String>,
    #[serde(default)]
    docker: bool,
    #[serde(default)]
    secrets: Vec<String>,
    #[serde(default)]
    retries: Option<u32>,
    #[serde(default)]
    profiles: Vec<Profile>,
    #[serde(default)]
    programs: Vec<Told>,
    #[serde(default)]
    reader: Option<WrittenReader>,
    #[serde(default)]
    bare: bool,
    #[serde(default)]
    start: Option<String>,
    #[serde(default)]
    view: Option<String>,
    #[serde(default)]
    pages: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    series: Vec<Vec<String>>,
}

/// For whom pages are read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "`system:`, `shell:` and `picks:`")]
struct WrittenReader {
    #[serde(default)]
    system: Option<String>,
    #[serde(default)]
    shell: Option<String>,
    #[serde(default)]
    picks: Vec<String>,
}

/// Whether a word is the second of two that it can be.
fn one_of_two(
    key: &str,
    value: &str,
    words: [&str; 2],
    help: &str,
    source: &Arc<Source>,
) -> Result<bool, Diagnostic> {
    if let Some(at) = words.iter().position(|word| *word == value) {
        return Ok(at == 1);
    }
    let key_at = format!("{key}:");
    let place = source.text.find(&key_at).unwrap_or(0);
    let message = format!("`{value}` is no value for `{key}`");
    let span = place..place + key_at.len();
    Err(Diagnostic::new("bad-value", source, span, message).help(help))
}

/// What is set at a place where it says nothing.
fn misplaced(word: &str, source: &Arc<Source>, help: &str) -> Diagnostic {
    let key = format!("{word}:");
    // Above our key, front matter has words of other tools.
    let from = source.text.find("tutcheck:").unwrap_or(0);
    let place = source.text[from..].find(&key).map_or(0, |at| from + at);
    let span = place..(place + key.len()).min(source.text.len());
    let message = format!("`{word}` says nothing here");
    Diagnostic::new("misplaced", source, span, message).help(help)
}

/// Front matter is shared with other tools; one key of it is ours.
#[derive(Debug, Default, Deserialize)]
struct FrontMatter {
    #[serde(default)]
    tutcheck: Option<Written>,
}

impl Settings {
    /// Takes in the project's `tutcheck.yaml`.
    pub fn with_project(self, text: String, path: &str) -> Result<Settings, Diagnostic> {
        let source = Arc::new(Source::new(path, text));
        let span = 0..source.text.len();
        let written: Option<Written> = yaml::read(&source, span)?;
        let written = written.unwrap_or_default();
        if written.after.is_some() {
            let help = "say it in the front matter of a page, or write `series:` here";
            return Err(misplaced("after", &source, help));
        }
        self.with(written, &source)
    }

    /// Takes in the front matter of a document.
    pub fn with_front_matter(self, source: &Arc<Source>) -> Result<Settings, Diagnostic> {
        let Some(span) = front_matter(&source.text) else {
            return Ok(self);
        };
        // Most front matter is for others, and need not be YAML that we understand.
        if !source.text[span.clone()].contains("tutcheck") {
            return Ok(self);
        }
        let front: FrontMatter = yaml::read(source, span)?;
        let written = front.tutcheck.unwrap_or_default();
        let of_project = [
            ("series", !written.series.is_empty()),
            ("programs", !written.programs.is_empty()),
        ];
        if let Some((word, _)) = of_project.iter().find(|(_, is_there)| *is_there) {
            let help = "it is of the whole project: say it in tutcheck.yaml";
            return Err(misplaced(word, source, help));
        }
        self.with(written, source)
    }

    /// Takes in values given on the command line or in the environment.
    #[must_use]
    pub fn with_options(
        mut self,
        variables: &[(String, String)],
        have: &[String],
        timeout: Option<Duration>,
    ) -> Settings {
        self.variables.extend(
            variables
                .iter()
                .map(|(name, value)| (variable_name(name), value.clone())),
        );
        self.have.extend(have.iter().cloned());
        self.timeout = timeout.or(self.timeout);
        self
    }

    /// The values that nobody may see, as far as they are known: those of placeholders, and those
    /// that the environment has.
    pub fn secrets(&self) -> Secrets {
        Settings::secrets_of([self])
    }

    /// The values of placeholders as they may be shown.
    pub fn shown_variables(&self) -> BTreeMap<String, String> {
        let secrets = self.secrets();
        self.variables
            .iter()
            .map(|(name, value)| (name.clone(), secrets.hide(value)))
            .collect()
    }

    /// Also hides these values, those of the environment among them, which `variable` knows.
    pub fn hides(&mut self, names: &BTreeSet<String>, variable: impl Fn(&str) -> Option<String>) {
        self.hidden.extend(names.iter().cloned());
        for name in names {
            if let Some(value) = variable(name) {
                self.environment.insert(name.clone(), value);
            }
        }
    }

    /// The values that nobody may see, of all of these.
    pub fn secrets_of<'s>(all: impl IntoIterator<Item = &'s Settings>) -> Secrets {
        Secrets::new(all.into_iter().flat_map(Settings::hidden_values))
    }

    /// The name of a secret that is too short to be told from other words.
    pub fn short_secret(&self) -> Option<String> {
        self.hidden_values()
            .find(|(_, value)| (1..SHORTEST).contains(&value.len()))
            .map(|(name, _)| name)
    }

    /// The names of secrets that are common words, and are not hidden.
    pub fn common_secrets(&self) -> impl Iterator<Item = String> {
        let common = self
            .hidden_values()
            .filter(|(_, value)| secrets::is_common(value));
        common.map(|(name, _)| name)
    }

    fn hidden_values(&self) -> impl Iterator<Item = (String, String)> {
        self.hidden.iter().flat_map(|name| {
            let of_placeholder = self.variables.get(&variable_name(name));
            let of_environment = self.environment.get(name);
            of_placeholder
                .into_iter()
                .chain(of_environment)
                .map(|value| (name.clone(), value.clone()))
        })
    }

    fn with(mut self, written: Written, source: &Arc<Source>) -> Result<Settings, Diagnostic> {
        self.variables.extend(
            written
                .vars
                .into_iter()
                .map(|(name, value)| (variable_name(&name), value)),
        );
        self.have.extend(written.have);
        self.docker |= written.docker;
        self.retries = written.retries.or(self.retries);
        self.hidden.extend(written.secrets);
        self.reader.bare |= written.bare;
        if let Some(start) = written.start {
            const HELP: &str = "a page begins in an `empty` folder, or in a copy of the `project`";
            self.starts_in_project =
                one_of_two("start", &start, ["empty", "project"], HELP, source)?;
        }
        if let Some(view) = written.view {
            const HELP: &str = "a page sees what is its `own`, as on a fresh machine, or the `shared` daemon as it is";
            self.shares_daemon = one_of_two("view", &view, ["own", "shared"], HELP, source)?;
        }
        self.pages.extend(written.pages);
        self.except.extend(written.except);
        self.series.extend(written.series);
        if let Some(page) = written.after {
            let at = source.text.find(&page).unwrap_or(0);
            self.after = Some((page.clone(), at..at + page.len()));
        }
        if let Some(reader) = written.reader {
            self.reader.picks.splice(0..0, reader.picks);
            self.reader.shell = reader.shell.unwrap_or(self.reader.shell);
            if let Some(word) = reader.system {
                let place = source.text.find(&word).unwrap_or(0);
                self.reader.system = System::of(&word).ok_or_else(|| {
                    let message = format!("`{word}` is no system to read for");
                    Diagnostic::new("bad-value", source, place..place + word.len(), message)
                        .help("the systems are linux, macos and windows")
                })?;
            }
        }
        for profile in written.profiles {
            if let Some((word, why)) = profile.fault() {
                let place = source.text.find(&word).unwrap_or(0);
                let message = format!("`{word}` is wrong in a profile: {why}");
                let span = place..place + word.len();
                return Err(Diagnostic::new("bad-profile", source, span, message)
                    .help("tutorial/reference/comparing.md lists what a profile may have"));
            }
            self.profiles.push(profile);
        }
        for told in written.programs {
            if let Some(list) = told.fault() {
                let place = source.text.find("programs:").unwrap_or(0);
                let message = format!("a program needs at least one word in `{list}`");
                let span = place..place + "programs:".len();
                return Err(Diagnostic::new("bad-program", source, span, message)
                    .help("tutorial/reference/reading.md lists what a program may have"));
            }
            self.programs.push(told);
        }
        if let Some(text) = written.timeout {
            let place = source.text.find(&text).unwrap_or(0);
            let limit = parse_duration(&text).ok_or_else(|| {
                Diagnostic::new(
                    "bad-value",
                    source,
                    place..place + text.len(),
                    format!("`{text}` is no value for `timeout`"),
                )
                .help("it takes a time such as `30s`, `2m` or `500ms`")
            })?;
            self.timeout = Some(limit);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(text: &str) -> Result<Settings, Diagnostic> {
        Settings::default().with_project(text.to_owned(), "tutcheck.yaml")
    }

    fn front(text: &str) -> Result<Settings, Diagnostic> {
        let text = format!("---\ntitle: Tea\n{text}---\n\n# Tea\n");
        Settings::default().with_front_matter(&Arc::new(Source::new("page.md", text)))
    }

    #[test]
    fn what_comes_later_counts() {
        let settings = front("tutcheck:\n  vars: { NAME: page, TAG: one }\n  timeout: 5s\n")
            .expect("it is right")
            .with_project("vars: { NAME: project }\n".to_owned(), "tutcheck.yaml")
            .expect("it is right")
            .with_options(
                &[("your-name".to_owned(), "ada".to_owned())],
                &["gpu".to_owned()],
                None,
            );
        let value = |name: &str| settings.variables.get(name).map(String::as_str);
        assert_eq!(value("NAME"), Some("project"));
        assert_eq!(value("TAG"), Some("one"));
        assert_eq!(
            value("YOUR_NAME"),
            Some("ada"),
            "as a placeholder is written"
        );
        assert_eq!(settings.timeout, Some(Duration::from_secs(5)));
        assert!(settings.have.contains("gpu"));
    }

    #[test]
    fn front_matter_of_others_is_theirs() {
        assert!(front("tags: [a: b: c\n").is_ok());
        assert!(front("layout: { x: 1 }\n").is_ok());
    }

    #[test]
    fn faults_have_their_place() {
        for (text, place, message) in [
            ("vras: {}\n", "vras: {}\n", "unknown field `vras`"),
            ("timeout: soon\n", "soon", "no value for `timeout`"),
            ("start: here\n", "start:", "no value for `start`"),
            ("view: all\n", "view:", "no value for `view`"),
            (
                "reader: { system: amiga }\n",
                "amiga",
                "no system to read for",
            ),
            ("after: one.md\n", "after:", "says nothing here"),
            (
                "profiles:\n- commands: [x]\n  progress: ['{z}']\n",
                "{z}",
                "wrong in a profile",
            ),
            (
                "programs:\n- names: []\n  prompts: ['> ']\n  leaves: [quit]\n",
                "programs:",
                "at least one word in `names`",
            ),
        ] {
            let fault = project(text).expect_err(text);
            assert!(fault.message.contains(message), "{fault:?}");
            assert!(text[fault.span.start..].starts_with(place), "{fault:?}");
        }
        let fault = front("tutcheck:\n  series: [[a.md]]\n").expect_err("it is the project's");
        assert!(fault.message.contains("`series` says nothing here"));
    }

    #[test]
    fn secrets_are_hidden_where_values_are_shown() {
        let mut settings = project("secrets: [TOKEN]\nvars: { TOKEN: abcdefgh, USER: ada }\n")
            .expect("it is right");
        assert_eq!(settings.short_secret(), None);
        let shown = settings.shown_variables();
        assert_eq!(shown["USER"], "ada");
        assert!(!shown["TOKEN"].contains("abcdefgh"), "{shown:?}");
        let names = BTreeSet::from(["PIN".to_owned()]);
        settings.hides(&names, |_| Some("12".to_owned()));
        assert_eq!(settings.short_secret().as_deref(), Some("PIN"));
    }
}
