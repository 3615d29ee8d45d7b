//! The terminals of a document, by name. Each is opened when something is first typed into it, and all
//! are in the same scratch directory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::progress::Progress;
use crate::terminal::{self, Front, Interrupt, Meanwhile, Setup, State, Terminal};

/// The terminals that are open.
#[derive(Debug)]
pub(super) struct Seats {
    setup: Setup,
    terminals: BTreeMap<String, Terminal>,
    /// How many were opened so far; each has a private folder of its own.
    opened: usize,
    /// What was printed late in terminals that are closed.
    late: Vec<(usize, Vec<u8>)>,
    /// What the first shell was before anything was typed.
    first: Option<State>,
}

impl Seats {
    /// None is open yet; `setup` is that of each, but for the private folder below its own.
    pub(super) fn new(setup: Setup) -> Seats {
        Seats {
            setup,
            terminals: BTreeMap::new(),
            opened: 0,
            late: Vec::new(),
            first: None,
        }
    }

    /// Terminals that are opened from here on have a variable.
    pub(super) fn tell(&mut self, name: &str, value: &str) {
        let value = Some(value.to_owned());
        self.setup.variables.retain(|(of, _)| of != name);
        self.setup.variables.push((name.to_owned(), value));
    }

    /// Somebody else watches from here on.
    pub(super) fn shows(&mut self, progress: &Progress) {
        self.setup.progress = progress.clone();
        for terminal in self.terminals.values_mut() {
            terminal.shows(progress);
        }
    }

    /// Opens a terminal that is not open: a new window, as a reader would open one where an old one
    /// was closed.
    pub(super) fn ready(&mut self, name: &str) -> Result<&mut Terminal, terminal::Error> {
        let is_open = self
            .terminals
            .get(name)
            .is_some_and(|terminal| terminal.left().is_none());
        if !is_open {
            let control = self.setup.control.join(self.opened.to_string());
            self.opened += 1;
            if fs::create_dir(&control).is_err() {
                return Err(terminal::Error::Gone(self.setup.control.clone()));
            }
            let setup = Setup {
                control,
                ..self.setup.clone()
            };
            let terminal = Terminal::open(&setup)?;
            if let Some(mut old) = self.terminals.insert(name.to_owned(), terminal) {
                self.late.extend(old.late_output());
                old.close();
            }
        }
        Ok(self.terminals.get_mut(name).expect("it was just opened"))
    }

    /// Does something in one terminal, while the others are listened to.
    pub(super) fn with<T>(
        &mut self,
        name: &str,
        interrupt: &mut Interrupt,
        act: impl FnOnce(&mut Terminal, &mut Meanwhile<'_>) -> Result<T, terminal::Error>,
    ) -> Result<T, terminal::Error> {
        self.ready(name)?;
        let mut terminal = self.terminals.remove(name).expect("it is ready");
        let mut others: Vec<&mut Terminal> = self
            .terminals
            .values_mut()
            .filter_map(|other| (other.front() != Front::Shell).then_some(other))
            .collect();
        let is_alone = others.is_empty();
        let mut listen = || others.iter_mut().for_each(|other| other.listen());
        let others: &mut dyn FnMut() = &mut listen;
        let mut around = Meanwhile {
            interrupt,
            others: (!is_alone).then_some(others),
        };
        let done = act(&mut terminal, &mut around);
        self.terminals.insert(name.to_owned(), terminal);
        done
    }

    /// Where the shell of a terminal is.
    pub(super) fn directory(&self, name: &str) -> Option<&Path> {
        self.terminals.get(name).map(Terminal::directory)
    }

    /// The folder that is private to the terminals.
    pub(super) fn control(&self) -> &Path {
        &self.setup.control
    }

    /// The numbers of the steps whose programs are still in the foreground.
    pub(super) fn busy(&mut self) -> Vec<usize> {
        self.terminals
            .values_mut()
            .filter_map(|terminal| match terminal.front() {
                Front::Busy(number) => Some(number),
                Front::Shell | Front::Inside => None,
            })
            .collect()
    }

    /// Steps whose programs were left in front and have ended by themselves, with their status.
    pub(super) fn ended_alone(&mut self) -> Vec<(usize, i32)> {
        self.terminals
            .values_mut()
            .filter_map(|terminal| {
                terminal.front();
                terminal.ended_alone()
            })
            .collect()
    }

    /// The last steps of terminals whose shells somebody else has spoken to, or in whose place.
    pub(super) fn meddled(&mut self) -> Vec<usize> {
        let open = self.terminals.values_mut();
        open.filter_map(Terminal::meddled).collect()
    }

    /// What was printed after its step was over, by the number of the step.
    pub(super) fn late_output(&mut self) -> Vec<(usize, Vec<u8>)> {
        let open = self.terminals.values_mut().flat_map(Terminal::late_output);
        self.late
            .drain(..)
            .chain(open)
            .filter(|(number, _)| *number > 0)
            .collect()
    }

    /// What the shell of each is now; none, if one of them cannot come again, or something else goes on. `own` are
    /// processes of tutcheck itself.
    pub(super) fn states(
        &mut self,
        own: &BTreeSet<u32>,
        interrupt: &mut Interrupt,
    ) -> Option<BTreeMap<String, State>> {
        let mut states = BTreeMap::new();
        for (name, terminal) in &mut self.terminals {
            let mut around = Meanwhile {
                interrupt: &mut *interrupt,
                others: None,
            };
            let state = terminal.state(&mut around)?;
            let first = self.first.get_or_insert_with(|| state.clone());
            if !state.has_files_like(first) {
                return None;
            }
            states.insert(name.clone(), state);
        }
        let shells = self.terminals.values().map(Terminal::process);
        let known: BTreeSet<u32> = own.iter().copied().chain(shells).collect();
        terminal::are_alone(&known).then_some(states)
    }

    /// Opens terminals anew whose shells are what these were; nothing, if one cannot be.
    pub(super) fn become_so(
        &mut self,
        states: &BTreeMap<String, State>,
        interrupt: &mut Interrupt,
    ) -> Option<()> {
        for (name, state) in states {
            let become_so = self.with(name, interrupt, |terminal, around| {
                terminal.becomes(state, around)
            });
            become_so.ok().filter(|become_so| *become_so)?;
        }
        Some(())
    }

    /// Closes all of them, and none is open any more.
    pub(super) fn close_all(&mut self) {
        self.close();
        self.terminals.clear();
        self.late.clear();
    }

    /// Closes all of them, as a reader closes windows.
    pub(super) fn close(&mut self) {
        for terminal in self.terminals.values_mut() {
            terminal.close();
        }
    }
}
