//! `tutcheck drift --engines RUN.json…`: the same pages on several engines, from a saved run of each.

use std::collections::BTreeMap;

use crate::cli::DriftArguments;
use crate::command::fault::{self, Fault};
use crate::command::files;
use crate::command::judge::judged;
use crate::command::kept::read;
use crate::command::telling::Screen;
use crate::drift::engines::{self, Cell, Column};
use crate::judge::Lock;
use crate::report::{DocumentReport, Report};
use crate::saved::Saved;

/// Judges each run, and says what breaks where.
pub(super) fn compare(arguments: &DriftArguments) -> u8 {
    let mut columns: Vec<Column> = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    let mut all = Vec::new();
    for path in &arguments.engines {
        let documents = read(path)
            .map_err(|fault| vec![fault])
            .and_then(|saved| Ok((reports(&saved)?, saved)));
        match documents {
            Ok((documents, saved)) => {
                let engine = saved
                    .documents
                    .iter()
                    .find_map(|document| document.engine.clone());
                let stem = path
                    .file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                columns.push(Column {
                    engine: engine.unwrap_or(stem),
                    steps: documents.iter().flat_map(cells).collect(),
                });
                all.extend(documents);
            }
            Err(more) => faults.extend(more),
        }
    }
    tell_apart(&mut columns, arguments);
    let all = Report {
        documents: all,
        ..Report::default()
    };
    let status = all.exit();
    let wrong = if faults.is_empty() {
        0
    } else {
        fault::report(faults)
    };
    if wrong > 0 {
        return wrong;
    }
    if columns.len() < 2 {
        crate::command::complain("there is nothing to compare: give a saved run of each engine");
        return crate::command::WRONG;
    }
    let told = super::write(
        arguments,
        &engines::text(&columns),
        || engines::json(&columns, status),
        || engines::markdown(&columns),
    );
    if told > 0 { told } else { status }
}

fn reports(saved: &Saved) -> Result<Vec<DocumentReport>, Vec<Fault>> {
    let mut screen = Screen::new(false, true);
    let lock = Lock::of(saved.manner.locked, saved.manner.in_ci);
    let mut all = Vec::new();
    for run in saved.documents.chunk_by(|one, next| one.run == next.run) {
        all.extend(judged(run, lock, saved.manner.keep_going, &mut screen)?);
    }
    Ok(all)
}

fn cells(document: &DocumentReport) -> impl Iterator<Item = Cell> + '_ {
    document.steps.iter().map(|step| Cell {
        document: document.source.path.clone(),
        key: step.key.clone(),
        line: step.line,
        run: step.run.clone(),
        verdict: step.finding.verdict.word(),
        reason: step.finding.reason.clone().unwrap_or_default(),
    })
}

/// Two plays with one engine, as with two kinds of store, are told apart by the names of their files.
fn tell_apart(columns: &mut [Column], arguments: &DriftArguments) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for column in columns.iter() {
        *times.entry(column.engine.clone()).or_default() += 1;
    }
    for (column, path) in columns.iter_mut().zip(&arguments.engines) {
        if times[&column.engine] > 1 {
            column.engine = format!("{} ({})", column.engine, files::shown(path));
        }
    }
}
