//! Files that are named beside a block: in its title, its label, a heading, its first line, an editor.

use super::named::{Hand, Naming};
use crate::document::block::{Block, Part};
use crate::document::case::Case;
use crate::document::change::grows;
use crate::document::evidence::phrases::{self, Says};
use crate::document::file::{is_file_name, is_of_language};

const IN_EDITOR: &str = "the step before opens an editor for it";

/// `yaml:compose.yaml`, `js [src/app.js]`, `title="…"` in another word.
pub(super) fn in_info(case: &Case<'_>) -> Option<Naming> {
    let info = &case.source[case.code.info.clone()];
    let of_colon = info
        .split_whitespace()
        .next()
        .and_then(|word| word.split_once(':'))
        .map(|(_, name)| name);
    let of_brackets = info
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(name, _)| name);
    let of_word = info
        .split_whitespace()
        .nth(1)
        .filter(|word| !word.contains(['=', '"', '{']));
    // Who writes a path as a title names a file, whatever its ending.
    let is_path = |name: &&str| {
        name.contains('/') && !name.contains([' ', '<', '*']) && !name.starts_with(['/', '~'])
    };
    let of_title = info
        .split_once("title=\"")
        .and_then(|(_, rest)| rest.split('"').next())
        .filter(is_path);
    let name = [of_colon, of_brackets, of_word]
        .into_iter()
        .flatten()
        .find(|name| is_file_name(name) && !name.starts_with('.'))
        .or(of_title)?;
    Some(Naming {
        path: name.to_owned(),
        at: case.code.info.clone(),
        what: Hand::Made,
        how: "its title names the file",
    })
}

/// `# app.py`, `// src/x.js`, `<!-- index.html -->` and nothing else in the first line.
pub(super) fn in_first_line(case: &Case<'_>) -> Option<Naming> {
    let (index, line) = case.first()?;
    let text = line.trim();
    let name = text
        .strip_prefix("# ")
        .or_else(|| text.strip_prefix("// "))
        .or_else(|| text.strip_prefix("-- "))
        .or_else(|| text.strip_prefix("; "))
        .or_else(|| text.strip_prefix("<!-- ")?.strip_suffix(" -->"))
        .or_else(|| text.strip_prefix("/* ")?.strip_suffix(" */"))?
        .trim()
        .trim_end_matches(':')
        .trim_start_matches("./");
    let name = name
        .strip_prefix("filepath: ")
        .or_else(|| name.strip_prefix("filename: "))
        .or_else(|| name.strip_prefix("path: "))
        .or_else(|| name.strip_prefix("file: "))
        .or_else(|| name.strip_prefix("File: "))
        .unwrap_or(name);
    let is_name = is_file_name(name) && !name.starts_with('.') && case.texts.len() > index + 1;
    (is_name && is_of_language(name, case.language, case.texts)).then(|| Naming {
        path: name.to_owned(),
        at: case.line(index),
        what: Hand::Made,
        how: "its first line names the file",
    })
}

/// A tab that is called like a file.
pub(super) fn in_arm(case: &Case<'_>) -> Option<Naming> {
    let at = case.code.span.start;
    let mut arms = case.page.choices.iter().flat_map(|choice| &choice.arms);
    let arm = arms.rfind(|arm| arm.span.contains(&at))?;
    let is_name = is_file_name(&arm.label) && is_of_language(&arm.label, case.language, case.texts);
    is_name.then(|| Naming {
        path: arm.label.clone(),
        at: arm.named.clone(),
        what: Hand::Made,
        how: "its tab is the name of a file",
    })
}

/// A paragraph that is a file's name: `**app.js**`, "`Dockerfile`:", `app.js (with Redis)`.
pub(super) fn in_label(case: &Case<'_>) -> Option<Naming> {
    let sentence = case.lead.last().filter(|sentence| sentence.is_alone)?;
    let text = sentence.text.trim_end_matches([':', '.', '：']).trim();
    let bare = text.split(" (").next().unwrap_or(text).trim();
    let bare = bare
        .strip_prefix("File ")
        .or_else(|| bare.strip_prefix("File: "))
        .or_else(|| bare.strip_prefix("Filename: "))
        .unwrap_or(bare)
        .trim();
    let name = bare
        .trim_matches(['*', '`', '_', '"'])
        .trim_start_matches("./");
    let is_name = !name.contains(' ') && is_file_name(name);
    (is_name && is_of_language(name, case.language, case.texts)).then(|| Naming {
        path: name.to_owned(),
        at: sentence.span.clone(),
        what: Hand::Held,
        how: "the line before it is the name of a file",
    })
}

/// A heading that is a file's name, with nothing else between.
pub(super) fn in_heading(case: &Case<'_>) -> Option<Naming> {
    let section = &case.page.sections[case.section];
    if !case.lead.sentences.is_empty() || case.lead.heading != Some(case.section) {
        return None;
    }
    let is_of_examples = |title: &str| {
        let title = title.to_lowercase();
        ["examples", "ejemplos", "exemples", "exemplos", "beispiele"]
            .iter()
            .any(|word| title.starts_with(word))
    };
    let mut above = case.page.ancestors(case.section).skip(1);
    if above.any(|section| is_of_examples(&section.title)) {
        return None;
    }
    let name = section.title.trim().trim_end_matches(':');
    // `Create a compose.yaml file`
    let is_order = phrases::says(&phrases::plain(name), Says::Save);
    let most = if is_order { 7 } else { 3 };
    let name = name
        .split_whitespace()
        .map(|word| word.trim_matches(['`', '*', '"']))
        .find(|word| is_file_name(word))
        .filter(|_| name.split_whitespace().count() <= most)?;
    is_of_language(name, case.language, case.texts).then(|| Naming {
        path: name.to_owned(),
        at: section.span.clone(),
        what: Hand::Held,
        how: "the heading above it is the name of a file",
    })
}

/// The step before has opened an editor, and this is no command; or it is what was typed there, with
/// more in it.
pub(super) fn in_editor(case: &Case<'_>) -> Option<Naming> {
    let before = case.before.last()?;
    if let [Part::File { path, content, .. }] = before.parts.as_slice()
        && is_from_editor(case.before, path)
    {
        return grows(content, case.texts).then(|| Naming {
            path: path.clone(),
            at: before.span.clone(),
            what: Hand::Made,
            how: IN_EDITOR,
        });
    }
    let command = before.commands().last()?;
    let file = crate::commandline::edited(&command.text).filter(|file| is_file_name(file))?;
    is_of_language(&file, case.language, case.texts).then(|| Naming {
        path: file,
        at: command.span.clone(),
        what: Hand::Made,
        how: IN_EDITOR,
    })
}

/// Whether a file was typed into an editor that the page has opened for it: behind the command, there are
/// versions of the file and nothing else.
fn is_from_editor(before: &[Block], file: &str) -> bool {
    let is_version = |block: &&Block| {
        let [Part::File { path, .. }] = block.parts.as_slice() else {
            return false;
        };
        path == file
    };
    let opens = before.iter().rev().find(|block| !is_version(block));
    let command = opens.and_then(|block| block.commands().last());
    command
        .is_some_and(|command| crate::commandline::edited(&command.text).as_deref() == Some(file))
}
