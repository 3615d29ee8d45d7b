//! `tutcheck report merge REPORT.json…`

use super::chosen;
use super::fault;
use super::targets::may_be_written;
use super::telling::Telling;
use crate::cli::{MergeArguments, ReportArguments, ReportCommand};
use crate::report;

pub(super) fn report(arguments: &ReportArguments) -> u8 {
    match &arguments.command {
        ReportCommand::Merge(arguments) => merge(arguments),
    }
}

fn merge(arguments: &MergeArguments) -> u8 {
    super::set_color(arguments.color);
    if let Err(message) = may_be_written(&arguments.told, &[], &arguments.reports) {
        super::complain(&message);
        return super::WRONG;
    }
    let mut reports = Vec::new();
    let mut faults = Vec::new();
    for path in &arguments.reports {
        match chosen::report(path) {
            Ok(report) => reports.push(report),
            Err(fault) => faults.push(fault),
        }
    }
    if reports.is_empty() {
        return fault::report(faults);
    }
    let whole = match report::merged(reports) {
        Ok(whole) => whole,
        Err(message) => {
            super::complain(&message);
            return super::WRONG;
        }
    };
    let mut telling = Telling::new(&arguments.told, whole.strict);
    for document in whole.documents {
        telling.takes(document);
    }
    telling.ends(whole.interrupted, whole.elapsed, faults)
}
