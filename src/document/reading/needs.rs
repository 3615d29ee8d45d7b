//! Files that a later command cannot do without, and that exactly one block before it may be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::content;
use crate::commandline::{self, CommandLine};
use crate::diagnostic::Source;
use crate::document::block::{Block, Part, Place};
use crate::document::fence;
use crate::document::file::{is_composition, may_be};
use crate::document::page::{Code, Item, Page};
use crate::document::role::Role;

/// Whether a command brings files of somebody's.
pub(super) fn fetches(text: &str) -> bool {
    if !["clone", "svn", "unzip", "tar"]
        .iter()
        .any(|word| text.contains(word))
    {
        return false;
    }
    let line = CommandLine::read(text);
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

/// The code blocks of a page, by where they begin.
pub(super) type Codes<'p> = BTreeMap<usize, &'p Code>;

pub(super) fn codes(page: &Page) -> Codes<'_> {
    let codes = page.items.iter().filter_map(|item| match item {
        Item::Code(code) => Some((code.span.start, code)),
        _ => None,
    });
    codes.collect()
}

/// Saves each file that a later command cannot do without, and that exactly one block before it may be.
pub(super) fn save_what_is_needed(source: &Arc<Source>, codes: &Codes<'_>, blocks: &mut [Block]) {
    // Blocks that nobody saves yet, and names of files that are there.
    let mut fragments: Vec<usize> = Vec::new();
    let mut made: BTreeSet<String> = BTreeSet::new();
    for index in 0..blocks.len() {
        let block = &blocks[index];
        if block.role == Role::Fragment && block.ruling.undone.is_none() && fragments.len() < MOST {
            fragments.push(index);
        }
        let needed: Vec<String> = block
            .commands()
            .filter(|command| command.place == Place::Host)
            .flat_map(|command| commandline::files_needed(&command.text))
            .collect();
        for path in needed {
            if made.contains(&name_of(&path)) {
                continue;
            }
            let fits = |number: &&usize| {
                codes.get(&blocks[**number].span.start).is_some_and(|code| {
                    let language = fence::name(&source.text[code.info.clone()]);
                    let texts: Vec<&str> = code
                        .lines
                        .iter()
                        .map(|line| &source.text[line.clone()])
                        .collect();
                    may_be(&path, language, &texts)
                })
            };
            let mut found = fragments.iter().filter(fits);
            let (Some(&number), None) = (found.next(), found.next()) else {
                continue;
            };
            let lines = codes[&blocks[number].span.start].lines.as_slice();
            let line = blocks[index].line;
            let block = &mut blocks[number];
            block.role = Role::File;
            block.parts = vec![Part::File {
                path: path.clone(),
                append: false,
                content: content(&source.text, lines),
                line: block.line,
            }];
            block.ruling.rule = "needed";
            block.ruling.reason =
                format!("line {line} needs `{path}`, and no other block may be it");
            block.ruling.guess = true;
            fragments.retain(|other| *other != number);
            made.insert(name_of(&path));
        }
        makes(&blocks[index], &mut made);
        if blocks[index]
            .commands()
            .any(|command| fetches(&command.text))
        {
            // What is somebody's holds what is needed.
            return;
        }
    }
}

/// So many blocks are looked at for a file that is needed.
const MOST: usize = 200;

/// The name by which a file is known: its last part, and one for all names of compositions.
pub(super) fn name_of(path: &str) -> String {
    if is_composition(path) {
        return "compose.yaml".to_owned();
    }
    commandline::base(path).to_owned()
}

/// Takes in the files that a block saves, or that its commands write.
fn makes(block: &Block, made: &mut BTreeSet<String>) {
    for part in &block.parts {
        if let Part::File { path, .. } = part {
            made.insert(name_of(path));
        }
    }
    made.extend(made_by(block));
}

/// The files that a block's commands write.
pub(super) fn made_by(block: &Block) -> BTreeSet<String> {
    const WRITERS: &[&str] = &[
        "touch", "cp", "mv", "curl", "wget", "tee", "vi", "vim", "nano", "echo", "sed", "rm",
        "truncate",
    ];
    let mut made = BTreeSet::new();
    for command in block.commands() {
        for command in &CommandLine::read(&command.text).commands {
            let written = command
                .redirections
                .iter()
                .filter(|(sign, _)| sign.contains('>'));
            made.extend(written.map(|(_, target)| name_of(&target.plain())));
            if command
                .program()
                .is_some_and(|name| WRITERS.contains(&name))
            {
                made.extend(command.texts().iter().map(|word| name_of(word)));
            }
        }
    }
    made
}
