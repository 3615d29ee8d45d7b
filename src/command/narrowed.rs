//! `--from` and `--only`: of one page, what an author has at heart.

use std::rc::Rc;
use std::sync::Arc;

use super::loaded::Loaded;
use crate::cli::CheckArguments;
use crate::document::Hidden;
use crate::plan::{Plan, Step};

/// The same pages, of which one is told only in part, if that is asked for.
pub(super) fn narrowed(
    documents: Vec<Rc<Loaded>>,
    arguments: &CheckArguments,
) -> Result<Vec<Rc<Loaded>>, String> {
    let (from, only) = (arguments.from.as_deref(), arguments.only.as_deref());
    let (option, wanted) = match (from, only) {
        (None, None) => return Ok(documents),
        (Some(from), _) => ("--from", from),
        (None, Some(only)) => ("--only", only),
    };
    let mut pages = documents.into_iter();
    let (Some(page), None) = (pages.next(), pages.next()) else {
        return Err(format!("{option} needs one page, and no more"));
    };
    let page =
        Rc::try_unwrap(page).map_err(|_| format!("{option} needs a page that stands alone"))?;
    let (first, last) = range(&page.plan, wanted).ok_or_else(|| {
        format!(
            "{option} {wanted}: the page has no such step; `tutcheck plan` has its keys and numbers"
        )
    })?;
    let last = if only.is_some() {
        last
    } else {
        page.plan.steps.len()
    };
    let mut page = page;
    // What comes before has only to succeed, and what comes behind is left out; what is taken down is so always.
    let mut number = 0;
    page.plan.steps.retain_mut(|step| {
        number += 1;
        if number < first {
            Arc::make_mut(&mut step.settings).no_compare = true;
        }
        number <= last || step.hidden == Some(Hidden::Teardown)
    });
    Ok(vec![Rc::new(page)])
}

/// The numbers, from 1, of the first and the last step that a text means: `web`, `7`, `7-9`.
fn range(plan: &Plan, text: &str) -> Option<(usize, usize)> {
    let all = plan.steps.len();
    let number = |text: &str| {
        text.parse()
            .ok()
            .filter(|number| (1..=all).contains(number))
    };
    let of_key = |key: &str| {
        let is_it = |step: &Step| step.key == key;
        let (first, last) = (
            plan.steps.iter().position(is_it)?,
            plan.steps.iter().rposition(is_it)?,
        );
        Some((first + 1, last + 1))
    };
    let two = || {
        let (first, last) = text.split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        (first <= last).then_some((first, last))
    };
    of_key(text)
        .or_else(|| number(text).map(|one| (one, one)))
        .or_else(two)
}
