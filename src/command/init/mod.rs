//! `tutcheck init [PATH…]`: what a project needs to be checked, written where nothing is yet.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::fault;
use super::files;
use super::loaded::{Loaded, Loading};
use super::project::{self, Old};
use crate::cli::{Color, GivenArguments, Host, InitArguments};
use crate::drift;
use crate::plan::Fate;
use crate::run::remotes;
use crate::wording::{self, ASIDE, GOOD, NOTE};

/// A file that is written.
struct File {
    path: PathBuf,
    text: String,
}

pub(super) fn init(arguments: &InitArguments) -> u8 {
    super::set_color(Color::Auto);
    let given = GivenArguments::default();
    let Loading { documents, faults } =
        project::load(&arguments.paths, &given, None, Old::MustBeRead);
    let status = if faults.is_empty() {
        0
    } else {
        fault::report(faults)
    };
    if documents.is_empty() {
        if status == 0 {
            super::complain("there is no page with steps here: name one");
        }
        return super::WRONG;
    }
    let root = &documents[0].surroundings.project.root;
    let files = files_of(root, &documents, arguments.host);
    // What was written before, and is as it was, is no loss.
    let is_same =
        |file: &&File| files::read(&file.path, files::SETTINGS).is_ok_and(|text| text == file.text);
    let files: Vec<&File> = files.iter().filter(|file| !is_same(file)).collect();
    let there = files.iter().find(|file| file.path.exists());
    if let Some(there) = there {
        super::complain(&format!(
            "{} is there already, and nothing was written: move it away, or mend it by hand",
            files::shown(&there.path)
        ));
        return super::WRONG;
    }
    let changes: Vec<files::Change> = files
        .iter()
        .map(|file| files::Change::new(&file.path, None, &file.text))
        .collect();
    if let Err(message) = files::change(&changes) {
        super::complain(&message);
        return super::WRONG;
    }
    if changes.is_empty() {
        super::tell(&format!(
            "{NOTE}{:>12}{NOTE:#} all is there already\n",
            "Unchanged"
        ));
    }
    for change in &changes {
        let path = change.path();
        super::tell(&format!("{GOOD}{:>12}{GOOD:#} {path}\n", "Written"));
    }
    super::tell(&told(&documents, arguments.host));
    status
}

fn files_of(root: &Path, documents: &[Rc<Loaded>], host: Option<Host>) -> Vec<File> {
    let pages: Vec<String> = documents.iter().map(|page| quoted(&page.name)).collect();
    let check = |template: &str| template.replace("{PAGES}", &pages.join(" "));
    let file = |path: &str, text: String| File {
        path: root.join(path),
        text,
    };
    let mut files = vec![
        file("tutcheck.yaml", include_str!("settings.yaml").to_owned()),
        file(
            "tutcheck.schema.json",
            include_str!("../forms/settings.json").to_owned(),
        ),
    ];
    // The nightly job takes its pages from a variable, which a shell parts at blanks: of odd names, the folder is named.
    let is_plain = pages.iter().all(|page| !page.contains('\''));
    let of_night = if is_plain {
        pages.clone()
    } else {
        vec![".".to_owned()]
    };
    let nightly = |host: Host| drift::workflow(host.word(), &of_night);
    match host.or_else(|| host_of(root)) {
        Some(Host::Github) => {
            files.push(file(
                ".github/workflows/tutorial.yml",
                check(include_str!("github.yml")),
            ));
            files.push(file(".github/workflows/drift.yml", nightly(Host::Github)));
        }
        Some(Host::Gitlab) => {
            files.push(file(
                ".gitlab/tutorial.yml",
                check(include_str!("gitlab.yml")),
            ));
            files.push(file(".gitlab/drift.yml", nightly(Host::Gitlab)));
        }
        Some(Host::Cron) | None => {}
    }
    files
}

/// Whose CI a project has: by what is there already, else by its remote.
fn host_of(root: &Path) -> Option<Host> {
    let remotes = || remotes(root);
    let is_at = |host: &str| remotes().iter().any(|remote| remote.contains(host));
    if root.join(".github").is_dir() || is_at("github.com") {
        Some(Host::Github)
    } else if root.join(".gitlab-ci.yml").is_file() || is_at("gitlab") {
        Some(Host::Gitlab)
    } else {
        None
    }
}

/// A path as one word of a shell.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if path.chars().all(is_plain) && !path.starts_with('-') {
        path.to_owned()
    } else {
        format!("'./{}'", path.replace('\'', "'\\''"))
    }
}

/// What there is to play and to record, and what is done next.
fn told(documents: &[Rc<Loaded>], host: Option<Host>) -> String {
    let mut text = String::new();
    for page in documents {
        let plan = &page.plan;
        let runs = || {
            plan.steps
                .iter()
                .filter(|step| step.fate == Fate::Runs && step.is_visible())
        };
        let shows = runs().filter(|step| plan.shown(step).is_some()).count();
        let records = runs()
            .filter(|step| step.is_recorded() && step.recorded.is_none())
            .count();
        let path = wording::visible(&plan.document.source.path);
        let steps = wording::count(runs().count(), "step");
        let _ = writeln!(
            text,
            "{NOTE}{path:>12}{NOTE:#} {steps}, {shows} with output on the page; `tutcheck record {path}` would record {records}"
        );
    }
    let root = &documents[0].surroundings.project.root;
    let host = host.or_else(|| host_of(root));
    if host.is_none() {
        let _ = writeln!(
            text,
            "{ASIDE}no job of CI: `tutcheck init --host github` or `gitlab` writes one{ASIDE:#}"
        );
    }
    if matches!(host, Some(Host::Cron)) {
        let _ = writeln!(
            text,
            "{ASIDE}`tutcheck drift --workflow cron` prints a line for a crontab{ASIDE:#}"
        );
    }
    if matches!(host, Some(Host::Gitlab)) {
        let _ = writeln!(
            text,
            "{ASIDE}add to .gitlab-ci.yml: include: [{{local: .gitlab/tutorial.yml}}, {{local: .gitlab/drift.yml}}]{ASIDE:#}"
        );
    }
    text
}
