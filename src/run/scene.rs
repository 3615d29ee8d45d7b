//! The place that pages are played in: set, and cleared whatever has happened.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::basis::Basis;
use super::marks::Marks;
use super::seats::Seats;
use super::{Error, Machine, Page, Surroundings, environment, files, keeping, project};
use crate::docker::{self, Address, Door, Ledger, POLICY, Pins, Porter, Scratch, Witness};
use crate::observation::LaterDeath;
use crate::plan::Plan;
use crate::private;
use crate::progress::Progress;
use crate::secrets::Secrets;
use crate::terminal::{self, Group, Interrupt};

/// How long the daemon may take with a request of a client that is gone.
const LAST_MOMENT: Duration = Duration::from_millis(500);

/// The relay's socket, in the run's folder.
const SOCKET: &str = "docker.sock";
/// All steps of a document together may take so long.
pub(super) const RUN_LIMIT: Duration = Duration::from_secs(3600);

/// What documents are played on.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) scratch: Scratch,
    pub(super) seats: Seats,
    pub(super) machine: Machine,
    pub(super) witness: Option<Witness>,
    /// Who calls the witness, where no page says that it is needed.
    porter: Option<Porter>,
    pub(super) daemon: Option<Daemon>,
    pub(super) ledger: Option<Ledger>,
    pub(super) name: String,
    pub(super) deadline: Instant,
    /// What was printed after its step, by the number of the step.
    pub(super) later: BTreeMap<usize, terminal::Output>,
    /// Terminals in which a step has opened a shell or program that is known to be one.
    pub(super) surely_opened: BTreeSet<String>,
    /// Steps whose programs were left in front and have ended by themselves, with their status.
    pub(super) ended_alone: Vec<(usize, i32)>,
    /// Containers that a step, by its number, has left running and that ended by themselves while the page
    /// went on, with their last words.
    pub(super) deaths: Vec<LaterDeath>,
    /// The number of the step that is played, through all pages.
    pub(super) at: usize,
    /// How much steps have printed that is kept.
    pub(super) kept: usize,
    pub(super) secrets: Secrets,
    pub(super) progress: Progress,
    /// A step has told its shell of another way to a daemon.
    pub(super) is_past_relay: bool,
    /// The folder of the page that is played.
    pub(super) folder: PathBuf,
    /// How many steps the pages before have: the terminals count on.
    pub(super) before: usize,
    /// What it was set for.
    pub(super) basis: Basis,
    /// Moments that can come again, if they are kept.
    pub(super) marks: Option<Marks>,
}

/// A daemon as the pages meet it.
#[derive(Debug)]
pub(super) struct Daemon {
    /// Where it is.
    pub(super) address: Address,
    /// Where the pages find it: the relay.
    pub(super) host: String,
}

impl Scene {
    pub(super) fn set(
        pages: &[Page<'_>],
        surroundings: &Surroundings,
        interrupt: &mut Interrupt,
        waits: &mut dyn FnMut(&str),
    ) -> Result<Scene, Error> {
        let plans: Vec<&Plan> = pages.iter().map(|page| page.plan).collect();
        let uses_docker = plans.iter().any(|plan| plan.uses_docker);
        let state = surroundings.state.as_ref().ok_or(Error::NoState)?;
        let (scratch, ledger) = Scratch::make(&surroundings.temporary, state)?;
        let name = ledger.run().to_owned();
        let mut ledger = Some(ledger);
        let group = Group::make(&name, |folder| {
            let told = ledger.as_mut().map(|ledger| ledger.groups(folder));
            told.is_some_and(|told| told.is_ok())
        });
        let basis = Basis::of(pages, surroundings, scratch.path());
        let pins = pages.first().map(|page| &page.options.pins);
        let furnished = furnish(&scratch, &name, surroundings, &plans, pins);
        let variables = match furnished {
            Ok(variables) => variables,
            Err(error) => {
                ledger.iter_mut().for_each(Ledger::abandon);
                return Err(error);
            }
        };
        let address = &surroundings.address;
        let (mut witness, mut porter, mut daemon) = (None, None, None);
        if uses_docker || address.may_answer() {
            let door = Door::at(&scratch.path().join(SOCKET));
            let door = door.inspect_err(|_| ledger.iter_mut().for_each(Ledger::abandon))?;
            daemon = Some(Daemon {
                address: address.clone(),
                host: door.host(),
            });
            let wishes = &basis.wishes;
            match ledger.take() {
                Some(ledger) if uses_docker => {
                    let mut told = false;
                    let called = Witness::call(address, door, ledger, wishes, |why| {
                        if !std::mem::replace(&mut told, true) {
                            waits(why);
                        }
                        !interrupt.sleep(Duration::from_millis(100))
                    });
                    witness = Some(called?);
                }
                Some(ledger) => porter = Some(Porter::stand(address, door, ledger, wishes.clone())),
                None => {}
            }
        }
        let host = daemon.as_ref().map(|daemon| daemon.host.clone());
        let mut setup = environment::setup(&scratch, &name, surroundings, host);
        setup.variables.extend(variables);
        setup.group = group.map(Arc::new);
        let mut seats = Seats::new(setup);
        if let Err(error) = seats.ready("main") {
            let (called, left) = porter.map(Porter::leaves).unwrap_or_default();
            witness.or(called).iter().for_each(Witness::abandon);
            ledger.or(left).iter_mut().for_each(Ledger::abandon);
            return Err(error.into());
        }
        Ok(Scene {
            scratch,
            seats,
            machine: surroundings.machine.clone(),
            witness,
            porter,
            daemon,
            ledger,
            name,
            deadline: Instant::now() + RUN_LIMIT,
            later: BTreeMap::new(),
            surely_opened: BTreeSet::new(),
            ended_alone: Vec::new(),
            deaths: Vec::new(),
            at: 0,
            kept: 0,
            secrets: Secrets::default(),
            progress: surroundings.progress.clone(),
            is_past_relay: false,
            folder: surroundings.document_folder.clone(),
            before: 0,
            basis,
            marks: None,
        })
    }

    /// A witness that was called while the page went on is there from here on.
    pub(super) fn looks_for_witness(&mut self) {
        if let Some(called) = self.porter.as_ref().and_then(Porter::called) {
            self.witness = Some(called);
        }
    }

    /// Another page is played from here on.
    pub(super) fn turn_to(&mut self, page: &Page<'_>, interrupt: &mut Interrupt) {
        self.secrets = page.options.secrets.clone();
        if self.folder != page.folder {
            page.folder.clone_into(&mut self.folder);
            self.tell_folder(interrupt);
        }
    }

    /// Takes what was printed since its step was over, before the terminals go.
    pub(super) fn gather_late_output(&mut self) {
        for (number, bytes) in self.seats.late_output() {
            self.later
                .entry(number)
                .or_insert_with(terminal::Output::late)
                .push(&bytes);
        }
    }

    /// Ends what runs, removes what is left, in this order: processes, objects of the daemon,
    /// files. What cannot be removed is said; the ledger then stays for `tutcheck clean`.
    pub(super) fn clear(self, keep: bool, interrupted: bool) -> (Vec<String>, Option<PathBuf>) {
        let Scene {
            scratch,
            mut seats,
            witness,
            porter,
            ledger,
            name,
            ..
        } = self;
        seats.close();
        let mut leftovers: Vec<String> = Vec::new();
        let (called, left) = porter.map(Porter::leaves).unwrap_or_default();
        let (mut witness, mut ledger) = (witness.or(called), ledger.or(left));
        let own = witness.as_ref().map(Witness::clients).unwrap_or_default();
        let ended = terminal::end_orphans(&own);
        // With them goes the group of the run's processes.
        drop(seats);
        if let Some(witness) = &mut witness {
            if ended > 0 || interrupted {
                // What a program asked for past the relay in its last moment, the daemon still makes.
                std::thread::sleep(LAST_MOMENT);
            }
            witness.hears_out();
            witness.run_ends();
        }
        let mut kept = None;
        if keep {
            kept = Some(scratch.keep());
        } else {
            let path = scratch.keep();
            let removed = match &witness {
                Some(witness) => witness.remove_scratch(&path),
                None => docker::remove_scratch(&path),
            };
            leftovers.extend(removed.err().map(|error| error.to_string()));
        }
        if let Some(witness) = &mut witness {
            leftovers.extend(witness.settle().into_iter().map(|error| error.to_string()));
        }
        if leftovers.is_empty() {
            let ended = end_ledger(witness.as_mut(), ledger.as_mut());
            leftovers.extend(ended.err().map(|error| format!("{error} (of run {name})")));
        }
        (leftovers, kept)
    }
}

/// What tells the builds of a run of images that stand in for others, if there are any.
fn policy(
    scratch: &Path,
    run: &str,
    surroundings: &Surroundings,
    pins: &Pins,
) -> std::io::Result<Option<(String, Option<String>)>> {
    if pins.is_empty() {
        return Ok(None);
    }
    let own = surroundings.policy.as_deref().and_then(private::read_json);
    let path = scratch.join("policy.json");
    private::replace(&path, pins.policy(run, own).as_bytes())?;
    let path = path.to_string_lossy().into_owned();
    Ok(Some((POLICY.to_owned(), Some(path))))
}

/// Puts into the run's folder what a reader has at hand: the project, a stand-in for `sudo`; the
/// variables by which the shells find it.
fn furnish(
    scratch: &Scratch,
    run: &str,
    surroundings: &Surroundings,
    plans: &[&Plan],
    pins: Option<&Pins>,
) -> Result<Vec<(String, Option<String>)>, Error> {
    let scratch = scratch.path();
    let failed = Error::no_scratch(&surroundings.temporary);
    let Surroundings {
        project, machine, ..
    } = surroundings;
    let of_project = |source| Error::Project {
        folder: project.root.clone(),
        source,
    };
    for folder in [docker::HOME, docker::KEPT, "control", "tmp"] {
        fs::create_dir(scratch.join(folder)).map_err(&failed)?;
    }
    if project.starts_here {
        project::copy(&project.root, &scratch.join(docker::HOME)).map_err(of_project)?;
    }
    let pages: Vec<&str> = plans
        .iter()
        .map(|plan| plan.document.source.text.as_str())
        .collect();
    let mut variables = keeping::variables(scratch, &pages);
    let instead = project::instead(project, plans, scratch).map_err(of_project)?;
    variables.extend(instead.into_iter().map(|(name, value)| (name, Some(value))));
    let of_builds = pins.map(|pins| policy(scratch, run, surroundings, pins));
    variables.extend(of_builds.transpose().map_err(&failed)?.flatten());
    if let Some(sudo) = &machine.sudo {
        let path = files::place_sudo(scratch, sudo).map_err(&failed)?;
        variables.push(("PATH".to_owned(), Some(path)));
    }
    Ok(variables)
}

fn end_ledger(
    witness: Option<&mut Witness>,
    ledger: Option<&mut Ledger>,
) -> Result<(), docker::Error> {
    match (witness, ledger) {
        (Some(witness), _) => witness.end(),
        (None, Some(ledger)) => ledger.end(),
        (None, None) => Ok(()),
    }
}
