//! `tutcheck lint PATH…`

use annotate_snippets::Renderer;
use serde_json::json;

use super::project::{self, Loaded};
use crate::cli::{Format, PlanArguments};
use crate::diagnostic::{Diagnostic, render_all};
use crate::lint;
use crate::wording::{GOOD, NOTE, count};

pub(super) fn lint(arguments: &PlanArguments) -> u8 {
    super::set_color(arguments.given.color);
    let documents = match project::load(&arguments.paths, &arguments.given, None) {
        Ok(documents) => documents,
        Err(faults) => return project::report(faults),
    };
    let mut findings: Vec<Diagnostic> = documents.iter().flat_map(of_one).collect();
    match arguments.format {
        Format::Text if findings.is_empty() => super::say(&format!(
            "{GOOD}{:>12}{GOOD:#} in {}\n",
            "nothing found",
            count(documents.len(), "document")
        )),
        Format::Text => {
            let text = render_all(&mut findings, &Renderer::styled());
            let found = count(findings.len(), "thing");
            super::say(&format!("{text}\n\n{NOTE}{found}{NOTE:#} to look at\n"));
        }
        Format::Json => super::say(&format!("{:#}\n", json_of(&findings))),
    }
    u8::from(!findings.is_empty())
}

fn of_one(loaded: &Loaded) -> Vec<Diagnostic> {
    let folder = &loaded.surroundings.document_folder;
    let mut findings = lint::lint(&loaded.plan, &|path| folder.join(path).exists());
    findings.extend(loaded.plan.orphans().into_iter().map(Diagnostic::warning));
    findings
}

fn json_of(findings: &[Diagnostic]) -> serde_json::Value {
    findings
        .iter()
        .map(|finding| {
            json!({
                "document": finding.source.path,
                "line": finding.source.line(finding.span.start),
                "code": finding.code,
                "message": finding.message,
                "help": finding.help,
            })
        })
        .collect()
}
