//! `tutcheck drift --simulate OLD=NEW`: what would be if an image became another.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Instant;

use crate::cli::{
    DriftArguments, DriftFormat, DriftTarget, ReportFormat, ReportTarget, ToldArguments,
};
use crate::command::fault::Fault;
use crate::command::loaded::Loaded;
use crate::command::playing::{judges, options, play, reports};
use crate::command::series;
use crate::command::telling::Telling;
use crate::docker::Pins;
use crate::judge::Lock;
use crate::play::Manner;
use crate::reference::familiar;
use crate::registry::{Credentials, Error, Registries};

/// Plays pages with other images in place, and tells of them as `check` does. Nothing is written.
pub(super) fn simulate(
    arguments: &DriftArguments,
    documents: &[Rc<Loaded>],
    faults: Vec<Fault>,
) -> u8 {
    let Some(mut interrupt) = crate::command::listen() else {
        return crate::command::UNABLE;
    };
    let instead = arguments.simulate.iter();
    let pins = Pins {
        instead: instead
            .map(|(old, new)| (familiar(old), familiar(new)))
            .collect(),
        ..Pins::default()
    };
    let registries = Registries::new(Credentials::of(
        documents[0].surroundings.address.config.clone(),
    ));
    for new in pins.instead.values() {
        if let Err(error @ Error::Gone { .. }) = registries.head(new) {
            crate::command::complain(&error.to_string());
            return crate::command::WRONG;
        }
    }
    let told = ToldArguments {
        report: targets(arguments),
        format: None,
        quiet: arguments.quiet,
    };
    let mut unused: BTreeSet<&String> = pins.instead.keys().collect();
    let mut telling = Telling::new(&told, false);
    let start = Instant::now();
    let runs = series::runs(documents);
    telling.screen.expects(runs.iter().map(Vec::len).sum());
    for run in &runs {
        if interrupt.times() > 0 {
            break;
        }
        let mut options = options(&arguments.play, run);
        for options in &mut options {
            options.pins = pins.clone();
        }
        let mut judges = judges(run, Lock::Never);
        let screen = &mut telling.screen;
        let played = play(
            run,
            &mut judges,
            &options,
            Manner::default(),
            &mut interrupt,
            screen,
        );
        let mut reports = reports(run, &played.outcome, &judges);
        let last = reports.last_mut().expect("a run has a page");
        match played.over {
            Ok(over) => {
                last.leftovers = over.leftovers;
                unused.retain(|old| !over.images.contains_key(*old));
            }
            Err(error) => last.trouble = Some(options[0].secrets.hide(&error.to_string())),
        }
        for report in reports {
            telling.takes(report);
        }
    }
    for old in &unused {
        crate::command::warn(format!("no page uses {old}: nothing was simulated for it"));
    }
    telling.ends(interrupt.times() > 0, start.elapsed(), faults)
}

/// Reports as `check` has them.
fn targets(arguments: &DriftArguments) -> Vec<ReportTarget> {
    let target = |target: &DriftTarget| ReportTarget {
        format: match target.format {
            DriftFormat::Text => ReportFormat::Text,
            DriftFormat::Json => ReportFormat::Json,
            DriftFormat::Markdown => ReportFormat::Markdown,
        },
        path: target.path.clone(),
    };
    arguments.report.iter().map(target).collect()
}
