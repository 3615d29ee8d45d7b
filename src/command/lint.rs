//! `tutcheck lint PATH…`

use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

use annotate_snippets::Renderer;
use serde_json::json;

use super::fault;
use super::loaded::{Loaded, Loading};
use super::plan::because;
use super::project::{self, Old};
use super::telling::say_prose;
use crate::cli::{Format, PlanArguments};
use crate::diagnostic::{Diagnostic, render_all};
use crate::document::Lines;
use crate::lint;
use crate::plan::Plan;
use crate::wording::{self, ASIDE, GOOD, NOTE, count};

pub(super) fn lint(arguments: &PlanArguments) -> u8 {
    super::set_color(arguments.given.color);
    let Loading { documents, faults } =
        project::load(&arguments.paths, &arguments.given, None, Old::MustBeRead);
    if documents.is_empty() && !faults.is_empty() {
        return fault::report(faults);
    }
    let findings: Vec<Vec<Diagnostic>> = documents.iter().map(|loaded| of_one(loaded)).collect();
    match arguments.format {
        Format::Text => say_prose(&text(&documents, &findings.concat())),
        Format::Json => super::say_json(&format!("{:#}\n", json_of(&documents, &findings))),
    }
    Loading::ends(
        faults,
        u8::from(findings.iter().any(|of_one| !of_one.is_empty())),
    )
}

/// Counts by kind first; then each kind with its first place in full, and one line for the others.
fn text(documents: &[Rc<Loaded>], findings: &[Diagnostic]) -> String {
    let mut text = String::new();
    for loaded in documents {
        text.push_str(&wording::opening(
            "Linting",
            &loaded.name,
            loaded.plan.steps.len(),
        ));
        let needs = lint::needs(&loaded.plan);
        if !needs.is_empty() {
            let needs = needs.join(", ");
            let _ = writeln!(text, "{ASIDE}{:>12} needs: {needs}{ASIDE:#}", "");
        }
    }
    if findings.is_empty() {
        let documents = count(documents.len(), "document");
        let _ = writeln!(
            text,
            "{GOOD}{:>12}{GOOD:#} nothing found in {documents}",
            "Summary"
        );
        return text;
    }
    let mut kinds: BTreeMap<(usize, &str), Vec<&Diagnostic>> = BTreeMap::new();
    for finding in findings {
        let rank = lint::KINDS
            .iter()
            .position(|(code, _)| *code == finding.code)
            .unwrap_or(lint::KINDS.len());
        kinds.entry((rank, finding.code)).or_default().push(finding);
    }
    let counts: Vec<String> = kinds
        .iter()
        .map(|((_, code), of_kind)| format!("{} {code}", of_kind.len()))
        .collect();
    let found = count(findings.len(), "thing");
    let _ = writeln!(
        text,
        "{NOTE}{:>12}{NOTE:#} {found} to look at: {}\n",
        "Summary",
        counts.join(", ")
    );
    for of_kind in kinds.values() {
        let mut first = vec![of_kind[0].clone()];
        let _ = writeln!(text, "{}", render_all(&mut first, &Renderer::styled()));
        if of_kind.len() > 1 {
            let places: Vec<String> = of_kind[1..]
                .iter()
                .map(|finding| also(of_kind[0], finding))
                .collect();
            let _ = writeln!(text, "{ASIDE}  also {}{ASIDE:#}", places.join(", "));
        }
        text.push('\n');
    }
    text
}

/// Where the same is found again; and what, where that is something else.
fn also(first: &Diagnostic, finding: &Diagnostic) -> String {
    let line = finding.source.line(finding.span.start);
    let place = format!("{}:{line}", finding.source.path);
    let what = finding.message.split_once(": ");
    // What began in brackets ends there.
    let what = what.map(|(before, what)| {
        let is_in_brackets = before.contains('(');
        what.strip_suffix(')')
            .filter(|_| is_in_brackets)
            .unwrap_or(what)
    });
    match what.filter(|_| finding.message != first.message) {
        Some(what) => format!("{place} ({what})"),
        None => place,
    }
}

pub(super) fn of_one(loaded: &Loaded) -> Vec<Diagnostic> {
    let folder = &loaded.surroundings.document_folder;
    let mut findings = lint::lint(&loaded.plan, &|path| folder.join(path).exists());
    findings.extend(loaded.plan.orphans().into_iter().map(Diagnostic::warning));
    findings
}

fn json_of(documents: &[Rc<Loaded>], findings: &[Vec<Diagnostic>]) -> serde_json::Value {
    let of_document = |(loaded, findings): (&Rc<Loaded>, &Vec<Diagnostic>)| {
        let plan = &loaded.plan;
        let numbers = Lines::new(&plan.document.source.text);
        let values = findings.iter();
        let values = values.map(|finding| finding_json(finding, plan, &numbers));
        values.collect::<Vec<_>>()
    };
    documents
        .iter()
        .zip(findings)
        .flat_map(of_document)
        .collect()
}

/// With the rule by which its block is read, where it is about a block.
fn finding_json(finding: &Diagnostic, plan: &Plan, numbers: &Lines) -> serde_json::Value {
    let is_of_page = finding.source.path == plan.document.source.path;
    let block = plan
        .document
        .blocks
        .iter()
        .find(|block| is_of_page && block.span.contains(&finding.span.start));
    json!({
        "document": finding.source.path,
        "line": finding.source.line(finding.span.start),
        "code": finding.code,
        "message": finding.message,
        "help": finding.help,
        "rule": block.map(|block| block.decided_by().0),
        "because": block.map(|block| because(block, plan, numbers)),
    })
}
