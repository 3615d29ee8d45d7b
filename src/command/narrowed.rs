//! `--from` and `--only`: of one page, what an author has at heart.

use std::rc::Rc;

use super::loaded::Loaded;
use crate::cli::CheckArguments;
use crate::plan::Until;

/// The same pages, of which one is told only in part, if that is asked for.
pub(super) fn narrowed(
    documents: Vec<Rc<Loaded>>,
    arguments: &CheckArguments,
) -> Result<Vec<Rc<Loaded>>, String> {
    let (option, wanted, until) = match (&arguments.from, &arguments.only) {
        (None, None) => return Ok(documents),
        (Some(from), _) => ("--from", from, Until::TheEnd),
        (None, Some(only)) => ("--only", only, Until::Named),
    };
    let number = documents.len();
    let only = documents.into_iter().next().filter(|_| number == 1);
    let Some(Ok(mut page)) = only.map(Rc::try_unwrap) else {
        return Err(format!("{option} is for one page, and these are {number}"));
    };
    if !page.plan.narrow(wanted, until) {
        let path = &page.plan.document.source.path;
        return Err(format!(
            "{path} has no step `{wanted}`, which {option} names; `tutcheck plan {path}` lists keys and numbers"
        ));
    }
    Ok(vec![Rc::new(page)])
}
