//! Who saves: the folders of pages, looked at by the system, and the keys of one who sits before them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use crate::command::loaded::Loaded;
use crate::terminal::{Interrupt, Interrupter};

/// An editor is done with a file when it has let it be for so long.
const QUIET: Duration = Duration::from_millis(50);

/// What the author has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Something that is watched has other bytes.
    Saved,
    /// Enter.
    Start,
    /// It is over.
    End,
}

/// The files that are watched, and what was in them.
type Files = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// What is watched, and whether something is played.
#[derive(Default)]
struct Shared {
    files: Mutex<Files>,
    is_playing: AtomicBool,
    /// One who has saved has ended what was played.
    has_ended: AtomicBool,
}

/// The folders of pages.
pub(super) struct Folders {
    shared: Arc<Shared>,
    /// While it lives, the system tells.
    _watcher: RecommendedWatcher,
}

impl Folders {
    /// Watches the folders of pages, of their recordings and of their settings: editors put another file in the place of
    /// the one that was there.
    pub(super) fn watch(
        documents: &[Rc<Loaded>],
        interrupt: &Interrupt,
    ) -> Result<(Folders, Receiver<Said>), Box<dyn std::error::Error>> {
        let shared = Arc::new(Shared::default());
        let (tell, events) = mpsc::channel();
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                if event.is_ok_and(|event| !event.kind.is_access()) {
                    let _ = tell.send(());
                }
            })?;
        let folders: BTreeSet<PathBuf> = files(documents)
            .iter()
            .filter_map(|path| path.parent().map(Path::to_owned))
            .collect();
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
        let (say, said) = mpsc::channel();
        let other = interrupt.by_another()?;
        let mine = Arc::clone(&shared);
        // Whoever has no keys ends it by a signal.
        if io::stdin().is_terminal() {
            let by_keys = say.clone();
            std::thread::spawn(move || listen(&by_keys));
        }
        std::thread::spawn(move || look(&events, &mine, &other, &say));
        let folders = Folders {
            shared,
            _watcher: watcher,
        };
        folders.knows(documents);
        Ok((folders, said))
    }

    /// Files of pages that were not watched so far are known as they are now. What is known already stays: a page that is
    /// read after it was looked at is never older than what is known of it.
    pub(super) fn knows(&self, documents: &[Rc<Loaded>]) {
        let mut known = lock(&self.shared.files);
        for path in files(documents) {
            known
                .entry(path)
                .or_insert_with_key(|path| fs::read(path).ok());
        }
    }

    /// A play begins.
    pub(super) fn begins(&self) {
        self.shared.has_ended.store(false, Ordering::SeqCst);
        self.shared.is_playing.store(true, Ordering::SeqCst);
    }

    /// A play is over; whether one who has saved has ended it.
    pub(super) fn ends(&self) -> bool {
        self.shared.is_playing.store(false, Ordering::SeqCst);
        self.shared.has_ended.load(Ordering::SeqCst)
    }
}

/// All files that a verdict on pages depends on.
fn files(documents: &[Rc<Loaded>]) -> BTreeSet<PathBuf> {
    let pages = documents
        .iter()
        .flat_map(|page| page.before.iter().chain([page]));
    let of_page = |page: &Rc<Loaded>| {
        let root = &page.surroundings.project.root;
        [
            root.join(&page.name),
            page.expectations.clone(),
            root.join("tutcheck.yaml"),
        ]
    };
    pages.flat_map(of_page).collect()
}

/// Waits until a file is let be that has changed, and says so; what is played meanwhile is ended.
fn look(events: &Receiver<()>, shared: &Shared, other: &Interrupter, say: &Sender<Said>) {
    while events.recv().is_ok() {
        loop {
            match events.recv_timeout(QUIET) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        let mut has_changed = false;
        for (path, was) in lock(&shared.files).iter_mut() {
            let is = fs::read(path).ok();
            if is != *was {
                *was = is;
                has_changed = true;
            }
        }
        if !has_changed {
            continue;
        }
        if shared.is_playing.load(Ordering::SeqCst) {
            shared.has_ended.store(true, Ordering::SeqCst);
            other.interrupt();
        }
        if say.send(Said::Saved).is_err() {
            return;
        }
    }
}

/// Enter, and `q`.
fn listen(say: &Sender<Said>) {
    for line in io::stdin().lock().lines() {
        let said = match line.as_deref().map(str::trim) {
            Ok("q" | "quit" | "exit") | Err(_) => break,
            Ok(_) => Said::Start,
        };
        if say.send(said).is_err() {
            return;
        }
    }
    let _ = say.send(Said::End);
}

fn lock(files: &Mutex<Files>) -> std::sync::MutexGuard<'_, Files> {
    files.lock().unwrap_or_else(PoisonError::into_inner)
}
