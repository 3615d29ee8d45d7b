//! `tutcheck drift PATH…`

mod asking;
mod engines;
mod log;
mod playing;
mod proving;
mod simulating;
mod store;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Instant;

use super::fault;
use super::files;
use super::loaded::{Loaded, Loading};
use super::project::{self, Old};
use super::series;
use super::telling::{Screen, hand_out};
use crate::cli::{DriftArguments, DriftFormat, DriftTarget};
use crate::drift::{self, Inventory, Moved, Night, Outcome, PageNight, Tools};
use crate::terminal::Interrupt;
use asking::Asked;
use playing::{Came, Chain};
use store::Shelf;

/// There is nothing to check.
const NOTHING: u8 = 4;

pub(super) fn drift(arguments: &DriftArguments) -> u8 {
    super::set_color(arguments.play.given.color);
    if let Some(host) = arguments.workflow {
        let pages = arguments
            .paths
            .iter()
            .map(|path| path.to_string_lossy().into_owned());
        super::say(&drift::workflow(host.word(), &pages.collect::<Vec<_>>()));
        return 0;
    }
    if log::is_meant(&arguments.paths) {
        return log::log(&arguments.paths[1..]);
    }
    for target in &arguments.report {
        if let Some(path) = &target.path
            && let Err(error) = files::may_write(path)
        {
            super::complain(&format!("cannot write {}: {error}", files::shown(path)));
            return super::WRONG;
        }
    }
    if !arguments.engines.is_empty() {
        return engines::compare(arguments);
    }
    let Loading { documents, faults } = project::load(
        &arguments.paths,
        &arguments.play.given,
        arguments.play.timeout,
        Old::MustBeRead,
    );
    if documents.is_empty() && faults.is_empty() {
        super::complain("there is nothing to check: no Markdown file with steps");
        return NOTHING;
    }
    if documents.is_empty() {
        return fault::report(faults);
    }
    if !arguments.simulate.is_empty() {
        return simulating::simulate(arguments, &documents, faults);
    }
    let shelf = match Shelf::open(&documents, arguments.keep_baseline.clone()) {
        Ok(shelf) => shelf,
        Err(status) => return status,
    };
    let Some(interrupt) = super::listen() else {
        return super::UNABLE;
    };
    let mut tonight = Tonight {
        arguments,
        shelf,
        interrupt,
        screen: Screen::new(!arguments.quiet && !is_for_programs(arguments), false),
        night: Night::default(),
    };
    let runs = series::runs(&documents);
    let status = tonight.plays(&runs);
    tonight.screen.flush();
    if tonight.interrupt.times() > 0 {
        return 130;
    }
    let told = tonight.tells();
    if told != 0 {
        return told;
    }
    Loading::ends(faults, status)
}

/// Whether standard output is for a report alone.
fn is_for_programs(arguments: &DriftArguments) -> bool {
    let mut targets = arguments.report.iter();
    targets.any(|target| target.path.is_none() && target.format != DriftFormat::Text)
}

/// What all pages of a call have in common.
struct Tonight<'a> {
    arguments: &'a DriftArguments,
    shelf: Shelf,
    interrupt: Interrupt,
    screen: Screen,
    night: Night,
}

impl Tonight<'_> {
    /// Looks at every run; the exit status.
    fn plays(&mut self, runs: &[Vec<Rc<Loaded>>]) -> u8 {
        for run in runs {
            if self.interrupt.times() > 0 {
                return 130;
            }
            self.looks_at(run);
        }
        let exit = self.night.exit();
        if self.interrupt.times() > 0 {
            return 130;
        }
        if let Err(message) = self.shelf.close() {
            super::complain(&message);
            return super::WRONG;
        }
        exit
    }

    fn looks_at(&mut self, run: &[Rc<Loaded>]) {
        let tools = match self.shelf.tools(run) {
            Ok(tools) => tools,
            Err(why) => return self.is_untestable(run, &why),
        };
        let asked = match asking::ask(run, &self.shelf.lock, self.shelf.registries()) {
            Ok(asked) => asked,
            Err(why) => return self.is_untestable(run, &why),
        };
        if self.is_unmoved(run, &tools, &asked) {
            for page in run {
                let fetches = store::fetches(page);
                let outcome = Outcome::Unmoved {
                    asked: asked.digests.len(),
                    not_looked_at: fetches.into_iter().map(str::to_owned).collect(),
                };
                self.says(page, outcome, Vec::new(), asked.notes.clone());
            }
            return;
        }
        let began = Instant::now();
        let pins = asked.fresh();
        let came = Chain::of(run).play(self, &pins);
        let moved = self.shelf.lock.moved(&came.census);
        match came.came {
            Came::Interrupted => {}
            Came::Untestable(why) => self.is_untestable(run, &why),
            Came::Green { steps } => {
                let mut notes = asked.notes;
                notes.extend(came.notes);
                notes.extend(self.tools_moved(&tools));
                for (page, steps) in run.iter().zip(steps) {
                    self.shelf.is_green(page, &tools, &came.census);
                    self.says(page, Outcome::Green { steps }, moved.clone(), notes.clone());
                }
            }
            Came::Broken { page, mut broken } => {
                let mut suspects = self.tools_moved(&tools);
                suspects.extend(built(&moved));
                let case = proving::Case {
                    chain: Chain::up_to(run, page, &broken),
                    page: &run[page].name,
                    asked: &asked,
                    moved: &moved,
                    suspects,
                    took: began.elapsed(),
                };
                broken.cause = proving::cause(self, &case, &broken);
                if self.interrupt.times() > 0 {
                    return;
                }
                let mut notes = asked.notes.clone();
                notes.extend(came.notes);
                for (index, one) in run.iter().enumerate() {
                    let outcome = if index == page {
                        Outcome::Broken(broken.clone())
                    } else {
                        Outcome::Untestable {
                            why: format!("{} broke", run[page].title()),
                        }
                    };
                    let moved = if index == page {
                        moved.clone()
                    } else {
                        Vec::new()
                    };
                    self.says(one, outcome, moved, notes.clone());
                }
            }
        }
    }

    /// Whether pages need not be played: all is as at the last green run, as far as can be seen from here.
    fn is_unmoved(&self, run: &[Rc<Loaded>], tools: &Tools, asked: &Asked) -> bool {
        let lock = &self.shelf.lock;
        let is_as_then = |page: &Rc<Loaded>| {
            let locked = lock.pages.get(&page.name);
            locked.is_some_and(|locked| locked.content == store::content(page))
                && self.shelf.was_well(&page.name)
                && (self.arguments.quick || store::fetches(page).is_empty())
        };
        lock.with.moved(tools).is_empty() && asked.is_unmoved() && run.iter().all(is_as_then)
    }

    /// What of the programs is another than at the last green run.
    fn tools_moved(&self, now: &Tools) -> Vec<String> {
        if self.shelf.lock.pages.is_empty() {
            return Vec::new();
        }
        self.shelf.lock.with.moved(now)
    }

    fn is_untestable(&mut self, run: &[Rc<Loaded>], why: &str) {
        for page in run {
            let why = why.to_owned();
            self.says(page, Outcome::Untestable { why }, Vec::new(), Vec::new());
        }
    }

    fn says(&mut self, page: &Loaded, outcome: Outcome, moved: Vec<Moved>, notes: Vec<String>) {
        let (changed_since_last, untestable_nights) = self.shelf.remembers(&page.name, &outcome);
        self.night.pages.push(PageNight {
            document: page.plan.document.source.path.clone(),
            outcome,
            moved,
            notes,
            changed_since_last,
            untestable_nights,
        });
    }

    /// Writes all reports; not 0 if one could not be written.
    fn tells(&self) -> u8 {
        write(
            self.arguments,
            &drift::text(&self.night),
            || drift::json(&self.night),
            || drift::markdown(&self.night),
        )
    }
}

/// Says a text unless standard output is for another report, and writes all that are wanted; not 0 if one could not
/// be written.
fn write(
    arguments: &DriftArguments,
    text: &str,
    json: impl Fn() -> String,
    markdown: impl Fn() -> String,
) -> u8 {
    if !is_for_programs(arguments) {
        super::tell(text);
    }
    for DriftTarget { format, path } in &arguments.report {
        let report = match (format, path) {
            (DriftFormat::Text, None) => continue,
            (DriftFormat::Text, Some(_)) => anstream::adapter::strip_str(text).to_string(),
            (DriftFormat::Json, _) => json(),
            (DriftFormat::Markdown, _) => markdown(),
        };
        let is_json = *format == DriftFormat::Json;
        if let Err(message) = hand_out(&report, path.as_deref(), is_json) {
            super::complain(&message);
            return super::WRONG;
        }
    }
    0
}

/// What builds of the page have in them that is another than it was.
fn built(moved: &[Moved]) -> Vec<String> {
    let built = moved.iter().filter(|moved| moved.is_built());
    built.map(Moved::says).collect()
}

/// Images by reference.
type Census = BTreeMap<String, Inventory>;
