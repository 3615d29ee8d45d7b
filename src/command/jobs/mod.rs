//! Several pages at once: each run by a process of its own, whose result is a saved run. What is said is said in the
//! order of the pages, whoever is done first.

mod board;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::judge::{replayed, reports_of};
use super::loaded::Loaded;
use super::playing::{is_in_ci, judges, say_other_pages};
use super::telling::Screen;
use crate::cli::CheckArguments;
use crate::judge::Lock;
use crate::report::DocumentReport;
use crate::saved::{Document, Saved};
use crate::terminal::{self, Interrupt};
use board::Board;

/// So often it is looked whether the user ends it, and the board is drawn.
const OFTEN: Duration = Duration::from_millis(100);

/// Who plays several pages at once, where that is wanted and can be.
pub(super) fn workers(runs: &[Vec<Rc<Loaded>>], arguments: &CheckArguments) -> Option<Workers> {
    let number = number(arguments, runs.len());
    if number < 2 {
        return None;
    }
    let started = Workers::start(runs, arguments, number);
    let failed = |error: &std::io::Error| {
        super::warn(format!("pages are played one after the other: {error}"));
    };
    started.inspect_err(failed).ok()
}

/// How many pages are played at once, of so many runs.
fn number(arguments: &CheckArguments, runs: usize) -> usize {
    let cores = || thread::available_parallelism().map_or(1, Into::into);
    let wanted = arguments.jobs.map_or_else(cores, usize::from);
    if arguments.debug { 1 } else { wanted.min(runs) }
}

/// A page that a process plays.
struct Task {
    /// The number of its first run.
    first: usize,
    title: String,
    command: Command,
}

/// What has come of it.
struct Ended {
    first: usize,
    /// What was observed, or why there is nothing.
    seen: Result<Vec<Document>, String>,
    /// What it said beside.
    said: String,
}

/// What those who play and those who wait share.
#[derive(Default)]
struct Shared {
    tasks: VecDeque<Task>,
    /// How many take tasks.
    takers: usize,
    /// Processes that play.
    going: BTreeSet<u32>,
    board: Board,
}

/// Processes that play pages.
pub(super) struct Workers {
    shared: Arc<Mutex<Shared>>,
    ended: Receiver<Ended>,
    /// What has come of runs, by their numbers.
    seen: BTreeMap<usize, Vec<Document>>,
    /// The paths of the pages of each run.
    pages: Vec<Vec<String>>,
    /// The first run of each task that is not over.
    open: BTreeSet<usize>,
    is_told: bool,
}

impl Workers {
    /// Starts so many; why that cannot be.
    fn start(
        runs: &[Vec<Rc<Loaded>>],
        arguments: &CheckArguments,
        number: usize,
    ) -> std::io::Result<Workers> {
        let this = std::env::current_exe()?;
        let mut tasks = VecDeque::new();
        // The ways through one page are played by one process.
        let mut first = 0;
        for ways in runs.chunk_by(|one, next| path(one) == path(next)) {
            tasks.push_back(Task {
                first,
                title: path(&ways[0]).to_owned(),
                command: command(&this, &ways[0], arguments),
            });
            first += ways.len();
        }
        let open = tasks.iter().map(|task| task.first).collect();
        let shared = Arc::new(Mutex::new(Shared {
            tasks,
            takers: number,
            ..Shared::default()
        }));
        let (sender, ended) = channel();
        for _ in 0..number {
            let (shared, sender) = (Arc::clone(&shared), sender.clone());
            thread::spawn(move || {
                while let Some(ended) = next(&shared).and_then(|task| play(task, &shared)) {
                    if sender.send(ended).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Workers {
            shared,
            ended,
            seen: BTreeMap::new(),
            pages: runs.iter().map(|run| paths(run)).collect(),
            open,
            is_told: false,
        })
    }

    /// What has come of a run, once it is over; nothing, if it was never begun.
    pub(super) fn take(
        &mut self,
        number: usize,
        run: &[Rc<Loaded>],
        arguments: &CheckArguments,
        interrupt: &mut Interrupt,
        screen: &mut Screen,
    ) -> Option<(Vec<DocumentReport>, Vec<Document>)> {
        while !self.seen.contains_key(&number) {
            // A task of several ways may have ended before this one.
            let task = self.open.range(..=number).next_back().copied()?;
            if interrupt.times() > 0 && !std::mem::replace(&mut self.is_told, true) {
                let mut shared = lock(&self.shared);
                for task in std::mem::take(&mut shared.tasks) {
                    self.open.remove(&task.first);
                }
                shared
                    .going
                    .iter()
                    .for_each(|process| terminal::interrupt(*process));
            }
            lock(&self.shared).board.draw();
            match self.ended.recv_timeout(OFTEN) {
                Ok(ended) => self.hears(ended),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => drop(self.open.remove(&task)),
            }
        }
        lock(&self.shared).board.clear();
        let seen = self.seen.remove(&number)?;
        say_other_pages(run);
        screen.begins(&run[0].title(), run[0].plan.steps.len());
        let mut judges = judges(run, Lock::of(arguments.locked, is_in_ci()));
        let outcome = replayed(&seen, run, &mut judges, None, arguments.keep_going, screen);
        Some((reports_of(&seen, run, &outcome, &judges), seen))
    }

    fn hears(&mut self, ended: Ended) {
        self.open.remove(&ended.first);
        if !ended.said.is_empty() {
            lock(&self.shared).board.clear();
            super::remark(&ended.said);
        }
        match ended.seen {
            Ok(documents) => {
                let runs = documents.chunk_by(|one, next| one.run == next.run);
                for (index, run) in runs.enumerate() {
                    self.seen.insert(ended.first + index, run.to_vec());
                }
            }
            Err(why) => {
                let pages = self.pages[ended.first].iter();
                let nothing = pages.map(|page| Document::untested(page.clone(), why.clone()));
                self.seen.insert(ended.first, nothing.collect());
            }
        }
    }
}

fn paths(run: &[Rc<Loaded>]) -> Vec<String> {
    let paths = run
        .iter()
        .map(|page| page.plan.document.source.path.clone());
    paths.collect()
}

/// The page that a run is for: the last one.
fn path(run: &[Rc<Loaded>]) -> &str {
    run.last()
        .map_or("", |page| page.plan.document.source.path.as_str())
}

fn next(shared: &Mutex<Shared>) -> Option<Task> {
    lock(shared).tasks.pop_front()
}

/// What comes of a task. Where this machine has no room for another process, nothing: the task is put
/// back for those that go on, unless nobody else does.
fn play(mut task: Task, shared: &Mutex<Shared>) -> Option<Ended> {
    let first = task.first;
    let ended = |seen, said| Some(Ended { first, seen, said });
    let mut child = match task.command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let mut shared = lock(shared);
            if shared.takers > 1 {
                shared.takers -= 1;
                shared.tasks.push_front(task);
                return None;
            }
            let why = format!("tutcheck cannot be started: {error}");
            return ended(Err(why), String::new());
        }
    };
    {
        let mut shared = lock(shared);
        shared.going.insert(child.id());
        shared.board.begins(task.first, &task.title);
    }
    let process = child.id();
    // It ends when this is let go: also where we are killed.
    let _held = child.stdin.take();
    let output = child.wait_with_output();
    {
        let mut shared = lock(shared);
        shared.going.remove(&process);
        shared.board.ends(task.first);
    }
    let output = match output {
        Ok(output) => output,
        Err(error) => return ended(Err(error.to_string()), String::new()),
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match std::str::from_utf8(&output.stdout).map(Saved::read) {
        Ok(Ok(saved)) => ended(Ok(saved.documents), said),
        _ => {
            let last = said.lines().rfind(|line| !line.trim().is_empty());
            let last = last.map_or(String::new(), |last| format!(": {last}"));
            let why = format!("what played it has ended ({}){last}", output.status);
            ended(Err(why), String::new())
        }
    }
}

/// What plays a run as this call does, and says what it sees as a saved run.
fn command(this: &Path, run: &[Rc<Loaded>], arguments: &CheckArguments) -> Command {
    /// What is this call's business, and not that of those whom it calls.
    const OURS: &[&str] = &[
        "REPORT", "FORMAT", "SAVE", "SINCE", "SHARD", "RERUN", "JOBS", "QUIET", "DEBUG", "COLOR",
    ];
    let play = &arguments.play;
    let given = &play.given;
    let mut words: Vec<OsString> = Vec::new();
    let switches = [
        ("--keep", play.keep),
        ("--keep-images", play.keep_images),
        ("--no-keep-images", play.no_keep_images),
        ("--share-daemon", play.share_daemon),
        ("--locked", arguments.locked),
        ("--strict", arguments.strict),
        ("--every-arm", arguments.every_arm),
        ("--keep-going", arguments.keep_going),
    ];
    words.extend(
        switches
            .iter()
            .filter(|(_, is_on)| *is_on)
            .map(|(name, _)| (*name).into()),
    );
    let pairs = |name: &str, pairs: &[(String, String)]| -> Vec<OsString> {
        let words = pairs
            .iter()
            .map(|(key, value)| format!("--{name}={key}={value}").into());
        words.collect()
    };
    words.extend(pairs("var", &given.variables));
    words.extend(pairs("reader", &given.reader));
    words.extend(
        given
            .have
            .iter()
            .map(|word| format!("--have={word}").into()),
    );
    words.extend(
        given
            .picks
            .iter()
            .map(|word| format!("--pick={word}").into()),
    );
    words.extend(
        play.timeout
            .map(|time| format!("--timeout={}ms", time.as_millis()).into()),
    );
    words.push(format!("--retries={}", arguments.retries).into());
    let mut command = Command::new(this);
    command
        .args(["check", "--worker", "--held", "--jobs=1"])
        .args(words)
        .arg("--")
        .args(run.last().map(|page| &page.path))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in OURS {
        command.env_remove(format!("TUTCHECK_{name}"));
    }
    command
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
