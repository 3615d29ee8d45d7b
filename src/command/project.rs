//! Files: what belongs to each document.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::door;
use super::fault::Fault;
use super::files::{PAGE, RECORDING, SETTINGS, read, root, shown, state};
use super::loaded::{Loaded, Loading};
use super::machine::machine;
use super::pages;
use super::series::{self, Shelf};
use crate::cli::GivenArguments;
use crate::diagnostic::{Diagnostic, Source};
use crate::docker::{Address, POLICY};
use crate::document::Document;
use crate::expectation::Expectations;
use crate::plan::Plan;
use crate::programs;
use crate::progress::Progress;
use crate::run::{Project, Surroundings, remotes};
use crate::saved::{self, Given};
use crate::secrets::{SHORTEST, Secrets};
use crate::settings::Settings;

/// What becomes of a recording that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Old {
    /// It is a fault.
    MustBeRead,
    /// There is about to be another.
    MayBeLost,
}

/// Reads all documents that the paths mean.
pub(super) fn load(
    paths: &[PathBuf],
    given: &GivenArguments,
    timeout: Option<std::time::Duration>,
    old: Old,
) -> Loading {
    let mut faults = Vec::new();
    let mut loaded = Vec::new();
    let mut shelf = Shelf::new(|path, hidden| load_one(path, given, timeout, hidden, old));
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
        .filter(|_| !given.is_checked)
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
    old: Old,
) -> Result<(Loaded, Option<PathBuf>), Vec<Fault>> {
    let text = read(path, PAGE).map_err(|fault| vec![fault])?;
    of_text(path, text, given, timeout, hidden, old)
}

/// The same, of what is written there now, perhaps not in the file yet.
fn of_text(
    path: &Path,
    text: String,
    given: &GivenArguments,
    timeout: Option<std::time::Duration>,
    hidden: &BTreeSet<String>,
    old: Old,
) -> Result<(Loaded, Option<PathBuf>), Vec<Fault>> {
    let path_shown = shown(path);
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().unwrap_or(Path::new("/")).to_owned();
    let root = root(&folder);
    let below = absolute.strip_prefix(&root).unwrap_or(&absolute).to_owned();
    let source = Arc::new(Source::new(path_shown.clone(), text));
    let mut settings = settings(&root, &source, given, timeout).map_err(|fault| vec![fault])?;
    settings.hides(hidden, secret);
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
        let text = read(&expectations, RECORDING).map_err(|fault| vec![fault])?;
        Some(Arc::new(Source::new(expectations_shown.clone(), text)))
    } else {
        None
    };
    let secrets = settings.secrets();
    door::keeps(&secrets);
    let leads_away = leads_away(&expectations, &root);
    let is_lost = |recorded: &Arc<Source>| {
        old == Old::MayBeLost && !leads_away && Expectations::read(recorded).is_err()
    };
    let recorded = recorded.filter(|recorded| {
        let is_lost = is_lost(recorded);
        if is_lost {
            door::warn(format!(
                "{expectations_shown} is no recording that can be read: all steps are recorded anew"
            ));
        }
        !is_lost
    });
    let told = |fault: Diagnostic| {
        if leads_away && fault.source.path == expectations_shown {
            // What it leads to may be private, and is not shown.
            return Fault::Plain(format!(
                "{expectations_shown} is a link, and what it leads to is no recording that can be read ({}): put the recording there, or remove the link",
                fault.code
            ));
        }
        Fault::Placed(fault)
    };
    let plan = Plan::new(document, &settings, recorded)
        .map_err(|faults| faults.into_iter().map(told).collect::<Vec<_>>())?;
    let surroundings = Surroundings {
        progress: Progress::default(),
        state: state(),
        temporary: env::temp_dir(),
        address: Address::find(|name| env::var(name).ok()),
        policy: env::var_os(POLICY).map(PathBuf::from),
        document_folder: folder,
        project: project_of(&root, &settings, &plan),
        machine: machine(),
    };
    let after = series::page_before(&absolute, &root, &settings);
    let name = below.to_string_lossy().into_owned();
    let loaded = Loaded {
        path: path.to_owned(),
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

/// Whether a file is a link, or lies behind one out of its project.
fn leads_away(path: &Path, root: &Path) -> bool {
    match (path.canonicalize(), root.canonicalize()) {
        (Ok(there), Ok(root)) => path.is_symlink() || !there.starts_with(root),
        _ => false,
    }
}

/// A page as somebody is writing it.
pub(super) fn load_typed(path: &Path, text: &str) -> Result<Loaded, Vec<Fault>> {
    let given = GivenArguments::default();
    let nothing = BTreeSet::new();
    let loaded = of_text(
        path,
        text.to_owned(),
        &given,
        None,
        &nothing,
        Old::MustBeRead,
    );
    Ok(loaded?.0)
}

/// A page of a saved run, as it is now; as it is typed, where somebody is writing it.
pub(super) fn load_saved(
    document: &saved::Document,
    typed: Option<&str>,
) -> Result<Loaded, Vec<Fault>> {
    let given = GivenArguments {
        variables: document.given.variables.clone(),
        have: document.given.have.clone(),
        reader: document.given.reader.clone(),
        picks: document.given.picks.clone(),
        ..GivenArguments::default()
    };
    let path = Path::new(&document.document);
    let text = match typed {
        Some(typed) => typed.to_owned(),
        None => read(path, PAGE).map_err(|fault| vec![fault])?,
    };
    let nothing = BTreeSet::new();
    let (loaded, _) = of_text(path, text, &given, None, &nothing, Old::MustBeRead)?;
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

/// The value of a secret, as outputs show one that is no text.
fn secret(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned())
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
        settings = settings.with_project(read(&project, SETTINGS)?, &shown(&project))?;
    }
    let environment = variables_of_environment();
    settings = settings.with_options(&environment, &[], None);
    settings = settings.with_options(&given.variables, &given.have, timeout);
    settings.reader.take(&given.reader, &given.picks);
    settings.hides(&settings.hidden.clone(), secret);
    for name in settings.common_secrets() {
        door::warn(format!(
            "the value of the secret {name} is a word that everybody writes: it is not hidden"
        ));
    }
    match settings.short_secret() {
        Some(name) => Err(Fault::Plain(format!(
            "the secret {name} is too short to be hidden: it has fewer than {SHORTEST} characters; give it a longer \
             value, or take it off `secrets:`"
        ))),
        None => Ok(settings),
    }
}
