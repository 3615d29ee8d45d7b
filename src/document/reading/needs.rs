//! Files that a later command cannot do without, and that exactly one block before it may be.

use std::sync::Arc;

use super::content;
use crate::commandline;
use crate::diagnostic::Source;
use crate::document::block::{Block, Part, Place};
use crate::document::fence;
use crate::document::file::{is_composition, may_be};
use crate::document::page::{Item, Page};
use crate::document::role::Role;

/// Whether a command brings files of somebody's.
pub(super) fn fetches(text: &str) -> bool {
    let line = commandline::CommandLine::read(text);
    line.commands.iter().any(|command| {
        let words = command.texts();
        let has = |wanted: &[&str]| {
            words
                .iter()
                .zip(wanted)
                .filter(|(word, wanted)| word == wanted)
                .count()
                == wanted.len()
        };
        has(&["git", "clone"])
            || has(&["svn", "co"])
            || has(&["unzip"])
            || (has(&["tar"]) && words.iter().any(|word| word.contains('x')))
            || has(&["gh", "repo", "clone"])
    })
}

/// A file that a later command cannot do without, and that exactly one block before it may be.
pub(super) fn save_what_is_needed(source: &Arc<Source>, page: &Page, blocks: &mut [Block]) {
    let mut has_fetched = false;
    for index in 0..blocks.len() {
        let needed: Vec<String> = blocks[index]
            .commands()
            .filter(|command| command.place == Place::Host)
            .flat_map(|command| commandline::files_needed(&command.text))
            .collect();
        for path in needed {
            if has_fetched || is_made(&blocks[..index], &path) {
                continue;
            }
            let fits = |block: &Block| {
                let code = page.items.iter().find_map(|item| match item {
                    Item::Code(code) if code.span == block.span => Some(code),
                    _ => None,
                });
                code.filter(|_| block.role == Role::Fragment && block.ruling.undone.is_none())
                    .is_some_and(|code| {
                        let language = fence::name(&source.text[code.info.clone()]);
                        let texts: Vec<&str> = code
                            .lines
                            .iter()
                            .map(|line| &source.text[line.clone()])
                            .collect();
                        may_be(&path, language, &texts)
                    })
            };
            let mut found = (0..index).filter(|number| fits(&blocks[*number]));
            let (Some(number), None) = (found.next(), found.next()) else {
                continue;
            };
            let lines = page.items.iter().find_map(|item| match item {
                Item::Code(code) if code.span == blocks[number].span => Some(code.lines.as_slice()),
                _ => None,
            });
            let line = blocks[index].line;
            let block = &mut blocks[number];
            block.role = Role::File;
            block.parts = vec![Part::File {
                path: path.clone(),
                append: false,
                content: content(&source.text, lines.unwrap_or_default()),
                line: block.line,
            }];
            block.ruling.rule = "needed";
            block.ruling.reason =
                format!("line {line} needs `{path}`, and no other block may be it");
            block.ruling.guess = true;
        }
        has_fetched |= blocks[index]
            .commands()
            .any(|command| fetches(&command.text));
    }
}

/// Whether a file is there: a block saves it, or a command writes it.
fn is_made(blocks: &[Block], path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_same = |saved: &str| {
        saved.rsplit('/').next() == Some(name) || is_composition(saved) && is_composition(path)
    };
    blocks
        .iter()
        .flat_map(|block| &block.parts)
        .any(|part| match part {
            Part::File { path, .. } => is_same(path),
            Part::Command(command) => {
                let line = commandline::CommandLine::read(&command.text);
                line.commands.iter().any(|command| {
                    command
                        .redirections
                        .iter()
                        .any(|(sign, target)| sign.contains('>') && is_same(&target.plain()))
                        || matches!(
                            command.program(),
                            Some(
                                "touch"
                                    | "cp"
                                    | "mv"
                                    | "curl"
                                    | "wget"
                                    | "tee"
                                    | "vi"
                                    | "vim"
                                    | "nano"
                                    | "echo"
                            )
                        ) && command.texts().iter().any(|word| is_same(word))
                })
            }
            Part::Keys(_) => false,
        })
}
