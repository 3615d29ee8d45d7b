//! Files: what belongs to each document.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::pages;
use super::series::{self, Shelf};
use crate::cli::{Color, GivenArguments};
use crate::diagnostic::{Diagnostic, Source};
use crate::docker::Address;
use crate::document::Document;
use crate::plan::Plan;
use crate::programs;
use crate::run::{Machine, Project, Sudo, Surroundings, remotes};
use crate::saved::{self, Given};
use crate::secrets::{SHORTEST, Secrets};
use crate::settings::Settings;

/// What is wrong before anything runs.
pub(super) enum Fault {
    /// With a place in a file.
    Placed(Diagnostic),
    /// Without.
    Plain(String),
}

impl From<Diagnostic> for Fault {
    fn from(diagnostic: Diagnostic) -> Fault {
        Fault::Placed(diagnostic)
    }
}

/// Says all faults; the exit status.
pub(super) fn report(faults: Vec<Fault>) -> u8 {
    let mut placed = Vec::new();
    for fault in faults {
        match fault {
            Fault::Placed(diagnostic) => placed.push(diagnostic),
            Fault::Plain(message) => super::complain(&message),
        }
    }
    if placed.is_empty() {
        super::WRONG
    } else {
        super::diagnose(placed)
    }
}

/// A document with its plan and its places.
pub(super) struct Loaded {
    pub(super) plan: Plan,
    pub(super) settings: Settings,
    /// Where its recordings are, or will be.
    pub(super) expectations: PathBuf,
    /// The same for messages.
    pub(super) expectations_shown: String,
    /// The document's path below the project root.
    pub(super) name: String,
    pub(super) surroundings: Surroundings,
    /// What was given with the call, and in the environment.
    pub(super) given: Given,
    /// Which way through the page it is, where there are several.
    pub(super) way: Option<String>,
    /// The pages that it goes on from, the first one first.
    pub(super) before: Vec<Rc<Loaded>>,
}

/// Documents that were read, and what is wrong with others: one page's fault stops no other.
pub(super) struct Loading {
    pub(super) documents: Vec<Rc<Loaded>>,
    pub(super) faults: Vec<Fault>,
}

impl Loading {
    /// Says the faults, if there are any; the exit status of all, given that of the documents: what
    /// is wrong with a file comes behind an interruption and a break, and before all else.
    pub(super) fn ends(faults: Vec<Fault>, status: u8) -> u8 {
        if faults.is_empty() {
            return status;
        }
        let wrong = report(faults);
        if matches!(status, 1 | 130) {
            status
        } else {
            wrong
        }
    }
}

impl Loaded {
    /// The same page with another plan.
    pub(super) fn with_plan(&self, plan: Plan) -> Loaded {
        Loaded {
            plan,
            settings: self.settings.clone(),
            expectations: self.expectations.clone(),
            expectations_shown: self.expectations_shown.clone(),
            name: self.name.clone(),
            surroundings: self.surroundings.clone(),
            given: self.given.clone(),
            way: self.way.clone(),
            before: self.before.clone(),
        }
    }

    /// Its path, and the way through it where there are several.
    pub(super) fn title(&self) -> String {
        let path = &self.plan.document.source.path;
        match &self.way {
            Some(way) => format!("{path} ({way})"),
            None => path.clone(),
        }
    }
}

/// Reads all documents that the paths mean.
pub(super) fn load(
    paths: &[PathBuf],
    given: &GivenArguments,
    timeout: Option<std::time::Duration>,
) -> Loading {
    let mut faults = Vec::new();
    let mut loaded = Vec::new();
    let mut shelf = Shelf::new(|path, hidden| load_one(path, given, timeout, hidden));
    for (path, is_one_of_many) in pages::documents(paths, &mut faults) {
        match shelf.take(&path) {
            Ok(one) if is_one_of_many && one.plan.steps.is_empty() => {}
            Ok(one) => loaded.push(one),
            Err(more) => faults.extend(more),
        }
    }
    let played: Vec<Rc<Loaded>> = loaded
        .iter()
        .flat_map(|page: &Rc<Loaded>| page.before.iter().chain([page]))
        .cloned()
        .collect();
    let unknown: Vec<Fault> = given
        .picks
        .iter()
        .filter_map(|pick| super::ways::not_to_pick(pick, &played))
        .collect();
    if !unknown.is_empty() {
        // What was meant is not known, so nothing else is done in its place.
        loaded.clear();
        faults.extend(unknown);
    }
    Loading {
        documents: loaded,
        faults,
    }
}

/// A page, and the one that it goes on from.
fn load_one(
    path: &Path,
    given: &GivenArguments,
    timeout: Option<std::time::Duration>,
    hidden: &BTreeSet<String>,
) -> Result<(Loaded, Option<PathBuf>), Vec<Fault>> {
    let path_shown = shown(path);
    let text = read(path).map_err(|fault| vec![fault])?;
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().unwrap_or(Path::new("/")).to_owned();
    let root = root(&folder);
    let below = absolute.strip_prefix(&root).unwrap_or(&absolute).to_owned();
    let source = Arc::new(Source {
        path: path_shown.clone(),
        text,
    });
    let mut settings = settings(&root, &source, given, timeout).map_err(|fault| vec![fault])?;
    settings.hides(hidden, |name| env::var(name).ok());
    series::sound(&root, &settings).map_err(|fault| vec![fault])?;
    for told in &settings.programs {
        programs::learn(told);
    }
    let document = Document::parse(&path_shown, source.text.clone(), &settings.reader)
        .map_err(|faults| faults.into_iter().map(Fault::Placed).collect::<Vec<_>>())?;

    // `a.md` and `a.markdown` are two documents.
    let recorded = if below.extension().is_some_and(|extension| extension == "md") {
        below.with_extension("yaml")
    } else {
        below.with_added_extension("yaml")
    };
    let expectations = root.join("expectations").join(recorded);
    let expectations_shown = shown(&expectations);
    let recorded = if expectations.exists() {
        let text = read(&expectations).map_err(|fault| vec![fault])?;
        Some(Arc::new(Source {
            path: expectations_shown.clone(),
            text,
        }))
    } else {
        None
    };
    let plan = Plan::new(document, &settings, recorded)
        .map_err(|faults| faults.into_iter().map(Fault::Placed).collect::<Vec<_>>())?;
    let surroundings = Surroundings {
        state: state(),
        temporary: env::temp_dir(),
        address: Address::find(|name| env::var(name).ok()),
        document_folder: folder,
        project: project_of(&root, &settings, &plan),
        machine: machine(),
    };
    let secrets = settings.secrets();
    let after = series::page_before(&absolute, &root, &settings);
    let name = below.to_string_lossy().into_owned();
    let loaded = Loaded {
        plan,
        settings,
        expectations,
        expectations_shown,
        name,
        surroundings,
        given: given_with(given, &secrets),
        way: None,
        before: Vec::new(),
    };
    Ok((loaded, after))
}

/// A page of a saved run, as it is now.
pub(super) fn load_saved(document: &saved::Document) -> Result<Loaded, Vec<Fault>> {
    let given = GivenArguments {
        variables: document.given.variables.clone(),
        have: document.given.have.clone(),
        reader: document.given.reader.clone(),
        picks: document.given.picks.clone(),
        color: Color::Auto,
    };
    let (loaded, _) = load_one(
        Path::new(&document.document),
        &given,
        None,
        &BTreeSet::new(),
    )?;
    match &document.way {
        Some((way, name)) => loaded.again(way.clone(), name.clone()),
        None => Ok(loaded),
    }
}

/// What was given with a call and in the environment, with secrets hidden.
fn given_with(given: &GivenArguments, secrets: &Secrets) -> Given {
    let mut variables = variables_of_environment();
    variables.extend(given.variables.iter().cloned());
    for (_, value) in &mut variables {
        *value = secrets.hide(value);
    }
    Given {
        variables,
        have: given.have.clone(),
        reader: given.reader.clone(),
        picks: given.picks.clone(),
    }
}

/// Values of placeholders in the environment.
fn variables_of_environment() -> Vec<(String, String)> {
    env::vars_os()
        .filter_map(|(name, value)| {
            let name = name.to_str()?.strip_prefix("TUTCHECK_VAR_")?.to_owned();
            Some((name, value.to_str()?.to_owned()))
        })
        .collect()
}

/// What a run needs to know of the project; git is asked only where the page has commands of it.
fn project_of(root: &Path, settings: &Settings, plan: &Plan) -> Project {
    let clones = plan.document.source.text.contains("git ");
    Project {
        root: root.to_owned(),
        remotes: if clones { remotes(root) } else { Vec::new() },
        starts_here: settings.starts_in_project,
    }
}

fn settings(
    root: &Path,
    document: &Arc<Source>,
    given: &GivenArguments,
    timeout: Option<std::time::Duration>,
) -> Result<Settings, Fault> {
    let mut settings = Settings::default();
    // In rising order: front matter, project, environment, options: what is typed now is meant now.
    settings = settings.with_front_matter(document)?;
    let project = root.join("tutcheck.yaml");
    if project.exists() {
        settings = settings.with_project(read(&project)?, &shown(&project))?;
    }
    let environment = variables_of_environment();
    settings = settings.with_options(&environment, &[], None);
    settings = settings.with_options(&given.variables, &given.have, timeout);
    settings.reader.take(&given.reader, &given.picks);
    settings.hides(&settings.hidden.clone(), |name| env::var(name).ok());
    match settings.short_secret() {
        Some(name) => Err(Fault::Plain(format!(
            "the secret {name} is too short to be hidden: it has fewer than {SHORTEST} characters; give it a longer \
             value, or take it off `secrets:`"
        ))),
        None => Ok(settings),
    }
}

/// A file's text; that it is none is said with the place of the first wrong byte.
pub(super) fn read(path: &Path) -> Result<String, Fault> {
    let bytes = fs::read(path)
        .map_err(|error| Fault::Plain(format!("cannot read {}: {error}", shown(path))))?;
    String::from_utf8(bytes)
        .map(|text| {
            text.strip_prefix('\u{feff}')
                .map(str::to_owned)
                .unwrap_or(text)
        })
        .map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..at]
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count();
            Fault::Plain(format!(
                "{} is not UTF-8: byte {at}, in line {line}; save it as UTF-8",
                shown(path)
            ))
        })
}

pub(super) fn shown(path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    path.strip_prefix("./")
        .or_else(|_| path.strip_prefix(&here))
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The nearest folder up that is the top of a project.
pub(super) fn root(folder: &Path) -> PathBuf {
    folder
        .ancestors()
        .find(|ancestor| {
            ["tutcheck.yaml", "expectations", ".git"]
                .iter()
                .any(|mark| ancestor.join(mark).exists())
        })
        .unwrap_or(folder)
        .to_owned()
}

/// What this machine and its user are called; where that cannot be known, nothing is forgiven for it.
fn machine() -> Machine {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let user = env::var("USER").or_else(|_| env::var("LOGNAME"));
    Machine {
        host: host.trim().to_owned(),
        user: user.unwrap_or_default(),
        sudo: sudo(),
    }
}

/// What is called as `sudo`, by what this machine has.
fn sudo() -> Option<Sudo> {
    let path = env::var("PATH").ok()?;
    let program = env::split_paths(&path)
        .map(|folder| folder.join("sudo"))
        .find(|program| program.is_file());
    let is_root = || {
        fs::metadata("/proc/self")
            .is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0)
    };
    match program {
        Some(program) => Some(Sudo::Unasked { path, program }),
        None => is_root().then_some(Sudo::Done { path }),
    }
}

/// Where runs leave word of what they made.
pub(super) fn state() -> PathBuf {
    let absolute = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
    base.unwrap_or_else(env::temp_dir).join("tutcheck")
}

/// Whether a file can be written, as far as that can be known without one.
pub(super) fn may_write(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if path.exists() {
        // Whoever reads from a pipe would take it for its end that it is opened and closed.
        let is_asked = path.is_file();
        let open = || fs::OpenOptions::new().append(true).open(path).map(drop);
        return if is_asked { open() } else { Ok(()) };
    }
    let absolute = std::path::absolute(path)?;
    let folder = absolute.ancestors().skip(1).find(|above| above.exists());
    folder.map_or(Ok(()), |folder| tempfile::tempfile_in(folder).map(drop))
}

/// Replaces a file whole or not at all; a device or a pipe is written to, and a link stays one.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if path.exists() && !path.is_file() {
        return fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    // A file of the repository is for all to read, unlike a temporary one.
    let mode = fs::metadata(path).map_or_else(
        |_| std::os::unix::fs::PermissionsExt::from_mode(0o644),
        |metadata| metadata.permissions(),
    );
    file.as_file().set_permissions(mode)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
