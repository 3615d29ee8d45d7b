//! A control group of a run's own, where the kernel lets us have one: its processes are found in it whatever
//! they do with their environment, their folder and their files.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal};

use crate::private;

/// What is asked of a group's folder.
const ACCESS: rustix::fs::Access = rustix::fs::Access::WRITE_OK.union(rustix::fs::Access::EXEC_OK);

/// The hierarchies of version 1 in which a group does nothing but hold processes together.
const HARMLESS: [&str; 2] = ["pids", "freezer"];

/// In how many steps of a millisecond each the processes of a group must have gone.
const STEPS: usize = 1000;

/// A group that ends, and all that is in it, when it is dropped.
#[derive(Debug)]
pub struct Group {
    folder: PathBuf,
}

impl Group {
    /// Makes one below a group that this process is in. `tells` hears where, before it is there, and says
    /// whether that is kept.
    pub fn make(name: &str, mut tells: impl FnMut(&Path) -> bool) -> Option<Group> {
        let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let places = places(&groups, &mounts).into_iter();
        // Where nobody may write, nothing is to be remembered.
        let mut open = places.filter(|place| rustix::fs::access(place, ACCESS).is_ok());
        open.find_map(|place| {
            let folder = place.join(name);
            let made = tells(&folder) && private::new_folder(&folder).is_ok();
            made.then_some(Group { folder })
        })
    }

    /// A process, and all that it begins once this is done, is of the group. Where the kernel refuses, it is
    /// found by other traces; it may take some milliseconds.
    pub(super) fn takes(&self, process: Pid) -> Option<JoinHandle<()>> {
        let list = self.folder.join("cgroup.procs");
        let take = move || {
            let list = fs::OpenOptions::new().write(true).open(list);
            let id = process.as_raw_nonzero().to_string();
            let _ = list.and_then(|mut list| list.write_all(id.as_bytes()));
        };
        std::thread::Builder::new().spawn(take).ok()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        end(&self.folder);
    }
}

/// Ends what is in a group, and the group; says how many processes there were.
pub(super) fn end(folder: &Path) -> usize {
    let mut ended = 0;
    for _ in 0..STEPS {
        let processes = processes(folder);
        ended = ended.max(processes.len());
        for process in processes {
            let _ = rustix::process::kill_process(process, Signal::KILL);
        }
        if remove(folder) {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    ended
}

/// Groups below it go first. The kernel's own files go with their folder.
fn remove(folder: &Path) -> bool {
    for below in below(folder) {
        remove(&below);
    }
    fs::remove_dir(folder).is_ok() || !folder.exists()
}

fn processes(folder: &Path) -> Vec<Pid> {
    let listed = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
    let own = listed
        .lines()
        .filter_map(|id| Pid::from_raw(id.parse().ok()?));
    let below = below(folder);
    own.chain(below.iter().flat_map(|folder| processes(folder)))
        .collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && !path.is_symlink())
        .collect()
}

/// The folders of the groups that a process is in, best first: `groups` is its `/proc/…/cgroup`, `mounts` its
/// `mountinfo`.
fn places(groups: &str, mounts: &str) -> Vec<PathBuf> {
    let unified = groups.lines().find_map(|line| line.strip_prefix("0::"));
    let unified = unified.and_then(|path| place(mounts, "cgroup2", None, path));
    let old = HARMLESS.iter().filter_map(|wanted| {
        let path = groups.lines().find_map(|line| {
            let (_, line) = line.split_once(':')?;
            let (controllers, path) = line.split_once(':')?;
            controllers
                .split(',')
                .any(|one| one == *wanted)
                .then_some(path)
        })?;
        place(mounts, "cgroup", Some(wanted), path)
    });
    unified.into_iter().chain(old).collect()
}

/// Where a group is to be found in the tree of files.
fn place(mounts: &str, sort: &str, controller: Option<&str>, path: &str) -> Option<PathBuf> {
    mounts.lines().find_map(|line| {
        let (mount, source) = line.split_once(" - ")?;
        let mut source = source.split(' ');
        let is_meant = source.next() == Some(sort)
            && controller.is_none_or(|wanted| {
                let options = source.nth(1).unwrap_or_default();
                options.split(',').any(|option| option == wanted)
            });
        let mut mount = mount.split(' ').skip(3);
        let (root, at) = (mount.next()?, mount.next()?);
        // Only a part of the hierarchy may be mounted here.
        let path = Path::new(path).strip_prefix(root).ok()?;
        is_meant.then(|| Path::new(at).join(path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_found_where_they_are_mounted() {
        let new = "25 1 0:22 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
        let part = "25 1 0:22 /box /sys/fs/cgroup rw - cgroup2 cgroup rw\n";
        let old = "30 1 0:26 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n\
                   31 1 0:27 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";
        for (groups, mounts, found) in [
            (
                "0::/user.slice/me\n",
                new,
                vec!["/sys/fs/cgroup/user.slice/me"],
            ),
            ("0::/box/in\n", part, vec!["/sys/fs/cgroup/in"]),
            // Outside of what is mounted.
            ("0::/other\n", part, vec![]),
            (
                "9:cpu,cpuacct:/a\n8:pids:/b\n0::/\n",
                old,
                vec!["/sys/fs/cgroup/pids/b"],
            ),
            ("", "", vec![]),
        ] {
            let found: Vec<PathBuf> = found.into_iter().map(PathBuf::from).collect();
            assert_eq!(places(groups, mounts), found, "{groups}");
        }
    }
}
