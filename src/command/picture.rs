//! `tutcheck picture PAGE`

use super::fault::{self, Fault};
use super::files;
use super::kept::Kept;
use super::project;
use super::telling::hand_out;
use crate::cli::{Color, PictureArguments};
use crate::document::Place;
use crate::plan::Step;
use crate::report::{self, Typed};

pub(super) fn picture(arguments: &PictureArguments) -> u8 {
    super::set_color(Color::Auto);
    match drawn(arguments) {
        Ok(svg) => match hand_out(&svg, arguments.output.as_deref(), false) {
            Ok(()) => 0,
            Err(message) => {
                super::complain(&message);
                super::WRONG
            }
        },
        Err(faults) => fault::report(faults),
    }
}

fn drawn(arguments: &PictureArguments) -> Result<String, Vec<Fault>> {
    let path = &arguments.page;
    let one = |fault| vec![fault];
    let (kept, _) = Kept::of_pages(vec![path.clone()]).map_err(one)?;
    let saved = kept.newest(path).map_err(one)?;
    let wanted = path.canonicalize().ok();
    let is_it = |document: &&crate::saved::Document| {
        std::path::Path::new(&document.document).canonicalize().ok() == wanted
    };
    let Some(seen) = saved.documents.iter().find(is_it) else {
        let message = format!(
            "the last run has nothing of {0}: `tutcheck {0}` plays it",
            files::shown(path)
        );
        return Err(vec![Fault::Plain(message)]);
    };
    let loaded = project::load_saved(seen, None)?;
    let steps: Vec<&Step> = loaded.plan.steps.iter().collect();
    if let Some(key) = &arguments.step
        && !steps.iter().any(|step| step.key == *key)
    {
        let all = steps.iter().map(|step| step.key.as_str());
        return Err(vec![Fault::no_step(key, all)]);
    }
    let is_meant = |step: &&&Step| match &arguments.step {
        Some(key) => step.key == *key,
        None => step.is_visible() && step.is_recorded(),
    };
    let typed: Vec<Typed<'_>> = steps
        .iter()
        .filter(is_meant)
        .filter(|step| seen.has(&step.key))
        .map(|step| Typed {
            prompt: prompt(step),
            command: step.written(),
            output: seen.output(&step.key),
        })
        .collect();
    Ok(report::picture(&loaded.title(), &typed))
}

/// The prompt of the page, or the one that a reader has.
fn prompt(step: &Step) -> &str {
    let shown = step.prompt.as_deref().map(str::trim);
    let usual = match step.place {
        Place::Host => "$",
        Place::Inside => "#",
    };
    shown.filter(|prompt| !prompt.is_empty()).unwrap_or(usual)
}
