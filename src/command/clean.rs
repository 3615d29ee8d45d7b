//! `tutcheck clean`

use super::files;
use crate::docker;
use crate::run::Error;
use crate::terminal;
use crate::wording::count;

pub(super) fn clean() -> u8 {
    let Some(state) = files::state() else {
        super::complain(&Error::NoState.to_string());
        return 3;
    };
    let cleaned = docker::clean(&state, |run| {
        terminal::end_traced(&terminal::Traces {
            run: run.name,
            folder: run.scratch,
            groups: run.groups,
            lived: run.lived.clone(),
        })
    });
    for error in &cleaned.errors {
        super::complain(&error.to_string());
    }
    if !cleaned.errors.is_empty() {
        super::remark(&format!(
            "what cannot be reached any more is forgotten by removing its file in {}\n",
            state.join("runs").display()
        ));
    }
    let going_on = match cleaned.going_on {
        0 => "no interrupted run is known".to_owned(),
        1 => "a run is still going on".to_owned(),
        several => format!("{several} runs are still going on"),
    };
    if cleaned.runs == 0 && cleaned.errors.is_empty() {
        super::say(&format!("nothing to clean: {going_on}\n"));
    } else {
        super::say(&format!(
            "cleaned up after {}: {} and {} removed\n",
            count(cleaned.runs, "interrupted run"),
            count(cleaned.objects, "object"),
            count(cleaned.processes, "process").replace("processs", "processes"),
        ));
    }
    if cleaned.errors.is_empty() { 0 } else { 3 }
}
