//! A block that has been ruled on is taken in.

use std::ops::Range;

use super::{Fold, needs};
use crate::document::attributes::BlockSettings;
use crate::document::block::{Part, Ruling, Undone, UndoneKind};
use crate::document::desk::Desk;
use crate::document::page::Code;
use crate::document::role::Role;

impl Fold<'_> {
    /// Takes a block in that has been ruled on.
    #[expect(
        clippy::too_many_arguments,
        reason = "all that was found of one block, in one place"
    )]
    pub(super) fn settle(
        &mut self,
        code: &Code,
        lines: &[Range<usize>],
        settings: BlockSettings,
        mut role: Role,
        mut ruling: Ruling,
        mut parts: Vec<Part>,
        undone: Option<Undone>,
        desk: Desk,
    ) {
        match undone.as_ref().map(|undone| &undone.kind) {
            Some(UndoneKind::No) => {
                parts.clear();
                self.desk = desk;
            }
            Some(UndoneKind::Repeats(before)) => {
                self.shows_for(*before, &mut parts);
                parts.clear();
                self.desk = desk;
            }
            Some(UndoneKind::Window | UndoneKind::Account(_)) | None => {}
        }
        if settings.manual.is_some() {
            role = Role::Manual;
            "an attribute says so".clone_into(&mut ruling.reason);
            ruling.rule = "author";
        }
        ruling.undone = undone;
        if role == Role::Output {
            let asked = settings.similarity.as_ref();
            self.output(lines, asked, &mut role, &mut ruling);
        }
        for part in &parts {
            if let Part::File { path, .. } = part {
                self.saved.insert(path.clone());
            }
        }
        self.has_fetched |= parts
            .iter()
            .any(|part| matches!(part, Part::Command(command) if needs::fetches(&command.text)));
        let is_undone = ruling
            .undone
            .as_ref()
            .is_some_and(|undone| undone.kind == UndoneKind::No);
        let is_other_readers = ruling
            .undone
            .as_ref()
            .is_some_and(|undone| undone.rule.starts_with("other-") || undone.rule == "or-else");
        self.push(code.span.clone(), settings, None, role, ruling, parts);
        // Output below what another reader types is of what this one has typed.
        if role.is_typed() && !(is_undone && is_other_readers) {
            self.follows = Some(self.blocks.len() - 1);
        } else if !matches!(role, Role::Output) && !role.is_typed() {
            self.follows = None;
        }
    }
}
