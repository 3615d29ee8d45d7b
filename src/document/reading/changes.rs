//! Changes of files that the page has had its reader save: applied where that is certain.

use std::collections::BTreeMap;

use super::content;
use super::needs::{Codes, made_by, name_of};
use crate::document::block::{Block, Part};
use crate::document::change::{changed, grows};
use crate::document::fence;
use crate::document::role::Role;

/// Gives each block that only shows a change what the file holds then.
pub(super) fn apply(source: &str, codes: &Codes<'_>, blocks: &mut [Block]) {
    // What each file holds, and the line of the block that has it; none where a command may have written.
    let mut files: BTreeMap<String, (String, String, usize)> = BTreeMap::new();
    for block in blocks.iter_mut() {
        if block.role == Role::Fragment && block.ruling.undone.is_none() {
            change(source, codes, block, &files);
        }
        for name in made_by(block) {
            files.remove(&name);
        }
        for part in &block.parts {
            if let Part::File {
                path,
                append,
                content,
                ..
            } = part
            {
                let whole = if *append {
                    let before = files.get(&name_of(path)).map(|(_, before, _)| before);
                    before.map(|before| format!("{before}{content}"))
                } else {
                    Some(content.clone())
                };
                if let Some(whole) = whole {
                    files.insert(name_of(path), (path.clone(), whole, block.line));
                }
            }
        }
    }
}

fn change(
    source: &str,
    codes: &Codes<'_>,
    block: &mut Block,
    files: &BTreeMap<String, (String, String, usize)>,
) {
    let (Some(wanted), Some(code)) = (&block.changes, codes.get(&block.span.start)) else {
        return;
    };
    let text = content(source, &code.lines);
    let lines: Vec<&str> = text.lines().collect();
    let language = fence::name(&source[code.info.clone()]);
    let is_diff = matches!(language, "diff" | "patch");
    let mut found = files
        .values()
        .filter(|(path, ..)| wanted.is_empty() || name_of(path) == name_of(wanted))
        .filter_map(|(path, before, line)| {
            let after = changed(before, &lines, is_diff)?;
            Some((path, after, line, grows(before, &lines)))
        });
    // A change that two files could take is certain for neither.
    let (Some((path, content, line, is_whole)), None) = (found.next(), found.next()) else {
        return;
    };
    block.ruling.reason = if is_whole {
        format!("it is all of `{path}`, which line {line} has saved, and more")
    } else {
        format!("it changes `{path}`, which line {line} has saved")
    };
    if is_whole {
        block.role = Role::File;
    }
    block.ruling.guess = false;
    block.parts = vec![Part::File {
        path: path.clone(),
        append: false,
        content,
        line: block.line,
    }];
}
