//! it opens an editor, a browser or a window for a person

use crate::commandline;
use crate::document::block::UndoneKind;
use crate::document::case::{Case, Rule, Why};

pub(super) const RULE: Rule<Why> = Rule {
    name: "window",
    says: "it opens an editor, a browser or a window for a person",
    example: "`nano app.py`",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let is_window = !case.commands.is_empty()
        && case
            .commands
            .iter()
            .all(|text| commandline::opens_window(text));
    is_window.then(|| Why {
        kind: UndoneKind::Window,
        reason: "it opens a window for a person".to_owned(),
        at: case.opening(),
    })
}
