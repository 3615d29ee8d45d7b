//! The project that a page belongs to: a copy of its tracked files to begin in, and a repository from
//! which a clone of the project's own remote fetches the working tree at hand, so that the page of a
//! change is played with the code of that change.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::commandline::Word;
use crate::plan::Plan;

/// The project of a document, as far as a run needs it.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Its top folder.
    pub root: PathBuf,
    /// The addresses of its remotes.
    pub remotes: Vec<String>,
    /// The page begins in a copy of its tracked files.
    pub starts_here: bool,
}

/// Git, asked about a folder that another user may own, and without what the user has configured.
pub fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.args(["-c", "safe.directory=*", "-c", "core.quotePath=false", "-C"])
        .arg(folder)
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_COMMON_DIR")
        .env_remove("GIT_OBJECT_DIRECTORY")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null());
    git
}

/// What git says; its first complaint, if it fails.
pub fn output(command: &mut Command) -> io::Result<Vec<u8>> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().next().unwrap_or("git failed");
    Err(io::Error::other(line.to_owned()))
}

/// The addresses of a project's remotes; none if it is no repository.
pub fn remotes(root: &Path) -> Vec<String> {
    let asked = output(git(root).args(["config", "--get-regexp", r"^remote\..*\.url$"]));
    let text = asked.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    text.unwrap_or_default()
        .lines()
        .filter_map(|line| Some(line.split_once(' ')?.1.to_owned()))
        .collect()
}

/// A file that Git tracks, as `ls-files --stage` lists it.
struct Tracked {
    path: PathBuf,
    /// Of a submodule, the commit that is meant.
    submodule: Option<String>,
}

fn tracked(root: &Path) -> io::Result<Vec<Tracked>> {
    let listed = output(git(root).args(["ls-files", "-z", "--cached", "--stage"]))?;
    let entries = listed.split(|byte| *byte == 0);
    let read = |entry: &[u8]| {
        let tab = entry.iter().position(|byte| *byte == b'\t')?;
        let head = String::from_utf8_lossy(&entry[..tab]).into_owned();
        let mut head = head.split(' ');
        let (mode, commit) = (head.next()?, head.next()?);
        Some(Tracked {
            path: Path::new(OsStr::from_bytes(&entry[tab + 1..])).to_owned(),
            submodule: (mode == "160000").then(|| commit.to_owned()),
        })
    };
    Ok(entries.filter_map(read).collect())
}

/// Copies the tracked files of a project, as they are in its working tree: with changes that are not
/// committed, links as links, and submodules as far as they are checked out.
pub(super) fn copy(root: &Path, into: &Path) -> io::Result<()> {
    for Tracked { path, submodule } in tracked(root)? {
        let (from, to) = (root.join(&path), into.join(&path));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        if submodule.is_some() {
            fs::create_dir_all(&to)?;
            if from.join(".git").exists() {
                copy(&from, &to)?;
            }
            continue;
        }
        match fs::symlink_metadata(&from) {
            Ok(about) if about.is_symlink() => {
                std::os::unix::fs::symlink(fs::read_link(&from)?, &to)?;
            }
            Ok(about) if about.is_file() => {
                fs::copy(&from, &to)?;
            }
            // Deleted, and not committed yet.
            _ => {}
        }
    }
    Ok(())
}

/// Whether pages clone the project from its own remote.
pub(super) fn is_cloned(project: &Project, plans: &[&Plan]) -> bool {
    !clones(project, plans).addresses.is_empty()
}

/// What a run's shells are told so that a clone of the project's own remote fetches the working tree:
/// Git's `insteadOf`, for the addresses that the page has and no other.
pub(super) fn instead(
    project: &Project,
    plans: &[&Plan],
    scratch: &Path,
) -> io::Result<Vec<(String, String)>> {
    let wanted = clones(project, plans);
    if wanted.addresses.is_empty() {
        return Ok(Vec::new());
    }
    let bare = scratch.join("control/remote.git");
    let tree = scratch.join("control/remote");
    fs::create_dir_all(&tree)?;
    copy(&project.root, &tree)?;
    let submodules: Vec<Tracked> = tracked(&project.root)?
        .into_iter()
        .filter(|tracked| tracked.submodule.is_some())
        .collect();
    // A clone has a folder for a submodule, and fetches it from where it is from.
    for submodule in &submodules {
        fs::remove_dir_all(tree.join(&submodule.path))?;
    }
    output(
        git(scratch)
            .args(["init", "-q", "--bare", "-b", "main"])
            .arg(&bare),
    )?;
    let in_both = |arguments: &[&str]| {
        let mut command = git(&tree);
        command
            .env("GIT_DIR", &bare)
            .env("GIT_WORK_TREE", &tree)
            .env("GIT_AUTHOR_DATE", "2000-01-01T00:00:00Z")
            .env("GIT_COMMITTER_DATE", "2000-01-01T00:00:00Z")
            .args([
                "-c",
                "user.name=tutcheck",
                "-c",
                "user.email=tutcheck@localhost",
            ])
            .args(arguments);
        output(&mut command)
    };
    in_both(&["add", "-A", "-f", "."])?;
    for Tracked { path, submodule } in &submodules {
        let commit = submodule.as_deref().unwrap_or_default();
        let entry = format!("160000,{commit},{}", path.display());
        in_both(&["update-index", "--add", "--cacheinfo", &entry])?;
    }
    in_both(&[
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "The working tree at hand",
    ])?;
    for branch in &wanted.branches {
        // A name that Git does not take is the page's to fail at.
        let _ = in_both(&["branch", branch]);
    }
    fs::remove_dir_all(&tree)?;
    let mut settings = Vec::new();
    for address in wanted.addresses {
        let key = format!("url.file://{}.insteadOf", bare.display());
        settings.push((key, address));
    }
    // What only begins like one of them stays what it is.
    for other in wanted.others {
        settings.push((format!("url.{other}.insteadOf"), other));
    }
    let mut variables = vec![("GIT_CONFIG_COUNT".to_owned(), settings.len().to_string())];
    for (index, (key, value)) in settings.into_iter().enumerate() {
        variables.push((format!("GIT_CONFIG_KEY_{index}"), key));
        variables.push((format!("GIT_CONFIG_VALUE_{index}"), value));
    }
    Ok(variables)
}

#[derive(Default)]
struct Clones {
    /// Addresses of the project's own remotes, as the page writes them.
    addresses: Vec<String>,
    /// Other addresses on the page.
    others: Vec<String>,
    /// Branches and tags that it names.
    branches: Vec<String>,
}

fn clones(project: &Project, plans: &[&Plan]) -> Clones {
    let own: Vec<String> = project.remotes.iter().map(|remote| plain(remote)).collect();
    let mut found = Clones::default();
    for (_, command) in plans.iter().flat_map(|plan| plan.commands()) {
        let is_git = command.program() == Some("git");
        let words = command.assignments.iter().chain(&command.words);
        let texts: Vec<_> = words.map(Word::plain).collect();
        let mut before = "";
        for text in &texts {
            let word: &str = text;
            // `URL=https://…` is fetched from later.
            let address = word.split_once('=').map_or(word, |(_, value)| value);
            if address.contains("://") || address.contains('@') && address.contains(':') {
                let place = if own.contains(&plain(address)) {
                    &mut found.addresses
                } else {
                    &mut found.others
                };
                place.push(address.to_owned());
            } else if is_git && !word.starts_with('-') {
                let is_named = matches!(before, "-b" | "--branch" | "checkout" | "switch");
                let of_remote = ["origin/", "upstream/", "tags/"]
                    .iter()
                    .find_map(|remote| word.strip_prefix(remote))
                    .and_then(|branch| branch.split([':', '^', '~']).next());
                found.branches.extend(of_remote.map(str::to_owned));
                if is_named && of_remote.is_none() {
                    found.branches.push(word.to_owned());
                }
            } else if let Some(branch) = word.strip_prefix("--branch=") {
                found.branches.push(branch.to_owned());
            }
            before = word;
        }
    }
    for list in [&mut found.addresses, &mut found.others, &mut found.branches] {
        list.sort();
        list.dedup();
    }
    found
}

/// An address without its scheme, user and ending: `github.com/owner/name`.
fn plain(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    let rest = rest.trim_end_matches('/').trim_end_matches(".git");
    // `git@host:owner/name`
    rest.replacen(':', "/", 1).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_repository_are_one() {
        for address in [
            "https://example.org/ada/books.git",
            "https://example.org/ada/books/",
            "git@example.org:ada/books.git",
            "ssh://git@example.org/ada/books",
        ] {
            assert_eq!(plain(address), "example.org/ada/books", "{address}");
        }
    }
}
