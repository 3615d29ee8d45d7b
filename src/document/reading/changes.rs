//! Changes of files that the page has had its reader save: applied where that is certain.

use std::collections::BTreeMap;

use super::content;
use super::needs::{Codes, made_by, name_of};
use crate::commandline::{CommandLine, base};
use crate::document::block::{Block, Part};
use crate::document::change::{added, changed, grows, looks_like_difference};
use crate::document::fence;
use crate::document::role::Role;

/// What is known of files, by their path.
type Files = BTreeMap<String, Held>;

/// What a file holds, and the line of the block that says so.
struct Held {
    content: String,
    line: usize,
}

/// Gives each block that only shows a change what the file holds then.
pub(super) fn apply(source: &str, codes: &Codes<'_>, blocks: &mut [Block]) {
    // None where a command may have written.
    let mut files = Files::new();
    let mut kept = 0;
    for block in blocks.iter_mut() {
        if block.role == Role::Fragment && block.ruling.undone.is_none() && kept < MOST {
            change(source, codes, block, &files);
            kept += block.parts.iter().map(size).sum::<usize>();
        }
        forget(block, &mut files);
        for part in &block.parts {
            if let Part::File {
                path,
                append,
                content,
                ..
            } = part
            {
                let before = match (append, files.get(path)) {
                    (true, None) => continue,
                    (true, Some(held)) => &held.content,
                    (false, _) => "",
                };
                let content = format!("{before}{content}");
                let line = block.line;
                files.insert(path.clone(), Held { content, line });
                if files.len() > AT_ONCE {
                    let oldest = files.iter().min_by_key(|(_, held)| held.line);
                    let oldest = oldest.map(|(path, _)| path.clone());
                    oldest.map(|path| files.remove(&path));
                }
            }
        }
    }
}

/// So many bytes of changed files are kept at most; each block has the whole of its own.
const MOST: usize = 8 << 20;

/// So many files are known at a time; of those that came long before, nothing is certain.
const AT_ONCE: usize = 500;

fn size(part: &Part) -> usize {
    match part {
        Part::File { content, .. } => content.len(),
        _ => 0,
    }
}

/// Whether a change of this path, or of one that only the lines tell, may be one of a file.
fn is_meant(file: &str, wanted: &str) -> bool {
    if wanted.contains('/') {
        return file.trim_start_matches("./") == wanted.trim_start_matches("./");
    }
    wanted.is_empty() || name_of(file) == name_of(wanted)
}

/// Forgets what files hold that a block's commands may have written; and all of them, where the shell goes
/// to another folder.
fn forget(block: &Block, files: &mut Files) {
    const MANAGERS: &[&str] = &[
        "npm", "yarn", "pnpm", "cargo", "go", "poetry", "uv", "composer", "bundle",
    ];
    let made = made_by(block);
    for command in block.commands() {
        for command in &CommandLine::read(&command.text).commands {
            match command.program() {
                Some("cd" | "pushd" | "popd") => files.clear(),
                Some(program) if MANAGERS.contains(&program) => {
                    files.retain(|path, _| {
                        ![".json", ".toml", ".mod", ".lock", "Gemfile"]
                            .iter()
                            .any(|end| path.ends_with(end))
                    });
                }
                _ => {}
            }
            // Within a longer word, a script may write it.
            let texts = command.texts();
            files.retain(|path, _| {
                let name = base(path);
                !texts
                    .iter()
                    .any(|word| word.contains(name) && word.contains([' ', '\'', '"', '(']))
            });
        }
    }
    files.retain(|path, _| !made.contains(&name_of(path)));
}

fn change(source: &str, codes: &Codes<'_>, block: &mut Block, files: &Files) {
    let (Some(wanted), Some(code)) = (&block.changes, codes.get(&block.span.start)) else {
        return;
    };
    let text = content(source, &code.lines);
    let lines: Vec<&str> = text.lines().collect();
    let language = fence::name(&source[code.info.clone()]);
    let is_diff = matches!(language, "diff" | "patch") || looks_like_difference(&lines);
    let mut found = files
        .iter()
        .filter(|(path, _)| is_meant(path, &wanted.path))
        .filter_map(|(path, held)| {
            let before = &held.content;
            let at_end = || {
                let is_certain = wanted.at_end && !is_diff;
                is_certain.then(|| added(before, &lines)).flatten()
            };
            let after = changed(before, &lines, is_diff).or_else(at_end)?;
            Some((path, after, held.line, grows(before, &lines)))
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
